"""Trains the network that sees what was written across a card: a watermark, a studio's name, a stamp, a date.

    baidi fix portraits/train --output CARDS; baidi check CARDS --json > CARDS.json
    python letters.py --cards CARDS DRAWN --told CARDS.json DRAWN.json --fonts /usr/share/fonts --minutes 20 --out ../models/letters.safetensors

It sees the card's own pixels down to the chin, since below it clothes may have letters, and says for every 8 x 8 of them how likely they were written over. It learns from finished cards, into which it writes itself:
lines of letters, Latin and Chinese, once or all over, and stamps, in any colour and strength. Lines, blots and scratches are none. Cards of every tenth sitter are held out.
"""

import argparse
import pathlib
import time

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import nn

from export import fold, store
from eyes import fit
from skin import card_files, handled, pressed

SIDE, PLACE = 144, 8  # the window that is learned from, and the side of a place, in card pixels
BELOW_CHIN = 0.15  # how far below the chin nothing is asked any more, in face widths
SEEN, FAINT = 8.0, 20  # by how many codes a pixel of a letter differs from what it covers for anybody to see it, and how many such pixels within 3 x 3 places make the middle one written on
SCRIPTS = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789-./:", "照片样图证件仅供办理使用复印无效中国摄影馆水印版权所有测试样张"]


