"""Turns a portrait into the photo an office accepts, and says why the last one came back.

>>> import baidi
>>> made = baidi.fix("portrait.jpg", spec="shebao")      # doctest: +SKIP
>>> made.status                                          # doctest: +SKIP
'compliant'
>>> made.save("card.jpg")                                # doctest: +SKIP

:func:`fix` makes one card, :func:`check` judges one photo, :func:`fix_many` and :func:`check_many` work through many, :func:`specs` lists what a card can be for. ``baidi.ray`` does it on a cluster.
Everything happens on this machine, in compiled code and without the interpreter's lock; nothing is sent anywhere.
"""

from __future__ import annotations

import json

from . import _baidi
from ._batch import check_many, fix_many
from ._errors import Error, FileError, MissingFileError, PhotoError, SpecError, of_report
from ._photo import Photo, SpecLike, order, photo as _photo_of
from ._types import Checked, Finding, Made, OwnSpec, Row, Spec, Status, Verdict

__all__ = [
    "Checked",
    "Error",
    "FileError",
    "Finding",
    "Made",
    "MissingFileError",
    "OwnSpec",
    "Photo",
    "PhotoError",
    "Row",
    "Spec",
    "SpecError",
    "SpecLike",
    "Status",
    "Verdict",
    "__version__",
    "check",
    "check_many",
    "fix",
    "fix_many",
    "specs",
]

__version__: str = _baidi.__version__


def fix(
    photo: Photo,
    spec: SpecLike = "shebao",
    *,
    name: str | None = None,
    background: str | None = None,
    keep_background: bool = False,
    min_size: int | None = None,
    max_size: int | None = None,
    language: str = "en",
    timeout: float | None = 30.0,
) -> Made:
    """Makes the card of a portrait, changing as little as does it; then opens the card's bytes again and judges what is there.

    The same photo gives the same bytes as the program's ``baidi fix``. Other Python threads run meanwhile, and several may call at a time.

    Args:
        photo: A file's content (JPEG, PNG, WebP, TIFF, BMP, GIF, HEIC or AVIF, at most 64 MiB and 200 megapixels), a file's path, a NumPy array of 8-bit sRGB of shape (height, width), (height, width, 3)
            or (height, width, 4) with alpha that is not premultiplied, or a PIL image. Pixels are handed on as a PNG with the profile, orientation and density that a PIL image carries.
        spec: What the card must be: a built-in name, a TOML file, one of :func:`specs`, or an :class:`OwnSpec`.
        name: The name of the photo's file, which a rule looks at. Default: that of the path.
        background: ``white``, ``blue``, ``red``, ``light-blue`` or ``#RRGGBB`` where the spec leaves a choice.
        keep_background: Leave the background as it is.
        min_size: Fewest bytes of the card. Default: the spec's.
        max_size: Most bytes of the card. Default: the spec's.
        language: ``en`` or ``zh``, of messages and hints; a locale's name will do.
        timeout: Seconds until a photo is given up; ``None`` for no limit.

    Raises:
        PhotoError: No card can be made of the photo; ``code`` says why: ``no-face``, ``several-faces``, ``unsupported-format``, ``damaged``, ``too-large``, ``window-unreachable``, ``timed-out``, ``internal``.
        FileError: The file cannot be read; also an ``OSError``.
        SpecError: The spec, the background or the byte window is wrong; also a ``ValueError``.
        TypeError: ``photo`` is none of the above, or an array of another type or shape.
    """
    asked = order(
        spec, background=background, keep_background=keep_background, min_size=min_size, max_size=max_size, language=language
    )
    answer = _baidi.fix(_photo_of(photo, name), asked, timeout)
    if answer.status == "failed":
        raise of_report(json.loads(answer.report)["photos"][0], answer.errno)
    return Made(answer)


def check(
    photo: Photo,
    spec: SpecLike = "shebao",
    *,
    name: str | None = None,
    background: str | None = None,
    language: str = "en",
    timeout: float | None = 30.0,
) -> Checked:
    """Judges a photo from anywhere by every rule of a spec. A photo without a face is judged all the same.

    Args:
        photo: As for :func:`fix`. Of pixels, what is said of the file is said of the PNG they are handed on as.
        spec: As for :func:`fix`.
        name: As for :func:`fix`.
        background: As for :func:`fix`.
        language: As for :func:`fix`.
        timeout: As for :func:`fix`.

    Raises:
        PhotoError: It is no picture that can be read.
        FileError: The file cannot be read; also an ``OSError``.
        SpecError: The spec or the background is wrong; also a ``ValueError``.
        TypeError: ``photo`` is nothing that a photo can be read from.
    """
    asked = order(spec, background=background, keep_background=False, min_size=None, max_size=None, language=language)
    answer = _baidi.check(_photo_of(photo, name), asked, timeout)
    if answer.status == "failed":
        raise of_report(json.loads(answer.report)["photos"][0], answer.errno)
    return Checked(answer)


def specs(wanted: str | None = None, *, language: str = "en") -> list[Spec]:
    """The built-in specs; with ``wanted``, those that people call so, best first.

    Args:
        wanted: ``社保``, ``US visa``, …
        language: ``en`` or ``zh``, of the titles.
    """
    return [Spec._of(spec) for spec in json.loads(_baidi.specs(wanted, language))]
