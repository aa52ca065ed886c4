"""Trains the network that tells smoothed skin from skin: what a beauty filter, a portrait mode or a retoucher leaves of a face.

    baidi fix portraits/train --output CARDS; baidi check CARDS --json > CARDS.json
    python skin.py --cards CARDS DRAWN --told CARDS.json DRAWN.json --minutes 10 --out ../models/skin.safetensors

It sees the middle of the face at the card's own pixels, since resampling is a smoothing too. It learns from finished cards: as they are, or out of focus, noisy, small, and hard pressed, they are skin; smoothed where the
skin is, by one of several filters, they are not. Drawn sitters, who have no pores, are among them, so that it is the filter that is learned. Cards of every tenth sitter are held out.
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
from eyes import PatchNet, fit, given, told

SIDE = 144  # the patch, in card pixels
ROOM = 216  # what is cut from a card, with a margin to move in and to filter
LEAST = 1.0  # by how many codes skin must change for anybody to see it


def guided(x, radius, eps):
    """The guided filter (He et al. 2010) of a picture by its own luma."""
    g = x.mean(2) / 255
    box = lambda v: cv2.boxFilter(v, -1, (2 * radius + 1,) * 2)  # noqa: E731
    m = box(g)
    variance = box(g * g) - m * m + eps
    out = []
    for c in range(3):
        p = x[..., c] / 255
        a = (box(g * p) - m * box(p)) / variance
        out.append(box(a) * g + box(box(p) - a * m))
    return np.stack(out, 2) * 255


def smoothed(x, unit, rng):
    """The picture smoothed as filters for skin do it; `unit` is the face's width in px over 200."""
    way = rng.choice(6, p=[0.25, 0.15, 0.25, 0.05, 0.25, 0.05])
    u8 = np.clip(x, 0, 255).astype(np.uint8)
    if way == 0:
        for _ in range(rng.integers(1, 4)):
            u8 = cv2.bilateralFilter(u8, int(rng.integers(5, 14)), rng.uniform(18, 70), rng.uniform(2, 6) * unit)
        return u8.astype(np.float32)
    if way == 1:
        for _ in range(rng.integers(1, 3)):
            u8 = cv2.medianBlur(u8, int(rng.choice([3, 5, 7])))
        return u8.astype(np.float32)
    if way == 2:
        return guided(x, int(rng.integers(3, 10)), rng.uniform(0.02, 0.08) ** 2).astype(np.float32)
    if way == 3:
        return cv2.fastNlMeansDenoisingColored(u8, None, rng.uniform(3, 10), 5, 5, 11).astype(np.float32)
    if way == 4:  # high frequencies taken off where they are small, as retouchers do
        low = cv2.GaussianBlur(x, (0, 0), rng.uniform(1.5, 5) * unit)
        high = x - low
        keep = np.abs(cv2.GaussianBlur(high, (0, 0), 0.8)).max(2, keepdims=True)
        t = rng.uniform(8, 25)
        return low + high * np.clip((keep - t) / t + 0.5, 0, 1)
    return cv2.edgePreservingFilter(u8, flags=1, sigma_s=rng.uniform(4, 20), sigma_r=rng.uniform(0.06, 0.25)).astype(np.float32)


def skin_mask(face, shape, rng):
    """Where a filter works: the face, sometimes without eyes, brows and mouth, sometimes all of the picture."""
    mask = np.zeros(shape[:2], np.float32)
    if rng.random() < 0.25:
        mask[:] = 1
        return mask
    (lx, ly), (rx, ry), (cx, cy), width = face
    mx, my = (lx + rx) / 2, (ly + ry) / 2
    tall = np.hypot(cx - mx, cy - my)
    at = lambda x, y: (int(round(16 * x)), int(round(16 * y)))  # noqa: E731
    cv2.ellipse(mask, at(mx, my + 0.15 * tall), at(0.5 * width, 0.95 * tall), 0, 0, 360, 1.0, -1, cv2.LINE_AA, 4)
    if rng.random() < 0.6:
        apart = np.hypot(rx - lx, ry - ly)
        for x, y, a, b in ((lx, ly, 0.3, 0.16), (rx, ry, 0.3, 0.16), (lx, ly - 0.3 * apart, 0.36, 0.1), (rx, ry - 0.3 * apart, 0.36, 0.1), (mx + 0.62 * (cx - mx), my + 0.62 * (cy - my), 0.42, 0.18)):
            cv2.ellipse(mask, at(x, y), at(a * apart, b * apart), 0, 0, 360, 0.0, -1, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(mask, (0, 0), rng.uniform(1, 5))


def pressed(x, rng, low=25, high=97):
    x = np.clip(x, 0, 255).astype(np.uint8)
    return cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(low, high))])[1], cv2.IMREAD_COLOR).astype(np.float32)


