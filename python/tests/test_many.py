"""Many photos: order, rows in place of exceptions, Arrow."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import baidi


def test_rows_come_in_order_whatever_the_number_of_threads(samples: list[Path]) -> None:
    alone = [baidi.fix(path).card for path in samples]
    for threads in (1, 2, 3):
        rows = list(baidi.fix_many(samples, threads=threads))
        assert [row.id for row in rows] == [str(path) for path in samples]
        assert [row.card for row in rows] == alone


def test_a_bad_photo_is_a_row(portrait: bytes, tmp_path: Path) -> None:
    missing = tmp_path / "nobody.jpg"
    photos = [portrait, b"", b"GIF89a", missing, portrait[:3000], ("hole", None), np.full((50, 50), 9, np.uint8), portrait]
    rows = list(baidi.fix_many(photos, threads=2))
    assert [row.status for row in rows] == ["compliant", *["failed"] * 6, "compliant"]
    assert rows[0].card == rows[-1].card and rows[0].code is None and rows[0].text is None
    for row in rows[1:-1]:
        assert row.card is None and row.card_sha256 is None and row.code and row.text
    assert rows[3].code == "io" and rows[3].sha256 is None and "nobody.jpg" in (rows[3].text or "")
    assert rows[5].id == "hole"
    assert all(row.milliseconds >= 0 for row in rows)


def test_what_is_no_photo_at_all_is_a_mistake_of_the_program(portrait: bytes) -> None:
    with pytest.raises(TypeError):
        list(baidi.fix_many([portrait, 7]))  # type: ignore[list-item]
    for one in (portrait, "a.jpg", Path("a.jpg")):
        with pytest.raises(TypeError, match="in a list"):
            baidi.fix_many(one)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="thread"):
        baidi.fix_many([portrait], threads=0)
    with pytest.raises(baidi.SpecError):
        baidi.fix_many([portrait], "library-card")


def test_an_endless_iterable_is_read_a_few_photos_ahead(portrait: bytes) -> None:
    read = 0

    def photos() -> Iterator[bytes]:
        nonlocal read
        for _ in itertools.count():
            read += 1
            yield b"no photo"

    rows = list(itertools.islice(baidi.fix_many(photos(), threads=2), 50))
    assert len(rows) == 50
    assert read <= 50 + 8


def test_many_are_judged_too(samples: list[Path]) -> None:
    rows = list(baidi.check_many(samples))
    assert [row.status for row in rows] == [baidi.check(path).status for path in samples]
    assert all(row.card is None for row in rows)
    refused = next(row for row in rows if row.status == "not-compliant")
    assert refused.text == next(f.message for f in refused.findings if f.verdict in ("fail", "doubtful"))


@pytest.fixture
def columns(portrait: bytes) -> pa.RecordBatch:
    photos = [portrait, None, b"nothing", portrait]
    return pa.record_batch({"person": ["a", "b", "c", "d"], "bytes": pa.array(photos, pa.binary())})


def test_a_batch_gives_a_batch_and_hands_its_columns_through_without_copying(columns: pa.RecordBatch) -> None:
    done = baidi.fix_many(columns, threads=2)
    assert isinstance(done, pa.RecordBatch)
    assert done.column("person").buffers()[2].address == columns.column("person").buffers()[2].address
    assert "bytes" not in done.schema.names
    assert done.column("status").to_pylist() == ["compliant", "failed", "failed", "compliant"]
    assert done.column("code").to_pylist() == [None, "unsupported-format", "unsupported-format", None]
    assert done.column("card").to_pylist()[0] == baidi.fix(columns.column("bytes")[0].as_py()).card
    done.validate(full=True)
    whole = baidi.fix_many(columns, report=True)
    assert '"photos"' in whole.column("report")[0].as_py()


def test_what_the_photo_itself_breaks_is_worked_out_where_it_is_asked_for(portrait: bytes) -> None:
    (card,), (told,) = baidi.fix_many([portrait]), baidi.fix_many([portrait], report=True)
    assert card.card == told.card
    said = [{finding.rule: finding.before for finding in row.findings} for row in (card, told)]
    assert said[1] == {finding.rule: finding.before for finding in baidi.fix(portrait).findings}
    # The size settles how the card is made; nothing else of the photo was looked at.
    assert said[0].pop("pixel-size") == said[1]["pixel-size"] == "fail"
    assert {*said[0].values()} == {"unknown"}


def test_a_table_gives_batches_as_they_are_read(columns: pa.RecordBatch, samples: list[Path]) -> None:
    table = pa.Table.from_batches([columns.slice(0, 1), columns.slice(1, 0), columns.slice(1)])
    reader = baidi.fix_many(table)
    assert isinstance(reader, pa.RecordBatchReader)
    done = reader.read_all()
    assert done.column("status").to_pylist() == ["compliant", "failed", "failed", "compliant"]
    assert done.schema == baidi.fix_many(columns).schema
    paths = pa.table({"path": [str(path) for path in samples]})
    assert baidi.fix_many(paths).read_all().column("card").to_pylist() == [baidi.fix(p).card for p in samples]
    empty = baidi.fix_many(table.slice(0, 0)).read_all()
    assert len(empty) == 0 and empty.schema == done.schema


def test_findings_are_structs_that_can_be_asked_for(samples: list[Path]) -> None:
    done = baidi.check_many(pa.record_batch({"path": [str(path) for path in samples]}))
    told = done.column("findings").to_pylist()
    assert all(finding["verdict"] in ("fail", "doubtful") for findings in told for finding in findings)
    assert any(finding["rule"] == "pixel-size" for findings in told for finding in findings)


def test_columns_without_photos_are_refused() -> None:
    with pytest.raises(ValueError, match="no column 'bytes'"):
        baidi.fix_many(pa.record_batch({"name": ["a"]}))
    with pytest.raises(ValueError, match="of type"):
        baidi.fix_many(pa.table({"bytes": [1]}))
