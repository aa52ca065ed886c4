"""Procedural walls and rooms: what may stand behind a sitter, drawn from noise and simple shapes.

    python walls.py walls.npy    # a bank of them for `cards.py` and `critic.py`
"""

import sys
from multiprocessing import Pool

import cv2
import numpy as np

SIZE = 288  # side of a wall of the bank; crops of 160x192 are cut from it


def noise(rng, cells):
    """Smooth noise in 0..1 with about `cells` bumps along a side."""
    n = max(2, int(cells))
    return cv2.resize(rng.random((n, n), np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)


def fractal(rng, first, octaves=4, fall=0.55):
    total, weight = np.zeros((SIZE, SIZE), np.float32), 0.0
    for o in range(octaves):
        total += fall ** o * noise(rng, min(SIZE, first * 2 ** o))
        weight += fall ** o
    return total / weight


def colour(rng, low=0, high=255):
    return rng.uniform(low, high, 3).astype(np.float32)


def shelves(rng):
    img = np.empty((SIZE, SIZE, 3), np.float32)
    wood = np.array([1.0, 0.72, 0.5], np.float32) * rng.uniform(30, 150)
    img[:] = wood * 0.5
    y = -int(rng.integers(0, 30))
    while y < SIZE:
        row = int(rng.integers(28, 80))
        x = -int(rng.integers(0, 12))
        muted = rng.random() < 0.5
        while x < SIZE:
            wide = int(rng.integers(3, 16))
            tall = int(row * rng.uniform(0.6, 0.97))
            base = colour(rng)
            if muted:
                base = base * 0.4 + wood * 0.6
            cv2.rectangle(img, (x, y + row - tall), (x + wide, y + row), base.tolist(), -1)
            cv2.line(img, (x, y + row - tall), (x, y + row), (base * 0.5).tolist(), 1)
            if rng.random() < 0.4:
                cv2.rectangle(img, (x + 1, y + row - tall // 2), (x + wide - 1, y + row - tall // 2 + 3), (base * 0.4 + 150).tolist(), -1)
            x += wide + int(rng.random() < 0.15) * int(rng.integers(2, 14))
        cv2.rectangle(img, (0, y + row), (SIZE, y + row + 4), wood.tolist(), -1)
        y += row + 4
    return img


def stripes(rng):
    """Flag-like bands, bent by smooth noise as cloth is, with a field of stars now and then."""
    bands = rng.uniform(4, 16)
    angle = rng.uniform(0, np.pi)
    ys, xs = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / SIZE
    phase = (xs * np.cos(angle) + ys * np.sin(angle)) * bands + (fractal(rng, 3, 2) - 0.5) * rng.uniform(0, 5)
    cols = [colour(rng) for _ in range(int(rng.integers(2, 4)))]
    if rng.random() < 0.4:
        cols = [np.array([190, 25, 45], np.float32), np.array([240, 235, 230], np.float32)]
    img = np.array(cols)[np.floor(phase).astype(int) % len(cols)]
    if rng.random() < 0.4:
        corner = tuple(rng.integers(60, 200, 2).tolist())
        cv2.rectangle(img, (0, 0), corner, rng.uniform([10, 15, 50], [60, 60, 120]).tolist(), -1)
        for _ in range(40):
            c = (int(rng.integers(0, corner[0])), int(rng.integers(0, corner[1])))
            cv2.circle(img, c, int(rng.integers(1, 5)), (235, 235, 235), -1)
    fold = 0.65 + 0.6 * np.abs(np.sin(phase * rng.uniform(0.1, 0.5) + 4 * fractal(rng, 3, 2)))
    return img * fold[..., None]


def foliage(rng):
    hue = rng.choice([[60, 110, 40], [150, 150, 60], [170, 90, 30], [40, 70, 40], [110, 130, 150]]) * rng.uniform(0.5, 1.7)
    t = fractal(rng, rng.integers(6, 30), 4, 0.8)
    img = hue.astype(np.float32) * (0.2 + 2.0 * (t[..., None] - 0.15))
    for _ in range(int(rng.integers(0, 60))):
        c = tuple(rng.integers(0, SIZE, 2).tolist())
        cv2.circle(img, c, int(rng.integers(2, 14)), (hue * rng.uniform(0.6, 2.2) + rng.uniform(0, 60, 3)).tolist(), -1)
    return img


def window(rng):
    img = np.empty((SIZE, SIZE, 3), np.float32)
    img[:] = colour(rng, 20, 180)
    for _ in range(int(rng.integers(1, 4))):
        x, y = rng.integers(-40, SIZE - 40, 2)
        w, h = rng.integers(40, 160, 2)
        bright = rng.uniform(190, 300) * np.array([1, 1, 1]) + rng.uniform(-25, 25, 3)
        cv2.rectangle(img, (int(x), int(y)), (int(x + w), int(y + h)), bright.tolist(), -1)
        bar = colour(rng, 10, 230).tolist()
        for f in range(1, int(rng.integers(1, 5))):
            cv2.line(img, (int(x + w * f / 4), int(y)), (int(x + w * f / 4), int(y + h)), bar, int(rng.integers(1, 5)))
        cv2.rectangle(img, (int(x), int(y)), (int(x + w), int(y + h)), bar, int(rng.integers(1, 8)))
    return img


def two_tone(rng):
    a, b = colour(rng), colour(rng)
    if rng.random() < 0.5:
        b = a * rng.uniform(0.5, 1.4)
    img = np.empty((SIZE, SIZE, 3), np.float32)
    img[:] = a
    angle, off = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)]), rng.uniform(0.2, 0.8) * SIZE
    ys, xs = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    d = (xs - SIZE / 2) * np.cos(angle) + (ys - SIZE / 2) * np.sin(angle) + SIZE / 2 - off
    img[d > 0] = b
    if rng.random() < 0.5:
        img[np.abs(d) < rng.uniform(2, 8)] = colour(rng)
    return img


