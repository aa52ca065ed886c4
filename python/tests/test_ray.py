"""Millions of photos, tried on few: a real Ray on this machine, workers and drivers that are killed, lists, tar files."""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ray = pytest.importorskip("ray", reason="skipped: no Ray (pip install 'ray[data]')")

import pyarrow as pa
import pyarrow.parquet as pq

import baidi
import baidi.ray
import cluster

SMALL = 120_000
"""Pixels of a photo here."""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Few photos."""
    folder = tmp_path_factory.mktemp("photos")
    cluster.draw_photos(cluster_samples(), 6, folder, SMALL)
    return folder


def cluster_samples() -> Path:
    return Path(__file__).resolve().parents[2] / "samples"


def wanted(folder: Path, paths: list[Path]) -> dict[str, tuple[str, str | None, str | None]]:
    rows = baidi.fix_many(paths, threads=2, timeout=cluster.TIMEOUT)
    return {str(p.relative_to(folder)): (row.status, row.code, row.card_sha256) for p, row in zip(paths, rows)}


# ---- Without a cluster ---------------------------------------------------------------------------------------------------


def test_a_folder_is_listed_in_order_without_what_is_hidden(photos: Path, tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", ".hidden.jpg", "notes.txt", ".jpg", "x/c.heic", ".x/d.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    listed = baidi.ray.manifest(tmp_path)
    assert listed.schema == baidi.ray.MANIFEST
    assert listed.column("id").to_pylist() == ["a.png", "b.JPG", "x/c.heic"]
    assert listed.column("path").to_pylist()[0] == str(tmp_path / "a.png")
    assert all(listed.column("version").to_pylist())
    assert baidi.ray.manifest(tmp_path / ".x" / "..", ).equals(listed)


def packed(photos: dict[str, bytes], to: Path) -> Path:
    with tarfile.open(to, "w") as tar:
        for name, content in photos.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return to


def test_tar_files_are_lists_of_photos_and_damaged_ones_say_so(portrait: bytes, tmp_path: Path) -> None:
    whole = packed({"1.jpg": portrait, "1.json": b"{}", "2.png": b"two"}, tmp_path / "whole.tar")
    listed = baidi.ray.manifest(whole).to_pylist()
    assert [row["id"] for row in listed] == ["whole.tar/1.jpg", "whole.tar/2.png"]
    first = listed[0]
    assert whole.read_bytes()[first["offset"] : first["offset"] + first["length"]] == portrait
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole.read_bytes()[: 512 + 1000])
    (tmp_path / "text.tar").write_bytes(b"no tar file" * 200)
    troubles = {row["id"]: row["trouble"] for row in baidi.ray.manifest(tmp_path).to_pylist()}
    assert troubles["whole.tar/1.jpg"] is None
    assert troubles["cut.tar/1.jpg"] and troubles["text.tar#damaged"]


def test_two_photos_of_one_id_are_refused_and_a_list_needs_paths() -> None:
    with pytest.raises(ValueError, match="'a'"):
        baidi.ray.manifest(pa.table({"id": ["a", "b", "a"], "path": ["1", "2", "3"]}))
    with pytest.raises(ValueError, match="path"):
        baidi.ray.manifest(pa.table({"id": ["a"]}))
    own = baidi.ray.manifest(pa.table({"path": ["1"], "person": ["Zhang"]}))
    assert own.column("id").to_pylist() == ["1"] and own.column("person").to_pylist() == ["Zhang"]


def test_the_report_is_named_by_its_rows_and_nothing_is_written_for_none(tmp_path: Path) -> None:
    sink = baidi.ray._Report(str(tmp_path / "report"), 10)
    rows = pa.table({"id": ["a", "b"], "recipe": ["r", "r"], "status": ["failed", "review"]})
    assert sink.write([rows.slice(0, 0)], None) == {} and not (tmp_path / "report").exists()
    assert sink.write([rows], None) == {"failed": 1, "review": 1}
    assert sink.write([rows.slice(1), rows.slice(0, 0), rows.slice(0, 1)], None) == {"failed": 1, "review": 1}
    assert len(list((tmp_path / "report").iterdir())) == 1, "the same block twice is the same file"


def test_what_a_report_does_not_say_is_left(tmp_path: Path) -> None:
    listed = baidi.ray.manifest(pa.table({"path": ["a", "b", "c"], "version": ["1", "1", "2"]}))
    report = tmp_path / "report"
    assert baidi.ray._left(listed, str(report), "r") is listed
    report.mkdir()
    pq.write_table(pa.table({"id": ["a", "c"], "version": ["1", "1"], "recipe": ["r", "r"]}), report / "1.parquet")
    pq.write_table(pa.table({"id": ["b"], "version": ["1"], "recipe": ["another"]}), report / "2.parquet")
    (report / "torn.parquet").write_bytes(b"PAR1 and no more")
    left = baidi.ray._left(listed, str(report), "r")
    assert left.column("id").to_pylist() == ["b", "c"], "another recipe, another content"


# ---- On a cluster ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="skipped: processes are found in /proc")
def test_killed_drivers_and_workers_lose_double_and_change_nothing(tmp_path: Path) -> None:
    args = argparse.Namespace(photos=cluster_samples(), count=40, hostile=None)
    base = tmp_path
    cluster.draw_photos(args.photos, args.count, base / "in", SMALL)
    drawn = sorted((base / "in").rglob("*.jpg"))
    for name, content in cluster.spoilt(drawn[0].read_bytes()).items():
        (drawn[0].parent / name).write_bytes(content)
    paths = sorted(p for p in (base / "in").rglob("*") if p.is_file())
    said = wanted(base / "in", paths)
    small = ["--files", "--batch-size", "2", "--rows-per-file", "4"]

    first = cluster.Drive(base, *small)
    while cluster.done(base) < 12:
        assert first.child.poll() is None, "the run was over before it could be killed"
        cluster.time.sleep(0.05)
    first.kill()
    assert cluster.done(base) < 40

    second = cluster.Drive(base, *small)
    second.kill_worker_at(20)
    ran = second.ended()
    assert ran["photos"] == len(paths) and ran["skipped"] < len(paths)
    assert cluster.disagreements(base, said, paths) == {"lost": [], "doubled": [], "different": []}

    before = {p.name: p.stat().st_mtime_ns for p in (base / "report").iterdir()}
    again = cluster.Drive(base, *small).ended()
    assert again["skipped"] == len(paths)
    assert {p.name: p.stat().st_mtime_ns for p in (base / "report").iterdir()} == before


@pytest.fixture(scope="module")
def here() -> Iterator[None]:
    # As Ray counts them: Ray's own checkpoint wants two beside the actors.
    cluster.start(processors=3)
    yield
    ray.shutdown()


@pytest.mark.usefixtures("here")
class TestHere:
    def test_a_dataset_of_files_gets_cards_in_a_column(self, photos: Path) -> None:
        dataset = ray.data.read_binary_files(str(photos), include_paths=True)
        rows = baidi.ray.normalise(dataset, actors=1, batch_size=4).take_all()
        assert len(rows) == 6
        for row in rows:
            path = Path(row["path"])
            assert row["id"] == row["path"] and "bytes" not in row
            assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
            assert row["card"] == baidi.fix(path.read_bytes()).card

    def test_rows_without_a_photo_fail_and_columns_of_ones_own_stay(self, photos: Path) -> None:
        photo = next(photos.rglob("*.jpg")).read_bytes()
        table = pa.table({"bytes": pa.array([None, photo, b"nothing"], pa.binary()), "person": ["a", "b", "c"]})
        rows = baidi.ray.normalise(ray.data.from_arrow(table), actors=1, report=True).take_all()
        by_person = {row["person"]: row for row in rows}
        assert [by_person[p]["code"] for p in "abc"] == ["unsupported-format", None, "unsupported-format"]
        assert all(row["text"] for row in rows if row["status"] == "failed")
        assert '"photos"' in by_person["b"]["report"]

    def test_an_empty_source_writes_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        summary = baidi.ray.run(tmp_path / "in", report=tmp_path / "report", cards=tmp_path / "cards")
        assert summary == baidi.ray.Summary(0, 0, 0, 0, 0, 0)
        assert [p.name for p in tmp_path.iterdir()] == ["in"]

    def test_a_wrong_question_is_asked_of_nobody(self, photos: Path, tmp_path: Path) -> None:
        with pytest.raises(baidi.SpecError):
            baidi.ray.run(photos, report=tmp_path / "report", spec="library-card")
        with pytest.raises(baidi.SpecError):
            baidi.ray.normalise(ray.data.range(1), "library-card")

    def test_lists_tar_files_and_folders_are_one_source(self, photos: Path, portrait: bytes, tmp_path: Path) -> None:
        names = sorted(photos.rglob("*.jpg"))
        packed({"1.jpg": portrait, "2.jpg": b"nothing"}, tmp_path / "shard.tar")
        listed = pa.table({"path": [str(names[0]), str(tmp_path / "nobody.jpg")], "person": ["Zhang", "Li"]})
        pq.write_table(listed, tmp_path / "list.parquet")
        for source, photos_of in ((tmp_path / "list.parquet", 2), (tmp_path / "shard.tar", 2)):
            report = tmp_path / f"report-{source.stem}"
            summary = baidi.ray.run(source, report=report, actors=1)
            assert (summary.photos, summary.failed) == (photos_of, 1)
        found = pq.read_table(tmp_path / "report-list").to_pylist()
        by_person = {row["person"]: row for row in found}
        assert by_person["Li"]["code"] == "io" and "nobody.jpg" in by_person["Li"]["text"]
        assert by_person["Zhang"]["card"] == baidi.fix(names[0]).card
        shard = {row["id"]: row for row in pq.read_table(tmp_path / "report-shard").to_pylist()}
        assert shard["shard.tar/1.jpg"]["card"] == baidi.fix(portrait).card
        assert shard["shard.tar/2.jpg"]["code"] == "unsupported-format"

    def test_a_changed_photo_and_another_spec_are_done_again(self, photos: Path, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        names = sorted(photos.rglob("*.jpg"))[:3]
        for i, name in enumerate(names[:2]):
            (folder / f"{i}.jpg").write_bytes(name.read_bytes())
        run: Any = lambda **more: baidi.ray.run(folder, report=tmp_path / "report", actors=1, **more)  # noqa: E731
        assert run().skipped == 0
        assert run().skipped == 2
        (folder / "1.jpg").write_bytes(names[2].read_bytes())
        os.utime(folder / "1.jpg", ns=(1, 1))
        assert run().skipped == 1
        assert run(spec="id-card").skipped == 0
        assert len(pq.read_table(tmp_path / "report")) == 5

    def test_rays_own_checkpoint_may_keep_the_record(self, photos: Path, tmp_path: Path) -> None:
        pytest.importorskip("ray.data.checkpoint", reason="skipped: this Ray keeps no checkpoints")
        run: Any = lambda source: baidi.ray.run(  # noqa: E731
            source, report=tmp_path / "report", checkpoint=tmp_path / "checkpoint", actors=1
        )
        listed = baidi.ray.manifest(photos)
        with pytest.raises(ValueError, match="processors"):
            baidi.ray.run(listed, report=tmp_path / "report", checkpoint=tmp_path / "checkpoint", actors=2)
        assert run(listed.slice(0, 4)).skipped == 0
        after = run(listed)
        assert (after.photos, after.skipped) == (6, 4)
        rows = pq.read_table(tmp_path / "report").to_pylist()
        assert sorted(row["id"] for row in rows) == listed.column("id").to_pylist()
