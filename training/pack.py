"""Packs the photographs for `cards.py`: prepared at the card's scale, as encoded pictures, small enough to be carried to another machine.

    python pack.py ../../shared/portraits/train packed.npy
    python pack.py --rooms ../../shared/rooms rooms.npy
"""

import argparse
import pathlib

import cv2
import numpy as np

from prepare import prepare

SCALE = 2.2  # 167 px a face


def encoded(picture, quality=None):
    """JPEG of `quality`, or PNG without one."""
    kind, options = (".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality]) if quality else (".png", [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return cv2.imencode(kind, np.ascontiguousarray(picture[..., ::-1] if picture.ndim == 3 else picture), options)[1].tobytes()


def packed(path):
    p = prepare(path, SCALE)
    alpha = p["alpha"]
    band = cv2.dilate(((alpha > 4) & (alpha < 251)).astype(np.uint8), np.ones((3, 3), np.uint8))
    fore = np.where(band[..., None] > 0, p["fore"], 128).astype(np.uint8)  # elsewhere the picture itself
    h, w = alpha.shape
    half = lambda a: cv2.resize(a, (max(8, w // 2), max(8, h // 2)), interpolation=cv2.INTER_AREA)  # noqa: E731
    kept = {key: p[key] for key in ("name", "colours", "points", "touches")}
    small = {key: encoded(half(p[key]), 80) for key in ("room", "top", "hair")}
    return kept | small | {"picture": encoded(p["picture"], 85), "alpha": encoded(alpha), "fore": encoded(fore, 72)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--rooms", action="store_true", help="the pictures as they are, without labels")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    paths = sorted(args.folder.glob("*.jpg"))
    all_ = np.empty(len(paths), dtype=object)
    all_[:] = [p.read_bytes() if args.rooms else packed(p) for p in paths]
    np.save(args.out, all_, allow_pickle=True)
    print(len(all_), "pictures,", args.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
