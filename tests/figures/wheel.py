#!/usr/bin/env python3
"""What the wheel costs beside the program, taken in turns so that a machine that grows slower is fair to both.

    python tests/figures/wheel.py --baidi target/release/baidi --photos out/gallery --dev ../shared/portraits/dev

Run it with a Python that has the wheel, Pillow and NumPy. Prints one line of JSON: photos a second of `fix_many` on two threads and of the program's folder, round by round and their ratio; what a counting thread keeps of
its rate while one thread makes cards; and how many cards of the folder `--dev` are other than the program's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import baidi

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python" / "tests"))
import cluster  # noqa: E402


def rates(args, folder):
    photos = sorted(folder.rglob("*.jpg"))
    size = len(photos) // args.rounds
    program, module = [], []
    took = {"program": 0.0, "module": 0.0}
    list(baidi.fix_many(photos[:2], threads=2))
    for turn in range(args.rounds):
        part = photos[turn * size : (turn + 1) * size]
        both = [("program", program), ("module", module)]
        for kind, seconds in both if turn % 2 == 0 else reversed(both):
            with tempfile.TemporaryDirectory() as out:
                begun, before = time.monotonic(), os.times()
                if kind == "program":
                    subprocess.run([args.baidi, "fix", *map(str, part), "-o", out, "--jobs", "2", "-q"], check=False, capture_output=True)
                else:
                    for row in baidi.fix_many(part, threads=2):
                        if row.card is not None:
                            (Path(out) / f"{row.sha256}.jpg").write_bytes(row.card)
                seconds.append(time.monotonic() - begun)
                after = os.times()
                spent = [b - a for a, b in zip(before, after)]
                took[kind] += sum(spent[2:4] if kind == "program" else spent[:2])
    ratios = [a / b for a, b in zip(program, module)]
    return {
        "photos_a_round": size,
        "program_photos_per_second": [round(size / s, 2) for s in program],
        "fix_many_photos_per_second": [round(size / s, 2) for s in module],
        "ratio": round(sum(program) / sum(module), 3),
        "program_processor_seconds_a_photo": round(took["program"] / len(photos), 4),
        "fix_many_processor_seconds_a_photo": round(took["module"] / len(photos), 4),
        "ratio_of_processor_seconds": round(took["program"] / took["module"], 3),
        "ratio_of_rounds_median": round(statistics.median(ratios), 3),
    }


def counter(args, folder):
    """What another thread keeps of its rate: counting alone and counting while cards are made, in turns. The counter's own processor time is what its rate is divided by, so that only waiting for the interpreter counts."""
    photos = sorted(folder.rglob("*.jpg"))[:24]
    wall, processor = [], []

    def counted(work):
        stop, result = threading.Event(), {}

        def count():
            n, begun, took = 0, time.monotonic(), time.thread_time()
            while not stop.is_set():
                n += 1
            result.update(wall=n / (time.monotonic() - begun), processor=n / (time.thread_time() - took))

        thread = threading.Thread(target=count)
        thread.start()
        work()
        stop.set()
        thread.join()
        return result

    for _ in range(args.rounds):
        alone = counted(lambda: time.sleep(3))
        beside = counted(lambda: list(baidi.fix_many(photos, threads=1)))
        wall.append(beside["wall"] / alone["wall"])
        processor.append(beside["processor"] / alone["processor"])
    return {"counter_keeps": round(statistics.median(wall), 3), "counter_keeps_by_processor_time": round(statistics.median(processor), 3)}


def identical(args):
    photos = sorted(p for p in args.dev.iterdir() if p.suffix == ".jpg")
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([args.baidi, "fix", *map(str, photos), "-o", out, "--jobs", "2", "-q"], check=False, capture_output=True)
        different = []
        for photo, row in zip(photos, baidi.fix_many(photos, threads=2)):
            card = Path(out) / f"{photo.stem}.jpg"
            if (card.read_bytes() if card.exists() else None) != row.card:
                different.append(photo.name)
    return {"dev_photos": len(photos), "dev_cards_different": len(different), "which": different}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--baidi", required=True)
    parser.add_argument("--photos", type=Path, default=Path("out/gallery"))
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=4)
    args = parser.parse_args()
    figures = {"load": Path("/proc/loadavg").read_text().split()[:3] if Path("/proc/loadavg").exists() else None}
    with tempfile.TemporaryDirectory() as folder:
        cluster.draw_photos(args.photos, args.count, Path(folder))
        figures |= rates(args, Path(folder))
        figures |= counter(args, Path(folder))
    if args.dev and args.dev.is_dir():
        figures |= identical(args)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
