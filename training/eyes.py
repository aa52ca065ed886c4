"""Trains the network that tells shut eyes from open ones, on open eyes alone: the shut ones are drawn from the skin of their own lids.

    python eyes.py --train portraits/train --held-out portraits/dev portraits/dev-asia --minutes 8 --out ../models/eyes.safetensors

Each folder holds STEM.jpg and STEM.json with 478 "landmarks" (MediaPipe's numbers). The patches are cut as in src/vision/face/eyes.rs.
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

WIDTH, HEIGHT, EYE = 48, 32, 28.0  # the patch, and the distance of the eye's corners in it
LARGE = 2  # patches are kept larger, with a margin to move in
ROOM = (152, 120)
CONTOURS = [  # corner to corner, left to right in the picture: upper lid, lower lid, brow's lower edge
    ([33, 246, 161, 160, 159, 158, 157, 173, 133], [33, 7, 163, 144, 145, 153, 154, 155, 133], [46, 53, 52, 65, 55]),
    ([362, 398, 384, 385, 386, 387, 388, 466, 263], [362, 382, 381, 380, 374, 373, 390, 249, 263], [285, 295, 282, 283, 276]),
]
NARROWEST = 0.13  # gap over width: such eyes may well be shut


class PatchNet(nn.Module):
    """One number of one patch (src/vision/face/patch.rs): four convolutions with a stride, `more` without one, and a weighted sum."""

    def __init__(self, width, height, more=0):
        super().__init__()
        channels = [3, 16, 32, 48, 64] + [64] * more
        layers = []
        for i, (inputs, outputs) in enumerate(zip(channels, channels[1:])):
            layers += [nn.Conv2d(inputs, outputs, 3, 2 if i < 4 else 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(64 * (height // 16) * (width // 16), 1)

    def forward(self, x):
        return self.out(self.drop(self.body(x).flatten(1)))[:, 0]


class EyeNet(PatchNet):
    """One number of one eye."""

    def __init__(self):
        super().__init__(WIDTH, HEIGHT)


def placed(left, right, eye, size):
    """The matrix that takes the eye's corners to a level line of length `eye` in the middle of `size`."""
    middle, along = (left + right) / 2, right - left
    k = eye / np.hypot(*along)
    a = np.arctan2(along[1], along[0])
    c, s = k * np.cos(a), k * np.sin(a)
    return np.array([[c, s, size[0] / 2 - c * middle[0] - s * middle[1]], [-s, c, size[1] / 2 + s * middle[0] - c * middle[1]]])