def handled(x, face, rng):
    """What else may have happened to a picture, which is no smoothing of skin, and where the face is then."""
    if rng.random() < 0.3:  # another size
        k = rng.uniform(0.75, 1.15)
        h, w = x.shape[:2]
        x = cv2.resize(x, None, fx=k, fy=k, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC)
        if rng.random() < 0.5:
            x = cv2.resize(x, (w, h), interpolation=cv2.INTER_CUBIC)
        k = x.shape[1] / w
        face = (*(p * k for p in face[:3]), face[3] * k)
    if rng.random() < 0.25:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.3, 1.2))
    if rng.random() < 0.25:
        x = x + rng.normal(0, rng.uniform(0.5, 6), x.shape).astype(np.float32)
    if rng.random() < 0.2:
        soft = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.6, 1.5))
        x = x + rng.uniform(0.2, 1.2) * (x - soft)
    if rng.random() < 0.3:
        x = 255 * (np.clip(x, 0, 255) / 255) ** rng.uniform(0.7, 1.4)
    if rng.random() < 0.15:
        x = np.repeat(x.mean(2, keepdims=True), 3, 2)
    return x, face


def middle_of(face):
    (lx, ly), (rx, ry), (cx, cy), _ = face
    return np.array([0.3 * (lx + rx) + 0.4 * cx, 0.3 * (ly + ry) + 0.4 * cy])


def patch_of(x, face, rng=None, side=SIDE):
    """The patch around the middle of the face, at the picture's own pixels."""
    middle = middle_of(face)
    if rng is not None:
        middle = middle + rng.uniform(-6, 6, 2)
    x0, y0 = np.round(middle - side / 2).astype(int) + side
    x = cv2.copyMakeBorder(np.clip(x, 0, 255).astype(np.uint8), side, side, side, side, cv2.BORDER_REPLICATE)
    return x[y0 : y0 + side, x0 : x0 + side]


def sample(card, face, rng, spoil):
    """A patch, its skin smoothed or not; none where nobody would see that it was."""
    x = card.astype(np.float32)
    if rng.random() < 0.3:  # before the filter
        x, face = handled(x, face, rng)
    if spoil:
        mask = skin_mask(face, x.shape, rng)[..., None] * rng.uniform(0.75, 1.0)
        out = x + mask * (smoothed(x, face[3] / 200, rng) - x)
        seen = np.abs(out - x).mean(2)[mask[..., 0] > 0.5]
        if len(seen) == 0 or seen.mean() < LEAST:
            return None
        x = out
    if rng.random() < 0.5:
        x, face = handled(x, face, rng)
    if rng.random() < 0.9:
        x = pressed(x, rng, 60, 97)
    return patch_of(x, face, rng)


class Cards(torch.utils.data.IterableDataset):
    def __init__(self, cards, seed):
        self.cards, self.seed = cards, seed

    def __iter__(self):
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        while True:
            spoil = rng.random() < 0.5
            patch = sample(*self.cards[rng.integers(len(self.cards))], rng, spoil)
            if patch is not None:
                yield torch.from_numpy(given(patch[:, ::-1] if rng.random() < 0.5 else patch)), np.float32(spoil)


def card_files(folder, told):
    """All cards with a face: (picture, (left eye, right eye, chin, width))."""
    found = []
    for photo in json.loads(pathlib.Path(told).read_text())["photos"]:
        face = photo["face"]
        picture = cv2.imread(str(pathlib.Path(folder) / pathlib.Path(str(photo["input"])).name)) if face else None
        if picture is None:
            continue
        width = float(np.hypot(*np.subtract(face["left_ear_root"], face["right_ear_root"])))
        found.append((picture, (*(np.array(face[name]) for name in ("left_eye", "right_eye", "chin")), width)))
    return found


def middles_of(folder, told):
    """The middle of the faces of all cards, with a margin, and the same places in it."""
    found = []
    for picture, face in card_files(folder, told):
        corner = np.round(middle_of(face) - ROOM / 2)
        found.append((patch_of(picture, face, side=ROOM), (*(p - corner for p in face[:3]), face[3])))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--told", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--minutes", type=float, default=20, help="of processor time")
    parser.add_argument("--look", type=pathlib.Path, help="only draw a sheet of samples to look at")
    parser.add_argument("--out", type=pathlib.Path, default="out/skin.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    cards = [card for folder, told in zip(args.cards, args.told) for card in middles_of(folder, told)]
    print(len(cards), "cards", flush=True)
    held, cards = cards[::10], [c for i, c in enumerate(cards) if i % 10]
    rng = np.random.default_rng(3)
    if args.look:
        rows = []
        for i in rng.integers(len(cards), size=8):
            tiles = [patch_of(*cards[i])] + [sample(*cards[i], rng, s) for s in (False, False, True, True, True, True)]
            rows.append(np.hstack([np.zeros((SIDE, SIDE, 3), np.uint8) if t is None else t for t in tiles]))
        cv2.imwrite(str(args.look), np.vstack(rows))
        return
    net = PatchNet(SIDE, SIDE)
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    fit(net, Cards(cards, 7), lambda said, spoil: nn.functional.binary_cross_entropy_with_logits(said, spoil * 0.98 + 0.01), args.minutes, torch.device("cpu"), 1, clock=time.process_time)
    net.eval()
    for name, patches in (("as they are", [patch_of(*c) for c in held]), ("handled", [sample(*c, rng, False) for c in held for _ in range(3)]), ("smoothed", [p for c in held for _ in range(3) if (p := sample(*c, rng, True)) is not None])):
        print(name, len(patches), np.round(np.quantile(told(net, patches), [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]), 2), flush=True)
    store(fold(net).state_dict(), args.out)


if __name__ == "__main__":
    main()
