"""Draws training samples: a sitter, a wall, light, a camera, and the errors of whoever found the face.

Works at the size of the crop, on float32 RGB in 0..255, so that one sample costs a few milliseconds.
"""

import cv2
import numpy as np

from frame import CENTRE, CORNERS, FACE, HEIGHT, LANDMARKS, MIRROR, WIDTH, apply, for_cv, measure, to_crop
from walls import SIZE as WALL

GREY = 127.5  # stands for "outside the picture": zero after the network's normalisation
STUDIO = np.array([
    [255, 255, 255], [250, 250, 250], [240, 240, 238], [225, 225, 225], [200, 200, 200], [170, 170, 172], [128, 128, 128],
    [90, 90, 92], [45, 45, 48], [15, 15, 18], [67, 142, 219], [0, 120, 200], [100, 197, 255], [30, 60, 120], [200, 20, 30],
    [150, 30, 35], [60, 140, 70], [20, 180, 60], [225, 205, 175], [190, 165, 135], [120, 85, 60], [70, 45, 30], [180, 200, 215],
    [240, 225, 205], [235, 200, 190], [110, 120, 100],
], np.float32)
TOPS = np.array([
    [15, 15, 18], [30, 30, 40], [60, 60, 65], [25, 35, 70], [250, 250, 250], [235, 235, 230], [180, 180, 180], [120, 30, 40],
    [190, 160, 120], [60, 90, 60], [90, 60, 40], [200, 60, 60], [70, 110, 180], [220, 200, 90], [200, 150, 170],
], np.float32)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class Sampler:
    """Draws samples from prepared photographs; everything comes from the generator it is given."""

    def __init__(self, photos, walls, scale=1):
        """Samples are `scale` times the portrait network's crop; `photos` are prepared with at least as many pixels per face."""
        self.photos, self.walls, self.scale = list(photos), walls, scale
        self.width, self.height, self.face, self.centre = scale * WIDTH, scale * HEIGHT, scale * FACE, (scale * CENTRE[0], scale * CENTRE[1])
        weight = {"house": 1.0, "london": 1.3, "canada": 1.0, "misc": 2.5}
        w = np.array([weight.get(p["name"].split("-")[0], 1.0) for p in self.photos])
        self.weights = np.cumsum(w / w.sum())
        self.grain = np.random.default_rng(0).standard_normal((768, 768, 3), np.float32)
        self.frames = [measure(p["points"].astype(np.float64)) for p in self.photos]

    def ramp(self, rng, low, high):
        """A linear or round shading of the crop between two factors."""
        ys, xs = np.mgrid[0:self.height, 0:self.width].astype(np.float32)
        if rng.random() < 0.6:
            t = rng.uniform(0, 2 * np.pi)
            d = (xs / self.width - 0.5) * np.cos(t) + (ys / self.height - 0.5) * np.sin(t) + 0.5
        else:
            cx, cy = rng.uniform(0.1, 0.9, 2)
            d = np.sqrt((xs / self.width - cx) ** 2 + (ys / self.height - cy) ** 2) / rng.uniform(0.5, 1.0)
        return (low + (high - low) * np.clip(d, 0, 1)).astype(np.float32)[..., None]

    def to_crop(self, middle, size, roll):
        return self.scale * to_crop(middle, size, roll)

    def pick(self, rng):
        return min(int(np.searchsorted(self.weights, rng.random())), len(self.photos) - 1)

    # -- backgrounds -------------------------------------------------------------------------

    def from_bank(self, rng):
        wall = self.walls[int(rng.integers(0, len(self.walls)))]
        side = rng.uniform(0.45, 1.0) * WALL
        w, h = side * self.width / self.height, side
        x, y = rng.uniform(0, WALL - w), rng.uniform(0, WALL - h)
        m = np.array([[w / self.width, 0, x], [0, h / self.height, y]], np.float32)
        if rng.random() < 0.5:
            m[0, 0], m[0, 2] = -m[0, 0], x + w - 1
        out = cv2.warpAffine(wall, m, (self.width, self.height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT)
        out = out.astype(np.float32)
        if rng.random() < 0.3:
            out = out[..., rng.permutation(3)]
        if rng.random() < 0.3:
            out = out * rng.uniform(0.3, 1.0) + rng.uniform(0, 90)
        return out

    def room(self, rng, whole=False):
        p = self.photos[self.pick(rng)]
        img = p["picture"] if whole else p["room"]
        h, w = img.shape[:2]
        fit = max(self.width / w, self.height / h) * rng.uniform(1.0, 2.0)
        x, y = rng.uniform(0, max(0.0, w - self.width / fit)), rng.uniform(0, max(0.0, h - self.height / fit))
        m = np.array([[1 / fit, 0, x], [0, 1 / fit, y]], np.float32)
        out = cv2.warpAffine(img, m, (self.width, self.height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT)
        out = out.astype(np.float32)
        return out[:, ::-1] if rng.random() < 0.5 else out

    def studio(self, rng, colours):
        kind = rng.random()
        if kind < 0.42:
            c = STUDIO[int(rng.integers(0, len(STUDIO)))] + rng.normal(0, 10, 3)
        elif kind < 0.52:
            c = np.full(3, rng.uniform(235, 262)) + rng.normal(0, 2, 3)
        elif kind < 0.62:
            c = rng.uniform(0, 255, 3)
        else:  # the colour of the skin, of the hair or of the top: the hard walls
            c = colours[int(rng.integers(0, 3))] * rng.uniform(0.8, 1.25) + rng.normal(0, 8, 3)
        img = np.empty((self.height, self.width, 3), np.float32)
        img[:] = c
        if rng.random() < 0.6:
            img *= self.ramp(rng, *np.exp(rng.uniform(-0.45, 0.25, 2)))
        if rng.random() < 0.15:
            t = self.ramp(rng, 0, 1)
            img = img * (1 - t) + (STUDIO[int(rng.integers(0, len(STUDIO)))] * t)
        if rng.random() < 0.5:
            n = int(rng.integers(2, 40))
            grain = rng.normal(0, rng.uniform(1, 9), (n, n, 1)).astype(np.float32)
            img += cv2.resize(grain, (self.width, self.height), interpolation=cv2.INTER_CUBIC)[..., None]
        return img

    def stranger(self, rng, wall):
        """Puts another sitter on the wall, to the side and usually smaller: background."""
        i = self.pick(rng)
        p = self.photos[i]
        middle, size, _ = self.frames[i]
        side = rng.choice([-1, 1])
        scale = rng.uniform(0.35, 1.0)
        m = self.to_crop(middle, size / scale, rng.uniform(-0.2, 0.2))
        m[0, 2] += side * self.face * rng.uniform(0.75 + 0.45 * scale, 1.7)
        m[1, 2] += self.face * rng.uniform(-0.6, 1.0)
        layer = self.warp_sitter(p, m)
        a = layer[..., 3:] / 255
        colour, soft = layer[..., :3] * rng.uniform(0.5, 1.1), self.scale * rng.uniform(0, 3)
        if soft > 0.5:
            colour, a = cv2.GaussianBlur(colour, (0, 0), soft), cv2.GaussianBlur(a, (0, 0), soft)[..., None]
        return wall * (1 - a) + colour * a

    def furniture(self, rng, wall, colours):
        """A chair back, a microphone or a lamp behind the sitter."""
        mask = np.zeros((self.height, self.width), np.float32)
        kind, k = rng.random(), self.scale
        if kind < 0.5:
            x, y = int(self.centre[0] + k * rng.uniform(-70, 70)), int(self.centre[1] + k * rng.uniform(10, 130))
            cv2.ellipse(mask, (x, y), (int(k * rng.uniform(20, 75)), int(k * rng.uniform(30, 100))), float(rng.uniform(-10, 10)), 0, 360, 1.0, -1, cv2.LINE_AA)
        elif kind < 0.75:
            x, y = int(rng.uniform(-20 * k, self.width - 20 * k)), int(rng.uniform(40 * k, self.height))
            cv2.rectangle(mask, (x, y), (x + int(k * rng.uniform(20, 110)), self.height), 1.0, -1)
        else:
            p, q = rng.uniform(0, [self.width, self.height], (2, 2)).astype(int)
            cv2.line(mask, tuple(p.tolist()), tuple(q.tolist()), 1.0, k * int(rng.integers(2, 9)), cv2.LINE_AA)
        mask = cv2.GaussianBlur(mask, (0, 0), k * rng.uniform(0.4, 2.0))[..., None]
        choice = rng.random()
        if choice < 0.4:  # a dark chair behind a dark suit
            c = colours[int(rng.integers(0, 3))] * rng.uniform(0.7, 1.3)
        else:
            c = rng.uniform(0, 255, 3) if choice < 0.7 else np.array([60, 40, 30]) * rng.uniform(0.3, 2)
        return wall * (1 - mask) + (c.astype(np.float32) * self.ramp(rng, 0.6, 1.3)) * mask

    def wall(self, rng, colours, alpha):
        kind = rng.random()
        if kind < 0.42:
            img = self.studio(rng, colours)
        elif kind < 0.72:
            img = self.from_bank(rng)
        elif kind < 0.90:
            img = self.room(rng)
        else:
            img = cv2.GaussianBlur(self.room(rng, whole=True), (0, 0), self.scale * rng.uniform(2.5, 10))
        if rng.random() < 0.16:
            img = self.furniture(rng, img, colours)
        if rng.random() < 0.09:
            img = self.stranger(rng, img)
        if rng.random() < 0.12:
            img = cv2.GaussianBlur(img, (0, 0), self.scale * rng.uniform(0.6, 5))
        if rng.random() < 0.3:
            shift = np.float32([[1, 0, self.scale * rng.uniform(-26, 26)], [0, 1, self.scale * rng.uniform(-8, 22)]])
            shade = cv2.warpAffine(alpha, shift, (self.width, self.height), borderMode=cv2.BORDER_REPLICATE)
            shade = cv2.GaussianBlur(shade, (0, 0), self.scale * np.exp(rng.uniform(np.log(1.0), np.log(14))))
            img = img * (1 - rng.uniform(0.1, 0.65) * shade[..., None])
        return img

    # -- the sitter --------------------------------------------------------------------------

    def warp_sitter(self, p, m, longer=False):
        fore = np.dstack([p["fore"], p["alpha"]])
        if longer:
            strip, length = int(max(8 * self.scale, min(30 * self.scale, fore.shape[0] * 0.08))), 150 * self.scale
            tail = fore[-strip:]
            tail = np.concatenate([tail[::-1], tail] * 6)[:length]
            tail = np.dstack([tail[..., :3], np.repeat(fore[-1:, :, 3:], len(tail), 0)])
            fore = np.concatenate([fore, tail])
        return cv2.warpAffine(fore, for_cv(m), (self.width, self.height), flags=cv2.INTER_LINEAR).astype(np.float32)

    def repaint(self, rng, colour, p, m, colours):
        """Gives the top, and seldom the hair, another colour; luminance detail stays."""
        do_top, do_hair = rng.random() < 0.45, rng.random() < 0.15
        if not (do_top or do_hair):
            return colour, colours
        maps = cv2.warpAffine(np.dstack([p["top"], p["hair"]]), for_cv(m), (self.width, self.height), flags=cv2.INTER_LINEAR,
                              borderMode=cv2.BORDER_REPLICATE).astype(np.float32) / 255
        colours = colours.copy()
        luma = colour @ LUMA
        if do_top:
            target = TOPS[int(rng.integers(0, len(TOPS)))] + rng.normal(0, 10, 3)
            if rng.random() < 0.25:
                target = rng.uniform(0, 255, 3)
            detail = (luma - colours[2] @ LUMA)[..., None]
            if rng.random() < 0.5:
                detail = detail * rng.uniform(0.15, 0.7)
            new = np.clip(target.astype(np.float32) + detail, 0, 255)
            t = maps[..., :1]
            colour = colour * (1 - t) + new * t
            colours[2] = target
        if do_hair:
            tint = np.array([[225, 222, 218], [150, 148, 146], [12, 11, 11], [190, 150, 90], [110, 50, 25], [245, 243, 240]], np.float32)[int(rng.integers(0, 6))]
            detail = (luma - colours[1] @ LUMA)[..., None] * rng.uniform(0.5, 1.0)
            t = maps[..., 1:]
            colour = colour * (1 - t) + np.clip(tint + detail, 0, 255) * t
            colours[1] = tint
        return colour, colours

    # -- the camera --------------------------------------------------------------------------

    def camera(self, rng, img):
        if rng.random() < 0.35:
            img = img * self.ramp(rng, *np.exp(rng.uniform(-0.5, 0.35, 2)))
        # Exposure, gamma, white balance and contrast make one table per channel.
        table = np.repeat(np.linspace(0, 1, 256)[:, None], 3, 1)
        if rng.random() < 0.6:
            table = table * np.exp(rng.normal(0, 0.25))
        if rng.random() < 0.5:
            table = np.power(np.clip(table, 0, 1), np.exp(rng.normal(0, 0.28)))
        if rng.random() < 0.4:
            table = table * np.exp(rng.normal(0, 0.1, 3))
        if rng.random() < 0.3:
            table = (table - 0.5) * rng.uniform(0.6, 1.3) + 0.5
        table = (np.clip(table, 0, 1) * 255).astype(np.float32)[None]
        img = cv2.LUT(cv2.convertScaleAbs(np.maximum(img, 0)), table)
        if rng.random() < 0.35:
            grey = (img @ LUMA)[..., None]
            img = grey + (img - grey) * rng.uniform(0.2, 1.6)
        if rng.random() < 0.05:
            img = np.repeat((img @ LUMA)[..., None], 3, 2) * (np.array([1.05, 1, 0.85], np.float32) if rng.random() < 0.2 else 1)
        if rng.random() < 0.2:
            img = cv2.GaussianBlur(img, (0, 0), rng.uniform(0.4, 1.8))
        if rng.random() < 0.12:
            f = rng.uniform(0.35, 0.8)
            small = cv2.resize(img, None, fx=f, fy=f, interpolation=cv2.INTER_AREA)
            img = cv2.resize(small, (self.width, self.height), interpolation=cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC)
        if rng.random() < 0.1:
            img = img + rng.uniform(0.2, 1.0) * (img - cv2.GaussianBlur(img, (0, 0), 1.0))
        if rng.random() < 0.4:
            sd = np.exp(rng.uniform(np.log(1), np.log(16)))
            y, x = rng.integers(0, 768 - self.height), rng.integers(0, 768 - self.width)
            grain = self.grain[y:y + self.height, x:x + self.width]
            img = img + (grain if rng.random() < 0.5 else grain[..., :1]) * np.float32(sd)
        img = np.clip(img, 0, 255)
        if rng.random() < 0.35:
            quality = int(rng.integers(15, 96))
            ok, data = cv2.imencode(".jpg", img.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
            img = cv2.imdecode(data, cv2.IMREAD_COLOR).astype(np.float32)
        return img.astype(np.float32)

    # -- one sample --------------------------------------------------------------------------

    def jitter(self, rng, frame, rough):
        """The crop that a detector box (rough) or the first pass (fine) would have led to."""
        middle, size, roll = frame
        if rough:
            scale = np.exp(rng.normal(0, 0.16)) if rng.random() < 0.7 else np.exp(rng.uniform(-0.33, 0.33))
            turn = rng.normal(0, 0.16) if rng.random() < 0.6 else rng.uniform(-0.65, 0.65)
            shift = np.clip(rng.normal(0, 0.1, 2), -0.25, 0.25)
        else:
            scale, turn, shift = np.exp(rng.normal(0, 0.035)), rng.normal(0, 0.035), rng.normal(0, 0.02, 2)
        return self.to_crop(middle + shift * size, size * np.clip(scale, 0.7, 1.42), roll + turn)

    def draw(self, rng, keep=0.33, fakes=0.12, rough=0.5):
        """Returns picture (uint8 RGB), alpha (uint8), known (uint8), points (K,2), point weights (K), presence, has_mask."""
        i = self.pick(rng)
        p = self.photos[i]
        middle, size, roll = self.frames[i]
        fake = rng.random() < fakes
        kind = rng.random() if fake else None
        m = self.jitter(rng, (middle, size, roll), rough=rng.random() < rough)
        mask_known = 1.0
        if fake and kind < 0.4:  # the face is elsewhere, of another size, or turned
            how = rng.random()
            if how < 0.4:
                away = rng.uniform(0, 2 * np.pi)
                middle2 = middle + size * rng.uniform(0.7, 1.6) * np.array([np.cos(away), np.sin(away)])
                m = self.to_crop(middle2, size * np.exp(rng.normal(0, 0.25)), roll + rng.normal(0, 0.3))
            elif how < 0.65:
                m = self.to_crop(middle, size * (rng.uniform(1.9, 3.5) if rng.random() < 0.6 else rng.uniform(0.3, 0.52)), roll + rng.normal(0, 0.2))
                mask_known = 0.0
            else:
                m = self.to_crop(middle, size * np.exp(rng.normal(0, 0.15)), roll + np.pi / 2 * rng.integers(1, 4) + rng.uniform(-0.4, 0.4))
                mask_known = 0.0
        # Mirror.
        points = p["points"].astype(np.float64)
        points = apply(m, points)
        empty = fake and kind >= 0.4
        photo_wall = rng.random() < keep
        h, w = p["alpha"].shape
        if photo_wall and not empty:
            img = cv2.warpAffine(p["picture"], for_cv(m), (self.width, self.height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
            alpha = cv2.warpAffine(p["alpha"], for_cv(m), (self.width, self.height), flags=cv2.INTER_LINEAR).astype(np.float32) / 255
            x0, y0, x1, y1 = 0.0, 0.0, float(w), float(h)
        elif empty:
            if kind < 0.7:
                img = cv2.warpAffine(p["room"], for_cv(m), (self.width, self.height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.float32)
            else:
                img = self.from_bank(rng) if kind < 0.9 else self.studio(rng, p["colours"])
            alpha = np.zeros((self.height, self.width), np.float32)
            x0, y0, x1, y1 = -900.0 * self.scale, -900.0 * self.scale, 1800.0 * self.scale, 1800.0 * self.scale
        else:
            longer = rng.random() < 0.3
            layer = self.warp_sitter(p, m, longer)
            alpha = layer[..., 3] / 255
            colour, colours = self.repaint(rng, layer[..., :3], p, m, p["colours"])
            if rng.random() < 0.3:
                colour = colour * self.ramp(rng, *np.exp(rng.uniform(-0.6, 0.3, 2)))
            if rng.random() < 0.3:
                colour = colour * np.exp(rng.normal(0, 0.2))
            wall = self.wall(rng, colours, alpha)
            if rng.random() < 0.5:  # a little of the wall's light falls on the edge
                spill = cv2.GaussianBlur(alpha, (0, 0), 1.5 * self.scale)[..., None]
                colour = colour + (wall - colour) * (1 - spill) * rng.uniform(0, 0.4)
            a = alpha[..., None]
            wall = np.clip(wall, 0, 255)
            img = wall + (np.clip(colour, 0, 255) - wall) * a
            left, right, top = p["touches"]
            x0, x1 = (0.0 if left else -900.0 * self.scale), (float(w) if right else w + 900.0 * self.scale)
            y0, y1 = (0.0 if top else -900.0 * self.scale), h + (150.0 * self.scale if longer else 0.0)
        # The picture's edge: sometimes nearer than it was.
        if rng.random() < 0.4 and not fake:
            cut = rng.random(4) < [0.4, 0.4, 0.35, 0.5]
            if cut[0]:
                x0 = max(x0, middle[0] - size * rng.uniform(0.55, 1.5))
            if cut[1]:
                x1 = min(x1, middle[0] + size * rng.uniform(0.55, 1.5))
            if cut[2]:
                y0 = max(y0, middle[1] - size * rng.uniform(0.45, 1.4))
            if cut[3]:
                y1 = min(y1, middle[1] + size * rng.uniform(0.95, 1.9))
        quad = apply(m, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
        inside = np.zeros((self.height, self.width), np.uint8)
        cv2.fillConvexPoly(inside, np.round((quad - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
        if rng.random() < 0.04 and not empty:
            self.occlude(rng, img, alpha)
        if rng.random() < 0.75:
            img = self.camera(rng, img)
        img[inside == 0] = GREY
        alpha = alpha * inside
        seen = ((points[:, 0] > 1) & (points[:, 0] < self.width - 1) & (points[:, 1] > 1) & (points[:, 1] < self.height - 1)).astype(np.float32)
        xi, yi = np.clip(points[:, 0].astype(int), 0, self.width - 1), np.clip(points[:, 1].astype(int), 0, self.height - 1)
        seen *= inside[yi, xi]
        if fake:
            seen[:] = 0
        img = np.clip(img + 0.5, 0, 255).astype(np.uint8)
        alpha = (alpha * 255 + 0.5).astype(np.uint8)
        if rng.random() < 0.5:
            img, alpha, inside = img[:, ::-1], alpha[:, ::-1], inside[:, ::-1]
            points = points[MIRROR]
            points[:, 0] = self.width - points[:, 0]
            seen = seen[MIRROR]
        return (np.ascontiguousarray(img), np.ascontiguousarray(alpha), np.ascontiguousarray(inside), points.astype(np.float32), seen,
                np.float32(not fake), np.float32(mask_known))

    def occlude(self, rng, img, alpha):
        """Puts a thing in front of the chest: a microphone, a badge, a plant. Not the person."""
        mask = np.zeros((self.height, self.width), np.float32)
        x, y = int(self.centre[0] + self.scale * rng.uniform(-60, 60)), int(self.centre[1] + self.face * rng.uniform(1.0, 1.8))
        cv2.ellipse(mask, (x, y), (int(self.scale * rng.uniform(3, 12)), int(self.scale * rng.uniform(4, 14))), float(rng.uniform(0, 180)), 0, 360, 1.0, -1, cv2.LINE_AA)
        cv2.line(mask, (x, y), (x + int(self.scale * rng.uniform(-30, 30)), self.height + 5), 1.0, self.scale * int(rng.integers(1, 6)), cv2.LINE_AA)
        c = rng.uniform(0, 90, 3) if rng.random() < 0.7 else rng.uniform(0, 255, 3)
        img[:] = img * (1 - mask[..., None]) + c.astype(np.float32) * mask[..., None]
        alpha *= 1 - mask
