#!/usr/bin/env python3
"""Measures where a photo's time and memory go, and writes the tables of docs/performance.md.

    cargo build --release && cargo run --release --package baidi-lab --bin gallery 24
    python3 tests/figures/performance.py --baidi target/release/baidi --photo out/gallery/000.png [--write docs/performance.md]

One photo is enlarged to each size, given grain as a sensor's, and saved at quality 90. Times are medians, memory is the kernel's largest resident set.
Needs Pillow and numpy. `djpeg`, `vipsthumbnail` and ImageMagick's `convert` are measured beside baidi where they are installed, and MediaPipe where `--selfie` names a Python that has it
(see selfie.py).
"""

import argparse
import json
import multiprocessing
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None


def photo(source, megapixels, to):
    """`make` in a process of its own: a command started from here would be charged with the memory that this one once had."""
    maker = multiprocessing.Process(target=make, args=(source, megapixels, to))
    maker.start()
    maker.join()
    return to


def make(source, megapixels, to):
    """Saves `source`, enlarged to 3:4 and so many megapixels, with grain."""
    picture = Image.open(source).convert("RGB")
    height = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    width = height * 3 // 4
    fit = max(width / picture.width, height / picture.height)
    picture = picture.resize((round(picture.width * fit), round(picture.height * fit)), Image.Resampling.BICUBIC)
    left = (picture.width - width) // 2
    picture = np.asarray(picture.crop((left, 0, left + width, height)))
    rng = np.random.default_rng(1)
    band = 512  # rows at a time: 100 megapixels of noise would not fit beside the picture
    rows = [np.clip(picture[y:y + band] + rng.normal(0, 7, picture[y:y + band].shape), 0, 255).astype(np.uint8) for y in range(0, height, band)]
    Image.fromarray(np.concatenate(rows)).save(to, quality=90)


def run(command):
    """Seconds, user and system seconds, and largest resident set in MiB of a command."""
    began = time.perf_counter()
    child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: the card has a fault, which is no matter here
        sys.exit(f"{command[0]} failed: {status}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def often(command, times):
    rows = [run(command) for _ in range(times)]
    return [statistics.median(column) for column in zip(*rows)]


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows])


def stages(baidi, file, out, times):
    """In the steady state: one worker, the same photo again and again, without the first two."""
    source = out / "again"
    source.mkdir()
    for i in range(times + 2):
        os.link(file, source / f"{i:02}.jpg")
    run([baidi, "fix", source, "-o", out / "cards", "--force", "--jobs", "1", "--report", out / "a.json"])
    reports = [photo["milliseconds"] for photo in json.loads((out / "a.json").read_text())["photos"]][2:]
    shutil.rmtree(source)
    names = sorted(reports[0], key=lambda n: -statistics.median(r.get(n, 0) for r in reports))
    medians = {n: statistics.median(r.get(n, 0) for r in reports) for n in names}
    total = sum(medians.values())
    return table(["stage, in the steady state", "ms", "share"], [[n, f"{m:.1f}", f"{100 * m / total:.0f} %"] for n, m in medians.items()] + [["all", f"{total:.1f}", ""]])


def whole(baidi, file, small, out, times, selfie):
    os.environ["VIPS_CONCURRENCY"] = os.environ["MAGICK_THREAD_LIMIT"] = "1"
    blank = out / "blank.png"
    Image.new("RGB", (16, 16), "white").save(blank)
    fix = [baidi, "fix", file, "-o", out / "a.jpg", "--force", "--jobs", "1"]
    width, height = Image.open(file).size
    cut = f"{width}x{width * 441 // 358}+0+0"
    commands = {
        "`baidi fix`, one thread": fix,
        "`djpeg -scale 1/4`: decoding alone": ["djpeg", "-scale", "1/4", "-outfile", out / "a.ppm", file],
        "`vipsthumbnail`: shrinking alone": ["vipsthumbnail", file, "--size", "358x441", "-o", f"{out}/v.jpg[Q=70,strip]"],
        "ImageMagick `convert`: cut in the middle, shrunk, 20 KB": ["convert", file, "-gravity", "center", "-crop", cut, "-resize", "358x441!", "-density", "350", "-define", "jpeg:extent=20KB", out / "m.jpg"],
        "`baidi fix`, a photo of 1 megapixel": [baidi, "fix", small, "-o", out / "s.jpg", "--force", "--jobs", "1"],
        "`baidi check` of the card": [baidi, "check", out / "a.jpg"],
        "`baidi check` of 16 blank pixels: starting, and the detector": [baidi, "check", blank],
        "`baidi --version`: starting without models": [baidi, "--version"],
    }
    rows, own = [], None
    for name, command in commands.items():
        if not shutil.which(str(command[0])):
            rows.append([name, "not installed", "", ""])
            continue
        # processor time: nobody has the machine alone
        _, used, peak = often(command, times)
        own = own or used
        rows.append([name, f"{1e3 * used:.0f}", f"{used / own:.2f}", f"{peak:.0f}"])
    if selfie:
        said = subprocess.run([selfie, Path(__file__).with_name("selfie.py"), file], capture_output=True, text=True, check=True)
        mask, decoded = map(int, said.stdout.split())
        rows.insert(4, ["MediaPipe's selfie segmentation: the mask alone, 256 × 256", mask, f"{mask / 1e3 / own:.2f}", ""])
        rows.insert(5, ["the decoding that it needs first (OpenCV)", decoded, f"{decoded / 1e3 / own:.2f}", ""])
    return table(["one 12-megapixel photo", "ms of processor time", "of baidi's", "peak MiB"], rows)


