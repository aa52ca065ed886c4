"""Trains the network that tells by how many degrees a head is raised or bent: it sees one face.

    python pitch.py --meshes meshes.npz --train portraits/train --held-out portraits/dev portraits/dev-asia --minutes 25 --out ../models/pitch.safetensors

The teacher is the mesh's depth (meshes.py): each head nods as it was photographed, and by up to 25 degrees more that are drawn, each point moving by its depth before the line through the ears. The crop is cut by the landmarks
as they are then, as in src/vision/face/closeup.rs.
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
from eyes import PatchNet, fit, told, warped
from frame import INDEX, LANDMARKS, measure
from stretch import EYES, FACE, HEIGHT, LARGE, MIDDLE, ROOM, WIDTH, Faces, cut, spoilt

BENT = 25.0  # the largest nod drawn, in degrees
UNIT = 10.0  # degrees
EARS = [INDEX[234], INDEX[454]]
INNER = list(range(0, 468, 9))  # points of the mesh that carry the warp


class Face:
    """A face in a patch, level: its landmarks, and the points that carry a warp, each with its depth before the ears."""

    def __init__(self, picture, points, mesh, nod):
        eyes, _, _ = measure(points)
        matrix = cut(points, LARGE * FACE)
        matrix[:, 2] += MIDDLE
        k = np.hypot(matrix[0, 0], matrix[1, 0])
        place = lambda p: p @ matrix[:, :2].T + matrix[:, 2]  # noqa: E731
        self.patch, self.points, self.nod = cv2.GaussianBlur(warped(picture, matrix, ROOM), (0, 0), 0.55), place(points), nod
        inner = np.column_stack([place(mesh[:, :2]), k * mesh[:, 2]])
        axis = inner[[234, 454]].mean(0)
        inner[:, 2] -= axis[2]
        self.axis = axis[1]
        # each landmark's depth is its neighbour's in the mesh
        near = ((self.points[:, None] - inner[None, :, :2]) ** 2).sum(2).argmin(1)
        self.depth = inner[near, 2]
        size = LARGE * FACE
        x, top, chin = axis[0], inner[10, 1], inner[152, 1]
        angles = np.linspace(np.pi, 2 * np.pi, 9)
        crown = np.column_stack([x + 0.62 * size * np.cos(angles), axis[1] + (1.75 * (axis[1] - top)) * np.sin(angles), np.zeros(9)])
        neck = np.array([[x + dx * size, chin + dy * size, 0] for dx in (-0.6, -0.3, 0, 0.3, 0.6) for dy in (0.35, 0.7)])
        frame = np.array([[u * ROOM[0], v * ROOM[1], np.nan] for u in (0, 0.25, 0.5, 0.75, 1) for v in (0, 1)] + [[u * ROOM[0], v * ROOM[1], np.nan] for u in (0, 1) for v in (0.3, 0.6)])
        self.carriers = np.vstack([inner[INNER], crown, neck, frame])


def bent(face, degrees, rng=None):
    """The patch that the network sees of a face that nods by so many degrees more."""
    a = np.radians(degrees)
    move = lambda y, z: (y - face.axis) * (np.cos(a) - 1) + z * np.sin(a)  # noqa: E731
    at, z = face.carriers[:, :2], face.carriers[:, 2]
    down = np.where(np.isnan(z), 0, move(at[:, 1], np.nan_to_num(z)))
    points = face.points + np.column_stack([np.zeros(len(face.points)), move(face.points[:, 1], face.depth)])
    to, scale, turn, shake = np.array(EYES), FACE, 0.0, np.zeros_like(at)
    if rng is not None:
        scale *= np.exp(rng.normal(0, 0.03))
        turn = np.radians(rng.normal(0, 1.5))
        to = to + rng.normal(0, 1.2, 2)
        shake = rng.normal(0, 0.5, at.shape)
    targets = at + np.column_stack([np.zeros(len(at)), down]) + shake
    matrix = cut(points, scale)
    c, s = np.cos(turn), np.sin(turn)
    matrix = np.array([[c, s], [-s, c]]) @ matrix
    matrix[:, 2] += to
    step = 8
    gx, gy = np.meshgrid(np.arange(-step, WIDTH + 2 * step, step) + 0.5, np.arange(-step, HEIGHT + 2 * step, step) + 0.5)
    back = np.linalg.inv(matrix[:, :2])
    grid = (np.column_stack([gx.ravel(), gy.ravel()]) - matrix[:, 2]) @ back.T
    grid = grid + splined(targets, at - targets, grid)
    maps = [cv2.resize(grid[:, i].reshape(gx.shape).astype(np.float32), None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC) for i in (0, 1)]
    # the map's first pixel covers where the grid's first point is the middle of `step` px
    first = step + (step - 1) // 2
    maps = [m[first:first + HEIGHT, first:first + WIDTH] - 0.5 for m in maps]
    return cv2.remap(face.patch, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def splined(at, values, where):
    """A thin-plate spline through `values` at the points `at`, a little smoothed, elsewhere."""
    unit = LARGE * FACE

    def kernel(a, b):
        r = ((a[:, None] - b[None]) ** 2).sum(2) / unit**2
        return r * np.log(r + 1e-9)

    n = len(at)
    system = np.zeros((n + 3, n + 3))
    system[:n, :n] = kernel(at, at) + 1e-3 * np.eye(n)
    flat = np.column_stack([np.ones(n), at / unit])
    system[:n, n:], system[n:, :n] = flat, flat.T
    weights = np.linalg.solve(system, np.vstack([values, np.zeros((3, 2))]))
    return kernel(where, at) @ weights[:n] + np.column_stack([np.ones(len(where)), where / unit]) @ weights[n:]


def faces_of(folder, meshes):
    found = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        picture, seen = cv2.imread(str(path.with_suffix(".jpg"))), meshes.get(f"{path.parent.name}/{path.stem}")
        if picture is None or seen is None:
            continue
        points = np.array(json.loads(path.read_text())["landmarks"], float)[LANDMARKS, :2] * picture.shape[1::-1]
        found.append(Face(picture, points, *seen))
    return found


def drawn(face, rng):
    degrees = 0.0 if rng.random() < 0.25 else rng.uniform(-BENT, BENT)
    return bent(face, degrees, rng), degrees + face.nod


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meshes", type=pathlib.Path, required=True)
    parser.add_argument("--train", type=pathlib.Path, required=True)
    parser.add_argument("--held-out", type=pathlib.Path, nargs="+", default=[])
    parser.add_argument("--minutes", type=float, default=25, help="of processor time")
    parser.add_argument("--look", type=pathlib.Path, help="only draw a sheet of samples to look at")
    parser.add_argument("--out", type=pathlib.Path, default="out/pitch.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    stored = np.load(args.meshes)
    meshes = {name: (mesh.astype(float), float(nod)) for name, mesh, nod in zip(stored["names"], stored["meshes"], stored["nods"])}
    faces = faces_of(args.train, meshes)
    print(len(faces), "faces", flush=True)
    if args.look:
        rng = np.random.default_rng(3)
        rows = []
        for face in (faces[i] for i in rng.integers(len(faces), size=8)):
            print(round(face.nod, 1))
            rows.append(np.hstack([*(bent(face, d) for d in (-25, -12, 0, 12, 25)), *(spoilt(bent(face, rng.uniform(-BENT, BENT), rng), rng) for _ in range(3))]))
        started = time.time()
        for _ in range(50):
            bent(faces[0], 5, rng)
        print("ms a sample", 20 * (time.time() - started))
        cv2.imwrite(str(args.look), np.vstack(rows))
        return
    net = PatchNet(WIDTH, HEIGHT, more=1)
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    fit(net, Faces(faces, 7, drawn), lambda said, degrees: nn.functional.smooth_l1_loss(said, degrees / UNIT, beta=0.3), args.minutes, torch.device("cpu"), 1, clock=time.process_time)
    net.eval()
    for folder in args.held_out:
        held = faces_of(folder, meshes)
        nods = np.array([face.nod for face in held])
        for degrees in (-18, -10, 0, 10, 18):
            said = UNIT * told(net, [bent(f, degrees) for f in held]).astype(float)
            amiss = said - degrees - nods
            print(folder, f"{degrees:+d}", "mean", round(float(said.mean()), 2), "amiss", round(float(amiss.mean()), 2), "spread", round(float(amiss.std()), 2), "r", round(float(np.corrcoef(said, nods)[0, 1]), 3), flush=True)
    store(fold(net).state_dict(), args.out)


if __name__ == "__main__":
    main()
