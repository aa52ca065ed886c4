"""What samples for the networks that look at cards are drawn with, a batch at a time: chance, shapes, stuffs, a JPEG; and hats, hands, masks and glare.

Pictures are float RGB in 0..255, N x C x H x W; coordinates are continuous, pixel (i, j) covers [i, i+1) x [j, j+1).
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

from frame import INDEX

HAIRS = [[225, 222, 218], [150, 148, 146], [12, 11, 11], [190, 150, 90], [110, 50, 25], [245, 243, 240]]
FABRICS = [[15, 15, 18], [240, 240, 238], [25, 35, 70], [120, 25, 30], [60, 90, 60], [190, 160, 120], [200, 60, 60], [70, 110, 180], [150, 190, 220], [90, 60, 40], [220, 200, 90]]


class Bank:
    """Pictures of any size in one flat store, from which batches are cut by affine maps."""

    def __init__(self, pictures):
        self.heights = torch.tensor([p.shape[0] for p in pictures])
        self.widths = torch.tensor([p.shape[1] for p in pictures])
        sizes = self.heights * self.widths
        self.starts = torch.cumsum(sizes, 0) - sizes
        self.store = torch.cat([torch.from_numpy(np.ascontiguousarray(p.reshape(-1, 3))) for p in pictures])

    def cut(self, ids, u, v):
        """Bilinear samples of pictures `ids` (B) at continuous coordinates `u`, `v` (B x H x W), which go on in a mirror beyond the edges: B x 3 x H x W."""
        w, h, start = (t[ids][:, None, None] for t in (self.widths, self.heights, self.starts))
        u, v = w - (u % (2 * w) - w).abs(), h - (v % (2 * h) - h).abs()
        x, y = u - 0.5, v - 0.5
        x0, y0 = x.floor(), y.floor()
        fx, fy = x - x0, y - y0
        out = 0
        for dy in (0, 1):
            for dx in (0, 1):
                xi = torch.minimum((x0.long() + dx).clamp(min=0), w - 1)
                yi = torch.minimum((y0.long() + dy).clamp(min=0), h - 1)
                weight = (fx if dx else 1 - fx) * (fy if dy else 1 - fy)
                out = out + self.store[start + yi * w + xi].float() * weight[..., None]
        return out.permute(0, 3, 1, 2)


class Studio:
    """Everything that samples are drawn from."""

    def __init__(self, walls, rooms, size, face, seed):
        """`walls` and `rooms` are lists of pictures. Samples are of `size` (columns, rows), a face measure in them has `face` pixels."""
        (self.width, self.height), self.face = size, face
        self.scale = face / 56  # what is drawn is measured at 56 px a face
        self.rng, self.dice = torch.Generator().manual_seed(seed), np.random.default_rng(seed)
        kinds = [list(walls), list(rooms)]
        self.first = np.cumsum([0] + [len(k) for k in kinds])
        self.backs = Bank([p for k in kinds for p in k])
        self.fabrics, self.hairs = torch.tensor(FABRICS).float(), torch.tensor(HAIRS).float()
        ys, xs = torch.meshgrid(torch.arange(self.height) + 0.5, torch.arange(self.width) + 0.5, indexing="ij")
        self.xs, self.ys = xs[None], ys[None]
        self.luma = torch.tensor([0.299, 0.587, 0.114])[None, :, None, None]
        self.dct = dct_matrix()

    # -- chance ------------------------------------------------------------------------------

    def u(self, n, low=0.0, high=1.0, *more):
        return torch.rand(n, *more, generator=self.rng) * (high - low) + low

    def n(self, n, sd=1.0, *more):
        return torch.randn(n, *more, generator=self.rng) * sd

    def p(self, n, chance):
        return torch.rand(n, generator=self.rng) < chance

    def i(self, n, high):
        return torch.randint(high, (n,), generator=self.rng)

    def whole(self, high):
        """A number below `high`, for a whole batch."""
        return int(self.dice.integers(max(1, int(high))))

    def noise(self, b, cells, channels=1):
        """Smooth noise of about unit deviation with `cells` bumps across."""
        x = torch.randn(b, channels, cells, cells, generator=self.rng)
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
        t = torch.arange(-reach, reach + 1, dtype=img.dtype)
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
        """`m` of `n` indices."""
        return torch.randperm(n, generator=self.rng)[:m]

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

    def texture(self, b, kinds=(0, 1), zoom=(1.0, 2.2)):
        """A picture of the bank, anywhere in it, as large as the crop: B x 3 x H x W."""
        kind = self.i(b, len(kinds))
        first = torch.tensor([self.first[k] for k in kinds])[kind]
        count = torch.tensor([self.first[k + 1] - self.first[k] for k in kinds])[kind]
        ids = first + (self.u(b) * count).long()
        w, h = self.backs.widths[ids].float(), self.backs.heights[ids].float()
        fit = torch.maximum(self.width / w, self.height / h) * self.u(b, *zoom)
        x = self.u(b) * (w - self.width / fit).clamp(min=0)
        y = self.u(b) * (h - self.height / fit).clamp(min=0)
        flip = torch.where(self.p(b, 0.5), -1.0, 1.0)
        u = torch.where(flip[:, None, None] > 0, self.xs, self.width - self.xs) / fit[:, None, None] + x[:, None, None]
        v = self.ys / fit[:, None, None] + y[:, None, None]
        return self.backs.cut(ids, u, v)

    def fabric(self, b):
        """Cloth or some other stuff: a colour with shading, folds, now and then a pattern of the bank's."""
        base = self.fabrics[self.i(b, len(self.fabrics))] + self.n(b, 14, 3)
        base = torch.where(self.p(b, 0.35)[:, None], self.u(b, 0, 255, 3), base)
        img = base[:, :, None, None] * (1 + self.noise(b, 5) * self.u(b, 0, 0.22)[:, None, None, None])
        img = img * (1 + self.noise(b, 19) * self.u(b, 0, 0.12)[:, None, None, None])
        stuff = self.texture(b, (0, 1), (0.7, 3))
        img = torch.where(self.p(b, 0.22)[:, None, None, None], stuff, img)
        return self.lit(b, img, 0.8, -0.5, 0.25)

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
            q = (torch.tensor(table).reshape(1, 64) * factor[:, None]).round().clamp(1, 255)[:, None, None]
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

    def hand(self, x, y, tip, way, bent, edge):
        """A hand at `x`, `y` (m x H x W, in eye-to-chin distances: a hand is about 1.5 of them long), whose middle fingertip lies at `tip`, whose arm comes from the direction `way` (radians), and whose
        fingers look `bent` times as long as they are. Its mask, its light and shade about 1, and what of it is a sleeve (each but the mask m x 1 x H x W)."""
        m = len(tip)
        c = lambda t: t[:, None, None]  # noqa: E731
        size, slim = self.u(m, 0.85, 1.15), self.u(m, 0.8, 1.1)
        thumb = torch.where(self.p(m, 0.5), 1.0, -1.0)
        length = size * (0.85 + 0.68 * bent)
        px, py = x - c(tip[:, 0]), y - c(tip[:, 1])
        # along the hand from the wrist to the tips, and across it, the thumb on the left
        v = c(length) - (px * c(way.cos()) + py * c(way.sin()))
        u = (py * c(way.cos()) - px * c(way.sin())) * c(thumb)
        u, v = u / c(size) + 0.03 * self.noise(m, 5)[:, 0], v / c(size)
        height, cover = torch.full_like(u, -1.0), torch.zeros_like(u)

        def add(lifted, inside):
            nonlocal height, cover
            mask = torch.sigmoid(inside / edge)
            height = torch.where(mask > 0.5, torch.maximum(height, lifted), height)
            cover = torch.maximum(cover, mask)

        def limb(x0, y0, x1, y1, r0, r1, lift):
            dx, dy = x1 - x0, y1 - y0
            t = (((u - c(x0)) * c(dx) + (v - c(y0)) * c(dy)) / c(dx**2 + dy**2 + 1e-4)).clamp(0, 1)
            off = ((u - c(x0) - t * c(dx)) ** 2 + (v - c(y0) - t * c(dy)) ** 2).sqrt()
            r = c(r0) + t * c(r1 - r0)
            add(c(lift) + (r**2 - off**2).clamp(min=0).sqrt(), r - off)

        one = torch.ones(m)
        palm = within(u, v - 0.45, c(0.36 * slim), c(0.5 * one), 3.2)
        add(0.1 * palm.clamp(0, 0.3) / 0.3, palm)
        arm = torch.minimum(c(0.24 * slim) + 0.1 * (-v).clamp(0, 1) - u.abs(), 0.25 - v)
        add(0.1 * arm.clamp(0, 0.25) / 0.25 - 0.02, arm)
        lean = self.n(m, 0.12)
        apart = self.u(m, 0.0, 0.1)
        lift = 0.02 + 0.1 * (1 - bent)
        for n, long in enumerate((0.6, 0.68, 0.63, 0.5)):
            base = slim * (n - 1.5) * 0.185
            long = long * bent * (1 + self.n(m, 0.05))
            a, b = lean + (n - 1.5) * apart + self.n(m, 0.03), self.n(m, 0.08)
            r = 0.085 * slim
            mx, my = base + 0.5 * long * a.sin(), 0.85 + 0.5 * long * a.cos()
            limb(base, 0.85 * one, mx, my, r, 0.95 * r, lift)
            limb(mx, my, mx + 0.5 * long * (a + b).sin(), my + 0.5 * long * (a + b).cos(), 0.95 * r, 0.75 * r, lift)
        a = self.u(m, -0.9, 0.5)  # the thumb, away from the hand or across it
        kx, ky = -0.33 * slim + 0.35 * a.sin(), 0.3 + 0.35 * a.cos()
        limb(-0.3 * slim, 0.25 * one, kx, ky, 0.13 * slim, 0.1 * slim, 0.04 * one)
        a = a + self.u(m, -0.1, 0.6)
        limb(kx, ky, kx + 0.28 * a.sin(), ky + 0.28 * a.cos(), 0.1 * slim, 0.08 * slim, 0.05 * one)
        # lit from somewhere above or in front, darker in the clefts
        height = height.clamp(min=0)
        rise, fall = (F.pad(height[:, None, :, 1:] - height[:, None, :, :-1], (0, 1))[:, 0], F.pad(height[:, None, 1:] - height[:, None, :-1], (0, 0, 0, 1))[:, 0])
        step = 1 / (0.8 * self.face)
        from_, steep = self.u(m, -math.pi, 0), self.u(m, 0.3, 0.9)
        slope = (rise * c(from_.cos()) + fall * c(from_.sin())) / step
        normal = 1 / (1 + (rise / step) ** 2 + (fall / step) ** 2).sqrt()
        light = (c(1 - 0.5 * steep) * normal - c(0.5 * steep) * slope * normal).clamp(0.05, 1.2)
        near = self.blur(height[:, None], 3.0 * self.scale)[:, 0]
        cleft = ((near - height) / 0.06).clamp(0, 1) * c(self.u(m, 0.2, 0.6))
        relief = (0.45 + 0.65 * light) * (1 - cleft)
        bare = c(-self.u(m, 0.0, 1.2))
        sleeve = torch.sigmoid((bare - v) / 0.02) * c(self.p(m, 0.7).float())
        return cover, self.blur(relief[:, None], 0.5 * self.scale), sleeve[:, None]

    # -- what a clerk would see --------------------------------------------------------------

    def signs(self, img, alpha, points, colours, share):
        """Hats on heads, hands, masks, phones before faces, glare on lenses, of `share` of the sitters; `colours` are those of skin, hair and top (N x 3 x 3). Returns the pictures, and what covers,
        is worn on the head, and glares (N x 3 x H x W, 0..1)."""
        b = img.shape[0]
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
        counts = np.cumsum(self.dice.multinomial(b, [0.37 * share, 0.41 * share, 0.22 * share, 1 - share]))
        order = self.which(b, b)
        hats, covers, glares = order[:counts[0]], order[counts[0]:counts[1]], order[counts[1]:counts[2]]
        lone = lambda t: t[:, None, None, None]  # noqa: E731
        soft = lambda m: self.scale * self.u(m, math.log(0.12), math.log(0.6)).exp()  # noqa: E731

        def local(w):
            """Coordinates in units of the eye-to-chin distance, from the eyes' middle: to the right and down of the face."""
            x, y = self.xs - eyes[w, 0, None, None], self.ys - eyes[w, 1, None, None]
            r, d, t = right[w], down[w], tall[w]
            return ((x * r[:, 0, None, None] + y * r[:, 1, None, None]) / t[:, None, None], (x * d[:, 0, None, None] + y * d[:, 1, None, None]) / t[:, None, None])

        img, marks = img.clone(), torch.zeros(b, 3, self.height, self.width)
        w = hats
        if len(w):
            m = len(w)
            x, y = local(w)
            c = lambda t: t[:, None, None]  # noqa: E731
            bend = self.noise(m, 6, 2) * 0.04
            x, y = x + bend[:, 0], y + bend[:, 1]
            rx = width[w] / tall[w] / 2  # half a face width, in these units
            edge = c(soft(m) / tall[w])
            rim = c(self.u(m, -0.75, -0.32)) + 0.16 * c(self.n(m)) * x + c(self.u(m, -0.1, 0.25)) * x * x  # the hat's lower edge: above or on the brows
            dome = within(x, y - rim, c(rx * self.u(m, 1.05, 1.55)), c(self.u(m, 0.6, 1.5)), c(self.u(m, 1.8, 4.0)))
            hat = torch.sigmoid(dome / edge) * torch.sigmoid((rim - y) / edge)
            kind = self.u(m)
            # a brim: flat and wide, or a peak over the brows
            reach, thick = c(rx * self.u(m, 1.0, 2.6)), c(self.u(m, 0.05, 0.28))
            brim = within(x, y - rim, reach, thick, 2)
            hat = torch.where(c(kind < 0.5), torch.maximum(hat, torch.sigmoid(brim / edge)), hat)
            # a scarf or a hood: all round the face, close under the chin and down over the shoulders
            hole = within(x, y - 0.15, c(rx * self.u(m, 0.8, 1.02)), c(self.u(m, 0.78, 1.0)), 2)
            round_ = within(x, y - 0.1, c(rx * self.u(m, 1.15, 1.6)), c(self.u(m, 1.15, 1.45)), 2.3)
            spread = c(rx * self.u(m, 1.0, 1.5)) + c(self.u(m, 0.3, 1.3)) * (y - 0.9).clamp(min=0)
            below = torch.sigmoid((y - c(self.u(m, 0.4, 0.9))) / 0.05) * torch.sigmoid((spread - x.abs()) / edge)
            scarf = torch.maximum(torch.sigmoid(round_ / edge), below) * torch.sigmoid(-hole / edge)
            wrapped = (kind >= 0.5) & (kind < 0.76)
            hat = torch.where(c(wrapped), scarf, hat)
            # a band across the forehead or over the hair
            line = rim - c(self.u(m, 0.0, 0.5)) - c(self.u(m, 0.0, 0.6)) * x * x
            band = torch.sigmoid((c(self.u(m, 0.06, 0.2)) - (y - line).abs()) / edge) * torch.sigmoid((c(rx * 1.15) - x.abs()) / edge)
            hat = torch.where(c(kind >= 0.92), band * (alpha[w, 0] > 0.5), hat)
            # one that sits close: all that is above its rim, and a little more
            swollen = F.max_pool2d(alpha[w], 2 * (reach := 1 + self.whole(5 * self.scale)) + 1, 1, reach)
            close = self.blur(swollen, 0.4 * reach)[:, 0] * torch.sigmoid((rim - y) / edge) * torch.sigmoid((c(rx * 1.5) - x.abs()) / edge)
            hat = torch.where(c((kind < 0.5) & self.p(m, 0.35)), close, hat)
            hat = hat[:, None]
            stuff = self.fabric(m)
            # plain and dark more often than not; in the colour of the sitter's hair now and then, and knitted or woven
            shades = stuff / stuff.mean((1, 2, 3), keepdim=True).clamp(min=20)
            tone = torch.where(self.p(m, 0.5)[:, None], colours[w, 1] * self.u(m, 0.7, 1.3)[:, None] + 8, self.u(m, 8, 60)[:, None] + self.n(m, 7, 3)).clamp(min=0)
            smooth = torch.ones_like(stuff) * (1 + 0.12 * self.noise(m, 5))
            plainly = torch.where(lone(self.p(m, 0.5)), shades, smooth)
            stuff = torch.where(lone(self.p(m, 0.45)), plainly * tone[:, :, None, None], stuff)
            ribs = torch.sin(x * c(self.u(m, 12, 70)) + 0.7 * self.noise(m, 6)[:, 0]) * torch.sin(y * c(self.u(m, 0, 70)) + c(self.u(m, 0, 6)))
            stuff = stuff * (1 + lone(self.u(m, 0.05, 0.35) * self.p(m, 0.25)) * (ribs[:, None] + 0.5 * self.noise(m, 40)))
            # folds: across a hat, round the face in a scarf
            turned = torch.where(c(wrapped), torch.atan2(y - 0.15, x) * c(self.u(m, 0, 5)) + (x**2 + (y - 0.1) ** 2).sqrt() * c(self.u(m, 6, 22)), x * c(self.u(m, 4, 18)) + y * c(self.u(m, 4, 22)))
            fold = torch.sin(turned + 1.5 * self.noise(m, 4)[:, 0]).relu()[:, None] * self.noise(m, 3).sigmoid()
            stuff = stuff * (1 - lone(self.u(m, 0.0, 0.4) * self.p(m, 0.6)) * fold)
            # the light falls from above, and what is round is darker to the sides
            stuff = (stuff * (0.75 + 0.35 * (1 - x * x)[:, None].clamp(0, 1)) * (1 + c(self.u(m, -0.05, 0.35)) * (-0.2 - y).clamp(-0.6, 0.8))[:, None]).clamp(0, 255)
            shadow = torch.roll(hat, int(self.scale * 4), 2)
            img[w] = img[w] * (1 - 0.35 * self.blur(shadow, 3.0 * self.scale) * lone(self.p(m, 0.6)) * alpha[w])
            img[w] = img[w] * (1 - hat) + stuff * hat
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
            # a hand: to the chin or the cheek from below, over the mouth from the side, or anywhere
            pose = self.u(m)
            side = torch.where(self.p(m, 0.5), 1.0, -1.0)
            tip = torch.stack([side * rx * self.u(m, 0.5, 1.15), self.u(m, -0.1, 0.7)], -1)
            way = math.pi / 2 + self.n(m, 0.35)
            bent = self.u(m, 0.7, 1.0)
            fist = pose < 0.3
            tip = torch.where(fist[:, None], torch.stack([self.n(m, 0.25), self.u(m, 0.82, 1.2)], -1), tip)
            bent = torch.where(fist, self.u(m, 0.15, 0.4), bent)
            over = (pose > 0.6) & (pose < 0.8)
            tip = torch.where(over[:, None], torch.stack([-side * self.u(m, 0.0, 0.7), self.u(m, 0.35, 1.0)], -1), tip)
            way = torch.where(over, torch.where(side > 0, 0.0, math.pi) + self.n(m, 0.5), way)
            any_where = pose > 0.8
            tip = torch.where(any_where[:, None], torch.stack([self.u(m, -1, 1) * rx, self.u(m, -0.5, 1.1)], -1), tip)
            way = torch.where(any_where, self.u(m, 0, 2 * math.pi), way)
            bent = torch.where(any_where, self.u(m, 0.3, 1.0), bent)
            hand, relief, sleeve = self.hand(x, y, tip, way, bent, edge)
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
            cover = torch.where(c(kind < 0.3), mask, torch.where(c(kind < 0.66), hand, any_))
            cover = torch.where(dark, lens * c(self.u(m, 0.75, 1.0)), cover)[:, None]
            skin = colours[w, 0]
            stuff = self.fabric(m)
            pale = torch.where(self.p(m, 0.6)[:, None], torch.tensor([165.0, 195.0, 220.0]) + self.n(m, 25, 3), self.u(m, 225, 255)[:, None] + self.n(m, 6, 3))
            cloth = pale[:, :, None, None] * (1 + 0.1 * torch.sin(y * c(self.u(m, 8, 20)))[:, None] * lone(self.p(m, 0.6))) * (0.82 + 0.22 * (1 - (x / c(rx)) ** 2).clamp(0, 1))[:, None]
            cloth = torch.where(lone(self.p(m, 0.3)), stuff, cloth)
            flesh = (skin * self.u(m, 0.8, 1.2)[:, None] + self.n(m, 5, 3))[:, :, None, None] * (1 + 0.05 * self.noise(m, 9)) * relief
            cuff = torch.where(lone(self.p(m, 0.6)), colours[w, 2, :, None, None] * relief, self.fabric(m) * relief)
            flesh = flesh * (1 - sleeve) + cuff * sleeve
            ink = self.u(m, 0, 60, 3)[:, :, None, None] * (1 + 0.5 * self.ramp(m, torch.zeros(m), torch.ones(m)))
            stuff = torch.where(lone(kind < 0.3), cloth, torch.where(lone(kind < 0.66), flesh, torch.where(lone(kind < 0.72), ink, stuff)))
            stuff = torch.where(lone(kind > 0.88), ink, stuff)
            shadow = self.blur(torch.roll(cover, int(self.scale * 2), 2), 2.0 * self.scale)
            img[w] = img[w] * (1 - lone(self.u(m, 0, 0.35)) * shadow * (1 - cover))
            img[w] = img[w] * (1 - cover) + stuff.clamp(0, 255) * cover
            marks[w, 0] = cover[:, 0]

        w = glares
        if len(w):
            m = len(w)
            glow = torch.zeros(m, 1, self.height, self.width)
            sides = self.u(m)
            for side in (0, 1):
                e = points[w, side]
                # soft and large, or small and as sharp as its edge on the lens
                sharp = self.p(m, 0.5)
                r1 = width[w] * torch.where(sharp, self.u(m, -3.6, -2.2), self.u(m, -3.5, -1.9)).exp()
                r2 = torch.where(sharp, r1 * self.u(m, 0.25, 1.0), width[w] * self.u(m, -3.2, -1.6).exp())
                spot = self.shape(m, e[:, 0] + width[w] * self.n(m, 0.08), e[:, 1] + tall[w] * self.n(m, 0.07), r1, r2, self.n(m, 0.6), self.i(m, 3),
                                  self.scale * torch.where(sharp, self.u(m, 0.15, 0.4), self.u(m, 0.3, 2.0)), 0.35)
                on = (sides > 0.25) if side else (sides < 0.75)
                glow = torch.maximum(glow, spot * lone(on.float()))
            strength = lone(self.u(m, 0.55, 1.0))
            tint = torch.tensor([255.0, 255.0, 255.0])[None] - self.u(m, 0, 110, 3) * self.p(m, 0.5)[:, None]
            img[w] = img[w] + (tint[:, :, None, None] - img[w]) * glow * strength
            marks[w, 2] = glow[:, 0] * (strength[:, 0] > 0.6)
        return img, marks


def within(x, y, a, b, power):
    """Roughly how far a place lies within the superellipse of half axes `a` and `b`; negative outside."""
    fx, fy = (x / a).abs().clamp(min=1e-3), (y / b).abs().clamp(min=1e-3)
    q = fx**power + fy**power
    slope = power * ((fx ** (power - 1) / a) ** 2 + (fy ** (power - 1) / b) ** 2).sqrt()
    return (1 - q) / slope.clamp(min=0.3)


def dct_matrix():
    k, n = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
    m = torch.cos((2 * n + 1) * k * math.pi / 16) * 0.5
    m[0] = math.sqrt(1 / 8)
    return torch.kron(m, m)  # of the 64 values of a block


# ISO/IEC 10918-1 annex K.
LUMINANCE = [16.0, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
             18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99]
CHROMINANCE = [17.0, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99] + [99.0] * 32
