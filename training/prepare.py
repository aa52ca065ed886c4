"""Prepares the photographs once: foreground colours, painted-over rooms, regions, and a bank of procedural walls.

    python prepare.py --portraits ../shared/portraits --cache cache
"""

import argparse
import json
import pathlib

import cv2
import numpy as np
from pymatting import estimate_foreground_ml

from frame import LANDMARKS, measure
from walls import make_bank

PREPARED_FACE = 76.0  # pixels per face measure of the prepared pictures: crops of scale 1 need 40 to 73
OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
        150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]


def smooth_step(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def paint_over(picture, alpha):
    """Returns the room without its sitter: the hole is filled at quarter size from its rim, with grain put back."""
    h, w = alpha.shape
    small = (max(8, w // 4), max(8, h // 4))
    hole = cv2.dilate((alpha > 0.02).astype(np.uint8), np.ones((7, 7), np.uint8))
    low = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    low_hole = (cv2.resize(hole.astype(np.float32), small, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    if low_hole.all():
        return picture
    filled = cv2.resize(cv2.inpaint(low, low_hole, 5, cv2.INPAINT_TELEA), (w, h), interpolation=cv2.INTER_CUBIC)
    edge = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 2)[..., None]
    edge = np.maximum(edge, hole[..., None])
    return (picture * (1 - edge) + filled * edge + 0.5).astype(np.uint8)


def regions(picture, alpha, mesh, size):
    """Returns soft maps of the top and of the hair, and the colours of skin, hair and top."""
    h, w = alpha.shape
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    oval = np.zeros((h, w), np.uint8)
    cv2.fillPoly(oval, [np.round(mesh[OVAL]).astype(np.int32)], 255)
    inner = cv2.erode(oval, np.ones((5, 5), np.uint8)) > 0
    skin = np.median(lab[inner], 0) if inner.any() else np.array([150, 140, 145])
    spread = np.array([45.0, 9.0, 9.0])
    skin_like = np.exp(-0.5 * (((lab - skin) / spread) ** 2).sum(-1))
    ys = np.arange(h, dtype=np.float32)[:, None]
    chin = mesh[152, 1]
    solid = smooth_step((alpha - 0.05) / 0.5)
    not_skin = smooth_step((0.55 - skin_like) / 0.4)
    top = smooth_step((ys - chin - 0.05 * size) / (0.12 * size)) * np.maximum(not_skin, smooth_step((ys - chin - 0.45 * size) / (0.2 * size)))
    outside = 1 - cv2.GaussianBlur(oval, (0, 0), 1.5).astype(np.float32) / 255
    hair = outside * not_skin * smooth_step((chin - 0.05 * size - ys) / (0.15 * size)) * np.ones((1, w), np.float32)
    top, hair = cv2.GaussianBlur(top * np.ones((1, w), np.float32), (0, 0), 1.0), cv2.GaussianBlur(hair, (0, 0), 0.8)
    colours = []
    for m in (inner & (alpha > 0.9), (hair * alpha) > 0.7, (top * alpha) > 0.7):
        colours.append(np.median(picture[m], 0) if m.sum() > 30 else np.array([90, 80, 75]))
    return (top * 255).astype(np.uint8), (hair * 255).astype(np.uint8), np.array(colours, np.float32)


def prepare(path, scale):
    picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    alpha = cv2.imread(str(path.with_suffix(".alpha.png")), cv2.IMREAD_GRAYSCALE)
    mesh = np.array(json.loads(path.with_suffix(".json").read_text())["landmarks"], np.float64)
    h, w = picture.shape[:2]
    _, size, _ = measure(mesh[LANDMARKS] * [w, h])
    face = PREPARED_FACE * scale
    k = face / size
    nw, nh = max(16, round(w * k)), max(16, round(h * k))
    kind = cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC
    picture = cv2.resize(picture, (nw, nh), interpolation=kind)
    alpha = cv2.resize(alpha, (nw, nh), interpolation=cv2.INTER_AREA if nw < alpha.shape[1] else cv2.INTER_CUBIC)
    mesh = mesh * [nw, nh]
    a = alpha.astype(np.float64) / 255
    fore = np.clip(estimate_foreground_ml(picture.astype(np.float64) / 255, a) * 255 + 0.5, 0, 255).astype(np.uint8)
    top, hair, colours = regions(picture, a.astype(np.float32), mesh, face)
    touches = [bool(x) for x in ((alpha[:, 0] > 60).any(), (alpha[:, -1] > 60).any(), (alpha[0] > 60).any())]
    return {
        "name": path.stem, "picture": picture, "alpha": alpha, "fore": fore, "room": paint_over(picture, a),
        "top": top, "hair": hair, "colours": colours, "points": mesh[LANDMARKS].astype(np.float32), "touches": touches,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portraits", type=pathlib.Path, default="../shared/portraits")
    parser.add_argument("--cache", type=pathlib.Path, default="cache")
    parser.add_argument("--splits", nargs="+", default=["train", "dev", "exact"])
    parser.add_argument("--scale", type=float, default=1, help="pixels, in multiples of what the portrait network needs")
    parser.add_argument("--walls", type=int, default=700)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    args.cache.mkdir(parents=True, exist_ok=True)
    for split in args.splits:
        photos = [prepare(p, args.scale) for p in sorted((args.portraits / split).glob("*.jpg"))]
        np.save(args.cache / f"{split}.npy", np.array(photos, dtype=object), allow_pickle=True)
        print(split, len(photos))
    if args.walls:
        np.save(args.cache / "walls.npy", make_bank(args.walls, seed=11))


if __name__ == "__main__":
    main()
