#!/usr/bin/env python3
"""Runs a folder of photos through the program and through a real Ray of two workers, one of which is killed in the middle, and compares row by row.

    python python/tests/cluster.py --photos out/gallery --program target/release/baidi --count 2000 --hostile ../shared/nasty

Photos of one megapixel are made of the ones in `--photos`, each other than the next; hostile files stand among them. The program's time is taken on one half before and on the other half after Ray's, so that a machine
that grows slower meanwhile is fair to both. Ray's includes the actors' start, the killed worker and what had to be done again, but not the start of Ray itself, which is given by itself. Prints one line of JSON.

`drive` is what runs in a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

TIMEOUT = 120
"""Seconds for a photo, here and there: a busy machine must not decide what fails."""


# ---- Photos ------------------------------------------------------------------------------------------------------------


def draw_photos(bases: Path, count: int, into: Path, pixels: int = 1_000_000) -> None:
    """Puts `count` photos of so many pixels into folders of 250, of which no two are alike."""
    from PIL import Image, ImageEnhance

    sources = sorted(p for p in bases.iterdir() if p.suffix in (".png", ".jpg") and ".alpha" not in p.name)
    if not sources:
        raise SystemExit(f"no photos in {bases}")
    loaded: dict[Path, Image.Image] = {}
    for i in range(count):
        source = sources[i % len(sources)]
        if source not in loaded:
            with Image.open(source) as image:
                scale = (pixels / (image.width * image.height)) ** 0.5
                size = (round(image.width * scale), round(image.height * scale))
                loaded[source] = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        image = ImageEnhance.Brightness(loaded[source]).enhance(0.9 + 0.2 * (i // len(sources)) / max(1, count / len(sources)))
        to = into / f"班 {i // 250:02}" / f"{i:05}.jpg"
        to.parent.mkdir(parents=True, exist_ok=True)
        image.save(to, quality=90)
    for image in loaded.values():
        image.close()


def spoilt(portrait: bytes) -> dict[str, bytes]:
    """Hostile files made of one photo."""
    from PIL import Image

    def png(image: Image.Image) -> bytes:
        file = io.BytesIO()
        image.save(file, "PNG")
        return file.getvalue()

    noise = random.Random(1)
    with Image.open(io.BytesIO(portrait)) as image:
        image = image.convert("RGB")
        two = Image.new("RGB", (2 * image.width, image.height))
        two.paste(image, (0, 0))
        two.paste(image, (image.width, 0))
    middle = len(portrait) // 2
    bomb = bytearray(png(Image.new("L", (8, 8))))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    return {
        "empty.jpg": b"",
        "text.jpg": b"not a picture at all\n" * 100,
        "half.jpg": portrait[:middle],
        "head-only.jpg": portrait[:200],
        "zeros.jpg": bytes(10_000),
        "noise.jpg": noise.randbytes(100_000),
        "rotten.jpg": portrait[:middle] + noise.randbytes(2_000) + portrait[middle + 2_000 :],
        "bomb.png": bytes(bomb),
        "blank.png": png(Image.new("RGB", (640, 480), (200, 200, 200))),
        "one-pixel.png": png(Image.new("RGB", (1, 1))),
        "two.png": png(two),
        "archive.tif": b"PK\x03\x04" + noise.randbytes(500),
        "endless.gif": b"GIF89a" + b"\xff\xff\xff\xff\x80\x00\x00" + bytes(300),
    }


def lay(args: argparse.Namespace, folder: Path) -> list[Path]:
    """The photos with the hostile ones among them; all of them, in order."""
    draw_photos(args.photos, args.count, folder)
    drawn = sorted(folder.rglob("*.jpg"))
    folders = sorted(p for p in folder.iterdir() if p.is_dir())
    hostile = spoilt(drawn[0].read_bytes())
    if args.hostile and args.hostile.is_dir():
        found = sorted(p for p in args.hostile.rglob("*") if p.is_file() and p.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"))
        hostile |= {f"nasty {i:03}{p.suffix.lower()}": p.read_bytes() for i, p in enumerate(found[: args.most_hostile])}
    for i, (name, content) in enumerate(hostile.items()):
        (folders[i % len(folders)] / name).write_bytes(content)
    return sorted(p for p in folder.rglob("*") if p.is_file())


# ---- Ray ---------------------------------------------------------------------------------------------------------------


def start(processors: int = 2) -> None:
    """A Ray of so many processors, or so it is told, on the loopback, with nothing that looks for others."""
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Ray's workers step behind everything else on a machine unless told otherwise; the program does not, and they are compared.
    os.environ.setdefault("RAY_worker_niceness", "0")
    import ray

    for attempt in range(3):
        try:
            ray.init(
                num_cpus=processors,
                include_dashboard=False,
                log_to_driver=False,
                logging_level="error",
                object_store_memory=300 << 20,
                _node_ip_address="127.0.0.1",
            )
            break
        except Exception:
            # Ray gives its parts half a minute to appear, which a busy machine may not keep.
            ray.shutdown()
            if attempt == 2:
                raise
    ray.data.DataContext.get_current().enable_progress_bars = False


def drive(args: argparse.Namespace) -> None:
    """One run, in a process of its own; prints when Ray was there and what was done."""
    begun = time.monotonic()
    start()
    import baidi.ray

    ready = time.monotonic()
    print(json.dumps({"ready": ready - begun}), flush=True)
    cards = str(args.base / "cards") if args.files else None
    summary = baidi.ray.run(
        str(args.base / "in"),
        report=str(args.base / "report"),
        cards=cards,
        actors=args.actors,
        batch_size=args.batch_size,
        rows_per_file=args.rows_per_file,
        timeout=TIMEOUT,
        full=True,  # as the program with its report
        checkpoint=str(args.base / "checkpoint") if args.checkpoint else None,
    )
    print(json.dumps({"seconds": time.monotonic() - ready, **{name: getattr(summary, name) for name in summary.__slots__}}), flush=True)


def tree(pid: int) -> dict[int, tuple[str, float]]:
    """The processes below `pid` with their command lines and the processor time they took, in seconds."""
    parents: dict[int, int] = {}
    took: dict[int, tuple[str, float]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            said = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        parents[int(entry.name)] = int(stat[1])
        took[int(entry.name)] = (said, (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK"))

    def below(each: int) -> bool:
        while each > 1:
            if each == pid:
                return True
            each = parents.get(each, 0)
        return False

    return {each: known for each, known in took.items() if below(each)}


def workers(pid: int) -> list[int]:
    """The actors that make cards."""
    return [each for each, (said, _) in tree(pid).items() if "_Normaliser" in said and said.startswith("ray::")]


class Drive:
    """A driver that runs, and what it takes."""

    def __init__(self, base: Path, *more: str) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
        self.base = base
        self.child = subprocess.Popen(
            [sys.executable, __file__, "drive", "--base", str(base), *more],
            stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True,
        )
        self.took: dict[int, float] = {}
        self.memory = 0.0
        self._watch = threading.Thread(target=self._watched, daemon=True)
        self._watch.start()

    def _watched(self) -> None:
        while self.child.poll() is None:
            for pid, (_, seconds) in tree(self.child.pid).items():
                self.took[pid] = max(seconds, self.took.get(pid, 0.0))
            time.sleep(1)

    def kill_worker_at(self, cards: int) -> int:
        """Kills a worker once there are so many cards, or rows of the report; says which."""
        while self.child.poll() is None:
            there = workers(self.child.pid)
            if len(there) == 2 and done(self.base) >= cards:
                os.kill(there[0], signal.SIGKILL)
                return there[0]
            time.sleep(0.2)
        raise RuntimeError("the run was over before a worker could be killed")

    def kill(self) -> None:
        """Kills the driver and all it started, as a machine does that loses power."""
        found = tree(self.child.pid)
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.child.wait()

    def ended(self) -> dict[str, Any]:
        assert self.child.stdout is not None
        said = [json.loads(line) for line in self.child.stdout if line.startswith("{")]
        if self.child.wait() != 0:
            raise RuntimeError(f"the driver ended with {self.child.returncode}")
        self._watch.join()
        return {**said[0], **said[-1], "processor_seconds": round(sum(self.took.values()), 1)}


def done(base: Path) -> int:
    """How many cards there are already."""
    return sum(1 for _ in (base / "cards").rglob("*.jpg")) if (base / "cards").is_dir() else 0


# ---- Comparison --------------------------------------------------------------------------------------------------------


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def expected(program: str, folder: Path, part: list[Path], out: Path) -> tuple[dict[str, Any], float, float]:
    """What the program makes of these photos: by their places, with wall and processor seconds."""
    report = out.with_suffix(".json")
    before, begun = os.times(), time.monotonic()
    subprocess.run(
        [program, "fix", *map(str, part), "-o", str(out), "--jobs", "2", "-q", "--timeout", str(TIMEOUT), "--report", str(report), "--lang", "en"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )
    seconds, after = time.monotonic() - begun, os.times()
    took = after.children_user + after.children_system - before.children_user - before.children_system
    found = {}
    for photo in json.loads(report.read_text())["photos"]:
        card = None if photo["output"] is None else digest(Path(photo["output"]))
        code = photo["error"]["code"] if photo["error"] else None
        found[str(Path(photo["input"]).relative_to(folder))] = (photo["status"], code, card)
    return found, seconds, took


def rows_of(base: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    columns = ["id", "status", "code", "sha256", "card_sha256", "output", "text"]
    return [row for part in sorted((base / "report").glob("*.parquet")) for row in pq.read_table(part, columns=columns).to_pylist()]


def disagreements(base: Path, wanted: dict[str, Any] | None, photos: list[Path]) -> dict[str, list[str]]:
    """What is lost, doubled, or other than it should be. Without the program's word on each photo, cards and digests alone are looked at."""
    folder = base / "in"
    rows = rows_of(base)
    ids = Counter(row["id"] for row in rows)
    there = {str(photo.relative_to(folder)) for photo in photos}
    different = []
    for row in rows:
        path = folder / row["id"]
        if not path.exists():
            different.append(f"{row['id']}: no such photo")
            continue
        if row["sha256"] != digest(path):
            different.append(f"{row['id']}: another photo's digest")
        if row["output"] is not None and digest(base / "cards" / row["output"]) != row["card_sha256"]:
            different.append(f"{row['id']}: another card than its row says")
        if (row["output"] is None) != (row["status"] == "failed") or (row["code"] is None) != (row["status"] != "failed"):
            different.append(f"{row['id']}: {row['status']} with {row['output']} and {row['code']}")
        if wanted is not None and (row["status"], row["code"], row["card_sha256"]) != wanted[row["id"]]:
            different.append(f"{row['id']}: {row['status']} {row['code']} where the program says {wanted[row['id']]}")
    cards = {str(p.relative_to(base / "cards")) for p in (base / "cards").rglob("*") if p.is_file()}
    different += [f"{card}: no row names it" for card in sorted(cards - {row["output"] for row in rows})]
    return {
        "lost": sorted(there - ids.keys()),
        "doubled": sorted(name for name, count in ids.items() if count > 1),
        "different": different,
    }