class LettersNet(nn.Module):
    """A logit for every 8 x 8 pixels."""

    def __init__(self):
        super().__init__()
        channels, strides = [3, 16, 24, 32, 48, 48], [2, 2, 2, 1, 1]
        layers = []
        for inputs, outputs, stride in zip(channels, channels[1:], strides):
            layers += [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.out = nn.Conv2d(channels[-1], 1, 1)

    def forward(self, x):
        return self.out(self.body(x))[:, 0]


def text(rng, cjk):
    script = SCRIPTS[rng.choice(4, p=[0.35, 0.15, 0.15, 0.35] if cjk else [0.6, 0.2, 0.2, 0])]
    n = int(rng.integers(2, 14))
    line = "".join(rng.choice(list(script), n))
    return line[: n // 2] + " " + line[n // 2 :] if rng.random() < 0.2 else line


def written(fonts, rng):
    """How much of each pixel a line of letters covers, 0 to 255, on a canvas just as large."""
    high = int(np.exp(rng.uniform(np.log(11), np.log(70))))
    if fonts and rng.random() < 0.75:
        path, cjk = fonts[rng.integers(len(fonts))]
        line, font = text(rng, cjk), ImageFont.truetype(path, high)
        x0, y0, x1, y1 = font.getbbox(line)
        canvas = Image.new("L", (int(max(1, x1 - x0 + 8)), int(max(1, y1 - y0 + 8))))
        stroke = int(rng.integers(1, 3)) if rng.random() < 0.2 else 0
        ImageDraw.Draw(canvas).text((4 - x0, 4 - y0), line, fill=255, font=font, stroke_width=stroke)
        canvas = np.asarray(canvas)
    else:
        line, face, thick, scale = text(rng, False), int(rng.integers(0, 8)), int(rng.integers(1, max(2, high // 8) + 1)), high / 22
        (w, h), below = cv2.getTextSize(line, face, scale, thick)
        canvas = np.zeros((h + below + 2 * thick + 4, w + 2 * thick + 4), np.uint8)
        cv2.putText(canvas, line, (thick + 2, h + thick + 2), face, scale, 255, thick, cv2.LINE_AA)
    if rng.random() < 0.12:  # an outline alone
        canvas = cv2.morphologyEx(canvas, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return canvas


def stamp(fonts, rng):
    """A round or square seal: a rim, sometimes two, a star or letters in it, and often not all of the ink."""
    side = int(rng.uniform(60, 200))
    canvas = np.zeros((side, side), np.uint8)
    thick = int(rng.integers(1, 5))
    middle = (side // 2, side // 2)
    for k in range(int(rng.integers(1, 3))):
        r = side // 2 - 4 - 7 * k
        if rng.random() < 0.75:
            cv2.circle(canvas, middle, r, 255, thick, cv2.LINE_AA)
        else:
            cv2.rectangle(canvas, (side // 2 - r, side // 2 - r), (side // 2 + r, side // 2 + r), 255, thick, cv2.LINE_AA)
    for _ in range(int(rng.integers(1, 4))):
        line = written(fonts, rng)
        k = rng.uniform(0.3, 0.75) * side / max(line.shape)
        line = cv2.resize(line, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
        laid(canvas, line, (side / 2, rng.uniform(0.25, 0.75) * side), 0.0)
    if rng.random() < 0.4:
        turns = np.arange(10) * np.pi / 5 - np.pi / 2
        radii = np.where(np.arange(10) % 2, 0.08, 0.2) * side
        cv2.fillPoly(canvas, [np.round(np.stack([np.cos(turns), np.sin(turns)], 1) * radii[:, None] + side / 2).astype(np.int32)], 255)
    if rng.random() < 0.5:
        ink = cv2.GaussianBlur(rng.normal(0, 1, canvas.shape).astype(np.float32), (0, 0), rng.uniform(1, 5))
        canvas = (canvas * np.clip(0.8 + ink / (ink.std() + 1e-6) * 0.4, 0, 1)).astype(np.uint8)
    return canvas


def laid(mask, canvas, middle, angle):
    """Lays the canvas into the mask, turned, with its middle at a point."""
    h, w = canvas.shape
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.float32([[c, -s, middle[0] - c * w / 2 + s * h / 2], [s, c, middle[1] - s * w / 2 - c * h / 2]])
    np.maximum(mask, cv2.warpAffine(canvas, matrix, mask.shape[::-1], flags=cv2.INTER_LINEAR), out=mask)


def writing(side, fonts, rng):
    """What a window of writing covers, 0 to 255."""
    mask = np.zeros((side, side), np.uint8)
    angle = rng.choice([0.0, rng.normal(0, 0.5), -0.5, 0.6, np.pi / 2])
    some = lambda: rng.uniform(-0.1, 1.1, 2) * side  # noqa: E731
    if rng.random() < 0.2:
        laid(mask, stamp(fonts, rng), some(), rng.normal(0, 0.4))
        return mask
    canvas = written(fonts, rng)
    if rng.random() < 0.3:  # again and again
        step = np.array([canvas.shape[1] + rng.uniform(10, 90), canvas.shape[0] + rng.uniform(10, 70)])
        along, down, start = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)]), some()
        for i in range(-2, 3):
            for k in range(-3, 4):
                laid(mask, canvas, start + along * step[0] * (i + 0.5 * (k % 2)) + down * step[1] * k, angle)
        return mask
    for _ in range(int(rng.choice([1, 1, 2]))):
        # somewhere along its line
        along = rng.uniform(-0.5, 0.5) * canvas.shape[1]
        laid(mask, canvas, rng.uniform(0.1, 0.9, 2) * side + along * np.array([np.cos(angle), np.sin(angle)]), angle)
    return mask


def blots(x, rng):
    """Lines, scratches, blots, stickers: not written."""
    h, w = x.shape[:2]
    for _ in range(int(rng.integers(1, 6))):
        a, b = (tuple(map(int, rng.uniform(0, 1, 2) * (w, h))) for _ in range(2))
        tone, before = rng.uniform(0, 255, 3).tolist(), x.copy()
        if rng.random() < 0.6:
            cv2.line(x, a, b, tone, int(rng.integers(1, 6)), cv2.LINE_AA)
        else:
            cv2.ellipse(x, a, (int(rng.integers(3, 40)), int(rng.integers(3, 25))), rng.uniform(0, 180), 0, 360, tone, -1, cv2.LINE_AA)
        x += (1 - rng.uniform(0.2, 1)) * (before - x)
    return x


def written_over(x, mask, rng):
    cover = mask.astype(np.float32)[..., None] / 255
    tone = [np.full(3, 255.0), np.full(3, 0.0), np.full(3, rng.uniform(60, 220)), np.array([30.0, 30, 200]), np.array([180.0, 60, 30]), rng.uniform(0, 255, 3)][rng.integers(6)]
    strength = rng.uniform(0.1, 0.95)
    if rng.random() < 0.2:  # ink lets the picture through
        return x * (1 - cover * strength * (1 - tone / 255))
    out = x + cover * strength * (tone - x)
    if rng.random() < 0.15:  # with a shadow or a rim of the other tone
        rim = np.clip(np.roll(cover, int(rng.integers(1, 3)), (0, 1)) - cover, 0, 1) if rng.random() < 0.5 else cv2.dilate(cover[..., 0], np.ones((3, 3)))[..., None] - cover
        out += rim * strength * (255 - tone - out)
    return out


def sample(card, face, fonts, rng, wanted):
    """A window of a card and of each of its places whether it was written on: 1, 0, or -1 where nobody could say."""
    x, face = handled(card.astype(np.float32), face, rng) if rng.random() < 0.4 else (card.astype(np.float32), face)
    bottom = min(x.shape[0], int(face[2][1] + BELOW_CHIN * face[3]))
    x0 = int(rng.integers(0, max(1, x.shape[1] - SIDE + 1)))
    y0 = int(rng.integers(0, max(1, bottom - SIDE + 1)))
    x = x[y0 : y0 + SIDE, x0 : x0 + SIDE].copy()
    x = cv2.copyMakeBorder(x, 0, SIDE - x.shape[0], 0, SIDE - x.shape[1], cv2.BORDER_REPLICATE)
    places = np.zeros((SIDE // PLACE,) * 2, np.float32)
    if rng.random() < 0.25:
        x = blots(x, rng)
    if wanted:
        mask = writing(SIDE, fonts, rng)
        before, x = x, written_over(x, mask, rng)
        near = lambda seen: cv2.boxFilter(seen.astype(np.float32), -1, (3 * PLACE,) * 2, normalize=False, borderType=cv2.BORDER_CONSTANT)[PLACE // 2 :: PLACE, PLACE // 2 :: PLACE]  # noqa: E731
        seen = near((np.abs(np.clip(x, 0, 255) - before).max(2) > SEEN) & (mask > 64))
        places[near(np.abs(x - before).max(2) > 1) > 0] = -1
        places[seen >= FAINT] = 1
    if rng.random() < 0.3:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.85:
        x = pressed(x, rng, 35, 97)
    if rng.random() < 0.5 and not wanted:
        x = x[:, ::-1]
    return np.clip(x, 0, 255), places


def given(x):
    """What the network sees: red, green, blue, -1 to 1."""
    return np.ascontiguousarray(x[..., ::-1].astype(np.float32).transpose(2, 0, 1)) / 127.5 - 1


class Cards(torch.utils.data.IterableDataset):
    def __init__(self, cards, fonts, seed):
        self.cards, self.fonts, self.seed = cards, fonts, seed

    def __iter__(self):
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        while True:
            x, places = sample(*self.cards[rng.integers(len(self.cards))], self.fonts, rng, rng.random() < 0.5)
            yield torch.from_numpy(given(x)), torch.from_numpy(places)


def loss_of(said, wanted):
    each = nn.functional.binary_cross_entropy_with_logits(said, wanted.clamp(min=0) * 0.98 + 0.01, reduction="none")
    return (each * (wanted >= 0)).sum() / (wanted >= 0).sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--told", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--fonts", type=pathlib.Path, required=True, help="where fonts lie; those with CJK in their names have Chinese letters")
    parser.add_argument("--minutes", type=float, default=20, help="of processor time")
    parser.add_argument("--look", type=pathlib.Path, help="only draw a sheet of samples to look at")
    parser.add_argument("--out", type=pathlib.Path, default="out/letters.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    fonts = [(str(p), "CJK" in p.name) for p in sorted(args.fonts.rglob("*")) if p.suffix in (".ttf", ".otf", ".ttc")]
    cards = [card for folder, told in zip(args.cards, args.told) for card in card_files(folder, told)]
    print(len(cards), "cards,", len(fonts), "fonts", flush=True)
    held, cards = cards[::10], [c for i, c in enumerate(cards) if i % 10]
    rng = np.random.default_rng(3)
    if args.look:
        rows = []
        for i in rng.integers(len(cards), size=8):
            tiles = []
            for wanted in (False, False, True, True, True, True, True, True):
                x, places = sample(*cards[i], fonts, rng, wanted)
                marks = cv2.resize(places, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)[..., None]
                tiles.append(np.vstack([x, np.where(marks > 0, x * 0.5 + np.array([0, 0, 127.0]), np.where(marks < 0, x * 0.5 + 64, x))]))
            rows.append(np.hstack(tiles))
        cv2.imwrite(str(args.look), np.vstack(rows).astype(np.uint8))
        return
    net = LettersNet()
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    fit(net, Cards(cards, fonts, 7), loss_of, args.minutes, torch.device("cpu"), 1, clock=time.process_time)
    net.eval()
    for name, wanted in (("not written on", False), ("written on", True)):
        told = {0: [], 1: []}
        for card in held:
            for _ in range(4):
                x, places = sample(*card, fonts, rng, wanted)
                with torch.no_grad():
                    p = torch.sigmoid(net(torch.from_numpy(given(x))[None]))[0].numpy()
                for k in told:
                    told[k].append(p[places == k])
        for k, found in told.items():
            found = np.concatenate(found)
            if len(found):
                print(f"{name}, places that are {k}:", np.round(np.quantile(found, [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]), 2), "over a half", round(float((found > 0.5).mean()), 4), flush=True)
    store(fold(net).state_dict(), args.out)


if __name__ == "__main__":
    main()
