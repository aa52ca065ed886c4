"""Millions of photos on a Ray cluster: it needs ``ray[data]`` and ``pyarrow``.

>>> import baidi.ray                                                        # doctest: +SKIP
>>> baidi.ray.run("s3://bureau/portraits", cards="s3://bureau/cards", report="s3://bureau/report")   # doctest: +SKIP

:func:`run` does all of it and may be stopped, killed and begun again at any time. :func:`normalise` is the step in the middle, for datasets of your own. A photo that cannot be processed is a row, never an exception.

Three rules make doing a block twice harmless: a card's name follows from the photo's content and from what was asked; a file is there whole or not at all; a file of the report is named by the rows in it.
"""

from __future__ import annotations

import hashlib
import io
import logging
import math
import os
import posixpath
import tarfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _arrow, _baidi, _files
from ._batch import rows as _rows
from ._photo import SpecLike, order as _order, photo as _photo_of
from ._types import OwnSpec

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.fs
    import pyarrow.parquet as pq
    import ray
    from ray.data import ActorPoolStrategy, Datasink, Dataset
except ImportError as error:  # pragma: no cover
    raise ImportError("a cluster needs Ray: pip install 'ray[data]' pyarrow") from error

__all__ = ["MANIFEST", "Summary", "manifest", "normalise", "run"]

_log = logging.getLogger("baidi.ray")

MANIFEST = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("offset", pa.int64()),
        pa.field("length", pa.int64()),
        pa.field("version", pa.string()),
        pa.field("trouble", pa.string()),
    ]
)
"""A list of photos.

``id`` names the photo, and is unique; ``path`` is its file, or the tar file it lies in, ``offset`` and ``length`` bytes from its beginning; ``version`` changes when its content does; ``trouble`` says why it cannot be read at all.
"""

_REREAD = 3
"""Tries to read a photo; a store that is busy says no once in a while."""

_FREE = {"num_cpus": 0}
"""What reads lists and writes reports waits for the actors and takes little: it must not need a processor of its own, or on a small machine nobody would ever have one to spare."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Attributes:
        photos: How many were on the list.
        skipped: How many of these an earlier run had done.
        compliant: How many cards break no rule.
        review: How many break none, but somebody should look at them.
        not_compliant: How many break one.
        failed: How many photos have no card.
    """

    photos: int
    skipped: int
    compliant: int
    review: int
    not_compliant: int
    failed: int


# ---- Reading ---------------------------------------------------------------------------------------------------------


def _filesystem(place: str) -> tuple[pa.fs.FileSystem, str]:
    """The file system of a URI or a local path, and the path in it."""
    if "://" in place:
        filesystem, path = pa.fs.FileSystem.from_uri(place)
        return filesystem, path
    return pa.fs.LocalFileSystem(), os.path.abspath(place)


def _scheme(place: str) -> str:
    """What stands before the paths of a place: ``s3://``, or nothing for local files."""
    return place.split("://", 1)[0] + "://" if "://" in place else ""


def _is_local(filesystem: pa.fs.FileSystem) -> bool:
    return isinstance(filesystem, pa.fs.LocalFileSystem)


def _picture(name: str) -> bool:
    stem, dot, ending = posixpath.basename(name).rpartition(".")
    return bool(stem and dot) and not stem.startswith(".") and ending.lower() in _baidi.EXTENSIONS


def _of_folder(place: str) -> Iterator[dict[str, Any]]:
    filesystem, root = _filesystem(place)
    scheme = _scheme(place)
    found = filesystem.get_file_info(pa.fs.FileSelector(root, recursive=True))
    for info in sorted(found, key=lambda info: info.path):
        below = info.path[len(root) :].lstrip("/")
        if info.type != pa.fs.FileType.File or any(part.startswith(".") for part in below.split("/")):
            continue
        if info.extension.lower() == "tar":
            yield {"shard": scheme + info.path, "below": below}
        elif _picture(below):
            version = f"{info.size}-{info.mtime_ns}"
            yield {"id": below, "path": scheme + info.path, "length": info.size, "version": version}


