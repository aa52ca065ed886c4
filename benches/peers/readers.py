"""Decodes JPEG files with Pillow, OpenCV, djpeg (libjpeg-turbo), ImageMagick, Java's ImageIO and zune-jpeg and compares the pixels.

    python readers.py [--zune PROGRAM] FILE.jpg...

Prints, for each reader, the largest and the mean difference to Pillow over all files. A reader that is not installed is named and
left out (zune-jpeg's is `cargo build --bin zune`, here); a file that one of them cannot read ends the run. Needs numpy, pillow, opencv-python-headless.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import cv2
import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
convert = "/usr/bin/convert"


def through(command, scratch):
    out = os.path.join(scratch, "out.ppm")
    subprocess.run([part.replace("OUT", out) for part in command], check=True)
    return np.asarray(Image.open(out).convert("RGB"), int)


def main(paths):
    zune = None
    if paths[:1] == ["--zune"]:
        zune, paths = paths[1], paths[2:]
    readers = {"OpenCV": lambda path, _: cv2.imread(path)[:, :, ::-1].astype(int)}
    for name, needs, command in [
        ("libjpeg-turbo (djpeg)", "djpeg", ["djpeg", "-outfile", "OUT", "IN"]),
        ("ImageMagick", convert, [convert, "IN", "OUT"]),
        ("Java ImageIO", "java", ["java", os.path.join(here, "Reader.java"), "IN", "OUT"]),
        ("zune-jpeg", zune, [zune, "IN", "OUT"]),
    ]:
        if needs and shutil.which(needs):
            readers[name] = lambda path, s, c=command: through([path if part == "IN" else part for part in c], s)
        else:
            print(f"{name}: not installed")
    worst = {name: (0, 0.0) for name in readers}
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            picture = Image.open(path)
            assert picture.info["dpi"] == (350, 350) and not picture.info.get("progressive"), path
            pillow = np.asarray(picture.convert("RGB"), int)
            for name, read in readers.items():
                off = abs(read(path, scratch) - pillow)
                most, mean = worst[name]
                worst[name] = max(most, int(off.max())), mean + float(off.mean()) / len(paths)
    print(f"{len(paths)} files, differences to Pillow in levels.\n\n| reader | largest | mean |\n|---|---|---|")
    for name, (most, mean) in worst.items():
        print(f"| {name} | {most} | {mean:.4f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
