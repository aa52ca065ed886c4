"""Draws photographs as they are handed in, before walls and rooms of all kinds, has baidi make their cards, and keeps each card beside the truth: what the program really leaves
of a room, and what it really eats of a sitter, is what a critic must learn to see.

    python pack.py ../../shared/portraits/train packed.npy
    python pack.py --rooms ../../shared/rooms rooms.npy
    python walls.py walls.npy
    python cards.py --packed packed.npy --walls walls.npy --rooms rooms.npy --mattes ../target/release/mattes --count 3840 --out cards.npz
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import cv2
import numpy as np

from frame import INDEX, MIRROR, measure
from train import EXCLUDED

WIDTH, HEIGHT = 208, 256  # the crop of critic and refiner: all of a card
FACE = 100.0  # pixels per face measure in it
CENTRE = (0.5 * WIDTH, 105.28)  # where the middle between the eyes goes


def to_crop(points):
    """Upright, unlike the portrait network's: a card is."""
    middle, size, _ = measure(points)
    k = FACE / size
    return np.array([[k, 0, CENTRE[0] - k * middle[0]], [0, k, CENTRE[1] - k * middle[1]]])


def warp(img, matrix, border):
    """As `src/base/resample.rs` does it: the mean of what a pixel covers where it shrinks."""
    m = matrix.copy()
    k = np.hypot(m[0, 0], m[1, 0])
    if k < 1:
        img = cv2.GaussianBlur(img, (0, 0), 0.42 * np.sqrt(1 / k**2 - 1) + 0.05)
    m[:, 2] += 0.5 * (m[:, 0] + m[:, 1]) - 0.5
    return cv2.warpAffine(img, m, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border)


def left_and_lost(card, alpha):
    """What can be seen where the truth has wall, and what is white where the truth has sitter: 0..1, in the card's pixels."""
    dark = (255 - card.min(2)) / 255.0
    person = cv2.dilate(alpha, np.ones((5, 5), np.uint8))
    left = np.clip(dark * 1.6 - 0.08, 0, 1) * (1 - person)
    white = np.clip((card.min(2).astype(np.float32) - 244) / 8, 0, 1)
    lost = cv2.erode(alpha, np.ones((5, 5), np.uint8)) * white
    return left.astype(np.float32), lost.astype(np.float32)