def boxes(rng):
    """Furniture, frames, doors, posters: overlapping rectangles and lines."""
    img = np.empty((SIZE, SIZE, 3), np.float32)
    base = colour(rng)
    img[:] = base
    tame = rng.random() < 0.5
    for _ in range(int(rng.integers(3, 26))):
        p = rng.integers(-60, SIZE, 2)
        q = p + rng.integers(6, 170, 2)
        c = colour(rng)
        c = base * 0.6 + c * 0.4 if tame else c
        cv2.rectangle(img, tuple(p.tolist()), tuple(q.tolist()), c.tolist(), -1 if rng.random() < 0.7 else int(rng.integers(1, 7)))
    for _ in range(int(rng.integers(0, 8))):
        p, q = rng.integers(0, SIZE, 2), rng.integers(0, SIZE, 2)
        cv2.line(img, tuple(p.tolist()), tuple(q.tolist()), colour(rng).tolist(), int(rng.integers(1, 5)), cv2.LINE_AA)
    return img


def rounds(rng):
    """Chair backs, cushions, lamps, heads of strangers: ellipses with shading."""
    img = np.empty((SIZE, SIZE, 3), np.float32)
    img[:] = colour(rng)
    for _ in range(int(rng.integers(2, 12))):
        c = tuple(rng.integers(0, SIZE, 2).tolist())
        axes = tuple(rng.integers(8, 90, 2).tolist())
        cv2.ellipse(img, c, axes, float(rng.uniform(0, 180)), 0, 360, colour(rng).tolist(), -1, cv2.LINE_AA)
    return img


