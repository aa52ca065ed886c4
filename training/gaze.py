"""Trains the network that tells where an iris stands between the eye's corners: the landmarks' irises stay in the middle whatever the eye does.

    python gaze.py --train portraits/train --held-out portraits/dev portraits/dev-asia --minutes 8 --out ../models/gaze.safetensors

It learns from labelled open eyes, whose irises are moved in the picture: cut out, the white closed behind them, and put elsewhere under the lids; or slid with what is round them.
"""

import argparse
import json
import pathlib
import time

import cv2
import numpy as np
import torch
from torch import nn

from export import fold, store
from eyes import CONTOURS, EYE, HEIGHT, LARGE, NARROWEST, ROOM, WIDTH, EyeNet, fit, given, placed, spoilt, told, warped

IRISES = (468, 473)  # the iris centres that belong to eyes.CONTOURS
UNIT = LARGE * EYE


def eyes_of(folder):
    """All open eyes of a folder: (patch, upper lid's row and lower lid's row in each column, iris centre)."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        picture = cv2.imread(str(path.with_suffix(".jpg")))
        points = json.loads(path.read_text()).get("landmarks")
        if picture is None or not points:
            continue
        points = np.array(points, float)[:, :2] * [picture.shape[1], picture.shape[0]]
        for (upper, lower, _), iris in zip(CONTOURS, IRISES):
            upper, lower = points[upper], points[lower]
            matrix = placed(upper[0], upper[-1], UNIT, ROOM)
            lines = []
            for line in (upper, lower):
                line = line @ matrix[:, :2].T + matrix[:, 2]
                order = np.argsort(line[:, 0])
                lines.append(np.interp(np.arange(ROOM[0]) + 0.5, line[order, 0], line[order, 1]).astype(np.float32))
            if np.max(lines[1] - lines[0]) / UNIT > NARROWEST:
                found.append((warped(picture, matrix, ROOM), *lines, points[iris] @ matrix[:, :2].T + matrix[:, 2]))
    return found


def grid():
    return np.meshgrid(np.arange(ROOM[0], dtype=np.float32), np.arange(ROOM[1], dtype=np.float32))


def opening(upper, lower, soft):
    """How much of each pixel lies between the lids."""
    _, y = grid()
    return 1 / (1 + np.exp(np.clip(-np.minimum(y - upper, lower - y) / soft, -30, 30)))


def put_elsewhere(eye, to, rng):
    """The iris cut out and put so that its middle is in column `to`."""
    patch, upper, lower, (cx, cy) = eye
    x, y = grid()
    r = UNIT * rng.uniform(0.2, 0.25)
    hole = ((x - cx) ** 2 + (y - cy) ** 2 < (1.2 * r) ** 2) & (opening(upper, lower, 0.4) > 0.5)
    white = cv2.inpaint(patch, hole.astype(np.uint8) * 255, 5, cv2.INPAINT_TELEA)
    if rng.random() < 0.7:  # an inpainted white is dark where lashes were
        ring = (opening(upper, lower, 0.4) > 0.8) & ((x - cx) ** 2 + (y - cy) ** 2 > (1.25 * r) ** 2) & (abs(x - ROOM[0] / 2) < 0.48 * UNIT)
        if ring.any():
            tone = np.percentile(patch[ring], rng.uniform(50, 85), axis=0)
            shade = 1 - rng.uniform(0.1, 0.4) * np.clip(1 - (y - upper) / (0.12 * UNIT), 0, 1)
            soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), rng.uniform(1, 3)) * rng.uniform(0.6, 1.0)
            white = white + (tone * shade[..., None] - white) * soft[..., None]
    moved = cv2.warpAffine(patch, np.float32([[1, 0, to - cx], [0, 1, rng.normal(0, 0.6)]]), ROOM, borderMode=cv2.BORDER_REPLICATE)
    disc = 1 / (1 + np.exp(((((x - to) ** 2 + (y - cy) ** 2) ** 0.5) - r) / rng.uniform(0.6, 1.8)))
    # where the lids were over the iris, its colour goes on
    known = (opening(upper, lower, 0.4) > 0.5) & ((x - cx) ** 2 + (y - cy) ** 2 < (0.95 * r) ** 2)
    if known.sum() > 20:
        tone = np.median(patch[known], axis=0)
        lid = np.roll(1 - opening(upper, lower, 0.8), int(round(to - cx)), 1)
        moved = moved + (tone - moved) * lid[..., None]
    part = (disc * opening(upper, lower, 0.8))[..., None]
    return np.clip(white * (1 - part) + moved * part, 0, 255).astype(np.uint8)


def slid(eye, to, rng):
    """The iris pushed aside together with what is round it, less and less towards the corners."""
    patch, upper, lower, (cx, cy) = eye
    x, y = grid()
    wide, high = UNIT * rng.uniform(0.3, 0.42), UNIT * rng.uniform(0.16, 0.3)
    flat = np.clip((abs(x - to) - 0.2 * UNIT) / wide, 0, 1)
    push = (to - cx) * (1 - flat**2 * (3 - 2 * flat)) * np.exp(-np.maximum(abs(y - cy) - 0.12 * UNIT, 0) ** 2 / high**2 * 4)
    return cv2.remap(patch, (x - push).astype(np.float32), y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def shown(eye, rng):
    """A patch, and where its iris stands: -1 left corner, 1 right corner."""
    patch, _, _, (cx, _) = eye
    to = cx
    if rng.random() < 0.75:
        to = ROOM[0] / 2 + UNIT / 2 * np.clip(rng.normal(0, 0.35), -0.68, 0.68)
        patch = (put_elsewhere if rng.random() < 0.55 else slid)(eye, to, rng)
    return patch, (to - ROOM[0] / 2) / (UNIT / 2)


class Eyes(torch.utils.data.IterableDataset):
    def __init__(self, eyes, seed):
        self.eyes, self.seed = eyes, seed

    def __iter__(self):
        cv2.setNumThreads(1)
        rng = np.random.default_rng(self.seed)
        while True:
            patch, at = shown(self.eyes[rng.integers(len(self.eyes))], rng)
            for _ in range(3):  # drawing takes longer than spoiling
                mirror = rng.random() < 0.5
                yield torch.from_numpy(given(spoilt(patch[:, ::-1] if mirror else patch, rng, 0.0))), np.float32(-at if mirror else at)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=pathlib.Path, required=True)
    parser.add_argument("--held-out", type=pathlib.Path, nargs="+", default=[])
    parser.add_argument("--minutes", type=float, default=8, help="of processor time")
    parser.add_argument("--look", type=pathlib.Path, help="only draw a sheet of samples to look at")
    parser.add_argument("--out", type=pathlib.Path, default="out/gaze.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    eyes = eyes_of(args.train)
    print(len(eyes), "eyes", flush=True)
    if args.look:
        rng = np.random.default_rng(3)
        rows = []
        for i in rng.integers(len(eyes), size=12):
            e = eyes[i]
            at = lambda t: ROOM[0] / 2 + UNIT / 2 * t  # noqa: E731
            rows.append(np.hstack([e[0], put_elsewhere(e, at(-0.5), rng), put_elsewhere(e, at(0.5), rng), slid(e, at(-0.5), rng), slid(e, at(0.5), rng)]))
        cv2.imwrite(str(args.look), np.vstack(rows))
        return
    net = EyeNet()
    fit(net, Eyes(eyes, 7), lambda said, at: nn.functional.smooth_l1_loss(said, at, beta=0.1), args.minutes, torch.device("cpu"), clock=time.process_time)
    net.eval()
    rng = np.random.default_rng(11)
    for folder in args.held_out:
        held = eyes_of(folder)
        plain = lambda patch: warped(patch, placed(*(np.array(ROOM) / 2 + [s * UNIT / 2, 0] for s in (-1, 1)), EYE, (WIDTH, HEIGHT)), (WIDTH, HEIGHT))  # noqa: E731
        real = np.array([(e[3][0] - ROOM[0] / 2) / (UNIT / 2) for e in held])
        drawn = [shown(e, rng) for e in held]
        for name, patches, truth in (("as they are", [plain(e[0]) for e in held], real), ("as they are, spoilt", [spoilt(e[0], rng, 0.0) for e in held], real),
                                     ("moved", [plain(p) for p, _ in drawn], np.array([t for _, t in drawn])), ("moved, spoilt", [spoilt(p, rng, 0.0) for p, _ in drawn], np.array([t for _, t in drawn]))):
            said = told(net, patches)
            error = np.abs(said - truth)
            print(folder, name, "error", np.round(np.quantile(error, [0.5, 0.9, 0.99]), 3), "told", np.round(np.quantile(said, [0.01, 0.05, 0.5, 0.95, 0.99]), 3), "rank", round(float(np.corrcoef(said, truth)[0, 1]), 3), flush=True)
    store(fold(net).state_dict(), args.out)


if __name__ == "__main__":
    main()