def of_gallery(folder):
    """Drawn sitters as the program `gallery` of `lab/` writes them, in the form of packed photographs. The first sixty are for measuring."""
    for file in sorted(folder.glob("*.json")):
        if int(file.stem) < 60:
            continue
        picture, alpha = (cv2.imread(str(file.with_suffix(end)), kind) for end, kind in ((".png", cv2.IMREAD_COLOR), (".alpha.png", cv2.IMREAD_GRAYSCALE)))
        # the sitter's own colours go on beyond their edge
        _, nearest = cv2.distanceTransformWithLabels((alpha < 250).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        own = np.zeros((nearest.max() + 1, 3), np.uint8)
        own[nearest[alpha >= 250]] = picture[alpha >= 250]
        points = np.array(json.loads(file.read_text()))
        packed = lambda a: cv2.imencode(".png", a)[1].tobytes()  # noqa: E731
        colours = [picture[tuple(np.clip(p[::-1], 0, np.array(alpha.shape) - 1).astype(int))][::-1] for p in (points[INDEX[10]] - [0, 30], points[INDEX[10]], points[INDEX[152]] + [0, 60])]
        yield {"name": f"drawn-{file.stem}", "picture": packed(picture), "alpha": packed(alpha), "fore": packed(own[nearest]), "points": points, "colours": np.array(colours)}


class Wardrobe:
    """Sitters and what to put behind them."""

    def __init__(self, args):
        self.rng = np.random.default_rng(args.seed)
        self.photos = [p for p in np.load(args.packed, allow_pickle=True) if p["name"] not in EXCLUDED] if args.drawn is None else [*of_gallery(args.drawn)]
        self.walls = list(np.load(args.walls, allow_pickle=True))
        opened = lambda jpeg: cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]  # noqa: E731
        self.rooms = [opened(r) for r in np.load(args.rooms, allow_pickle=True)]
        # what stands behind the sitters themselves, where it is no plain wall: they are painted over there
        behind = [opened(p["room"]) for p in self.photos if "room" in p]
        self.behind = [b for b in behind if cv2.GaussianBlur(b, (0, 0), 2).std((0, 1)).mean() > 24]

    def backdrop(self, w, h):
        """A part of a room or of a drawn wall, as large as the photograph."""
        rng = self.rng
        kind = rng.random()
        bank = self.rooms if kind < 0.5 or not self.behind else self.behind if kind < 0.85 else self.walls
        picture = bank[rng.integers(len(bank))]
        ph, pw = picture.shape[:2]
        k = max(w / pw, h / ph) * np.exp(rng.uniform(0, 0.9))
        cw, ch = min(pw, int(w / k) + 1), min(ph, int(h / k) + 1)
        x, y = rng.integers(pw - cw + 1), rng.integers(ph - ch + 1)
        part = cv2.resize(np.ascontiguousarray(picture[y:y + ch, x:x + cw]), (w, h), interpolation=cv2.INTER_LINEAR)
        if rng.random() < 0.5:
            part = part[:, ::-1]
        if rng.random() < 0.45:
            part = cv2.GaussianBlur(part, (0, 0), np.exp(rng.uniform(np.log(0.7), np.log(14))))
        return part.astype(np.float32)

    def drawn(self, folder, first, count):
        """Writes `count` photographs, and returns their alphas, landmarks and pixels by name."""
        rng, truths = self.rng, {}
        for i in range(count):
            photo = self.photos[rng.integers(len(self.photos))]
            read = lambda key, kind: cv2.imdecode(np.frombuffer(photo[key], np.uint8), kind)  # noqa: E731
            alpha = read("alpha", cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
            picture, fore = (read(key, cv2.IMREAD_COLOR)[..., ::-1].astype(np.float32) for key in ("picture", "fore"))
            h, w = alpha.shape
            band = cv2.dilate(((alpha > 0.015) & (alpha < 0.985)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
            colour = np.where(band[..., None], fore, picture)
            if rng.random() < 0.92:
                wall = self.backdrop(w, h)
                kind = rng.random()
                if kind < 0.4:  # towards the colours of hair, skin or top
                    own = photo["colours"][rng.integers(3)].astype(np.float32)
                    wall = (wall - wall.mean((0, 1))) * rng.uniform(0.3, 1.0) + own * rng.uniform(0.8, 1.2)
                elif kind < 0.7:
                    wall = wall * np.exp(rng.uniform(-1.2, 0.4))
                if rng.random() < 0.3:  # a shadow on it
                    shade = cv2.warpAffine(cv2.GaussianBlur(alpha, (0, 0), np.exp(rng.uniform(0.5, 3))), np.float32([[1, 0, rng.uniform(-50, 50)], [0, 1, rng.uniform(-10, 40)]]), (w, h), borderMode=cv2.BORDER_REPLICATE)
                    wall = wall * (1 - rng.uniform(0.1, 0.6) * shade[..., None])
                if rng.random() < 0.4:  # its light on the edge
                    spill = cv2.GaussianBlur(alpha, (0, 0), 4.0)[..., None]
                    colour = colour + (wall - colour) * (1 - spill) * rng.uniform(0, 0.4)
                colour = colour * np.exp(rng.normal(0, 0.15))
                picture = np.clip(wall, 0, 255) * (1 - alpha[..., None]) + np.clip(colour, 0, 255) * alpha[..., None]
            if rng.random() < 0.3:
                picture = picture * np.exp(rng.normal(0, 0.08, 3)).astype(np.float32)
            if rng.random() < 0.25:
                picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.4))
            if rng.random() < 0.35:
                picture = picture + rng.normal(0, rng.uniform(1, 9), picture.shape)
            picture = np.clip(picture, 0, 255).astype(np.uint8)
            points = photo["points"].astype(np.float64)
            if rng.random() < 0.5:
                picture, alpha, points = picture[:, ::-1], np.ascontiguousarray(alpha[:, ::-1]), (points * [-1, 1] + [w, 0])[MIRROR]
            name = f"{first + i:06}"
            cv2.imwrite(str(folder / f"{name}.jpg"), np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(60, 98))])
            truths[name] = alpha, points, np.ascontiguousarray(picture), str(photo["name"])
        return truths


