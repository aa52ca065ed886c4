"""Many photos."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, overload, runtime_checkable

from . import _baidi
from ._photo import Photo, SpecLike, order, photo as _photo_of
from ._types import Row

if TYPE_CHECKING:
    import pyarrow as pa


@runtime_checkable
class ArrowBatch(Protocol):
    """One batch of columns, as ``pyarrow.RecordBatch``."""

    def __arrow_c_array__(self, requested_schema: Any = None, /) -> Any: ...


@runtime_checkable
class ArrowStream(Protocol):
    """Batches of columns one after the other, as ``pyarrow.Table``, ``pyarrow.RecordBatchReader`` or ``polars.DataFrame``."""

    def __arrow_c_stream__(self, requested_schema: Any = None, /) -> Any: ...


def _crew(
    spec: SpecLike,
    *,
    threads: int,
    background: str | None,
    keep_background: bool,
    min_size: int | None,
    max_size: int | None,
    language: str,
    timeout: float | None,
    check: bool,
    report: bool,
) -> tuple[_baidi.Crew, _baidi.Order]:
    asked = order(
        spec, background=background, keep_background=keep_background, min_size=min_size, max_size=max_size, language=language
    )
    if threads < 1:
        raise ValueError(f"at least one thread works, not {threads}")
    return _baidi.Crew(asked, threads, timeout, check, report), asked


def _pairs(photos: Iterable[Photo | tuple[str, Photo | None] | None]) -> Iterator[tuple[str | None, _baidi.Photo]]:
    for photo in photos:
        if isinstance(photo, tuple):
            name, photo = photo
            yield name, _photo_of(photo)
        elif isinstance(photo, (bytes, bytearray, memoryview)) or photo is None:
            yield None, _photo_of(photo)
        else:
            yield (str(photo) if isinstance(photo, str) or hasattr(photo, "__fspath__") else None), _photo_of(photo)


def rows(crew: _baidi.Crew, threads: int, photos: Iterable[tuple[str | None, _baidi.Photo]]) -> Iterator[Row]:
    """The answers in the order of the photos. Some are read ahead, so that no thread waits for the next one or for a slow one before it."""
    names: deque[str | None] = deque()
    ahead = 4 * threads
    for name, photo in photos:
        crew.submit(photo)
        names.append(name)
        while (answer := crew.next(wait=len(names) >= ahead)) is not None:
            yield Row(answer, names.popleft())
    while (answer := crew.next(wait=True)) is not None:
        yield Row(answer, names.popleft())


@overload
def fix_many(
    photos: ArrowBatch,
    spec: SpecLike = ...,
    *,
    threads: int = ...,
    report: bool = ...,
    background: str | None = ...,
    keep_background: bool = ...,
    min_size: int | None = ...,
    max_size: int | None = ...,
    language: str = ...,
    timeout: float | None = ...,
) -> pa.RecordBatch: ...
@overload
def fix_many(
    photos: ArrowStream,
    spec: SpecLike = ...,
    *,
    threads: int = ...,
    report: bool = ...,
    background: str | None = ...,
    keep_background: bool = ...,
    min_size: int | None = ...,
    max_size: int | None = ...,
    language: str = ...,
    timeout: float | None = ...,
) -> pa.RecordBatchReader: ...
@overload
def fix_many(
    photos: Iterable[Photo | tuple[str, Photo | None] | None],
    spec: SpecLike = ...,
    *,
    threads: int = ...,
    report: bool = ...,
    background: str | None = ...,
    keep_background: bool = ...,
    min_size: int | None = ...,
    max_size: int | None = ...,
    language: str = ...,
    timeout: float | None = ...,
) -> Iterator[Row]: ...


def fix_many(
    photos: Any,
    spec: SpecLike = "shebao",
    *,
    threads: int = 1,
    report: bool = False,
    background: str | None = None,
    keep_background: bool = False,
    min_size: int | None = None,
    max_size: int | None = None,
    language: str = "en",
    timeout: float | None = 30.0,
) -> Any:
    """Makes a card of each of many photos, in compiled threads and without the interpreter's lock. A bad photo is a row and never an exception.

    What comes out depends on what goes in:

    * An iterable gives an iterator of :class:`Row`, in its order. It is read a few photos ahead (four for each thread), and as fast as rows are taken: memory does not grow with the number of photos.
    * A ``pyarrow.RecordBatch`` gives a ``pyarrow.RecordBatch``.
    * A stream of Arrow batches (``pyarrow.Table``, ``RecordBatchReader``, ``polars.DataFrame``, …) gives a ``pyarrow.RecordBatchReader``, one batch for each, made as it is read.

    An Arrow batch has a column ``bytes`` (binary, a file's content) or ``path`` (text); a hole in it is a row that failed. All its columns but ``bytes`` are handed through as they are, without copying, and these
    stand behind them: ``spec``, ``status``, ``code``, ``text``, ``hint``, ``findings`` (those that are broken or doubted, a list of structs), ``sha256`` of the photo, ``card`` (binary), ``card_sha256``,
    ``milliseconds``, ``recipe``, ``baidi``, and with ``report=True`` ``report``, the program's JSON record. Of the photos, one at a time is copied.

    Args:
        photos: Photos as :func:`baidi.fix` takes them, or pairs of an id and a photo; or Arrow columns.
        spec: As for :func:`baidi.fix`.
        threads: How many photos are worked on at a time.
        report: Whether all there is to say is wanted: also what the rules say of the photo itself (:attr:`Finding.before`, else ``unknown`` but for what decides how the card is made) and how the encoding scores, which takes a fifth more time, and in Arrow batches the column ``report``.
        background: As for :func:`baidi.fix`.
        keep_background: As for :func:`baidi.fix`.
        min_size: As for :func:`baidi.fix`.
        max_size: As for :func:`baidi.fix`.
        language: As for :func:`baidi.fix`.
        timeout: Seconds for each photo; ``None`` for no limit.

    Raises:
        SpecError: The spec, the background or the byte window is wrong.
        ValueError: Fewer than one thread, or columns without ``bytes`` and ``path``.
        TypeError: Something in the iterable is nothing that a photo can be read from.
    """
    crew, asked = _crew(
        spec,
        threads=threads,
        background=background,
        keep_background=keep_background,
        min_size=min_size,
        max_size=max_size,
        language=language,
        timeout=timeout,
        check=False,
        report=report,
    )
    return _many(crew, asked, threads, photos, report)


@overload
def check_many(
    photos: ArrowBatch,
    spec: SpecLike = ...,
    *,
    threads: int = ...,
    report: bool = ...,
    background: str | None = ...,
    language: str = ...,
    timeout: float | None = ...,
) -> pa.RecordBatch: ...
@overload
def check_many(
    photos: ArrowStream,
    spec: SpecLike = ...,
    *,
    threads: int = ...,
    report: bool = ...,
    background: str | None = ...,
    language: str = ...,
    timeout: float | None = ...,
) -> pa.RecordBatchReader: ...
@overload
def check_many(
    photos: Iterable[Photo | tuple[str, Photo | None] | None],
    spec: SpecLike = ...,
    *,
    threads: int = ...,
    report: bool = ...,
    background: str | None = ...,
    language: str = ...,
    timeout: float | None = ...,
) -> Iterator[Row]: ...


def check_many(
    photos: Any,
    spec: SpecLike = "shebao",
    *,
    threads: int = 1,
    report: bool = False,
    background: str | None = None,
    language: str = "en",
    timeout: float | None = 30.0,
) -> Any:
    """Judges each of many photos; what goes in and comes out is as for :func:`fix_many`, without cards.

    Args:
        photos: As for :func:`fix_many`.
        spec: As for :func:`fix_many`.
        threads: As for :func:`fix_many`.
        report: As for :func:`fix_many`.
        background: As for :func:`fix_many`.
        language: As for :func:`fix_many`.
        timeout: As for :func:`fix_many`.

    Raises:
        SpecError: The spec or the background is wrong.
        ValueError: Fewer than one thread, or columns without ``bytes`` and ``path``.
        TypeError: Something in the iterable is nothing that a photo can be read from.
    """
    crew, asked = _crew(
        spec,
        threads=threads,
        background=background,
        keep_background=False,
        min_size=None,
        max_size=None,
        language=language,
        timeout=timeout,
        check=True,
        report=report,
    )
    return _many(crew, asked, threads, photos, report)


def _many(crew: _baidi.Crew, asked: _baidi.Order, threads: int, photos: Any, report: bool) -> Any:
    if isinstance(photos, ArrowBatch):
        from . import _arrow

        return _arrow.batch(crew, asked, threads, photos, report)
    if isinstance(photos, ArrowStream):
        from . import _arrow

        return _arrow.stream(crew, asked, threads, photos, report)
    if isinstance(photos, (bytes, bytearray, memoryview, str)) or hasattr(photos, "__fspath__"):
        raise TypeError("one photo where many are expected: put it in a list, or call fix or check")
    return rows(crew, threads, _pairs(photos))