def folder(baidi, files, count, jobs, out):
    source = out / f"in{count}"
    if not source.exists():
        source.mkdir()
        for i in range(count):
            os.link(files[i % len(files)], source / f"{i:05}.jpg")
    shutil.rmtree(out / "cards", ignore_errors=True)
    return run([baidi, "fix", source, "-o", out / "cards", "--force", "--jobs", jobs])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--baidi", type=Path, required=True)
    parser.add_argument("--photo", type=Path, required=True)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--megapixels", type=float, nargs="+", default=[2, 12, 24, 48, 100])
    parser.add_argument("--counts", type=int, nargs="+", default=[10, 100, 1000, 10000], help="photos of 1 megapixel; 10 000 take a quarter of an hour")
    parser.add_argument("--folder", type=int, default=200, help="12-megapixel photos in the folder that threads are compared on")
    parser.add_argument("--selfie", type=Path, help="a Python with MediaPipe, to measure beside")
    parser.add_argument("--write", type=Path, help="puts the tables between the marks of this file")
    args = parser.parse_args()
    baidi = args.baidi.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        twelve = photo(args.photo, 12.2, out / "12.jpg")
        parts = [f"A drawn portrait of 3024×4032 pixels with grain, {twelve.stat().st_size / 1e6:.1f} MB; {os.cpu_count()} cores.", ""]
        run([baidi, "fix", twelve, "-o", out / "a.jpg", "--force"])  # warms the disk's cache
        parts += [whole(baidi, twelve, photo(args.photo, 1.0, out / "1.jpg"), out, args.times, args.selfie), "", stages(baidi, twelve, out, args.times), ""]
        rows = []
        for megapixels in args.megapixels:
            file = photo(args.photo, megapixels, out / "grown.jpg")
            seconds, _, peak = often([baidi, "fix", file, "-o", out / "a.jpg", "--force", "--jobs", "1"], 3)
            rows.append([f"{megapixels:g}", f"{file.stat().st_size / 1e6:.1f}", f"{1e3 * seconds:.0f}", f"{1e3 * seconds / megapixels:.1f}", f"{peak:.0f}"])
        parts += [table(["megapixels", "MB", "ms", "ms a megapixel", "peak MiB"], rows), ""]
        small = [out / "1.jpg"]
        rows = []
        for count in args.counts:
            seconds, _, peak = folder(baidi, small, count, 2, out)
            shutil.rmtree(out / f"in{count}")
            rows.append([count, f"{seconds:.1f}", f"{1e3 * seconds / count:.0f}", f"{peak:.0f}"])
        parts += [table(["photos of 1 megapixel, two threads", "s", "ms a photo", "peak MiB"], rows), ""]
        if args.folder:
            rows = []
            for jobs in (1, 2):
                seconds, _, peak = folder(baidi, [twelve], args.folder, jobs, out)
                rows.append([jobs, f"{args.folder / seconds:.2f}", f"{peak:.0f}"])
            gain = float(rows[1][1]) / float(rows[0][1])
            parts += [table([f"threads, {args.folder} photos of 12 megapixels", "photos/s", "peak MiB"], rows), "", f"Two threads do {gain:.2f} times what one does."]
    text = "\n".join(parts).rstrip() + "\n"
    print(text)
    if args.write:
        page = args.write.read_text()
        marked = re.compile(r"(<!-- figures -->\n).*?(<!-- end -->)", re.S)
        args.write.write_text(marked.sub(lambda m: f"{m[1]}{text}{m[2]}", page))


if __name__ == "__main__":
    main()