def _of_shard(shard: str, below: str) -> list[dict[str, Any]]:
    """The photos in a tar file, from its headers alone."""
    found: list[dict[str, Any]] = []
    try:
        filesystem, path = _filesystem(shard)
        info = filesystem.get_file_info(path)
        with filesystem.open_input_file(path) as file, tarfile.open(fileobj=file, mode="r:") as tar:
            for member in tar:
                if member.isreg() and _picture(member.name):
                    row = {"id": f"{below}/{member.name}", "path": shard, "offset": member.offset_data}
                    row |= {"length": member.size, "version": f"{info.size}-{info.mtime_ns}"}
                    if member.offset_data + member.size > info.size:
                        row["trouble"] = "the tar file ends before it"
                    found.append(row)
    except (OSError, tarfile.TarError, pa.ArrowException) as error:
        # What is before the damage can be read; that there is damage must be in the report.
        found.append({"id": f"{below}#damaged", "path": shard, "trouble": f"tar file: {error}"})
    return found


def manifest(source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | pa.Table) -> pa.Table:
    """The photos of a source, as a table of :data:`MANIFEST`.

    Keep it as a Parquet file where there are many: listing ten million objects takes a store an hour, and reading a list of them takes seconds.

    Args:
        source: A folder or its URI (pictures by their endings, hidden ones left out, and tar files in it), a Parquet file with ``path`` and at will ``id``, ``offset``, ``length`` and ``version``, a tar file as
            WebDataset writes them, several of these, or such a table.

    Raises:
        ValueError: Two photos have one id, or a table has no ``path``.
        OSError: A source cannot be listed or read.
    """
    tables: list[pa.Table] = []
    if isinstance(source, pa.Table):
        tables.append(_completed(source))
    else:
        several = [source] if isinstance(source, (str, os.PathLike)) else list(source)
        for place in [os.fspath(each) for each in several]:
            if place.endswith(".parquet"):
                filesystem, path = _filesystem(place)
                tables.append(_completed(pq.read_table(path, filesystem=filesystem)))
            elif place.endswith(".tar"):
                tables.append(_table(_of_shard(place, posixpath.basename(place))))
            else:
                listed = list(_of_folder(place))
                shards = [entry for entry in listed if "shard" in entry]
                tables.append(_table(entry for entry in listed if "shard" not in entry))
                tables.extend(_shards(shards))
    table = pa.concat_tables(tables) if tables else MANIFEST.empty_table()
    _unique(table)
    return table


def _shards(shards: list[dict[str, Any]]) -> list[pa.Table]:
    """The photos in tar files, on the cluster where there is one and many of them."""
    if len(shards) < 16 or not ray.is_initialized():
        return [_table(_of_shard(**shard)) for shard in shards]
    index = ray.remote(_of_shard)
    return [_table(found) for found in ray.get([index.remote(**shard) for shard in shards])]