LAYERS = {"card": slice(0, 3), "alpha": 3, "left": 4, "lost": 5, "inside": 6, "source": slice(7, 10), "matte": 10}  # of a card as it is kept; `alpha` is the truth, `matte` the program's


def made(mattes, folder, truths):
    """What `mattes` (the program of `lab/`) makes of `truths`, in the critic's crop: LAYERS, the landmarks, and the sitter's name."""
    out = folder / "out"
    subprocess.run([mattes, folder, out], capture_output=True, check=True)
    for name, (alpha, points, picture, sitter) in truths.items():
        if not (out / f"{name}.json").exists():
            continue
        card = cv2.imread(str(out / f"{name}.jpg"))[..., ::-1]
        matte = cv2.imread(str(out / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
        m = np.array(json.loads((out / f"{name}.json").read_text()), np.float64)
        shift = m.copy()
        shift[:, 2] += 0.5 * (m[:, 0] + m[:, 1]) - 0.5
        h, w = card.shape[:2]
        place = lambda a, fill: cv2.warpAffine(a, shift, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=fill)  # noqa: E731
        truth = place(alpha, 0)
        left, lost = left_and_lost(card, truth)
        # what covers less than a card pixel of the source is averaged, as the program does it
        k = np.hypot(m[0, 0], m[1, 0])
        source = place(cv2.GaussianBlur(picture, (0, 0), 0.42 * np.sqrt(1 / k**2 - 1) + 0.05) if k < 1 else picture, (255, 255, 255))
        reached = place(np.full(alpha.shape, 255, np.uint8), 0)
        lost = lost * (source.min(2) < 225)  # a white shirt that is white
        on_card = points @ m[:, :2].T + m[:, 2]
        crop = to_crop(on_card)
        byte = lambda a: np.clip(255 * warp(a, crop, 0), 0, 255).astype(np.uint8)  # noqa: E731
        inside = warp(np.full((h, w), 255, np.uint8), crop, 0)
        source = np.where(warp(reached, crop, 0)[..., None] > 127, warp(source, crop, (255, 255, 255)), 128)  # where the photograph does not reach: grey, as the program has it
        layers = np.dstack([warp(card, crop, (255, 255, 255)), byte(truth), byte(left), byte(lost), inside, source.astype(np.uint8), warp(matte, crop, 0)])
        yield layers, (on_card @ crop[:, :2].T + crop[:, 2]).astype(np.float32), sitter


def mistaken(layers):
    """Whether the program's matte is wrong by more than an outline can lie amiss, on six places of the networks' or more."""
    truth, matte = (layers[..., LAYERS[key]].astype(np.float32) / 255 for key in ("alpha", "matte"))
    around = np.ones((5, 5), np.uint8)
    wrong = np.maximum(matte - cv2.dilate(truth, around), cv2.erode(truth, around) - matte).clip(0) * (layers[..., LAYERS["inside"]] > 250)
    return (cv2.resize(wrong, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA) > 0.3).sum() >= 6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packed", type=pathlib.Path, default="packed.npy")
    parser.add_argument("--walls", type=pathlib.Path, default="walls.npy")
    parser.add_argument("--rooms", type=pathlib.Path, default="rooms.npy")
    parser.add_argument("--drawn", type=pathlib.Path, help="a folder of `gallery`: its sitters take the place of the packed ones")
    parser.add_argument("--mattes", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--mistaken", action="store_true", help="keep every card on which the program mistook something, and one in eight of the others")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    wardrobe = Wardrobe(args)
    kept, done = [], 0
    while done < args.count:
        with tempfile.TemporaryDirectory() as folder:
            truths = wardrobe.drawn(pathlib.Path(folder), done, 24)
            done += 24
            kept += [card for card in made(args.mattes, pathlib.Path(folder), truths) if not args.mistaken or mistaken(card[0]) or wardrobe.rng.random() < 0.125]
        if done % 240 == 0 and kept:
            print(done, len(kept), f"left {np.mean([l[..., 4].mean() for l, _, _ in kept]) / 255:.5f} lost {np.mean([l[..., 5].mean() for l, _, _ in kept]) / 255:.5f}", flush=True)
        if done % 960 == 0 or done >= args.count:
            layers, points, names = zip(*kept)
            np.savez(args.out, layers=np.array(layers), points=np.array(points), names=np.array(names))


if __name__ == "__main__":
    main()
