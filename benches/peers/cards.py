"""Makes cards to encode out of labelled portraits: cropped by the landmarks, scaled once, laid over white with the labelled alpha.

    python cards.py PORTRAITS... -o DIR

PORTRAITS are folders of STEM.jpg, STEM.alpha.png and STEM.json ({"landmarks": 478 x [x, y] in 0..1}). Each card is a 358x441 PNG;
beside it STEM.mask.png holds its alpha. Needs numpy and pillow.
"""
import argparse
import glob
import json
import os

import numpy as np
from PIL import Image, ImageOps

WIDTH, HEIGHT, FACE, CROWN = 358, 441, 205.0, 14.0
RIGHT_EYE, LEFT_EYE, RIGHT_EAR, LEFT_EAR = 468, 473, 234, 454


def card(stem):
    photo = ImageOps.exif_transpose(Image.open(stem + ".jpg")).convert("RGB")
    alpha = Image.open(stem + ".alpha.png").convert("L").resize(photo.size, Image.BICUBIC)
    marks = np.array(json.load(open(stem + ".json"))["landmarks"]) * photo.size
    scale = FACE / np.hypot(*(marks[LEFT_EAR] - marks[RIGHT_EAR]))
    eyes = (marks[RIGHT_EYE] + marks[LEFT_EYE]) / 2
    rows = np.flatnonzero((np.asarray(alpha) > 127).any(axis=1))
    crown = rows[0] if len(rows) else 0
    left, top = eyes[0] - WIDTH / 2 / scale, crown - CROWN / scale
    box = (left, top, left + WIDTH / scale, top + HEIGHT / scale)
    # A source that ends early is moved down until it fills the frame: white is never added below.
    if box[3] > photo.height:
        box = (box[0], box[1] - (box[3] - photo.height), box[2], photo.height)
    pad = int(np.ceil(max(0, -box[0], -box[1], box[2] - photo.width)))
    photo = ImageOps.expand(photo, pad, (255, 255, 255))
    alpha = ImageOps.expand(alpha, pad, 0)
    box = tuple(v + pad for v in box)
    rgb = np.asarray(photo.resize((WIDTH, HEIGHT), Image.LANCZOS, box), np.float32)
    a = np.asarray(alpha.resize((WIDTH, HEIGHT), Image.BOX if scale > 1 else Image.LANCZOS, box), np.float32) / 255
    a = np.where(a < 0.02, 0, np.where(a > 0.98, 1, a))
    out = rgb * a[..., None] + 255 * (1 - a[..., None])
    return Image.fromarray((out + 0.5).astype(np.uint8)), Image.fromarray((a * 255 + 0.5).astype(np.uint8))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portraits", nargs="+")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    os.makedirs(options.output, exist_ok=True)
    for folder in options.portraits:
        for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
            stem = path[: -len(".json")]
            picture, mask = card(stem)
            name = os.path.join(options.output, os.path.basename(stem))
            picture.save(name + ".png")
            mask.save(name + ".mask.png")


if __name__ == "__main__":
    main()
