"""Draws training samples on whatever device torch has, thousands a second on an accelerator: sitter, wall, things in front and on the head, light, camera.

What `augment.py` does one sample at a time this does for a batch, and more: real rooms, walls in the sitter's own colours, things beside the head, hats, hands and
masks, glare. Pictures are float RGB in 0..255, N x C x H x W; coordinates are continuous, pixel (i, j) covers [i, i+1) x [j, j+1).
"""

import math
from multiprocessing.pool import ThreadPool

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from augment import GREY, STUDIO, TOPS
from frame import CENTRE, FACE, HEIGHT, INDEX, MIRROR, WIDTH, measure

try:
    import kernels  # one pass over memory instead of forty, on an accelerator
except ImportError:
    kernels = None

HAIRS = [[225, 222, 218], [150, 148, 146], [12, 11, 11], [190, 150, 90], [110, 50, 25], [245, 243, 240]]
FABRICS = [[15, 15, 18], [240, 240, 238], [25, 35, 70], [120, 25, 30], [60, 90, 60], [190, 160, 120], [200, 60, 60], [70, 110, 180], [150, 190, 220], [90, 60, 40], [220, 200, 90]]


class Bank:
    """Pictures of any size in one flat store, from which batches are cut by affine maps."""

    kernels = kernels

    def __init__(self, pictures, device):
        self.heights = torch.tensor([p.shape[0] for p in pictures], device=device)
        self.widths = torch.tensor([p.shape[1] for p in pictures], device=device)
        sizes = self.heights * self.widths
        self.starts = torch.cumsum(sizes, 0) - sizes
        self.store = torch.cat([torch.from_numpy(np.ascontiguousarray(p.reshape(-1, p.shape[2] if p.ndim == 3 else 1))) for p in pictures]).to(device)

    def __len__(self):
        return len(self.heights)

    def cut(self, ids, u, v, border="replicate", part=slice(None)):
        """Bilinear samples of channels `part` of pictures `ids` (B) at continuous coordinates `u`, `v` (B x H x W): B x C x H x W."""
        first, last = part.start or 0, part.stop or self.store.shape[1]
        if self.store.is_cuda and Bank.kernels:
            return Bank.kernels.cut(self.store, first, last, u, v, ids, self.widths, self.heights, self.starts, border)
        w, h, start = (t[ids][:, None, None] for t in (self.widths, self.heights, self.starts))
        store = self.store[:, first:last]
        if border == "reflect":
            u, v = w - (u % (2 * w) - w).abs(), h - (v % (2 * h) - h).abs()
        x, y = u - 0.5, v - 0.5
        x0, y0 = x.floor(), y.floor()
        fx, fy = x - x0, y - y0
        out = 0
        for dy in (0, 1):
            for dx in (0, 1):
                xi, yi = x0.long() + dx, y0.long() + dy
                weight = (fx if dx else 1 - fx) * (fy if dy else 1 - fy)
                if border == "zero":
                    weight = weight * ((xi >= 0) & (xi < w) & (yi >= 0) & (yi < h))
                xi, yi = torch.minimum(xi.clamp(min=0), w - 1), torch.minimum(yi.clamp(min=0), h - 1)
                out = out + store[start + yi * w + xi].float() * weight[..., None]
        return out.permute(0, 3, 1, 2)