def measure(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(dir=args.scratch) as scratch:
        base = Path(scratch)
        photos = lay(args, base / "in")
        middle = len(photos) // 2
        wanted, first, first_took = expected(args.program, base / "in", photos[:middle], base / "a")
        drive = Drive(base, "--files", "--batch-size", str(args.batch_size), "--rows-per-file", str(args.rows_per_file), "--actors", str(args.actors))
        if not args.spare and args.actors == 2:
            drive.kill_worker_at(args.count // 3)
        ran = drive.ended()
        more, second, second_took = expected(args.program, base / "in", photos[middle:], base / "b")
        wanted |= more
        wrong = disagreements(base, wanted, photos)
        again = Drive(base, "--files").ended()
        after = disagreements(base, wanted, photos)
        for kind, names in (*wrong.items(), *after.items()):
            for name in names[:10]:
                print(f"{kind}: {name}", file=sys.stderr)
        native, cluster = len(photos) / (first + second), len(photos) / ran["seconds"]
        figures = {
            "photos": len(photos),
            "failed": ran["failed"],
            "actors": args.actors,
            "worker_killed": not args.spare and args.actors == 2,
            "program_photos_per_second": [round(middle / first, 2), round((len(photos) - middle) / second, 2)],
            "ray_photos_per_second": round(cluster, 2),
            "ratio": round(cluster / native, 3),
            "program_processor_seconds_a_photo": round((first_took + second_took) / len(photos), 4),
            "ray_processor_seconds_a_photo": round(ran["processor_seconds"] / len(photos), 4),
            "seconds_until_ray_is_there": round(ran["ready"], 1),
            **{kind: len(names) for kind, names in wrong.items()},
            "second_run": {"skipped": again["skipped"], "seconds": round(again["seconds"], 2), **{kind: len(names) for kind, names in after.items()}},
            "report_bytes_a_photo": round(sum(p.stat().st_size for p in (base / "report").iterdir()) / len(photos)),
            "report_files": len(list((base / "report").iterdir())),
        }
        print(json.dumps(figures))
        if any(wrong.values()) or any(after.values()) or again["skipped"] != len(photos):
            sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command")
    driver = commands.add_parser("drive")
    driver.add_argument("--base", type=Path, required=True)
    driver.add_argument("--files", action="store_true", help="cards as files, not as a column")
    driver.add_argument("--checkpoint", action="store_true")
    for each in (parser, driver):
        each.add_argument("--batch-size", type=int, default=32)
        each.add_argument("--rows-per-file", type=int, default=1000)
        each.add_argument("--actors", type=int, default=2)
    parser.add_argument("--photos", type=Path, default=Path("out/gallery"))
    parser.add_argument("--program", default=shutil.which("baidi"))
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--hostile", type=Path)
    parser.add_argument("--most-hostile", type=int, default=60)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--spare", action="store_true", help="kill no worker")
    args = parser.parse_args()
    if args.command == "drive":
        drive(args)
    else:
        measure(args)


if __name__ == "__main__":
    main()