def _table(found: Iterable[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(found), schema=MANIFEST)


def _completed(table: pa.Table) -> pa.Table:
    """A list of somebody else's with every column of :data:`MANIFEST`; columns of their own stay."""
    if "path" not in table.column_names:
        raise ValueError(f"a list of photos has a column 'path'; this one has {', '.join(table.column_names) or 'none'}")
    for field in MANIFEST:
        if field.name in table.column_names:
            at = table.column_names.index(field.name)
            table = table.set_column(at, field, table.column(at).cast(field.type))
        elif field.name == "id":
            table = table.append_column(field, table.column("path").cast(field.type))
        else:
            table = table.append_column(field, pa.nulls(len(table), field.type))
    rest = [name for name in table.column_names if name not in MANIFEST.names]
    return table.select([*MANIFEST.names, *rest])


def _unique(table: pa.Table) -> None:
    if pc.count_distinct(table.column("id")).as_py() == len(table):
        return
    counts = pc.value_counts(table.column("id"))
    twice = next(str(count["values"]) for count in counts if count["counts"].as_py() > 1)
    raise ValueError(f"two photos have the id {twice!r}")


# ---- The step in the middle -------------------------------------------------------------------------------------------


class _Normaliser:
    """What an actor does with a batch: read, make, write."""

    def __init__(self, asked: Mapping[str, Any], timeout: float | None, cards: str | None, report: bool) -> None:
        self._order = _order(**asked)
        self._crew = _baidi.Crew(self._order, 1, timeout, False, report)
        self._cards = cards
        self._report = report
        self._systems: dict[str, pa.fs.FileSystem] = {}

    def __call__(self, batch: pa.Table) -> pa.Table:
        photos = ((None, photo) for photo in self._photos(batch))
        done = list(_rows(self._crew, 1, photos))
        added = dict(zip([field.name for field in _arrow.fields(self._report)], _arrow.columns(done, self._order, self._report)))
        result: dict[str, Any] = {name: batch.column(name) for name in batch.column_names if name not in _CONSUMED}
        if "id" not in result:
            result["id"] = batch.column("path") if "path" in result else added["sha256"]
        result |= added
        if self._cards is not None:
            del result["card"]
            result["output"] = pa.array([self._written(row) for row in done], pa.string())
        return pa.table(result)

    def _photos(self, batch: pa.Table) -> Iterator[_baidi.Photo]:
        """The photos of a batch, each read when its turn comes, while the one before is worked on."""
        if _arrow.source(batch.schema) == "bytes":
            for photo in batch.column("bytes"):
                yield _photo_of(photo.as_py())
            return
        none = pa.nulls(len(batch), pa.int64())
        parts = [batch.column(name) if name in batch.column_names else none for name in ("offset", "length", "trouble")]
        for path, offset, length, trouble in zip(batch.column("path"), *parts):
            place = path.as_py()
            if place is None or trouble.as_py() is not None:
                yield _baidi.Photo.missing(place or "-", str(trouble.as_py() or "no path"))
            else:
                yield self._photo(place, offset.as_py(), length.as_py())

    def _photo(self, place: str, offset: int | None, length: int | None) -> _baidi.Photo:
        filesystem, path = self._found(place)
        if offset is None and _is_local(filesystem):
            return _baidi.Photo.of_file(path, None)
        name = None if offset is not None else posixpath.basename(path)
        for attempt in range(_REREAD):
            try:
                return _baidi.Photo.of_bytes(_content(filesystem, path, offset, length), name)
            except (OSError, pa.ArrowException) as error:
                missing = isinstance(error, FileNotFoundError)
                if missing or _is_local(filesystem) or attempt + 1 == _REREAD:
                    return _baidi.Photo.missing(place, str(error))
                time.sleep(0.5 * 2**attempt)
        raise AssertionError("the last try returns")

    def _found(self, place: str) -> tuple[pa.fs.FileSystem, str]:
        if "://" not in place:
            return pa.fs.LocalFileSystem(), place
        # One client for a store; its paths are what stands behind the scheme.
        scheme, path = place.split("://", 1)
        if scheme not in self._systems:
            self._systems[scheme], _ = _filesystem(place)
        return self._systems[scheme], path

    def _written(self, row: Any) -> str | None:
        """Where the card is; its name follows from the photo and from what was asked, so that whoever does it again writes the same bytes to the same place."""
        if row.card is None or self._cards is None:
            return None
        name = f"{row.sha256[:2]}/{row.sha256}-{self._order.recipe[:8]}.jpg"
        _write(f"{self._cards.rstrip('/')}/{name}", row.card)
        return name


_CONSUMED = {"bytes", "offset", "length", "trouble"}


def _content(filesystem: pa.fs.FileSystem, path: str, offset: int | None, length: int | None) -> bytes:
    with filesystem.open_input_file(path) as file:
        if offset is not None:
            file.seek(offset)
        # One byte more than is allowed tells that there is more.
        most = (64 << 20) + 1
        content: bytes = file.read(most if length is None else min(length, most))
    if length is not None and offset is not None and len(content) < min(length, most):
        raise OSError(f"the tar file ends {length - len(content)} bytes too early")
    return content


def _write(place: str, data: bytes) -> None:
    """Writes a file whole or not at all. Stores do so by themselves: an object is there once it is complete."""
    filesystem, path = _filesystem(place)
    if _is_local(filesystem):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _files.write(Path(path), data, replace=True)
        return
    with filesystem.open_output_stream(path) as file:
        file.write(data)


def _sweep(place: str) -> None:
    """Removes the halves of files that workers and drivers left when they were killed. A store keeps none."""
    filesystem, path = _filesystem(place)
    if _is_local(filesystem):
        _files.sweep(Path(path))


def normalise(
    dataset: Dataset,
    spec: SpecLike = "shebao",
    *,
    cards: str | os.PathLike[str] | None = None,
    actors: int | tuple[int, int] | None = None,
    batch_size: int = 32,
    report: bool = False,
    background: str | None = None,
    keep_background: bool = False,
    min_size: int | None = None,
    max_size: int | None = None,
    language: str = "en",
    timeout: float | None = 30.0,
    ray_remote_args: Mapping[str, Any] | None = None,
) -> Dataset:
    """Makes a card of every row's photo. Nothing happens until the result is read or written.

    Args:
        dataset: Rows with ``bytes`` (binary), as ``ray.data.read_binary_files`` gives them, or with ``path`` (text) and at will ``offset`` and ``length`` in bytes: such a photo is read by the actor that works on
            it, and does not pass the object store.
        spec: As for :func:`baidi.fix`.
        cards: A folder or its URI that cards are written to, as ``ab/ab…-RECIPE.jpg`` after the photo's SHA-256; the column ``output`` has the name. Without it they stand in the column ``card``.
        actors: How many work, or the fewest and the most; each takes one CPU. Default: one for every CPU of the cluster at most.
        batch_size: Rows that are handed over at a time, 16 to 64 being sensible. An actor holds a few photos of them at a time.
        report: Whether there is a column ``report`` with all there is to say as JSON, some 20 KB a row.
        background: As for :func:`baidi.fix`.
        keep_background: As for :func:`baidi.fix`.
        min_size: As for :func:`baidi.fix`.
        max_size: As for :func:`baidi.fix`.
        language: As for :func:`baidi.fix`.
        timeout: Seconds for each photo; ``None`` for no limit.
        ray_remote_args: What ``ray.remote`` is told of the actors, ``resources`` for example.

    Returns:
        The rows without ``bytes``, ``offset``, ``length`` and ``trouble``; with ``id`` where there was none (the path, or the SHA-256); and with the columns that :func:`baidi.fix_many` adds.

    Raises:
        SpecError: The spec, the background or the byte window is wrong.
    """
    asked: dict[str, Any] = {
        # A file is read here, since it need not be there on other machines.
        "spec": spec if isinstance(spec, str) and not spec.endswith(".toml") else _carried(spec),
        "background": background,
        "keep_background": keep_background,
        "min_size": min_size,
        "max_size": max_size,
        "language": language,
    }
    # What is wrong with the question is said now, and not by an actor.
    _order(**asked)
    if batch_size < 1:
        raise ValueError(f"a batch has at least one row, not {batch_size}")
    least, most = (actors, actors) if isinstance(actors, int) else actors or (1, None)
    return dataset.map_batches(
        _Normaliser,
        fn_constructor_args=(asked, timeout, None if cards is None else os.fspath(cards), report),
        batch_format="pyarrow",
        batch_size=batch_size,
        zero_copy_batch=True,
        compute=ActorPoolStrategy(min_size=least, max_size=most),
        **{"num_cpus": 1, **(ray_remote_args or {})},
    )


def _carried(spec: SpecLike) -> SpecLike:
    return OwnSpec.read(spec) if isinstance(spec, (str, os.PathLike)) else spec


# ---- The report ------------------------------------------------------------------------------------------------------


class _Report(Datasink):  # type: ignore[misc]  # Ray's types are not looked at
    """Parquet files that are there whole or not at all, named by the rows in them; none for no rows."""

    def __init__(self, place: str, rows: int) -> None:
        self._place = place
        self._rows = rows
        self.counts: dict[str, int] = {}

    @property
    def min_rows_per_write(self) -> int:
        return self._rows

    def write(self, blocks: Iterable[Any], ctx: Any) -> dict[str, int]:
        tables = [pa.table(ray.data.block.BlockAccessor.for_block(block).to_arrow()) for block in blocks]
        tables = [table for table in tables if len(table)]
        if not tables:
            return {}
        table = pa.concat_tables(tables, promote_options="default")
        told = zip(*(table.column(name).to_pylist() for name in ("id", "recipe")))
        name = hashlib.sha256("\0".join(sorted(f"{id}\0{recipe}" for id, recipe in told)).encode()).hexdigest()
        file = io.BytesIO()
        pq.write_table(table, file, compression="zstd")
        _write(f"{self._place.rstrip('/')}/part-{name[:32]}.parquet", file.getvalue())
        counts: dict[str, int] = {}
        for status in table.column("status").to_pylist():
            counts[status] = counts.get(status, 0) + 1
        return counts

    def on_write_complete(self, write_result: Any) -> None:
        for counts in write_result.write_returns:
            for status, count in (counts or {}).items():
                self.counts[status] = self.counts.get(status, 0) + count


def _parts(place: str) -> list[pa.Table]:
    """What a report says of who is done: ``id``, ``version`` and ``recipe``. A file that was cut off in the middle says nothing."""
    filesystem, root = _filesystem(place)
    found = filesystem.get_file_info(pa.fs.FileSelector(root, allow_not_found=True, recursive=True))
    parts: list[pa.Table] = []
    for info in found:
        if info.type != pa.fs.FileType.File or info.extension != "parquet" or info.base_name.startswith("."):
            continue
        try:
            with filesystem.open_input_file(info.path) as file:
                parquet = pq.ParquetFile(file)
                wanted = [name for name in ("id", "version", "recipe", "status") if name in parquet.schema_arrow.names]
                parts.append(parquet.read(columns=wanted))
        except (OSError, pa.ArrowException) as error:
            _log.warning("%s says nothing: %s", info.path, error)
    return parts


def _left(photos: pa.Table, report: str, recipe: str) -> pa.Table:
    """The photos of which the report says nothing, or says it of another content or recipe."""
    known = [part for part in _parts(report) if {"id", "recipe"} <= set(part.column_names)]
    if not known or not len(photos):
        return photos

    def keys(table: pa.Table) -> pa.ChunkedArray:
        version = table.column("version") if "version" in table.column_names else pa.nulls(len(table), pa.string())
        return pc.binary_join_element_wise(table.column("id"), pc.fill_null(version, ""), "\0")

    done = pa.concat_tables(known, promote_options="default")
    done = done.filter(pc.equal(done.column("recipe"), recipe))
    return photos.filter(pc.invert(pc.is_in(keys(photos), value_set=keys(done).combine_chunks())))


def _blocks(photos: pa.Table, actors: int, batch_size: int) -> list[pa.Table]:
    """The list in pieces that a lost worker costs little of, sixteen for each actor where there are few photos; at most a thousand photos a piece, so that ten million are no burden to the scheduler."""
    rows = max(batch_size, min(1024, math.ceil(len(photos) / (16 * max(actors, 1)))))
    return [photos.slice(at, rows) for at in range(0, len(photos), rows)]


def run(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | pa.Table,
    *,
    report: str | os.PathLike[str],
    cards: str | os.PathLike[str] | None = None,
    spec: SpecLike = "shebao",
    actors: int | tuple[int, int] | None = None,
    batch_size: int = 32,
    rows_per_file: int = 1000,
    checkpoint: str | os.PathLike[str] | None = None,
    full: bool = False,
    **options: Any,
) -> Summary:
    """Makes a card of every photo of a source, and a report as Parquet files. What an earlier run did is not done again.

    Done is what the report has a row of, with the same ``id``, ``version`` and ``recipe`` (the program's networks and rules, the spec, the options); so a run that was killed goes on where it was, a photo that has
    changed is done again, and a photo that failed is not. With ``checkpoint``, Ray's own record is used in place of the report.

    Args:
        source: What :func:`manifest` takes.
        report: A folder or its URI. Every row has the columns of :func:`normalise`.
        cards: As for :func:`normalise`: a folder of files, or without it the column ``card`` of the report, which is the better place for millions.
        spec: As for :func:`baidi.fix`.
        actors: As for :func:`normalise`.
        batch_size: As for :func:`normalise`.
        rows_per_file: Rows that are gathered for a file of the report. A driver that is killed loses at most so many for each writer.
        checkpoint: A folder or its URI, on a file system that all nodes share, for Ray's checkpoint (where it has ``ray.data.checkpoint``): rows by ``id``, kept for each recipe. It sets two processors aside, and
            does not see that a photo has changed.
        full: Whether rows have a column ``report`` with everything there is to say, of the photo itself, too; it takes a fifth more time.
        options: ``background``, ``keep_background``, ``min_size``, ``max_size``, ``language``, ``timeout``, ``ray_remote_args``, as for :func:`normalise`.

    Raises:
        SpecError: The spec, the background or the byte window is wrong.
        ValueError: Two photos have one id; there are too few processors for ``checkpoint``.
        OSError: The source cannot be listed, or the report cannot be written.
    """
    place = os.fspath(report)
    asked: dict[str, Any] = {
        name: options.get(name, default)
        for name, default in {
            "background": None,
            "keep_background": False,
            "min_size": None,
            "max_size": None,
            "language": "en",
        }.items()
    }
    recipe = _order(_carried(spec) if not isinstance(spec, str) or spec.endswith(".toml") else spec, **asked).recipe
    photos = manifest(source)
    made = {"cards": cards, "actors": actors, "batch_size": batch_size, "report": full, **options}
    if checkpoint is not None:
        return _checkpointed(photos, place, spec, recipe, os.fspath(checkpoint), rows_per_file, made)
    left = _left(photos, place, recipe)
    sink = _Report(place, rows_per_file)
    if len(left):
        if not ray.is_initialized():
            ray.init()
        most = actors if isinstance(actors, int) else actors[1] if actors else int(ray.cluster_resources().get("CPU", 1))
        dataset = ray.data.from_arrow(_blocks(left, most, batch_size))
        normalise(dataset, spec, **made).write_datasink(sink, ray_remote_args=_FREE)
    _sweep(place)
    if cards is not None:
        _sweep(os.fspath(cards))
    return _summary(len(photos), len(photos) - len(left), sink.counts)


def _summary(photos: int, skipped: int, counts: Mapping[str, int]) -> Summary:
    of = counts.get
    return Summary(photos, skipped, of("compliant", 0), of("review", 0), of("not-compliant", 0), of("failed", 0))


def _checkpointed(
    photos: pa.Table, report: str, spec: SpecLike, recipe: str, checkpoint: str, rows: int, made: Mapping[str, Any]
) -> Summary:
    """The same with Ray's record of what is done: it leaves rows out by their ids, and commits a file of the report and the ids in it together."""
    try:
        from ray.data.checkpoint import CheckpointConfig
    except ImportError:
        raise ValueError(f"Ray {ray.__version__} keeps no checkpoints; without checkpoint= the report is the record") from None
    if not ray.is_initialized():
        ray.init()
    cpus = int(ray.cluster_resources().get("CPU", 1))
    actors = made["actors"]
    least = actors if isinstance(actors, int) else actors[0] if actors else 1
    if least + _ASIDE > cpus:
        raise ValueError(
            f"Ray's checkpoint keeps {_ASIDE} processors busy beside {least} of the actors, and the cluster has {cpus}: the run would wait for ever; "
            "without checkpoint= the report is the record, and no processor is set aside"
        )
    if not isinstance(actors, int):
        made = {**made, "actors": (least, min(actors[1] if actors else cpus, cpus - _ASIDE))}
    place = f"{checkpoint.rstrip('/')}/{recipe[:16]}"
    # Ray filters what it reads, so the list is a file.
    listed = f"{checkpoint.rstrip('/')}/photos-{recipe[:16]}.parquet"
    file = io.BytesIO()
    pq.write_table(photos, file, row_group_size=1024)
    _write(listed, file.getvalue())
    before = _counts(report, recipe)
    context = ray.data.DataContext.get_current()
    usual = context.checkpoint_config
    context.checkpoint_config = CheckpointConfig("id", place, delete_checkpoint_on_success=False)
    try:
        blocks = max(1, math.ceil(len(photos) / 1024))
        dataset = ray.data.read_parquet(listed, override_num_blocks=blocks, **_FREE)
        normalise(dataset, spec, **made).write_parquet(report, min_rows_per_file=rows, ray_remote_args=_FREE)
    finally:
        context.checkpoint_config = usual
    after = _counts(report, recipe)
    return _summary(len(photos), sum(before.values()), {status: after[status] - before.get(status, 0) for status in after})


_ASIDE = 2
"""What lists the list and what leaves rows out each wait for a processor that an actor must not have."""


def _counts(report: str, recipe: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in _parts(report):
        if {"recipe", "status"} <= set(part.column_names):
            for status in part.filter(pc.equal(part.column("recipe"), recipe)).column("status").to_pylist():
                counts[status] = counts.get(status, 0) + 1
    return counts
