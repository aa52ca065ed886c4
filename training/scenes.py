"""Draws the detector's training scenes: none to three sitters of any size, turned in any way, in a whole picture."""

import cv2
import numpy as np

from augment import GREY, Sampler
from frame import for_cv

SIDE = 256  # longer side of the picture that the detector searches
SMALLEST, LARGEST = 13.0, 0.8 * SIDE  # face measures, in pixels of the scene
MOST = 3  # sitters in a scene
ASPECTS = [1.0, 3 / 4, 2 / 3, 5 / 7, 0.81, 4 / 3, 3 / 2, 16 / 9, 9 / 16]


def smaller(p):
    """The prepared photograph at half its size."""
    h, w = p["alpha"].shape
    size = (max(1, w // 2), max(1, h // 2))
    half = {k: cv2.resize(p[k], size, interpolation=cv2.INTER_AREA) for k in ("picture", "alpha", "fore", "room", "top", "hair")}
    return p | half | {"points": p["points"] * np.float32([size[0] / w, size[1] / h])}


class Scenes:
    def __init__(self, photos, walls):
        levels = [list(photos)]
        for _ in range(3):
            levels.append([smaller(p) for p in levels[-1]])
        self.samplers = [Sampler(level, walls) for level in levels]
        for s in self.samplers:
            s.width, s.height, s.scale = SIDE, SIDE, 1.6

    def turn(self, rng):
        kind = rng.random()
        if kind < 0.5:
            return rng.normal(0, 0.12)
        if kind < 0.75:
            return rng.uniform(-0.85, 0.85)
        if kind < 0.95:
            return np.pi / 2 * rng.integers(1, 4) + rng.normal(0, 0.15)
        return rng.uniform(-np.pi, np.pi)

    def placed(self, rng, i, largest, box):
        """A level, the map from its pixels to the scene's, and the pose there: x, y of the eyes' middle, face measure, roll."""
        size = np.exp(rng.uniform(np.log(SMALLEST), np.log(largest)))
        turn = self.turn(rng)
        # the prepared face is about 167 px wide: the level that is still shrunk
        level = int(np.clip(np.floor(np.log2(167 / size)), 0, 3))
        middle, measured, roll = self.samplers[level].frames[i]
        k = size / measured
        c, s = k * np.cos(turn), k * np.sin(turn)
        x0, y0, x1, y1 = box
        inset = 0.35 * size
        at = [rng.uniform(min(a + inset, (a + b) / 2), max(b - inset, (a + b) / 2)) for a, b in ((x0, x1), (y0, y1))]
        m = np.array([[c, -s, at[0] - c * middle[0] + s * middle[1]], [s, c, at[1] - s * middle[0] - c * middle[1]]])
        return level, m, np.array([at[0], at[1], size, roll + turn])

    def draw(self, rng):
        """Returns picture (uint8 RGB), poses (MOST, 4), and how many of them hold."""
        aspect = ASPECTS[int(rng.integers(0, len(ASPECTS)))] * np.exp(rng.normal(0, 0.04))
        w, h = (SIDE, SIDE / aspect) if aspect > 1 else (SIDE * aspect, SIDE)
        box = (0.0, 0.0, float(round(w)), float(round(h)))
        base = self.samplers[0]
        count = int(rng.choice(4, p=[0.1, 0.66, 0.15, 0.09]))
        first = base.pick(rng)
        colours = base.photos[first]["colours"]
        kind = rng.random()
        if kind < 0.35:
            img = base.studio(rng, colours)
        elif kind < 0.6:
            img = base.from_bank(rng)
        else:
            img = self.samplers[1].room(rng)
        if rng.random() < 0.25:
            img = cv2.GaussianBlur(img, (0, 0), rng.uniform(0.6, 6))
        poses = np.zeros((MOST, 4), np.float32)
        held = 0
        for n in range(count):
            i = first if n == 0 else base.pick(rng)
            largest = LARGEST if n == 0 and count == 1 else 0.35 * SIDE
            for _ in range(8):
                level, m, pose = self.placed(rng, i, min(largest, 0.95 * min(w, h)), box)
                if all(np.hypot(*(pose[:2] - q[:2])) > 0.9 * (pose[2] + q[2]) for q in poses[:held]):
                    break
            else:
                continue
            s = self.samplers[level]
            p = s.photos[i]
            if rng.random() < 0.45:  # the photograph as it is, before the wall like a print on it
                layer = np.dstack([p["picture"], np.full_like(p["alpha"], 255)])
                border = cv2.BORDER_REPLICATE if count == 1 and rng.random() < 0.5 else cv2.BORDER_CONSTANT
                layer = cv2.warpAffine(layer, for_cv(m), (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=border).astype(np.float32)
                colour, a = layer[..., :3], layer[..., 3:] / 255
            else:
                layer = s.warp_sitter(p, m)
                colour, _ = s.repaint(rng, layer[..., :3], p, m, p["colours"])
                if rng.random() < 0.3:
                    colour = colour * np.exp(rng.normal(0, 0.25))
                a = layer[..., 3:] / 255
            hidden = a[..., 0] > 0.5
            if any(hidden[int(np.clip(q[1], 0, SIDE - 1)), int(np.clip(q[0], 0, SIDE - 1))] for q in poses[:held]):
                continue  # it would hide one that stands already
            if rng.random() < 0.25:
                colour = colour * base.ramp(rng, *np.exp(rng.uniform(-0.7, 0.3, 2)))
            img = img + (np.clip(colour, 0, 255) - img) * a
            poses[held] = pose
            held += 1
        if rng.random() < 0.8:
            img = base.camera(rng, img)
        img = np.clip(img + 0.5, 0, 255).astype(np.uint8)
        img[round(h):], img[:, round(w):] = int(GREY + 0.5), int(GREY + 0.5)
        if rng.random() < 0.5:
            wide = round(w)
            img[:, :wide] = img[:, :wide][:, ::-1]
            poses[:held, 0] = wide - poses[:held, 0]
            poses[:held, 3] = -poses[:held, 3]
        return img, poses, np.int64(held)