def warped(picture, matrix, size):
    """The picture through a matrix of continuous coordinates, shrunk by areas first."""
    k = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if k < 0.75:
        h, w = picture.shape[:2]
        small = cv2.resize(picture, (max(1, round(w * k)), max(1, round(h * k))), interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.diag([w / small.shape[1], h / small.shape[0], 1.0])
        picture = small
    m = matrix.copy()
    m[:, 2] += 0.5 * (m[:, 0] + m[:, 1]) - 0.5
    return cv2.warpAffine(picture, m, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def eyes_of(folder):
    """All eyes of a folder: (patch, upper lid, lower lid, brow in each column)."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        picture = cv2.imread(str(path.with_suffix(".jpg")))
        points = json.loads(path.read_text()).get("landmarks")
        if picture is None or not points:
            continue
        points = np.array(points, float)[:, :2] * [picture.shape[1], picture.shape[0]]
        for contours in CONTOURS:
            upper, lower, brow = (points[c] for c in contours)
            matrix = placed(upper[0], upper[-1], LARGE * EYE, ROOM)
            patch = warped(picture, matrix, ROOM)
            columns = np.arange(ROOM[0]) + 0.5
            lines = []
            for line in (upper, lower, brow):
                line = line @ matrix[:, :2].T + matrix[:, 2]
                order = np.argsort(line[:, 0])
                lines.append(np.interp(columns, line[order, 0], line[order, 1]))
            gap = np.max(lines[1] - lines[0]) / (LARGE * EYE)
            if gap > NARROWEST:
                found.append((patch, *[line.astype(np.float32) for line in lines]))
    return found


def lids_moved(patch, lines, new_upper, new_lower, start, end, margins):
    """The rows of each column pulled so that the lids' edges lie elsewhere; skin between `start` and `end` gives way."""
    upper, lower = lines[0] - margins[0], lines[1] + margins[1]
    y = np.arange(ROOM[1], dtype=np.float32)[:, None] + 0.5

    def between(a, b, c, d):
        return c + (y - a) * (d - c) / np.maximum(b - a, 0.3)

    rows = np.where(y < start, y, np.where(y < new_upper, between(start, new_upper, start, upper), np.where(
        y < new_lower, between(new_upper, new_lower, lines[0], lines[1]), np.where(y < end, between(new_lower, end, lower, end), y))))
    columns = np.broadcast_to(np.arange(ROOM[0], dtype=np.float32), rows.shape)
    return cv2.remap(patch, np.ascontiguousarray(columns), (rows - 0.5).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def waved(rng, n, size):
    """A smooth random curve around 0."""
    return np.interp(np.arange(ROOM[0]), np.linspace(0, ROOM[0] - 1, n), rng.normal(0, size, n)).astype(np.float32)


def opened(eye, rng):
    """The eye a little wider or narrower."""
    patch, upper, lower, brow = eye
    gap = np.max(lower - upper) / (LARGE * EYE)
    k = rng.uniform(max(0.55, NARROWEST / gap), 1.2)
    height = lower - upper
    new_upper = upper + (1 - k) * height * rng.uniform(0.5, 0.9)
    new_lower = new_upper + k * height
    start = upper - np.maximum((upper - brow) * rng.uniform(0.4, 0.9), 3)
    return lids_moved(patch, (upper, lower), new_upper, new_lower, start, lower + rng.uniform(8, 18), (0, 0))


def shut(eye, rng):
    """The same eye shut: the upper lid's skin pulled down to a line, lashes and a crease drawn."""
    patch, upper, lower, brow = eye
    unit = LARGE * EYE
    across = (np.arange(ROOM[0]) + 0.5 - ROOM[0] / 2) / unit + 0.5  # 0 and 1 at the corners
    arch = np.where((across > 0) & (across < 1), np.sin(np.pi * np.clip(across, 0, 1)), 0).astype(np.float32)
    height = lower - upper
    line = upper + rng.uniform(0.55, 1.0) * height + arch * unit * rng.uniform(-0.03, 0.06) + waved(rng, 6, 0.3)
    if rng.random() < 0.2:  # squeezed
        line = upper + rng.uniform(0.35, 0.7) * height + waved(rng, 6, 0.6)
    slit = arch * unit * rng.uniform(0.0, 0.035) if rng.random() < 0.2 else 0 * arch
    start = upper - np.maximum((upper - brow) * rng.uniform(0.3, 0.95), 4)
    side = np.sqrt(arch)
    margins = (side * np.minimum(unit * rng.uniform(0.02, 0.09), 0.7 * (upper - start)), side * unit * rng.uniform(0.02, 0.09))
    out = lids_moved(patch, (upper, lower), line - slit / 2, line + slit / 2, start, lower + margins[1] + rng.uniform(6, 20), margins).astype(np.float32)
    y = np.arange(ROOM[1], dtype=np.float32)[:, None] + 0.5
    # light on the lid's bulge, shadow under it
    bulge = np.clip((y - start) / np.maximum(line - start, 1), 0, 1)
    light = 1 + rng.uniform(-0.12, 0.18) * np.sin(np.pi * bulge) * (bulge < 1) * arch
    light -= rng.uniform(0, 0.2) * arch * np.exp(-np.maximum(y - line, 0) / rng.uniform(2, 7)) * (y > line)
    for _ in range(rng.integers(0, 3)):  # creases
        at = start + rng.uniform(0.1, 0.8) * (line - start) + waved(rng, 5, 0.6)
        light -= rng.uniform(0, 0.3) * side * np.exp(-(((y - at) / rng.uniform(0.8, 2.2)) ** 2))
    out *= light[..., None]
    # the lashes' line
    reach = np.clip((across + rng.uniform(-0.1, 0.15)) * 6, 0, 1) * np.clip((1 - across + rng.uniform(-0.1, 0.15)) * 6, 0, 1)
    strength = rng.uniform(0.3, 1.0) if rng.random() < 0.8 else rng.uniform(0.0, 0.3)
    thick = rng.uniform(0.6, 2.8) * (1 + np.clip(waved(rng, 8, 0.3), -0.6, 1))
    below = np.where(y > line, rng.uniform(1, 2.5), 1.0)
    ink = strength * reach * np.exp(-(((y - line) / (thick * below)) ** 2))
    if rng.random() < 0.5:  # single lashes, downwards
        strokes = np.zeros(ROOM[::-1], np.float32)
        for _ in range(rng.integers(5, 30)):
            x = rng.uniform(0.05, 0.95)
            column = int(np.clip(ROOM[0] / 2 + (x - 0.5) * unit, 0, ROOM[0] - 1))
            tip = (column + rng.normal(0, 2) + (x - 0.5) * 6, line[column] + rng.uniform(2, 8))
            cv2.line(strokes, (int(16 * column), int(16 * line[column])), (int(16 * tip[0]), int(16 * tip[1])), 1.0, 1, cv2.LINE_AA, 4)
        ink = np.maximum(ink, strength * rng.uniform(0.2, 0.8) * strokes)
    middle = patch[:, ROOM[0] // 4 : -ROOM[0] // 4].reshape(-1, 3)
    dark = np.percentile(middle, rng.uniform(0.5, 15), axis=0) * rng.uniform(0.6, 1.1)
    out += ink[..., None] * (dark - out)
    grain = cv2.resize(rng.normal(0, 1, (ROOM[1] // 2, ROOM[0] // 2)).astype(np.float32), ROOM)
    out += (rng.uniform(0, 4) * grain * (bulge > 0) * arch)[..., None]
    return np.clip(out, 0, 255).astype(np.uint8)


def spoilt(patch, rng, mirror=0.5):
    """The patch at another size, with what cameras, light and files do to it; then cut a little amiss. `mirror` is the chance that it is mirrored."""
    if rng.random() < mirror:
        patch = patch[:, ::-1]
    x = patch.astype(np.float32)
    if rng.random() < 0.25:  # a side in the shade, or a reflection
        angle = rng.uniform(0, 2 * np.pi)
        gx, gy = np.meshgrid(np.linspace(-1, 1, ROOM[0]), np.linspace(-1, 1, ROOM[1]))
        x *= np.clip(1 + rng.uniform(0, 0.5) * (np.cos(angle) * gx + np.sin(angle) * gy), 0.2, 2)[..., None].astype(np.float32)
    if rng.random() < 0.06:
        spot = np.zeros(ROOM[::-1], np.float32)
        cv2.ellipse(spot, (int(rng.uniform(40, 112)), int(rng.uniform(40, 80))), (int(rng.uniform(3, 25)), int(rng.uniform(3, 12))), rng.uniform(0, 180), 0, 360, 1.0, -1)
        x += (cv2.GaussianBlur(spot, (0, 0), 2) * rng.uniform(0.2, 0.8))[..., None] * (255 - x)
    if rng.random() < 0.08:  # a watermark's lines
        ink, tone, turn = np.zeros(ROOM[::-1], np.float32), rng.choice([0, 128, 255]), rng.uniform(0, np.pi)
        for _ in range(rng.integers(1, 6)):
            p, reach = rng.uniform([20, 20], [132, 100]), 100 * np.array([np.cos(turn), np.sin(turn)])
            a, b = (p - reach).astype(int), (p + reach).astype(int)
            cv2.line(ink, tuple(map(int, a)), tuple(map(int, b)), 1.0, int(rng.integers(1, 4)), cv2.LINE_AA)
        x += (ink * rng.uniform(0.1, 0.5))[..., None] * (tone - x)
    if rng.random() < 0.2:
        x = np.repeat(x.mean(2, keepdims=True), 3, 2)
    else:
        x = x * rng.normal(1, 0.05, 3).astype(np.float32)
    x = 255 * (np.clip(x, 0, 255) / 255) ** rng.uniform(0.6, 1.7)
    k = np.exp(rng.uniform(np.log(14), np.log(44))) / (LARGE * EYE)
    x = cv2.resize(x, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
    if rng.random() < 0.35:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.3, 1.3))
    if rng.random() < 0.5:
        x = x + rng.normal(0, rng.uniform(0.5, 8), x.shape)
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.75:
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(20, 96))])[1], cv2.IMREAD_COLOR)
    h, w = x.shape[:2]
    kx, ky = w / ROOM[0], h / ROOM[1]
    amiss = rng.uniform(0.02, 0.06) * LARGE * EYE
    turn, scale = np.radians(rng.normal(0, 4)), np.exp(rng.normal(0, 0.08))
    along = np.array([np.cos(turn), np.sin(turn)]) * scale * LARGE * EYE / 2
    middle = np.array(ROOM) / 2 + rng.normal(0, amiss, 2)
    at = lambda p: p * [kx, ky]
    return warped(x, placed(at(middle - along), at(middle + along), EYE, (WIDTH, HEIGHT)), (WIDTH, HEIGHT))


def given(patch):
    """What the network sees: red, green, blue, less their mean, over their deviation."""
    x = patch[..., ::-1].astype(np.float32).transpose(2, 0, 1)
    return (x - x.mean()) / (x.std() + 4.0)


class Eyes(torch.utils.data.IterableDataset):
    def __init__(self, eyes, seed):
        self.eyes, self.seed = eyes, seed

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        cv2.setNumThreads(1)
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        while True:
            eye = self.eyes[rng.integers(len(self.eyes))]
            closed = rng.random() < 0.5
            patch = shut(eye, rng) if closed else opened(eye, rng) if rng.random() < 0.5 else eye[0]
            for _ in range(3):  # drawing takes longer than spoiling
                yield torch.from_numpy(given(spoilt(patch, rng))), np.float32(closed)


def told(net, patches):
    """The network's number for each patch."""
    with torch.no_grad():
        return net(torch.from_numpy(np.stack([given(p) for p in patches]))).numpy()


def asked(net, patches):
    return 1 / (1 + np.exp(-told(net, patches)))


def fit(net, samples, loss_of, minutes, device, workers=0, clock=time.time):
    """Trains a network of one number on samples (patch, what to say), with a rate that falls to nothing at the end; `clock` counts the seconds."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    began, seen, losses = clock(), 0, []
    for x, y in torch.utils.data.DataLoader(samples, 128, num_workers=workers):
        gone = (clock() - began) / (60 * minutes)
        if gone >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min(1, seen / 5000 + 0.02) * 0.5 * (1 + np.cos(np.pi * gone)) + 1e-5
        loss = loss_of(net(x.to(device)), y.to(device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        seen += len(x)
        losses.append(loss.item())
        if len(losses) % 100 == 0:
            print(f"{gone:.2f} {seen} {np.mean(losses[-100:]):.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=pathlib.Path, required=True)
    parser.add_argument("--held-out", type=pathlib.Path, nargs="+", default=[])
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--look", type=pathlib.Path, help="only draw a sheet of samples to look at")
    parser.add_argument("--out", type=pathlib.Path, default="out/eyes.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    eyes = eyes_of(args.train)
    print(len(eyes), "eyes", flush=True)
    if args.look:
        rng = np.random.default_rng(3)
        rows = [np.hstack([e[0], shut(e, rng), shut(e, rng), opened(e, rng), cv2.resize(spoilt(shut(e, rng), rng), (180, 120))]) for e in (eyes[i] for i in rng.integers(len(eyes), size=12))]
        cv2.imwrite(str(args.look), np.vstack(rows))
        return
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    net = EyeNet().to(device)
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    fit(net, Eyes(eyes, 7), lambda said, shut: nn.functional.binary_cross_entropy_with_logits(said, shut * 0.98 + 0.01), args.minutes, device, args.workers)
    net = net.cpu().eval()
    rng = np.random.default_rng(11)
    for folder in args.held_out:
        held = eyes_of(folder)
        plain = lambda patch: warped(patch, placed(*(np.array(ROOM) / 2 + [s * LARGE * EYE / 2, 0] for s in (-1, 1)), EYE, (WIDTH, HEIGHT)), (WIDTH, HEIGHT))
        for name, patches in (("open", [plain(e[0]) for e in held]), ("open, spoilt", [spoilt(e[0], rng) for e in held]), ("shut", [plain(shut(e, rng)) for e in held]), ("shut, spoilt", [spoilt(shut(e, rng), rng) for e in held])):
            print(folder, name, np.round(np.quantile(asked(net, patches), [0, 0.01, 0.05, 0.1, 0.5, 0.9, 0.95, 0.98, 0.99, 1]), 3), flush=True)
    store(fold(net).state_dict(), args.out)


if __name__ == "__main__":
    main()
