#!/usr/bin/env python3
"""Measures baidi on folders: photos per second and peak memory of a long run, kill -9 at random moments, a slow writer.

    cargo build --release && cargo run --release --package baidi-lab --bin gallery 24
    python3 tests/figures/folders.py run   --baidi target/release/baidi --photos out/gallery --count 3000
    python3 tests/figures/folders.py kill  --baidi target/release/baidi --photos out/gallery --kills 50
    python3 tests/figures/folders.py watch --baidi target/release/baidi --photos out/gallery --count 500
    python3 tests/figures/folders.py full  --baidi target/release/baidi --photos out/gallery   (as root, on Linux)

Photos are those of the folder, multiplied under other names. Cards are read again by Pillow, which baidi does not use. Prints one line of JSON.
"""

import argparse
import csv
import html.parser
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
from pathlib import Path

from PIL import Image


def photos(folder, count, into):
    """Puts `count` photos into the folder `into`, in subfolders of 500 of their own."""
    sources = sorted(p for p in Path(folder).iterdir() if p.suffix in (".png", ".jpg") and ".alpha" not in p.name)
    if not sources:
        sys.exit(f"no photos in {folder}")
    made = []
    for i in range(count):
        source = sources[i % len(sources)]
        to = Path(into) / f"{i // 500:02}" / f"{i:05}{source.suffix}"
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, to)
        made.append(to)
    return made


def cards(out):
    return sorted(p for p in Path(out).rglob("*.jpg") if not any(part.startswith(".") for part in p.relative_to(out).parts))


def faults(card, low=15_360, high=20_000):
    """What an independent reader has against a card of the spec shebao."""
    found = []
    data = card.read_bytes()
    if not low <= len(data) <= high:
        found.append(f"{len(data)} bytes")
    if not data.endswith(b"\xff\xd9"):
        found.append("no end")
    try:
        with Image.open(card) as picture:
            picture.load()
            if (picture.format, picture.size, picture.mode) != ("JPEG", (358, 441), "RGB"):
                found.append(f"{picture.format} {picture.size} {picture.mode}")
            if picture.info.get("dpi") != (350, 350):
                found.append(f"dpi {picture.info.get('dpi')}")
    except Exception as error:
        found.append(str(error))
    return found


