"""What is taken for a photo, and what a photo is to be."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from . import _baidi
from ._types import OwnSpec, Spec

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined, unused-ignore]  # from 3.12 on

    from PIL.Image import Image


class Array(Protocol):
    """An array with the buffer protocol, as NumPy's: 8-bit sRGB of shape (height, width), (height, width, 1), (height, width, 3) or (height, width, 4)."""

    @property
    def __array_interface__(self) -> dict[str, Any]: ...
    @property
    def shape(self) -> tuple[int, ...]: ...


Photo: TypeAlias = "bytes | bytearray | memoryview | str | os.PathLike[str] | Array | Image"
"""A photo: a file's content, a file's path, a NumPy array of 8-bit sRGB, or a PIL image."""

SpecLike: TypeAlias = "str | os.PathLike[str] | Spec | OwnSpec"
"""A spec: the name of a built-in one, the path of a TOML file, one of :func:`baidi.specs`, or one of your own."""


def _is_pil(photo: object) -> bool:
    # Whoever has such an image has imported its module.
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(photo, module.Image)


def _png_of(image: Image) -> bytes:
    """A PIL image as a file: its pixels, with the profile, orientation and density it carries."""
    keeps = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}
    if image.mode not in keeps:
        # What cannot stand in a PNG is turned into sRGB by Pillow; a profile of other colours would no longer be true.
        image = image.convert("RGBA" if image.mode in ("PA", "La", "RGBa") else "RGB")
        about: dict[str, Any] = {}
    else:
        about = {key: image.info[key] for key in ("icc_profile", "dpi") if image.info.get(key)}
    exif = image.getexif()
    if len(exif):
        about["exif"] = exif.tobytes()
    file = io.BytesIO()
    # Compressing costs more time than it saves: nobody keeps this file.
    image.save(file, "PNG", compress_level=0, **about)
    return file.getvalue()


def _pixels_of(view: memoryview, name: str | None) -> _baidi.Photo:
    shape = view.shape or ()
    if view.format != "B" or len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (1, 3, 4)):
        raise TypeError(
            "an array must be 8-bit sRGB (uint8) of shape (height, width), (height, width, 3) or (height, width, 4); "
            f"this one is of type {view.format!r} and shape {shape}"
        )
    height, width = shape[:2]
    channels = shape[2] if len(shape) == 3 else 1
    if 0 in (height, width):
        raise TypeError(f"an array without pixels: shape {shape}")
    return _baidi.Photo.of_pixels(view.tobytes(), width, height, channels, name)


def photo(photo: Photo | None, name: str | None = None) -> _baidi.Photo:
    """What the compiled half takes.

    Raises:
        TypeError: It is nothing that a photo can be read from.
    """
    if isinstance(photo, bytes):
        return _baidi.Photo.of_bytes(photo, name)
    if photo is None:
        # A hole in a table; it fails as an empty file does.
        return _baidi.Photo.of_bytes(b"", name)
    if isinstance(photo, (str, os.PathLike)):
        path = os.fspath(photo)
        return _baidi.Photo.of_file(path, name)
    if _is_pil(photo):
        image: Any = photo
        return _baidi.Photo.of_bytes(_png_of(image), name)
    try:
        view = memoryview(photo)  # type: ignore[arg-type]  # what is no buffer says so
    except TypeError:
        kind = type(photo).__qualname__
        raise TypeError(f"a photo is bytes, a path, a NumPy array or a PIL image, not {kind}") from None
    if view.ndim == 1 and view.itemsize == 1 and not hasattr(photo, "__array_interface__"):
        return _baidi.Photo.of_bytes(view.tobytes(), name)
    return _pixels_of(view, name)


def order(
    spec: SpecLike,
    *,
    background: str | None,
    keep_background: bool,
    min_size: int | None,
    max_size: int | None,
    language: str,
) -> _baidi.Order:
    """What the compiled half is asked for."""
    toml: str | None = None
    if isinstance(spec, str) and not (spec.endswith(".toml") or "/" in spec or os.sep in spec):
        name = spec
    elif isinstance(spec, Spec):
        name = spec.name
    elif isinstance(spec, OwnSpec):
        name, toml = spec.name, spec.toml
    else:
        own = OwnSpec.read(spec)
        name, toml = own.name, own.toml
    return _baidi.Order(
        name,
        toml,
        background=background,
        keep_background=keep_background,
        min_size=min_size,
        max_size=max_size,
        language=language,
    )
