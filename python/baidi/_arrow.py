"""Rows as Arrow columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from . import _baidi
from ._batch import ArrowBatch, ArrowStream, rows
from ._photo import photo as _photo_of
from ._types import Finding, Row

try:
    import pyarrow as pa
except ImportError as error:  # pragma: no cover
    raise ImportError("Arrow columns need pyarrow: pip install pyarrow") from error

FINDING = pa.struct(
    [
        pa.field("rule", pa.string(), nullable=False),
        pa.field("verdict", pa.string(), nullable=False),
        pa.field("before", pa.string()),
        pa.field("measured", pa.string()),
        pa.field("required", pa.string()),
        pa.field("unit", pa.string()),
        pa.field("fixable", pa.bool_(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("message", pa.string(), nullable=False),
        pa.field("hint", pa.string()),
    ]
)
"""One finding. ``measured`` is text, since some rules measure two numbers and some a word; numbers are written as Python writes them."""

RESULT: tuple[pa.Field, ...] = (
    pa.field("spec", pa.string(), nullable=False),
    pa.field("status", pa.string(), nullable=False),
    pa.field("code", pa.string()),
    pa.field("text", pa.string()),
    pa.field("hint", pa.string()),
    pa.field("findings", pa.list_(FINDING), nullable=False),
    pa.field("sha256", pa.string()),
    pa.field("card", pa.large_binary()),
    pa.field("card_sha256", pa.string()),
    pa.field("milliseconds", pa.float64(), nullable=False),
    pa.field("recipe", pa.string(), nullable=False),
    pa.field("baidi", pa.string(), nullable=False),
)
"""What stands behind a photo's own columns."""

REPORT = pa.field("report", pa.string(), nullable=False)
"""All there is to say, where that is wanted."""


def _measured(measured: Any) -> str | None:
    if measured is None:
        return None
    return "×".join(map(str, measured)) if isinstance(measured, tuple) else str(measured)


def _told(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "rule": finding.rule,
            "verdict": finding.verdict,
            "before": finding.before,
            "measured": _measured(finding.measured),
            "required": finding.required,
            "unit": finding.unit,
            "fixable": finding.fixable,
            "code": finding.code,
            "message": finding.message,
            "hint": finding.hint,
        }
        for finding in findings
        if finding.verdict in ("fail", "doubtful")
    ]


def fields(report: bool) -> list[pa.Field]:
    """The columns that are added."""
    return [*RESULT, *((REPORT,) if report else ())]


def columns(done: Iterable[Row], order: _baidi.Order, report: bool) -> list[pa.Array]:
    """The columns that are added, of these rows."""
    values: dict[str, list[Any]] = {field.name: [] for field in fields(report)}
    for row in done:
        values["spec"].append(order.spec)
        values["status"].append(row.status)
        values["code"].append(row.code)
        values["text"].append(row.text)
        values["hint"].append(row.hint)
        values["findings"].append(_told(row.findings))
        values["sha256"].append(row.sha256)
        values["card"].append(row.card)
        values["card_sha256"].append(row.card_sha256)
        values["milliseconds"].append(row.milliseconds)
        values["recipe"].append(order.recipe)
        values["baidi"].append(_baidi.__version__)
        if report:
            values["report"].append(row._answer.report)
    return [pa.array(values[field.name], field.type) for field in fields(report)]


def source(schema: pa.Schema) -> str:
    """Which column photos are read from.

    Raises:
        ValueError: There is none, or it is of another type.
    """
    for name, fits in (("bytes", _is_binary), ("path", _is_text)):
        at = schema.get_field_index(name)
        if at < 0:
            continue
        if not fits(schema.field(at).type):
            raise ValueError(f"the column {name!r} is of type {schema.field(at).type}")
        return name
    raise ValueError(f"no column 'bytes' (binary) or 'path' (text) among {', '.join(schema.names) or 'none'}")


def _is_binary(kind: pa.DataType) -> bool:
    binary = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(fits(kind) for fits in binary) or str(kind) == "binary_view"


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view"


def _schema(schema: pa.Schema, report: bool) -> pa.Schema:
    added = fields(report)
    taken = {field.name for field in added}
    kept = [field for field in schema if field.name != "bytes" and field.name not in taken]
    return pa.schema([*kept, *added])


def _worked(crew: _baidi.Crew, order: _baidi.Order, threads: int, photos: pa.RecordBatch, report: bool) -> pa.RecordBatch:
    taken = photos.column(source(photos.schema))
    done = rows(crew, threads, ((None, _photo_of(taken[i].as_py())) for i in range(len(taken))))
    added = columns(done, order, report)
    schema = _schema(photos.schema, report)
    kept = [photos.column(schema.field(i).name) for i in range(len(schema) - len(added))]
    return pa.RecordBatch.from_arrays([*kept, *added], schema=schema)


def batch(crew: _baidi.Crew, order: _baidi.Order, threads: int, photos: ArrowBatch, report: bool) -> pa.RecordBatch:
    """The batch with what became of its photos."""
    taken = photos if isinstance(photos, pa.RecordBatch) else pa.record_batch(photos)
    return _worked(crew, order, threads, taken, report)


def stream(
    crew: _baidi.Crew, order: _baidi.Order, threads: int, photos: ArrowStream, report: bool
) -> pa.RecordBatchReader:
    """A batch for each batch, made as it is read."""
    reader = pa.RecordBatchReader.from_stream(photos)
    source(reader.schema)

    def worked() -> Iterator[pa.RecordBatch]:
        for taken in reader:
            yield _worked(crew, order, threads, taken, report)

    return pa.RecordBatchReader.from_batches(_schema(reader.schema, report), worked())