class Articles(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.classes = []

    def handle_starttag(self, tag, attrs):
        if tag == "article":
            self.classes.append(dict(attrs)["class"])


def run(args):
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        photos(args.photos, args.count, base / "in")
        figures = {"photos": args.count, "jobs": args.jobs}
        reports = {}
        seconds = {}
        # Every form of report once; the later runs find the cards made, and say the same of them.
        for form in ("json", "csv", "html"):
            begun = time.monotonic()
            child = subprocess.Popen(
                [args.baidi, "fix", "in", "-o", "out", "--jobs", str(args.jobs), "-q", "--report", f"r.{form}", "--spec", "shebao"],
                cwd=base, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            seconds[form] = time.monotonic() - begun
            figures[f"peak_mib_{form}"] = round(used.ru_maxrss / 1024)
            figures[f"exit_{form}"] = child.returncode
        figures["seconds"] = round(seconds["json"], 1)
        figures["photos_per_second"] = round(args.count / seconds["json"], 2)
        figures["seconds_of_a_run_with_nothing_to_do"] = round(seconds["csv"], 1)
        there = {str(c.relative_to(base)) for c in cards(base / "out")}
        figures["cards"] = len(there)
        bad = {str(c): f for c in cards(base / "out") if (f := faults(c))}
        disagreements = [f"{c}: {f}" for c, f in bad.items()]
        listed = json.loads((base / "r.json").read_text())["photos"]
        with open(base / "r.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        parser = Articles()
        page = (base / "r.html").read_text()
        parser.feed(page)
        figures["html_mib"] = round(len(page) / 2**20, 1)
        if not len(listed) == len(rows) == len(parser.classes) == args.count:
            disagreements.append(f"lengths {len(listed)} {len(rows)} {len(parser.classes)}")
        for photo, row, kind in zip(listed, rows, parser.classes):
            if not photo["input"] == row["input"] or not photo["status"] == row["status"] == kind:
                disagreements.append(f"{photo['input']}: {photo['status']} {row['status']} {kind}")
            if (photo["output"] is not None) != (photo["output"] in there):
                disagreements.append(f"{photo['output']} is not there")
            if photo["output"] and (base / photo["output"]).stat().st_size != photo["jpeg"]["bytes"]:
                disagreements.append(f"{photo['output']}: bytes")
            fails = sum(f["verdict"] == "fail" for f in photo["findings"])
            if str(fails) != row["fail"]:
                disagreements.append(f"{photo['input']}: {fails} {row['fail']}")
        if there != {p["output"] for p in listed if p["output"]}:
            disagreements.append("cards that no report names")
        figures["disagreements"] = len(disagreements)
        for line in disagreements[:20]:
            print(line, file=sys.stderr)
        if args.keep:
            shutil.copy(base / "r.html", args.keep)
        return figures


def kill(args):
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        photos(args.photos, args.count, base / "in")
        command = [args.baidi, "fix", "in", "-o", "out", "--jobs", str(args.jobs), "-q"]
        quiet = {"cwd": base, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        begun = time.monotonic()
        subprocess.run([*command[:4], "reference", *command[5:]], **quiet)
        usual = time.monotonic() - begun
        figures = {"kills": args.kills, "photos": args.count, "seconds_unkilled": round(usual, 1), "partial": 0, "redone": 0, "rounds_to_the_end": 0}
        whole = {}
        landed = 0
        for _ in range(args.kills):
            # When all is done the next one begins anew, so that every kill has something to hit.
            if len(whole) == args.count:
                figures["rounds_to_the_end"] += 1
                shutil.rmtree(base / "out")
                whole = {}
            child = subprocess.Popen(command, **quiet)
            time.sleep(rng.random() * usual * args.reach)
            landed += child.poll() is None
            child.send_signal(signal.SIGKILL)
            child.wait()
            now = {}
            for card in cards(base / "out"):
                if faults(card):
                    figures["partial"] += 1
                now[card] = card.stat().st_mtime_ns
            figures["redone"] += sum(now.get(card) != stamp for card, stamp in whole.items())
            whole = now
        subprocess.run(command, **quiet)
        lost = [c for c in cards(base / "reference")
                if not (o := base / "out" / c.relative_to(base / "reference")).exists() or o.read_bytes() != c.read_bytes()]
        figures["redone"] += sum(card.stat().st_mtime_ns != stamp for card, stamp in whole.items())
        figures["hit_while_running"] = landed
        figures["lost"] = len(lost)
        figures["temporary_files_left"] = len(list((base / "out").rglob(".baidi-*.tmp")))
        return figures


def watch(args):
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        sources = photos(args.photos, args.count, base / "store")
        (base / "in").mkdir()
        child = subprocess.Popen(
            [args.baidi, "watch", "in", "-o", "out", "--log", "log", "--settle", "0.5", "--exit-when-idle", "10", "--jobs", str(args.jobs), "-q"],
            cwd=base, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        early = []
        begun = time.monotonic()

        def write(mine):
            for source in mine:
                data = source.read_bytes()
                card = base / "out" / f"{source.stem}.jpg"
                with open(base / "in" / source.name, "wb") as file:
                    cuts = sorted(rng.sample(range(1, len(data)), 3))
                    for a, b in zip([0, *cuts], [*cuts, len(data)]):
                        file.write(data[a:b])
                        file.flush()
                        if b < len(data):
                            # Some pauses are longer than the settling time.
                            time.sleep(rng.choice([0.05, 0.2, 0.8]))
                            if card.exists():
                                early.append(card)

        writers = [threading.Thread(target=write, args=(sources[i::args.writers],)) for i in range(args.writers)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        written = time.monotonic() - begun
        child.wait()
        log = (base / "log").read_text()
        made = cards(base / "out")
        return {
            "photos": args.count, "cards": len(made), "not_whole": sum(bool(faults(c)) for c in made),
            "read_early": len(early), "failed": log.count(" failed "), "made_twice": log.count(" done ") - len(made),
            "seconds_to_write": round(written, 1), "seconds_to_the_end_and_10_idle": round(time.monotonic() - begun, 1),
        }


def full(args):
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        photos(args.photos, args.count, base / "in")
        (base / "small").mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", base / "small"], check=True)
        try:
            done = subprocess.run([args.baidi, "fix", "in", "-o", "small", "--jobs", str(args.jobs), "--lang", "en"],
                                  cwd=base, capture_output=True, text=True)
            made = cards(base / "small")
            said = [line for line in done.stderr.splitlines() if "full" in line or "No space" in line]
            return {"exit": done.returncode, "cards": len(made), "not_whole": sum(bool(faults(c)) for c in made),
                    "temporary_files_left": len(list((base / "small").rglob(".baidi-*.tmp"))), "lines_about_it": len(said), "for_example": said[:2]}
        finally:
            subprocess.run(["umount", base / "small"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["run", "kill", "watch", "full"])
    parser.add_argument("--baidi", required=True, type=lambda p: str(Path(p).resolve()))
    parser.add_argument("--photos", required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--reach", type=float, default=0.6, help="kills fall within this share of an undisturbed run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="where the HTML report of `run` is kept, to be looked at")
    args = parser.parse_args()
    print(json.dumps({"run": run, "kill": kill, "watch": watch, "full": full}[args.what](args)))


main()