def bricks(rng):
    a, mortar = colour(rng, 60, 220), colour(rng, 60, 230)
    if rng.random() < 0.5:
        a = np.array([160, 85, 60], np.float32) * rng.uniform(0.6, 1.3)
    img = np.empty((SIZE, SIZE, 3), np.float32)
    img[:] = mortar
    h, w = int(rng.integers(6, 26)), int(rng.integers(14, 60))
    for r in range(SIZE // h + 1):
        for c in range(-1, SIZE // w + 2):
            x, y = c * w + (r % 2) * w // 2, r * h
            cv2.rectangle(img, (x + 1, y + 1), (x + w - 2, y + h - 2), (a * rng.uniform(0.75, 1.2)).tolist(), -1)
    return img


def wood(rng):
    ys, xs = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / SIZE
    if rng.random() < 0.5:
        xs, ys = ys, xs
    grain = np.sin((xs * rng.uniform(10, 60) + fractal(rng, 3, 3) * rng.uniform(2, 12)))
    board = np.array([1.0, rng.uniform(0.55, 0.85), rng.uniform(0.3, 0.7)], np.float32) * rng.uniform(25, 200)
    img = board * (0.85 + 0.15 * grain[..., None])
    step = rng.uniform(0.1, 0.5)
    img[np.mod(xs, step) < 0.012] *= 0.4
    return img


def mottled(rng):
    """A painted studio backdrop."""
    a = colour(rng, 10, 235)
    b = np.clip(a * rng.uniform(0.4, 1.6) + rng.uniform(-25, 25, 3), 0, 255)
    t = np.clip((fractal(rng, rng.integers(2, 7), 5, 0.6) - 0.3) * 2.2, 0, 1)[..., None]
    return a * t + b * (1 - t)


def lights(rng):
    img = np.empty((SIZE, SIZE, 3), np.float32)
    img[:] = colour(rng, 0, 110)
    for _ in range(int(rng.integers(10, 70))):
        layer = img.copy()
        cv2.circle(layer, tuple(rng.integers(0, SIZE, 2).tolist()), int(rng.integers(3, 26)), colour(rng, 90, 255).tolist(), -1, cv2.LINE_AA)
        img = cv2.addWeighted(img, 0.5, layer, 0.5, 0)
    return img


def letters(rng):
    """Signs, banners and posters: words on something."""
    img = KINDS[int(rng.integers(0, 11))](rng)
    if rng.random() < 0.6:
        img[:] = colour(rng)
    for _ in range(int(rng.integers(1, 8))):
        word = "".join(chr(int(c)) for c in rng.integers(65, 91, int(rng.integers(1, 9))))
        place = (int(rng.integers(-60, SIZE - 20)), int(rng.integers(10, SIZE)))
        scale = float(np.exp(rng.uniform(-0.7, 1.6)))
        ink = np.zeros((SIZE, SIZE), np.uint8)
        cv2.putText(ink, word, place, int(rng.integers(0, 8)), scale, 255, max(1, int(scale * rng.uniform(1, 5))), cv2.LINE_AA)
        ink = ink[..., None].astype(np.float32) / 255
        img = img * (1 - ink) + colour(rng) * ink
    return img


def leaves(rng):
    """A plant before a wall: stems, and leaves with a light and a dark half."""
    img = KINDS[int(rng.integers(0, 11))](rng)
    if rng.random() < 0.6:
        img[:] = colour(rng)
    green = rng.uniform([20, 50, 10], [120, 170, 90])
    for _ in range(int(rng.integers(5, 60))):
        c, length, angle = rng.uniform(0, SIZE, 2), np.exp(rng.uniform(2, 4.3)), rng.uniform(0, 360)
        axes, tone = (int(length), max(1, int(length * rng.uniform(0.08, 0.4)))), green * rng.uniform(0.4, 1.6)
        at = tuple(c.astype(int).tolist())
        cv2.ellipse(img, at, axes, angle, 0, 180, tone.tolist(), -1, cv2.LINE_AA)
        cv2.ellipse(img, at, axes, angle, 180, 360, (tone * rng.uniform(0.5, 0.95)).tolist(), -1, cv2.LINE_AA)
    return img


def frames(rng):
    """Pictures in frames, screens, sockets and switches on a wall."""
    img = np.empty((SIZE, SIZE, 3), np.float32)
    img[:] = colour(rng, 60, 245) * np.ones(3, np.float32)
    for _ in range(int(rng.integers(1, 7))):
        x, y = (int(v) for v in rng.integers(-40, SIZE - 10, 2))
        w, h = (int(v) for v in np.exp(rng.uniform(2.3, 5.0, 2)))
        inner = KINDS[int(rng.integers(0, 11))](rng)[:max(1, h), :max(1, w)]
        x0, y0, x1, y1 = max(0, x), max(0, y), min(SIZE, x + inner.shape[1]), min(SIZE, y + inner.shape[0])
        if x1 > x0 and y1 > y0:
            img[y0:y1, x0:x1] = inner[: y1 - y0, : x1 - x0] if rng.random() < 0.6 else colour(rng)
        cv2.rectangle(img, (x, y), (x + w, y + h), colour(rng).tolist(), int(rng.integers(1, 9)), cv2.LINE_AA)
    return img


KINDS = [shelves, stripes, foliage, window, two_tone, boxes, rounds, bricks, wood, mottled, lights, letters, leaves, frames]


def make_wall(rng):
    img = KINDS[int(rng.integers(0, len(KINDS)))](rng)
    if rng.random() < 0.35:
        t = (fractal(rng, rng.integers(2, 5), 1) > rng.uniform(0.4, 0.6)).astype(np.float32)
        t = cv2.GaussianBlur(t, (0, 0), rng.uniform(0.6, 3))[..., None]
        img = img * t + KINDS[int(rng.integers(0, len(KINDS)))](rng) * (1 - t)
    img = img * (0.75 + 0.5 * noise(rng, rng.integers(2, 4))[..., None])
    img = img + rng.normal(0, rng.uniform(0, 9), img.shape[:2])[..., None]
    if rng.random() < 0.65:
        img = cv2.GaussianBlur(img.astype(np.float32), (0, 0), float(np.exp(rng.uniform(np.log(0.5), np.log(9)))))
    return np.clip(img, 0, 255).astype(np.uint8)


def make_bank(count, seed):
    rng = np.random.default_rng(seed)
    return np.stack([make_wall(rng) for _ in range(count)])


def some(job):
    """Walls of another size than `SIZE`, in a process of their own."""
    global SIZE
    cv2.setNumThreads(1)
    SIZE, seed = job
    return list(make_bank(20 if SIZE < 400 else 10, seed))


if __name__ == "__main__":
    with Pool() as pool:
        banks = pool.map(some, [(288, seed) for seed in range(40)] + [(576, 1000 + seed) for seed in range(40)])
    every = np.empty(sum(map(len, banks)), dtype=object)
    every[:] = [wall for bank in banks for wall in bank]
    np.save(sys.argv[1], every, allow_pickle=True)
    print(len(every), "walls")
