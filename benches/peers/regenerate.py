"""Measures the encoder against its peers and writes the tables of docs/encoding.md anew.

    python regenerate.py [--every N] [--cards DIR] PORTRAITS...

PORTRAITS are folders of photos; the cards made of them stay in a temporary folder, or in DIR. Needs cargo and, for the interpreter
that runs this, numpy, pillow and opencv-python-headless; ImageMagick, jpegoptim, djpeg and java take part where they are installed.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
page = os.path.join(root, "docs", "encoding.md")


def output(command, folder=here):
    print("$", " ".join(command), file=sys.stderr)
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portraits", nargs="*")
    parser.add_argument("--every", default="1", help="take every Nth card")
    parser.add_argument("--cards", help="where to keep the cards; used as they are where no PORTRAITS are given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cards = os.path.abspath(options.cards or os.path.join(scratch, "cards"))
        files = os.path.join(scratch, "files")
        os.makedirs(files)
        if options.portraits:
            folders = [os.path.abspath(folder) for folder in options.portraits]
            print(output(["cargo", "run", "-q", "--release", "--package", "baidi-lab", "--bin", "encode_cards", "--", cards, *folders], root))
        run = ["cargo", "run", "-q", "--release", "--bin"]
        tables = {
            "peers": output([*run, "baidi-encode-peers", "--", cards, sys.executable, options.every]),
            "windows": output([*run, "windows", "--", cards, options.every, files]),
        }
        output(["cargo", "build", "-q", "--release", "--bin", "zune"])
        some = sorted(glob.glob(os.path.join(files, "*.jpg")))
        zune = os.path.join(root, "target", "release", "zune")
        tables["readers"] = output([sys.executable, "readers.py", "--zune", zune, *some[:: max(1, len(some) // 40)]])
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for name, table in tables.items():
        marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
        text, count = re.subn(f"{marks[0]}.*?{marks[1]}", lambda _: f"{marks[0]}\n{table}\n{marks[1]}", text, flags=re.S)
        assert count == 1, f"{page} has no place for {name}"
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
