"""Trains the network that tells by how much a picture was pulled sideways or upwards: it sees one face.

    python stretch.py --train portraits/train --held-out portraits/dev portraits/dev-asia --minutes 20 --out ../models/stretch.safetensors

Every photo is its own teacher: it is pulled by a known factor. The crop is cut by the landmarks as they are after pulling, as in src/vision/face/stretch.rs.
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
from eyes import PatchNet, fit, given, told, warped
from frame import LANDMARKS, measure

WIDTH, HEIGHT, FACE = 112, 144, 92.0  # the patch, and a face measure in it
EYES = (WIDTH / 2, 60.0)  # where the middle between the eyes goes
LARGE = 1.6  # patches are kept larger, with a margin to move in
ROOM = (round(1.5 * LARGE * WIDTH), round(1.5 * LARGE * HEIGHT))
MIDDLE = (ROOM[0] / 2, 0.44 * ROOM[1])
PULLED = 0.25  # the largest logarithm of a factor


def cut(points, scale):
    """The matrix that puts a face of `points` level, a face measure `scale` px wide, and the middle between its eyes at the origin."""
    eyes, size, roll = measure(points)
    k = scale / size
    c, s = k * np.cos(roll), k * np.sin(roll)
    return np.array([[c, s, -c * eyes[0] - s * eyes[1]], [-s, c, s * eyes[0] - c * eyes[1]]])


def faces_of(folder):
    """All faces of a folder: (patch, landmarks in it)."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        picture = cv2.imread(str(path.with_suffix(".jpg")))
        points = json.loads(path.read_text()).get("landmarks")
        if picture is None or not points:
            continue
        points = np.array(points, float)[LANDMARKS, :2] * [picture.shape[1], picture.shape[0]]
        matrix = cut(points, LARGE * FACE)
        # the photo's own axes, so that it can be pulled along them
        matrix[:, :2] = np.eye(2) * np.hypot(matrix[0, 0], matrix[1, 0])
        eyes, _, _ = measure(points)
        matrix[:, 2] = np.array(MIDDLE) - matrix[:, :2] @ eyes
        found.append((warped(picture, matrix, ROOM), points @ matrix[:, :2].T + matrix[:, 2]))
    return found


def pulled(face, factor, rng=None):
    """The patch that the network sees of a face whose picture was pulled sideways by e^factor."""
    patch, points = face
    pull = np.diag([np.exp(factor / 2), np.exp(-factor / 2)])
    scale, turn, at = FACE, 0.0, np.array(EYES)
    if rng is not None:
        scale *= np.exp(rng.normal(0, 0.03))
        turn = np.radians(rng.normal(0, 1.5))
        at = at + rng.normal(0, 1.2, 2)
        tilt = np.radians(rng.normal(0, 3.0))  # heads are held askew
        c, s = np.cos(tilt), np.sin(tilt)
        pull = pull @ np.array([[c, s], [-s, c]])
    matrix = cut(points @ pull.T, scale)
    c, s = np.cos(turn), np.sin(turn)
    matrix = np.array([[c, s], [-s, c]]) @ matrix
    whole = np.hstack([matrix[:, :2] @ pull, (matrix[:, 2] + at)[:, None]])
    return warped(patch, whole, (WIDTH, HEIGHT))


def spoilt(patch, rng):
    """What cameras, light and files do to it."""
    x = patch.astype(np.float32)
    if rng.random() < 0.25:  # a side in the shade
        angle = rng.uniform(0, 2 * np.pi)
        gx, gy = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
        x *= np.clip(1 + rng.uniform(0, 0.5) * (np.cos(angle) * gx + np.sin(angle) * gy), 0.2, 2)[..., None].astype(np.float32)
    if rng.random() < 0.2:
        x = np.repeat(x.mean(2, keepdims=True), 3, 2)
    else:
        x = x * rng.normal(1, 0.06, 3).astype(np.float32)
    x = 255 * (np.clip(x, 0, 255) / 255) ** rng.uniform(0.6, 1.7)
    if rng.random() < 0.4:  # blurred, and not by the same along both axes
        x = cv2.GaussianBlur(x, (0, 0), sigmaX=rng.uniform(0.3, 1.6), sigmaY=rng.uniform(0.3, 1.6))
    if rng.random() < 0.5:
        x = x + rng.normal(0, rng.uniform(0.5, 8), x.shape)
    if rng.random() < 0.3:  # something before it
        w, h = rng.integers(8, 50, 2)
        px, py = rng.integers(0, WIDTH - w), rng.integers(0, HEIGHT - h)
        x[py : py + h, px : px + w] = rng.uniform(0, 255, 3)
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(30, 96))])[1], cv2.IMREAD_COLOR)
    return x


class Faces(torch.utils.data.IterableDataset):
    """Samples of faces: `drawn` gives of one a patch and what is to be said of it, the same in a mirror."""

    def __init__(self, faces, seed, drawn):
        self.faces, self.seed, self.drawn = faces, seed, drawn

    def __iter__(self):
        cv2.setNumThreads(1)
        rng = np.random.default_rng(self.seed)
        while True:
            patch, said = self.drawn(self.faces[rng.integers(len(self.faces))], rng)
            patch = spoilt(patch, rng)
            yield torch.from_numpy(given(patch[:, ::-1] if rng.random() < 0.5 else patch)), np.float32(said)


def drawn(face, rng):
    factor = rng.uniform(-PULLED, PULLED)
    return pulled(face, factor, rng), factor


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=pathlib.Path, required=True)
    parser.add_argument("--held-out", type=pathlib.Path, nargs="+", default=[])
    parser.add_argument("--minutes", type=float, default=20, help="of processor time")
    parser.add_argument("--look", type=pathlib.Path, help="only draw a sheet of samples to look at")
    parser.add_argument("--out", type=pathlib.Path, default="out/stretch.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    faces = faces_of(args.train)
    print(len(faces), "faces", flush=True)
    if args.look:
        rng = np.random.default_rng(3)
        rows = [np.hstack([pulled(f, 0), pulled(f, 0.13), pulled(f, -0.13), *(spoilt(pulled(f, rng.uniform(-PULLED, PULLED), rng), rng) for _ in range(4))]) for f in (faces[i] for i in rng.integers(len(faces), size=8))]
        cv2.imwrite(str(args.look), np.vstack(rows))
        return
    net = PatchNet(WIDTH, HEIGHT, more=1)
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    fit(net, Faces(faces, 7, drawn), lambda said, factor: nn.functional.smooth_l1_loss(said, factor / 0.1, beta=0.3), args.minutes, torch.device("cpu"), 1, clock=time.process_time)
    net.eval()
    for folder in args.held_out:
        held = faces_of(folder)
        for factor in (-0.131, -0.0583, 0, 0.0583, 0.131):
            said = 0.1 * told(net, [pulled(f, factor) for f in held])
            print(folder, f"{factor:+.3f}", "mean", round(float(said.mean()), 4), "spread", round(float(said.std()), 4), "quantiles", np.round(np.quantile(said, [0.01, 0.05, 0.5, 0.95, 0.99]), 3), flush=True)
    store(fold(net).state_dict(), args.out)


if __name__ == "__main__":
    main()