def decoded(photo):
    """One packed photograph: nine channels (picture, foreground, alpha, top, hair) and the room at half the size."""
    read = lambda key, kind: cv2.imdecode(np.frombuffer(photo[key], np.uint8), kind)  # noqa: E731
    colour = lambda key: read(key, cv2.IMREAD_COLOR)[..., ::-1]  # noqa: E731
    picture, alpha = colour("picture"), read("alpha", cv2.IMREAD_GRAYSCALE)
    size = alpha.shape[1], alpha.shape[0]
    band = cv2.dilate(((alpha > 4) & (alpha < 251)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    fore = np.where(band[..., None], colour("fore"), picture)
    grow = lambda key: cv2.resize(read(key, cv2.IMREAD_GRAYSCALE), size)  # noqa: E731
    return np.dstack([picture, fore, alpha, grow("top"), grow("hair")]), colour("room")


def halved(picture, times):
    h, w = picture.shape[:2]
    size = max(8, round(w / times)), max(8, round(h / times))
    parts = [picture[..., i:i + 3] for i in range(0, picture.shape[2], 3)]
    return np.dstack([cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in parts])


class Studio:
    """Everything that samples are drawn from, on one device."""

    def __init__(self, photos, walls, rooms, device, scale, seed):
        """`photos` as `pack.py` writes them, `walls` and `rooms` lists of pictures. Samples are `scale` times the portrait network's crop."""
        self.device, self.scale = device, scale
        self.width, self.height, self.face = scale * WIDTH, scale * HEIGHT, scale * FACE
        self.rng = torch.Generator(device).manual_seed(seed)
        self.dice = np.random.default_rng(seed)
        shrink = 1.0 if scale > 1 else 2.2  # packed are 167 px a face; crops of scale 1 have 56
        cv2.setNumThreads(1)

        def opened(photo):
            nine, room = decoded(photo)
            return (nine if shrink == 1.0 else halved(nine, shrink)), room, halved(nine[..., :3], 2)

        with ThreadPool() as pool:
            opened_ = pool.map(opened, photos)
        layers, back = [o[0] for o in opened_], [o[1:] for o in opened_]
        self.photos = Bank(layers, device)
        groups = {"house": 1.0, "london": 1.4, "canada": 1.0, "misc": 2.5, "th": 0.85, "tw": 1.6}
        self.weights = torch.tensor([groups.get(p["name"].split("-")[0], 1.0) for p in photos], device=device)
        frames = np.array([[*m, s, r] for m, s, r in (measure(p["points"].astype(np.float64) / shrink) for p in photos)])
        self.frames = torch.tensor(frames, dtype=torch.float32, device=device)
        self.points = torch.tensor(np.array([p["points"] for p in photos]) / shrink, dtype=torch.float32, device=device)
        self.touches = torch.tensor(np.array([p["touches"] for p in photos]), device=device)
        self.colours = torch.tensor(np.array([p["colours"] for p in photos]), dtype=torch.float32, device=device)
        kinds = [list(walls), list(rooms), [b[0] for b in back], [b[1] for b in back]]
        self.first = np.cumsum([0] + [len(k) for k in kinds])
        self.backs = Bank([p for k in kinds for p in k], device)
        self.studio = torch.tensor(STUDIO, device=device)
        self.tops = torch.tensor(TOPS, device=device)
        self.hairs = torch.tensor(HAIRS, dtype=torch.float32, device=device)
        self.fabrics = torch.tensor(FABRICS, dtype=torch.float32, device=device)
        ys, xs = torch.meshgrid(torch.arange(self.height, device=device) + 0.5, torch.arange(self.width, device=device) + 0.5, indexing="ij")
        self.xs, self.ys = xs[None], ys[None]
        self.luma = torch.tensor([0.299, 0.587, 0.114], device=device)[None, :, None, None]
        self.dct = dct_matrix(device)
        self.mirror = torch.tensor(MIRROR, device=device)

    # -- chance ------------------------------------------------------------------------------

    def u(self, n, low=0.0, high=1.0, *more):
        return torch.rand(n, *more, generator=self.rng, device=self.device) * (high - low) + low

    def n(self, n, sd=1.0, *more):
        return torch.randn(n, *more, generator=self.rng, device=self.device) * sd

    def p(self, n, chance):
        return torch.rand(n, generator=self.rng, device=self.device) < chance

    def i(self, n, high):
        return torch.randint(high, (n,), generator=self.rng, device=self.device)

    def noise(self, b, cells, channels=1):
        """Smooth noise of about unit deviation with `cells` bumps across."""
        x = torch.randn(b, channels, cells, cells, generator=self.rng, device=self.device)
        return F.interpolate(x, (self.height, self.width), mode="bicubic", align_corners=False)

    # -- parts -------------------------------------------------------------------------------

    def ramp(self, b, low, high):
        """A linear or round shading of the crop between two factors (B)."""
        t, x, y = self.u(b, 0, 2 * math.pi)[:, None, None], self.xs / self.width, self.ys / self.height
        linear = (x - 0.5) * t.cos() + (y - 0.5) * t.sin() + 0.5
        cx, cy, r = (self.u(b, *k)[:, None, None] for k in ((0.1, 0.9), (0.1, 0.9), (0.5, 1.0)))
        ring = ((x - cx) ** 2 + (y - cy) ** 2).sqrt() / r
        d = torch.where(self.p(b, 0.6)[:, None, None], linear, ring).clamp(0, 1)
        return (low[:, None, None] + (high - low)[:, None, None] * d)[:, None]

    def lit(self, b, img, chance, low, high):
        """Shades a share of the batch between two factors drawn from exp(low..high)."""
        factor = self.ramp(b, self.u(b, low, high).exp(), self.u(b, low, high).exp())
        return torch.where(self.p(b, chance)[:, None, None, None], img * factor, img)

    def blur(self, img, sigma):
        """Gaussian blur of deviation `sigma` (pixels), the same for the whole batch; edges are repeated. Wide ones at a fraction of the size."""
        b, c, h, w = img.shape
        less = 1
        while sigma / less > 3.0 and h % (2 * less) == 0 and w % (2 * less) == 0 and min(h, w) // (2 * less) >= 16:
            less *= 2
        x = img.reshape(b * c, 1, h, w)
        if less > 1:
            x = F.avg_pool2d(x, less)
        s = math.sqrt(max(0.05, (sigma / less) ** 2 - (1 / 12 if less > 1 else 0)))
        reach = max(1, int(3 * s + 0.5))
        t = torch.arange(-reach, reach + 1, device=img.device, dtype=img.dtype)
        k = torch.exp(-0.5 * (t / s) ** 2)
        k = k / k.sum()
        x = F.conv2d(F.pad(x, (reach, reach, reach, reach), mode="replicate"), k.reshape(1, 1, 1, -1))
        x = F.conv2d(x, k.reshape(1, 1, -1, 1))
        if less > 1:
            x = F.interpolate(x, (h, w), mode="bilinear", align_corners=False)
        return x.reshape(b, c, h, w)

    def log(self, low, high):
        """A number between `low` and `high`, even in its logarithm, for a whole batch."""
        return math.exp(self.dice.uniform(math.log(low), math.log(high)))

    def share(self, n, chance):
        """How many of `n` an event of `chance` befalls."""
        return int(self.dice.binomial(n, chance)) if n else 0

    def which(self, n, m):
        """`m` of `n` indices, without asking the device anything."""
        return torch.randperm(n, generator=self.rng, device=self.device)[:m]

    def some(self, chance, img, change):
        """Applies `change` (samples -> samples, given their indices) to a share of the batch only."""
        which = self.which(img.shape[0], self.share(img.shape[0], chance))
        if len(which):
            img = img.clone()
            img[which] = change(img[which], which)
        return img

    def shape(self, b, cx, cy, rx, ry, turn, kind, soft, wobble=0.0):
        """A soft mask (B x 1 x H x W) of an ellipse (0), a rectangle (1) or a capsule (2), its outline disturbed by smooth noise of `wobble` of its size."""
        c = lambda t: t[:, None, None]  # noqa: E731
        x, y = self.xs - c(cx), self.ys - c(cy)
        x, y = x * c(turn.cos()) + y * c(turn.sin()), y * c(turn.cos()) - x * c(turn.sin())
        small = torch.minimum(rx, ry)
        if wobble:
            bend = self.noise(b, 7, 2) * (wobble * small)[:, None, None, None]
            x, y = x + bend[:, 0], y + bend[:, 1]
        ellipse = (((x / c(rx)) ** 2 + (y / c(ry)) ** 2).sqrt() - 1) * c(small)
        box = torch.maximum(x.abs() - c(rx), y.abs() - c(ry))
        reach = (rx - ry).clamp(min=0)
        capsule = ((x.abs() - c(reach)).clamp(min=0) ** 2 + y**2).sqrt() - c(torch.minimum(rx, ry))
        kind = c(kind)
        d = torch.where(kind == 0, ellipse, torch.where(kind == 1, box, capsule))
        return torch.sigmoid(-d / c(soft))[:, None]

    def texture(self, b, kinds=(0, 1, 2, 3), zoom=(1.0, 2.2)):
        """A picture of the bank, anywhere in it, as large as the crop: B x 3 x H x W."""
        kind = self.i(b, len(kinds))
        first = torch.tensor([self.first[k] for k in kinds], device=self.device)[kind]
        count = torch.tensor([self.first[k + 1] - self.first[k] for k in kinds], device=self.device)[kind]
        ids = first + (self.u(b) * count).long()
        w, h = self.backs.widths[ids].float(), self.backs.heights[ids].float()
        fit = torch.maximum(self.width / w, self.height / h) * self.u(b, *zoom)
        x = self.u(b) * (w - self.width / fit).clamp(min=0)
        y = self.u(b) * (h - self.height / fit).clamp(min=0)
        flip = torch.where(self.p(b, 0.5), -1.0, 1.0)
        u = torch.where(flip[:, None, None] > 0, self.xs, self.width - self.xs) / fit[:, None, None] + x[:, None, None]
        v = self.ys / fit[:, None, None] + y[:, None, None]
        return self.backs.cut(ids, u, v, "reflect")

    def fabric(self, b, skin=None):
        """Cloth or some other stuff: a colour with shading, folds, now and then a pattern of the bank's."""
        base = self.fabrics[self.i(b, len(self.fabrics))] + self.n(b, 14, 3)
        base = torch.where(self.p(b, 0.35)[:, None], self.u(b, 0, 255, 3), base)
        if skin is not None:
            base = torch.where(self.p(b, 0.45)[:, None], skin * self.u(b, 0.75, 1.15)[:, None] + self.n(b, 7, 3), base)
        img = base[:, :, None, None] * (1 + self.noise(b, 5) * self.u(b, 0, 0.22)[:, None, None, None])
        img = img * (1 + self.noise(b, 19) * self.u(b, 0, 0.12)[:, None, None, None])
        stuff = self.texture(b, (0, 1, 3), (0.7, 3))
        img = torch.where(self.p(b, 0.22)[:, None, None, None], stuff, img)
        return self.lit(b, img, 0.8, -0.5, 0.25)

    # -- walls -------------------------------------------------------------------------------

    def wall(self, b, colours, alpha, sharp):
        k = self.scale
        picked = lambda: colours[torch.arange(b, device=self.device), self.i(b, 3)]  # noqa: E731
        # plain ones
        kind = self.u(b)[:, None]
        c = self.studio[self.i(b, len(self.studio))] + self.n(b, 10, 3)
        c = torch.where((kind > 0.34) & (kind < 0.46), self.u(b, 235, 262)[:, None] + self.n(b, 2, 3), c)
        c = torch.where((kind > 0.46) & (kind < 0.56), self.u(b, 0, 255, 3), c)
        c = torch.where(kind > 0.56, picked() * self.u(b, 0.8, 1.25)[:, None] + self.n(b, 8, 3), c)
        plain = c[:, :, None, None].expand(b, 3, self.height, self.width)
        plain = self.lit(b, plain, 0.6, -0.45, 0.25)
        t = self.ramp(b, torch.zeros(b, device=self.device), torch.ones(b, device=self.device))
        other = self.studio[self.i(b, len(self.studio))][:, :, None, None]
        plain = torch.where(self.p(b, 0.15)[:, None, None, None], plain * (1 - t) + other * t, plain)
        plain = plain + self.noise(b, 24) * (self.u(b, 0, 8) * self.p(b, 0.5))[:, None, None, None]
        # busy ones
        busy = self.texture(b, (0, 0, 1, 1, 1, 2, 2, 3))
        busy = torch.where(self.p(b, 0.2)[:, None, None, None], busy.flip(1), busy)
        gain = torch.where(self.p(b, 0.35), self.u(b, 0.25, 1.0), torch.ones(b, device=self.device))
        busy = busy * gain[:, None, None, None] + (self.u(b, 0, 80) * (gain < 1))[:, None, None, None] * self.p(b, 0.5)[:, None, None, None]
        mean = busy.mean((2, 3), keepdim=True)
        own = (busy - mean) * self.u(b, 0.3, 1.2)[:, None, None, None] + picked()[:, :, None, None] * self.u(b, 0.85, 1.15)[:, None, None, None]
        busy = torch.where(self.p(b, 0.3)[:, None, None, None], own, busy)
        busy = self.some(0.28, busy, lambda x, w: self.blur(x, k * self.log(0.6, 7)))
        busy = self.some(0.2, busy, lambda x, w: self.blur(x, k * self.log(0.6, 7)))
        img = torch.where((self.u(b) < (0.4 if not sharp else 0.3))[:, None, None, None], plain, busy)
        # things that stand beside and behind the sitter, sharp or soft
        for chance in (0.3, 0.2, 0.12):
            def thing(x, w):
                m = len(w)
                side = torch.where(self.p(m, 0.5), -1.0, 1.0)
                cx = 0.5 * self.width + side * self.face * self.u(m, 0.3, 1.4)
                cy = 0.45 * self.height + self.face * self.u(m, -1.0, 1.8)
                mask = self.shape(m, cx, cy, self.face * self.u(m, -3.0, 0.0).exp(), self.face * self.u(m, -3.0, 0.3).exp(), self.n(m, 0.4),
                                  self.i(m, 3), k * self.u(m, math.log(0.25), math.log(2.5)).exp(), 0.1)
                kind = self.u(m)[:, None, None, None]
                own = colours[w][torch.arange(m, device=self.device), self.i(m, 3)] * self.u(m, 0.7, 1.3)[:, None]
                flat = torch.where(kind < 0.5, own[:, :, None, None], self.u(m, 0, 255, 3)[:, :, None, None])
                stuff = torch.where(kind < 0.75, self.lit(m, flat.expand(-1, -1, self.height, self.width), 0.7, -0.5, 0.3), self.texture(m))
                return x * (1 - mask) + stuff * mask
            img = self.some(chance, img, thing)

        def stranger(x, w):
            m = len(w)
            ids = torch.multinomial(self.weights, m, True, generator=self.rng)
            f = self.frames[ids]
            side, size = torch.where(self.p(m, 0.5), -1.0, 1.0), self.u(m, 0.35, 1.05)
            k2 = self.face / f[:, 2] * size
            cx = 0.5 * self.width + side * self.face * (0.62 + 0.4 * size + self.u(m, 0, 0.7))
            cy = 0.45 * self.height + self.face * self.u(m, -0.6, 1.0)
            u = (self.xs - cx[:, None, None]) / k2[:, None, None] + f[:, 0, None, None]
            v = (self.ys - cy[:, None, None]) / k2[:, None, None] + f[:, 1, None, None]
            layer = self.photos.cut(ids, u, v, "zero", slice(3, 7))
            layer = self.blur(layer, k * self.dice.uniform(0.05, 2.5))
            a = layer[:, 3:] / 255
            return x * (1 - a) + layer[:, :3] * self.u(m, 0.5, 1.1)[:, None, None, None] * a
        img = self.some(0.1, img, stranger)
        img = self.some(0.12, img, lambda x, w: self.blur(x, k * self.dice.uniform(0.6, 5)))

        def shade(x, w):
            m = len(w)
            a = self.blur(alpha[w], k * self.log(1, 14))
            dx, dy = int(k * self.dice.uniform(-26, 26)), int(k * self.dice.uniform(-8, 22))
            a = torch.roll(F.pad(a, (30 * k,) * 4, mode="replicate"), (dy, dx), (2, 3))[..., 30 * k:-30 * k, 30 * k:-30 * k]
            return x * (1 - self.u(m, 0.1, 0.65)[:, None, None, None] * a)
        return self.some(0.3, img, shade).clamp(0, 262)

    # -- the camera --------------------------------------------------------------------------

    def camera(self, img):
        b, one = img.shape[0], (slice(None), None, None, None)
        img = self.lit(b, img, 0.35, -0.5, 0.35).clamp(0, 255) / 255
        gain = torch.where(self.p(b, 0.6), self.n(b, 0.25).exp(), torch.ones(b, device=self.device))
        img = (img * gain[one]).clamp(1e-4, 1)
        img = img ** torch.where(self.p(b, 0.5), self.n(b, 0.28).exp(), torch.ones(b, device=self.device))[one]
        img = img * torch.where(self.p(b, 0.4)[:, None], self.n(b, 0.1, 3).exp(), torch.ones(b, 3, device=self.device))[:, :, None, None]
        img = (img - 0.5) * torch.where(self.p(b, 0.3), self.u(b, 0.6, 1.3), torch.ones(b, device=self.device))[one] + 0.5
        img = img.clamp(0, 1) * 255
        grey = (img * self.luma).sum(1, keepdim=True)
        colour = torch.where(self.p(b, 0.35), self.u(b, 0.2, 1.6), torch.ones(b, device=self.device))
        colour = torch.where(self.p(b, 0.05), torch.zeros(b, device=self.device), colour)
        img = grey + (img - grey) * colour[one]
        img = self.some(0.2, img, lambda x, w: self.blur(x, self.dice.uniform(0.4, 1.8 if self.scale == 1 else 2.4)))

        def resized(x, w):
            f = self.dice.uniform(0.3, 0.85)
            small = F.interpolate(x, scale_factor=f, mode="bilinear", antialias=True)
            return F.interpolate(small, (self.height, self.width), mode="bilinear" if self.dice.random() < 0.5 else "bicubic", align_corners=False)
        img = self.some(0.08, self.some(0.08, img, resized), resized)
        img = self.some(0.1, img, lambda x, w: x + self.u(len(w), 0.2, 1.0)[one] * (x - self.blur(x, 1.0)))
        sd = self.u(b, 0, math.log(16)).exp() * self.p(b, 0.4)
        fine = self.n(b, 1.0, 3, self.height, self.width)
        fine = torch.where(self.p(b, 0.5)[one], fine, fine[:, :1])
        fine = torch.where(self.p(b, 0.3)[one], 1.8 * F.avg_pool2d(fine, 3, 1, 1), fine)
        img = (img + fine * sd[one]).clamp(0, 255)
        return self.some(0.4, img, lambda x, w: self.jpeg(x, self.u(len(w), 15, 96)))

    def jpeg(self, img, quality):
        """What a JPEG of `quality` (IJG, per sample) makes of the picture; every second batch with half the colour."""
        b, _, h, w = img.shape
        r, g, bl = img[:, 0], img[:, 1], img[:, 2]
        planes = [0.299 * r + 0.587 * g + 0.114 * bl - 128, -0.168736 * r - 0.331264 * g + 0.5 * bl, 0.5 * r - 0.418688 * g - 0.081312 * bl]
        factor = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
        half = self.dice.random() < 0.5
        out = []
        for n, plane in enumerate(planes):
            table = LUMINANCE if n == 0 else CHROMINANCE
            q = (torch.tensor(table, device=img.device).reshape(1, 64) * factor[:, None]).round().clamp(1, 255)[:, None, None]
            x = plane[:, None]
            if n and half:
                x = F.avg_pool2d(x, 2)
            hh, ww = x.shape[-2:]
            x = F.pad(x, (0, -ww % 8, 0, -hh % 8), mode="replicate")[:, 0]
            tiles = x.reshape(b, x.shape[1] // 8, 8, x.shape[2] // 8, 8).transpose(2, 3)
            freq = tiles.flatten(-2) @ self.dct.T
            freq = (freq / q).round() * q
            x = (freq @ self.dct).unflatten(-1, (8, 8)).transpose(2, 3).reshape(x.shape)[:, None, :hh, :ww]
            if n and half:
                x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            out.append(x[:, 0])
        y, cb, cr = out
        y = y + 128
        return torch.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1).clamp(0, 255)

    # -- one batch ---------------------------------------------------------------------------

    def draw(self, b, keep=0.33, fakes=0.12, rough=0.5, signs=0.0, sharp=False):
        """Draws `b` samples. Returns a dictionary: picture, alpha (0..1), known (0/1; all B x 1 x H x W), points, seen, present, masked, signs (covered, headwear,
        glare; B x 3 x H x W, 0..1)."""
        dev, s = self.device, self.scale
        ids = torch.multinomial(self.weights, b, True, generator=self.rng)
        f = self.frames[ids]
        middle, size, roll = f[:, :2], f[:, 2], f[:, 3]
        is_rough = self.p(b, rough)
        pick = lambda chance, one, two: torch.where(self.p(b, chance), one, two)  # noqa: E731
        k = torch.where(is_rough, pick(0.7, self.n(b, 0.16), self.u(b, -0.33, 0.33)), self.n(b, 0.035)).exp().clamp(0.7, 1.42)
        turn = torch.where(is_rough, pick(0.6, self.n(b, 0.16), self.u(b, -0.65, 0.65)), self.n(b, 0.035))
        shift = torch.where(is_rough[:, None], self.n(b, 0.1, 2).clamp(-0.25, 0.25), self.n(b, 0.02, 2))
        # none is there, or it is elsewhere, of another size, or turned
        nfake = self.share(b, fakes)  # the first ones
        fake, kind = torch.arange(b, device=dev) < nfake, self.u(b)
        away, angle, far = fake & (kind < 0.16), self.u(b, 0, 2 * math.pi), self.u(b, 0.7, 1.6)
        wrong, turned = fake & (kind >= 0.16) & (kind < 0.26), fake & (kind >= 0.26) & (kind < 0.4)
        empty = fake & (kind >= 0.4)
        shift = torch.where(away[:, None], torch.stack([angle.cos(), angle.sin()], 1) * far[:, None], shift)
        k = torch.where(away, self.n(b, 0.25).exp(), k)
        k = torch.where(wrong, pick(0.6, self.u(b, 1.9, 3.5), self.u(b, 0.3, 0.52)), k)
        turn = torch.where(turned, math.pi / 2 * (1 + self.i(b, 3)) + self.u(b, -0.4, 0.4), turn)
        masked = ~(wrong | turned)
        flip = torch.where(self.p(b, 0.5), -1.0, 1.0)
        # crop -> photograph
        cx, cy = (middle + shift * size[:, None]).T
        unit, angle = size * k / (s * FACE), roll + turn
        ca, sa = unit * angle.cos(), unit * angle.sin()
        c = lambda t: t[:, None, None]  # noqa: E731
        x = (self.xs - s * CENTRE[0]) * c(flip)
        y = self.ys - s * CENTRE[1]
        u = c(ca) * x - c(sa) * y + c(cx)
        v = c(sa) * x + c(ca) * y + c(cy)
        h, w = self.photos.heights[ids].float(), self.photos.widths[ids].float()
        own = self.p(b, keep) & ~empty
        longer = self.p(b, 0.3) & ~own & ~empty
        over = (v - c(h)).clamp(min=0)
        strip = c((0.12 * h).clamp(min=8))
        last = c(h) - 0.75
        folded = torch.where(c(longer) & (over < c(2.0 * size)), torch.minimum(v, last - (strip - (over % (2 * strip) - strip).abs())), v)
        layers = self.photos.cut(ids, u, folded, "zero")
        # the outline of a bust that is made longer goes straight down, and a little outwards
        mid = 0.5 * c(w)
        spread = mid + (u - mid) / (1 + 0.25 * self.u(b)[:, None, None] * (over / c(size)))
        straight = self.photos.cut(ids, spread, torch.where(c(longer), torch.minimum(v, last), v), "zero", slice(6, 7))
        picture = self.photos.cut(ids, u, v, part=slice(0, 3))
        alpha = straight / 255 * (v < c(h + torch.where(longer, 2.0 * size, 0 * h)))[:, None]
        colour, top, hair = layers[:, 3:6], layers[:, 7:8] / 255, layers[:, 8:9] / 255
        # what the reflection has no cloth for goes straight down, too
        down = self.photos.cut(ids, spread, torch.minimum(v, last), "replicate", slice(3, 6))
        colour = torch.where(longer[:, None, None, None] & (over > 0)[:, None] & (layers[:, 6:7] < 200), down, colour)
        colours = self.colours[ids].clone()
        # another colour of top and, seldom, of hair
        one = lambda t: t[:, None, None, None]  # noqa: E731
        luma = (colour * self.luma).sum(1, keepdim=True)
        base = (colours * self.luma[:, :, 0, 0][:, None]).sum(-1)
        paint, target = self.p(b, 0.45), self.tops[self.i(b, len(self.tops))] + self.n(b, 10, 3)
        target = torch.where(self.p(b, 0.25)[:, None], self.u(b, 0, 255, 3), target)
        detail = (luma - one(base[:, 2])) * one(pick(0.5, self.u(b, 0.15, 0.7), torch.ones(b, device=dev)))
        t = top * one(paint.float())
        colour = colour * (1 - t) + (target[:, :, None, None] + detail).clamp(0, 255) * t
        colours[:, 2] = torch.where(paint[:, None], target, colours[:, 2])
        paint, target = self.p(b, 0.15), self.hairs[self.i(b, len(self.hairs))]
        detail = (luma - one(base[:, 1])) * one(self.u(b, 0.5, 1.0))
        t = hair * one(paint.float())
        colour = colour * (1 - t) + (target[:, :, None, None] + detail).clamp(0, 255) * t
        colours[:, 1] = torch.where(paint[:, None], target, colours[:, 1])
        colour = self.lit(b, colour, 0.3, -0.6, 0.3)
        colour = colour * one(torch.where(self.p(b, 0.3), self.n(b, 0.2).exp(), torch.ones(b, device=dev)))
        alpha = alpha * one((~empty).float())
        # the wall, and a little of its light on the edge
        wall = self.wall(b, colours, alpha, sharp)
        spill = self.blur(alpha, 1.5 * s)
        amount = self.u(b, 0, 0.4) * self.p(b, 0.5)
        lit = colour + (wall - colour) * (1 - spill) * one(amount)
        wall = wall.clamp(0, 255)
        drawn = wall + (lit.clamp(0, 255) - wall) * alpha
        img = torch.where(one(own), picture, drawn)
        # where the photograph ends, sometimes nearer than it did
        left, right, upper = self.touches[ids].T
        inf = torch.full((b,), 1e6, device=dev)
        x0, x1 = torch.where(left | own, 0 * w, -inf), torch.where(right | own, w, inf)
        y0, y1 = torch.where(upper | own, 0 * h, -inf), h + torch.where(longer, 2.0 * size, 0 * h)
        x0, x1, y0, y1 = torch.where(empty, -inf, x0), torch.where(empty, inf, x1), torch.where(empty, -inf, y0), torch.where(empty, inf, y1)
        cut = self.u(b, 0, 1, 4) < torch.tensor([0.16, 0.16, 0.14, 0.2], device=dev)
        mx, my = middle.T
        x0 = torch.where(cut[:, 0] & ~fake, torch.maximum(x0, mx - size * self.u(b, 0.55, 1.5)), x0)
        x1 = torch.where(cut[:, 1] & ~fake, torch.minimum(x1, mx + size * self.u(b, 0.55, 1.5)), x1)
        y0 = torch.where(cut[:, 2] & ~fake, torch.maximum(y0, my - size * self.u(b, 0.45, 1.4)), y0)
        y1 = torch.where(cut[:, 3] & ~fake, torch.minimum(y1, my + size * self.u(b, 0.95, 1.9)), y1)
        known = ((u > c(x0)) & (u < c(x1)) & (v > c(y0)) & (v < c(y1)))[:, None]
        # landmarks in the crop
        px, py = self.points[ids].unbind(-1)
        dx, dy = px - cx[:, None], py - cy[:, None]
        scale2 = (unit * unit)[:, None]
        gx = (ca[:, None] * dx + sa[:, None] * dy) / scale2 * flip[:, None] + s * CENTRE[0]
        gy = (-sa[:, None] * dx + ca[:, None] * dy) / scale2 + s * CENTRE[1]
        points = torch.stack([gx, gy], -1)
        points = torch.where(flip[:, None, None] < 0, points[:, self.mirror], points)
        marks = torch.zeros(b, 3, self.height, self.width, device=dev)
        if signs:
            img, alpha, marks = self.signs(img, alpha, marks, points, colours, nfake, signs)
        img, alpha = self.thing_before(img, alpha, nfake)
        img = torch.where(one(self.p(b, 0.75)), self.camera(img), img)
        img = torch.where(known, img, torch.full_like(img, GREY)).clamp(0, 255).round()
        known = known.float()
        alpha, marks = alpha * known, marks * known
        wide, high = self.width, self.height
        seen = ((points[..., 0] > 1) & (points[..., 0] < wide - 1) & (points[..., 1] > 1) & (points[..., 1] < high - 1))
        at = points.long()
        flat = known[:, 0].reshape(b, -1)
        spot = at[..., 1].clamp(0, high - 1) * wide + at[..., 0].clamp(0, wide - 1)
        seen = seen.float() * torch.gather(flat, 1, spot) * (~fake).float()[:, None]
        return {"picture": img, "alpha": alpha, "known": known, "points": points, "seen": seen, "present": (~fake).float(), "masked": masked.float(), "signs": marks,
                "wall": wall}

    def thing_before(self, img, alpha, nfake):
        """A microphone, a badge or a plant in front of the chest of a few: not the person."""
        out = img.clone(), alpha.clone()
        real = img.shape[0] - nfake
        which = nfake + self.which(real, self.share(real, 0.04))
        m = len(which)
        if m:
            s = self.scale
            cx, cy = 0.5 * self.width + s * self.u(m, -60, 60), 0.45 * self.height + self.face * self.u(m, 1.0, 1.8)
            zero = torch.zeros(m, device=self.device)
            mask = self.shape(m, cx, cy, s * self.u(m, 3, 12), s * self.u(m, 4, 14), self.n(m), zero, zero + 0.4 * s)
            stem = self.shape(m, cx, cy + 90 * s, s * self.u(m, 0.7, 3), zero + 90 * s, self.n(m, 0.15), zero + 1, zero + 0.4 * s)
            mask = torch.maximum(mask, stem)
            out[0][which] = img[which] * (1 - mask) + self.u(m, 0, 130, 3)[:, :, None, None] * mask
            out[1][which] = alpha[which] * (1 - mask)
        return out

    # -- what a clerk would see --------------------------------------------------------------

    def signs(self, img, alpha, marks, points, colours, nfake, share):
        """Hats on heads, hands, masks, phones before faces, glare on lenses, of `share` of the sitters that are there; and harmless things, so that not everything drawn is one."""
        dev, b = self.device, img.shape[0]
        at = lambda n: points[:, INDEX[n]]  # noqa: E731
        eyes = (points[:, 0] + points[:, 1]) / 2
        chin, brow = at(152), at(10)
        across = points[:, INDEX[454]] - points[:, INDEX[234]]
        width = across.norm(dim=-1).clamp(min=4)
        right = (points[:, 1] - points[:, 0])
        right = right / right.norm(dim=-1, keepdim=True).clamp(min=1e-3)
        down = torch.stack([-right[:, 1], right[:, 0]], -1)
        turn = torch.atan2(right[:, 1], right[:, 0])
        tall = ((chin - eyes) * down).sum(-1).clamp(min=4)  # eyes to chin
        real = b - nfake
        counts = np.cumsum(self.dice.multinomial(real, [0.40 * share, 0.45 * share, 0.15 * share, 1 - share]))
        order = nfake + self.which(real, real)
        hats, covers, glares = order[:counts[0]], order[counts[0]:counts[1]], order[counts[1]:counts[2]]
        lone = lambda t: t[:, None, None, None]  # noqa: E731
        soft = lambda m: self.scale * self.u(m, math.log(0.12), math.log(0.6)).exp()  # noqa: E731

        def local(w):
            """Coordinates in units of the eye-to-chin distance, from the eyes' middle: to the right and down of the face."""
            x, y = self.xs - eyes[w, 0, None, None], self.ys - eyes[w, 1, None, None]
            r, d, t = right[w], down[w], tall[w]
            return ((x * r[:, 0, None, None] + y * r[:, 1, None, None]) / t[:, None, None], (x * d[:, 0, None, None] + y * d[:, 1, None, None]) / t[:, None, None])

        img, alpha, marks = img.clone(), alpha.clone(), marks.clone()
        w = hats
        if len(w):
            m = len(w)
            x, y = local(w)
            c = lambda t: t[:, None, None]  # noqa: E731
            bend = self.noise(m, 6, 2) * 0.04
            x, y = x + bend[:, 0], y + bend[:, 1]
            rx = width[w] / tall[w] / 2  # half a face width, in these units
            edge = c(soft(m) / tall[w])
            rim = c(self.u(m, -0.75, -0.32)) + 0.12 * c(self.n(m)) * x + c(self.u(m, -0.1, 0.25)) * x * x  # the hat's lower edge: above or on the brows
            dome = within(x, y - rim, c(rx * self.u(m, 1.05, 1.55)), c(self.u(m, 0.6, 1.5)), c(self.u(m, 1.8, 4.0)))
            hat = torch.sigmoid(dome / edge) * torch.sigmoid((rim - y) / edge)
            kind = self.u(m)
            # a brim: flat and wide, or a peak over the brows
            reach, thick = c(rx * self.u(m, 1.0, 2.6)), c(self.u(m, 0.05, 0.28))
            brim = within(x, y - rim, reach, thick, 2)
            hat = torch.where(c(kind < 0.5), torch.maximum(hat, torch.sigmoid(brim / edge)), hat)
            # a scarf or a hood: all round the face and down to the shoulders
            hole = within(x, y - 0.15, c(rx * self.u(m, 0.85, 1.05)), c(self.u(m, 0.8, 1.0)), 2)
            round_ = within(x, y, c(rx * self.u(m, 1.25, 1.7)), c(self.u(m, 1.15, 1.5)), 2)
            below = torch.sigmoid((y - c(self.u(m, 0.6, 1.0))) / 0.05) * torch.sigmoid((c(rx * self.u(m, 0.9, 1.6)) + 0.5 * y.clamp(min=0) - x.abs()) / edge)
            scarf = torch.maximum(torch.sigmoid(round_ / edge), below) * torch.sigmoid(-hole / edge)
            hat = torch.where(c((kind >= 0.5) & (kind < 0.72)), scarf, hat)
            # a band across the forehead or over the hair
            line = rim - c(self.u(m, 0.0, 0.5)) - c(self.u(m, 0.0, 0.6)) * x * x
            band = torch.sigmoid((c(self.u(m, 0.06, 0.2)) - (y - line).abs()) / edge) * torch.sigmoid((c(rx * 1.15) - x.abs()) / edge)
            hat = torch.where(c(kind >= 0.92), band * (alpha[w, 0] > 0.5), hat)
            hat = hat[:, None]
            stuff = self.fabric(m)
            fold = 1 + 0.25 * c(self.u(m))[:, None] * torch.sin((x * c(self.u(m, 4, 18)) + y * c(self.u(m, 4, 22)) + self.noise(m, 4)[:, 0])[:, None] * 2)
            stuff = (stuff * torch.where(lone(self.p(m, 0.5)), fold, torch.ones_like(fold)) * (0.75 + 0.35 * (1 - x * x)[:, None].clamp(0, 1))).clamp(0, 255)
            shadow = torch.roll(hat, int(self.scale * 4), 2)
            img[w] = img[w] * (1 - 0.35 * self.blur(shadow, 3.0 * self.scale) * lone(self.p(m, 0.6)) * alpha[w])
            img[w] = img[w] * (1 - hat) + stuff * hat
            alpha[w] = torch.maximum(alpha[w], hat)
            marks[w, 1] = hat[:, 0]

        w = covers
        if len(w):
            m = len(w)
            x, y = local(w)
            c = lambda t: t[:, None, None]  # noqa: E731
            rx = width[w] / tall[w] / 2
            edge = c(soft(m) / tall[w])
            kind = self.u(m)
            # a mask: from the nose or below it to the chin and under it, with straps
            upper, lower = c(self.u(m, 0.25, 0.62)) + c(self.u(m, 0.0, 0.2)) * (x / c(rx)) ** 2, c(self.u(m, 0.98, 1.25)) - c(self.u(m, 0.15, 0.4)) * (x / c(rx)) ** 2
            mask = torch.sigmoid((y - upper) / edge) * torch.sigmoid((lower - y) / edge) * torch.sigmoid((c(rx * self.u(m, 0.75, 1.02)) - x.abs()) / edge)
            strap = torch.sigmoid((0.025 - (y - upper - 0.02 + c(self.u(m, 0.1, 0.5)) * (x.abs() - c(rx) * 0.8)).abs()) / edge) * torch.sigmoid((c(rx) * 1.05 - x.abs()) / edge) * (x.abs() > 0.7 * c(rx))
            mask = torch.maximum(mask, strap)
            # fingers: some capsules side by side, coming from somewhere; a palm
            fingers = torch.zeros_like(mask)
            fx, fy = self.u(m, -0.9, 0.9) * rx, self.u(m, -0.2, 1.1)
            way = self.u(m, 0, 2 * math.pi)
            thick = self.u(m, 0.09, 0.17)
            for n in range(4):
                gap = (n - 1.5) * thick * 2.05
                a = way + self.n(m, 0.07)
                sx, sy = fx - gap * way.sin(), fy + gap * way.cos()
                px, py = x - c(sx), y - c(sy)
                along = (px * c(a.cos()) + py * c(a.sin()))
                lateral = (py * c(a.cos()) - px * c(a.sin()))
                long = self.u(m, 0.3, 0.8)
                d = ((along - along.clamp(min=0).minimum(c(long))) ** 2 + lateral**2).sqrt() - c(thick)
                fingers = torch.maximum(fingers, torch.sigmoid(-d / edge) * c((self.u(m) < (1.0 if n in (1, 2) else 0.75)).float()))
            ux, uy = x - c(fx + way.cos() * 1.15), y - c(fy + way.sin() * 1.15)
            palm = torch.sigmoid(-((ux**2 + uy**2).sqrt() - c(self.u(m, 0.4, 0.6))) / edge) * c(self.p(m, 0.75).float())
            arm = torch.sigmoid(-((uy * c(way.cos()) - ux * c(way.sin())).abs() - c(self.u(m, 0.25, 0.4))) / edge) * ((ux * c(way.cos()) + uy * c(way.sin())) > 0)
            hand = torch.maximum(torch.maximum(fingers, palm), arm * c(self.p(m, 0.6).float()))
            # a phone, a cup, a leaf, a sheet: any shape of any stuff
            cx = eyes[w, 0] + right[w, 0] * self.u(m, -0.9, 0.9) * rx * tall[w]
            cx = cx + down[w, 0] * tall[w] * self.u(m, -0.3, 1.1)
            cy = eyes[w, 1] + down[w, 1] * tall[w] * self.u(m, -0.3, 1.1)
            any_ = self.shape(m, cx, cy, tall[w] * self.u(m, -1.5, 0.1).exp(), tall[w] * self.u(m, -1.5, 0.3).exp(), turn[w] + self.n(m, 0.6), self.i(m, 3), soft(m), 0.12)[:, 0]
            # dark glasses
            lens = torch.zeros_like(any_)
            for side in (0, 1):
                e = points[w, side]
                lens = torch.maximum(lens, self.shape(m, e[:, 0], e[:, 1] + 0.05 * tall[w], 0.40 * width[w] * self.u(m, 0.42, 0.58), tall[w] * self.u(m, 0.17, 0.32), turn[w],
                                                      (self.u(m) * 2).long(), soft(m), 0.05)[:, 0])
            dark = c((kind > 0.88))
            cover = torch.where(c(kind < 0.3), mask, torch.where(c(kind < 0.62), hand, any_))
            cover = torch.where(dark, lens * c(self.u(m, 0.75, 1.0)), cover)[:, None]
            skin = colours[w, 0]
            stuff = self.fabric(m, None)
            pale = torch.where(self.p(m, 0.6)[:, None], torch.tensor([165.0, 195.0, 220.0], device=dev) + self.n(m, 25, 3), self.u(m, 225, 255)[:, None] + self.n(m, 6, 3))
            cloth = pale[:, :, None, None] * (1 + 0.1 * torch.sin(y * c(self.u(m, 8, 20)))[:, None] * lone(self.p(m, 0.6))) * (0.82 + 0.22 * (1 - (x / c(rx)) ** 2).clamp(0, 1))[:, None]
            cloth = torch.where(lone(self.p(m, 0.3)), stuff, cloth)
            flesh = (skin * self.u(m, 0.75, 1.2)[:, None] + self.n(m, 6, 3))[:, :, None, None] * (1 + 0.08 * self.noise(m, 9))
            # round fingers: lighter in the middle, a line of shade between them
            flesh = flesh * (0.62 + 0.45 * self.blur(hand[:, None], 3.2 * self.scale).clamp(0, 1))
            ink = self.u(m, 0, 60, 3)[:, :, None, None] * (1 + 0.5 * self.ramp(m, torch.zeros(m, device=dev), torch.ones(m, device=dev)))
            stuff = torch.where(lone(kind < 0.3), cloth, torch.where(lone(kind < 0.62), flesh, torch.where(lone(kind < 0.7), ink, stuff)))
            stuff = torch.where(lone(kind > 0.88), ink, stuff)
            shadow = self.blur(torch.roll(cover, int(self.scale * 2), 2), 2.0 * self.scale)
            img[w] = img[w] * (1 - lone(self.u(m, 0, 0.35)) * shadow * (1 - cover))
            img[w] = img[w] * (1 - cover) + stuff.clamp(0, 255) * cover
            # what a hand or a thing hides beside the face is the sitter's own no more; a hand and a mask are the sitter's
            theirs = lone((kind < 0.62) | (kind > 0.88))
            alpha[w] = torch.where(theirs, torch.maximum(alpha[w], cover), alpha[w])
            marks[w, 0] = cover[:, 0]

        w = glares
        if len(w):
            m = len(w)
            glow = torch.zeros(m, 1, self.height, self.width, device=dev)
            sides = self.u(m)
            for side in (0, 1):
                e = points[w, side]
                spot = self.shape(m, e[:, 0] + width[w] * self.n(m, 0.05), e[:, 1] + tall[w] * self.n(m, 0.07), width[w] * self.u(m, 0.03, 0.15), tall[w] * self.u(m, 0.05, 0.2),
                                  self.n(m, 0.6), self.i(m, 3), self.scale * self.u(m, 0.3, 2.0), 0.2)
                on = (sides > 0.25) if side else (sides < 0.75)
                glow = torch.maximum(glow, spot * lone(on.float()))
            strength = lone(self.u(m, 0.55, 1.0))
            tint = torch.tensor([255.0, 255.0, 255.0], device=dev)[None] - self.u(m, 0, 50, 3) * self.p(m, 0.4)[:, None]
            img[w] = img[w] + (tint[:, :, None, None] - img[w]) * glow * strength
            marks[w, 2] = glow[:, 0] * (strength[:, 0] > 0.6)
        return img, alpha, marks


def within(x, y, a, b, power):
    """Roughly how far a place lies within the superellipse of half axes `a` and `b`; negative outside."""
    fx, fy = (x / a).abs().clamp(min=1e-3), (y / b).abs().clamp(min=1e-3)
    q = fx**power + fy**power
    slope = power * ((fx ** (power - 1) / a) ** 2 + (fy ** (power - 1) / b) ** 2).sqrt()
    return (1 - q) / slope.clamp(min=0.3)


def dct_matrix(device):
    k, n = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
    m = torch.cos((2 * n + 1) * k * math.pi / 16) * 0.5
    m[0] = math.sqrt(1 / 8)
    return torch.kron(m, m).to(device)  # of the 64 values of a block


# ISO/IEC 10918-1 annex K.
LUMINANCE = [16.0, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
             18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99]
CHROMINANCE = [17.0, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99] + [99.0] * 32
