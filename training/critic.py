"""The critic: a network that sees a finished card and tells, place by place, what is not the sitter's and what of the sitter is missing.

It learns from the program's own cards (`cards.py`), whose truth is known, and from pieces of rooms drawn beside the sitter of clean ones, and holes and bites; so it judges what others
have cut out as well. It is no part of making a card: the networks that make one do not judge it. The refiner (`--net refiner`) is one of those: it sees the photograph and the alpha that
was found, and tells the same of the alpha. The signs network (`--net signs`) sees cards and photographs, and tells what lies before the face, what is worn on the head, and where lenses glare;
all of that is drawn (`draw.py`).

    python critic.py train --cards cards.npz --walls walls.npy --rooms rooms.npy --start ../models/portrait.safetensors --out critic.pt --minutes 60
    python critic.py look --cards cards.npz --walls walls.npy --rooms rooms.npy --out critic.pt --sheet sheet.png
    python critic.py export --out critic.pt --model ../models/critic.safetensors
"""

import argparse
import json
import math
import pathlib
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from cards import FACE, HEIGHT, LAYERS, WIDTH
from draw import Studio
from frame import INDEX, MIRROR
from learn import Trained, given, restored
from model import STRIDE, CriticNet, PortraitNet
from restore import calibrate, unfolded


class Desk(Studio):
    """Draws samples for the critic; of the studio it uses chance, shapes, textures and the JPEG."""

    def __init__(self, cards, points, worn, walls, rooms, seed):
        super().__init__(walls, rooms, (WIDTH, HEIGHT), FACE, seed)
        self.cards, self.points, self.worn = cards, torch.from_numpy(points).float(), torch.from_numpy(worn)
        room = cards[..., 4].reshape(len(cards), -1).astype(np.float32).mean(1)
        self.chance = torch.from_numpy(np.where(room > 0.1, 2.5, 1.0)).float()  # cards with rests are the fewer ones

    def stuff(self, b, img, alpha):
        """What pieces of a room are made of: rooms, plain colours, the sitter's own ones."""
        room = self.texture(b, (0, 1, 1), (0.8, 3.0))
        room = room * torch.where(self.p(b, 0.4), self.u(b, 0.2, 1.1), torch.ones(b))[:, None, None, None]
        y, x = (self.u(b, 0.2, 0.98) * HEIGHT).long(), (self.u(b, 0.25, 0.75) * WIDTH).long()
        own = img[torch.arange(b), :, y, x][:, :, None, None].expand(-1, -1, HEIGHT, WIDTH)
        flat = torch.where(self.p(b, 0.7)[:, None, None, None], own, self.u(b, 0, 255, 3)[:, :, None, None].expand_as(own))
        flat = self.lit(b, flat, 0.6, -0.4, 0.3)
        kind = self.u(b)[:, None, None, None]
        mixed = (room - room.mean((2, 3), keepdim=True)) * self.u(b, 0.2, 0.9)[:, None, None, None] + own
        return torch.where(kind < 0.45, room, torch.where(kind < 0.75, mixed, flat)).clamp(0, 255)

    def outline(self, alpha, often=1.0):
        """A place on the outline of each sample, drawn evenly along it, or as `often` tells."""
        edge = ((F.max_pool2d(alpha, 3, 1, 1) - alpha).clamp(0, 1) * often).flatten(1) + 1e-6
        at = torch.multinomial(edge, 1, generator=self.rng)[:, 0]
        return (at % WIDTH).float(), (at // WIDTH).float()

    def piece(self, b, cx, cy, small, large, soft=(0.3, 3.0)):
        r1, r2 = (self.u(b, math.log(small), math.log(large)).exp() for _ in range(2))
        return self.shape(b, cx, cy, r1, r2, self.u(b, 0, math.pi), self.i(b, 3), self.u(b, math.log(soft[0]), math.log(soft[1])).exp(), 0.35)

    def picked(self, b):
        """The layers of some cards, each in another size and place, and every second one mirrored; the sitters' landmarks; and whether they wear something."""
        ids = torch.multinomial(self.chance, b, True, generator=self.rng)
        layers = torch.from_numpy(self.cards[ids.numpy()]).permute(0, 3, 1, 2).float()
        k, dx, dy = self.n(b, 0.05).exp(), self.n(b, 3), self.n(b, 4)
        flip = torch.where(self.p(b, 0.5), -1.0, 1.0)
        zero = torch.zeros(b)
        theta = torch.stack([torch.stack([flip / k, zero, 2 * dx / WIDTH], 1), torch.stack([zero, 1 / k, 2 * dy / HEIGHT], 1)], 1)
        grid = F.affine_grid(theta, layers.shape, align_corners=False)
        size = torch.tensor([WIDTH, HEIGHT]) / 2
        at = (self.points[ids] / size - 1 - torch.stack([2 * dx / WIDTH, 2 * dy / HEIGHT], 1)[:, None]) * k[:, None, None] * torch.stack([flip, torch.ones(b)], 1)[:, None]
        return F.grid_sample(layers, grid, padding_mode="border", align_corners=False), (at + 1) * size, self.worn[ids]

    def thumbs(self, which, pictures, inside):
        """For some of the samples `which`, one of `pictures` made small, and where in a corner of what is `inside` it lies: row and column."""
        small = F.interpolate(pictures, scale_factor=0.3, mode="bilinear", antialias=True)
        hh, ww = small.shape[2:]
        for at, picture in zip(which.tolist(), small):
            seen = torch.nonzero(inside[at, 0] > 0.98)
            (y0, x0), (y1, x1) = seen.min(0).values.tolist(), seen.max(0).values.tolist()
            k = float(self.u(1, 0.4, 1.0))
            size = max(6, int(hh * k)), max(5, int(ww * k))
            y = y1 + 1 - size[0] if self.dice.random() < 0.8 else y0
            x = x0 if self.dice.random() < 0.5 else x1 + 1 - size[1]
            if y >= 0 and x >= 0:
                yield at, F.interpolate(picture[None], size, mode="bilinear", antialias=True)[0] * float(self.u(1, 0.6, 1.0)), (y, x)

    def letters(self, b):
        """Words somewhere across the picture, turned a little, each as strong as it is."""
        words = np.zeros((b, 1, HEIGHT, WIDTH), np.uint8)
        for mask in words[:, 0]:
            word = "".join(self.dice.choice(list("ABCDEFGHKLMNPRSTXZabdeghkmnrst0123456789."), self.dice.integers(3, 12)))
            size, thick = self.dice.uniform(0.35, 1.6), int(self.dice.integers(1, 4))
            cv2.putText(mask, word, (int(self.dice.uniform(-20, 70)), int(self.dice.uniform(15, HEIGHT))), int(self.dice.integers(0, 5)), size, int(self.dice.integers(75, 256)), thick, cv2.LINE_AA)
            turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), self.dice.normal() * 18, 1.0)
            mask[:] = cv2.warpAffine(mask, turn, (WIDTH, HEIGHT))
        return torch.from_numpy(words).float() / 255

    def draw(self, b):
        layers, points, wears = self.picked(b)
        img, alpha, left, lost, inside = layers[:, :3], layers[:, 3:4] / 255, layers[:, 4:5] / 255, layers[:, 5:6] / 255, layers[:, 6:7] / 255
        lone = lambda t: t[:, None, None, None]  # noqa: E731

        def add(mask, which, stuff=None):
            """Stuff behind the sitter, where `mask` (m x 1 x H x W) is."""
            nonlocal img, left
            m = len(which)
            stuff = self.stuff(m, img[which], alpha[which]) if stuff is None else stuff
            mask = mask * lone(torch.where(self.p(m, 0.3), self.u(m, 0.25, 1.0), torch.ones(m))) * (1 - alpha[which]) * inside[which]
            img, left = img.clone(), left.clone()
            img[which] = img[which] * (1 - mask) + stuff * mask
            seen = mask * ((255 - stuff.min(1, keepdim=True).values) / 255 * 1.6 - 0.08).clamp(0, 1)
            left[which] = torch.maximum(left[which], seen * (1 - F.max_pool2d(alpha[which], 3, 1, 1)))

        def low(w):
            """For `outline`: in every second sample neck and shoulders, and their sides, come up more often than their length tells."""
            return lone(1 + 3 * self.p(len(w), 0.5).float()) ** ((self.ys[None] > points[w][:, INDEX[152], 1][:, None, None, None]).float())

        for chance in (0.35, 0.15):  # pieces beside the outline
            w = self.which(b, self.share(b, chance))
            if len(w):
                cx, cy = self.outline(alpha[w], low(w))
                add(self.piece(len(w), cx + self.n(len(w), 4), cy + self.n(len(w), 4), 1.5, 22), w)
        w = self.which(b, self.share(b, 0.12))  # a rim: room along a part of the outline
        if len(w):
            reach = int(self.dice.integers(1, 7))
            cx, cy = self.outline(alpha[w])
            rim = F.max_pool2d(alpha[w], 2 * reach + 1, 1, reach)
            rim = self.blur(rim, self.dice.uniform(0.1, 1.5)) * self.piece(len(w), cx, cy, 10, 70, (1.0, 8.0))
            add(rim, w)
        w = self.which(b, self.share(b, 0.14))  # a line of one colour round all of the sitter, from half a pixel on
        if len(w):
            m, reach = len(w), int(self.dice.integers(1, 4))
            line = self.blur(F.max_pool2d(alpha[w], 2 * reach + 1, 1, reach), self.dice.uniform(0.1, 0.8))
            if reach == 1:
                line = line * lone(self.u(m, 0.4, 1.0))
            colour = torch.where(self.p(m, 0.5)[:, None], self.u(m, 30, 225)[:, None].expand(-1, 3), self.u(m, 0, 235, 3))
            add(line, w, colour[:, :, None, None].expand(-1, -1, HEIGHT, WIDTH))
        w = self.which(b, self.share(b, 0.08))  # away from the sitter
        if len(w):
            add(self.piece(len(w), self.u(len(w)) * WIDTH, self.u(len(w)) * HEIGHT, 1.5, 30), w)
        w = self.which(b, self.share(b, 0.06))  # letters across the picture, over the sitter, too
        if len(w):
            mask = self.letters(len(w)) * inside[w]
            ink = torch.where(self.p(len(w), 0.5)[:, None], self.u(len(w), 20, 200)[:, None].expand(-1, 3), self.u(len(w), 0, 220, 3))
            img = img.clone()
            over = mask * alpha[w]
            img[w] = img[w] * (1 - over) + ink[:, :, None, None] * over
            add(mask, w, ink[:, :, None, None].expand(-1, -1, HEIGHT, WIDTH))
        w = self.which(b, self.share(b, 0.04))  # a small picture in a corner, over the sitter, too
        if len(w):
            img, left = img.clone(), left.clone()
            for at, thumb, (y, x) in self.thumbs(w, layers[self.i(len(w), b), :3], inside):
                img[at, :, y:y + thumb.shape[1], x:x + thumb.shape[2]] = thumb
                left[at, :, y:y + thumb.shape[1], x:x + thumb.shape[2]] = 1
        for chance, in_ in ((0.2, False), (0.08, True)):  # bites from the outline, holes
            w = self.which(b, self.share(b, chance))
            if not len(w):
                continue
            if in_:
                deep = -F.max_pool2d(-alpha[w], 13, 1, 6).flatten(1) + 1e-6
                at = torch.multinomial(deep, 1, generator=self.rng)[:, 0]
                cx, cy = (at % WIDTH).float(), (at // WIDTH).float()
            else:
                cx, cy = self.outline(alpha[w], low(w))
            mask = self.piece(len(w), cx, cy, 1.5, 18 if in_ else 32, (0.3, 1.2) if in_ else (0.3, 3.0))
            img, lost, left = img.clone(), lost.clone(), left.clone()
            shown = ((255 - img[w].min(1, keepdim=True).values) / 255 * 1.6 - 0.15).clamp(0, 1)
            solid = -F.max_pool2d(-alpha[w], 3, 1, 1)
            lost[w] = torch.maximum(lost[w], mask * solid * shown)
            img[w] = img[w] * (1 - mask) + 255 * mask
            left[w] = left[w] * (1 - mask)
        w = self.which(b, self.share(b, 0.1))  # an edge in stairs, as a mask of few pixels leaves it, all round or along a part
        if len(w):
            m, cell = len(w), int(self.dice.integers(2, 6))
            coarse = F.interpolate(F.avg_pool2d(F.pad(alpha[w], (0, cell, 0, cell), mode="replicate"), cell), scale_factor=cell)[..., :HEIGHT, :WIDTH]
            cx, cy = self.outline(alpha[w])
            here = torch.maximum(self.piece(m, cx, cy, 16, 80, (2.0, 8.0)), lone(self.p(m, 0.6).float()))
            cut = alpha[w] + ((coarse > self.dice.uniform(0.3, 0.7)).float() - alpha[w]) * here
            gone, more = (alpha[w] - cut).clamp(min=0) * inside[w], (cut - alpha[w]).clamp(min=0) * inside[w]
            # what stands beyond the outline is the sitter's own colour nearby
            near = -F.max_pool2d(-img[w], 2 * cell + 1, 1, cell)
            img, lost, left = img.clone(), lost.clone(), left.clone()
            shown = lambda x: ((255 - x.min(1, keepdim=True).values) / 255 * 1.6 - 0.15).clamp(0, 1)  # noqa: E731
            lost[w] = torch.maximum(lost[w], gone * shown(img[w]))
            left[w] = torch.maximum(left[w], more * shown(near))
            img[w] = img[w] + (255 - img[w]) * gone
            img[w] = img[w] + (near - img[w]) * more
        w = self.which(b, self.share(b, 0.16))  # an edge eaten by light, all round or along a part
        if len(w):
            m, reach = len(w), int(self.dice.integers(1, 9))
            kept = self.blur(-F.max_pool2d(-alpha[w], 2 * reach + 1, 1, reach), 0.5 * reach)
            cx, cy = self.outline(alpha[w])
            here = torch.maximum(self.piece(m, cx, cy, 12, 70, (2.0, 8.0)), lone(self.p(m, 0.5).float()))
            gone = (1 - kept).clamp(0, 1) * here
            img, lost = img.clone(), lost.clone()
            shown = ((255 - img[w].min(1, keepdim=True).values) / 255 * 1.6 - 0.15).clamp(0, 1)
            lost[w] = torch.maximum(lost[w], (gone * 1.5 - 0.4).clamp(0, 1) * -F.max_pool2d(-alpha[w], 3, 1, 1) * shown)
            img[w] = img[w] * (1 - gone) + 255 * gone
        worn = torch.zeros_like(left)
        for chance, things in ((0.22, self.earrings), (0.1, self.earphones), (0.13, self.necklaces), (0.1, self.ornaments), (0.05, self.headphones)):
            w = self.which(b, self.share(b, chance))
            if not len(w):
                continue
            mask = things(len(w), points[w], alpha[w]) * inside[w]
            thing = self.gleaming(len(w))
            seen = mask * ((thing - img[w]).abs().amax(1, keepdim=True) / 45 - 0.2).clamp(0, 1)
            img, lost, left, worn = img.clone(), lost.clone(), left.clone(), worn.clone()
            img[w] = img[w] * (1 - mask) + thing * mask
            lost[w], left[w] = lost[w] * (1 - mask), left[w] * (1 - mask)
            worn[w] = torch.maximum(worn[w], seen)
        w = self.which(b, self.share(b, 0.25))  # light that shines on skin, hair and glasses is no hole
        if len(w):
            deep = -F.max_pool2d(-alpha[w], 5, 1, 2).flatten(1) + 1e-6
            at = torch.multinomial(deep, 1, generator=self.rng)[:, 0]
            shine = self.piece(len(w), (at % WIDTH).float(), (at // WIDTH).float(), 1.5, 14, (1.5, 6.0)) * lone(self.u(len(w), 0.3, 1.1)) * alpha[w]
            img = img.clone()
            img[w] = img[w] + (self.u(len(w), 225, 256)[:, None, None, None] - img[w]).clamp(min=0) * shine.clamp(0, 1)
        return self.taken(b, img), left, lost, inside, worn, wears[:, None, None, None].expand(-1, 1, HEIGHT, WIDTH).float()

    def gleaming(self, b):
        """What jewellery and the like are made of: metal, pearl, plastic, stone, cloth; lighter and darker from place to place."""
        base = torch.tensor([[214, 178, 96], [198, 198, 202], [238, 232, 222], [24, 24, 26], [244, 244, 246], [150, 105, 60]]).float()[self.i(b, 6)]
        base = torch.where(self.p(b, 0.3)[:, None], self.u(b, 0, 255, 3), base)
        shade = 1 + self.noise(b, 40) * self.u(b, 0.1, 0.6)[:, None, None, None]
        return (base[:, :, None, None] * shade).clamp(0, 255)

    def ears(self, points):
        """For each side of the face: the ear's root, and the way out from the face there, each N x 2."""
        a, c = points[:, INDEX[234]], points[:, INDEX[454]]
        out = (a - c) / (a - c).norm(dim=1, keepdim=True).clamp(min=1)
        return (a, out), (c, -out)

    def below(self, b, ear, out, down):
        """A place at an ear: columns and rows."""
        away, fall = self.u(b, -0.01, 0.09) * FACE, self.u(b, *down) * FACE
        return ear[:, 0] + away * out[:, 0] + self.n(b), ear[:, 1] + away * out[:, 1] + fall + self.n(b)

    def earrings(self, b, points, alpha):
        r, kind, drop = self.u(b, 0.2, 1.9).exp(), self.u(b), self.u(b, 1.2, 4.5)
        fall = self.u(b, 0.08, 0.26)
        mask = torch.zeros_like(alpha)
        one = self.p(b, 0.3)
        for side, (ear, out) in enumerate(self.ears(points)):
            x, y = self.below(b, ear, out, (-0.01, 0.02))
            y = y + fall * FACE
            zero, soft = torch.zeros(b), self.u(b, 0.3, 0.6)
            disc = self.shape(b, x, y, r, r, zero, zero.long(), soft)
            ring = (disc - self.shape(b, x, y, 0.72 * r, 0.72 * r, zero, zero.long(), soft)).clamp(min=0)
            long = self.shape(b, x, y + r * (drop - 1), r * drop, r * 0.6, zero + math.pi / 2, zero.long() + torch.where(self.p(b, 0.5), 0, 2), soft)
            c = kind[:, None, None, None]
            item = torch.where(c < 0.45, disc, torch.where(c < 0.7, ring, long))
            mask = torch.maximum(mask, item * (1 - (one & (side == 0)).float())[:, None, None, None])
        return mask

    def earphones(self, b, points, alpha):
        r, reach, thick = self.u(b, 0.8, 1.9).exp(), self.u(b, 3, 16), self.u(b, 0.8, 2.5)
        stem, cord, one = self.p(b, 0.7), self.p(b, 0.4), self.p(b, 0.3)
        mask = torch.zeros_like(alpha)
        lone = lambda t: t[:, None, None, None]  # noqa: E731
        for side, (ear, out) in enumerate(self.ears(points)):
            x, y = self.below(b, ear, out, (-0.04, 0.1))
            zero, soft = torch.zeros(b), self.u(b, 0.3, 0.7)
            item = self.shape(b, x, y, r, r * self.u(b, 0.7, 1.3), zero, zero.long(), soft, 0.2)
            down = self.shape(b, x, y + reach, reach, thick.minimum(reach), zero + math.pi / 2 + self.n(b, 0.15), zero.long() + 2, soft)
            item = torch.maximum(item, down * lone(stem.float()))
            t = ((self.ys - y[:, None, None]) / 60).clamp(min=0)
            line = x[:, None, None] - (out[:, 0] * self.u(b, -5, 25))[:, None, None] * t - (out[:, 0] * self.u(b, -10, 15))[:, None, None] * t * t
            wire = torch.sigmoid((self.u(b, 0.4, 1.3)[:, None, None] - (self.xs - line).abs()) / 0.35) * (t > 0)
            item = torch.maximum(item, wire[:, None] * lone(cord.float()))
            mask = torch.maximum(mask, item * (1 - (one & (side == 0)).float())[:, None, None, None])
        return mask

    def necklaces(self, b, points, alpha):
        c = lambda t: t[:, None, None]  # noqa: E731
        chin = points[:, INDEX[152]]
        x0, y0 = chin[:, 0] + self.n(b, 3), chin[:, 1] + self.u(b, 0.16, 0.6) * FACE
        half, sag, t = self.u(b, 0.22, 0.5) * FACE, self.u(b, 0.08, 0.45) * FACE, self.u(b, -0.9, 1.2).exp()
        u = (self.xs - c(x0)) / c(half)
        d = (self.ys - (c(y0) - c(sag) * u * u)).abs() / (1 + (2 * c(sag) * u / c(half)) ** 2).sqrt()
        thick = c(t) * torch.where(c(self.p(b, 0.4)), (0.5 + 0.5 * torch.cos(math.pi * self.xs / c(t))), torch.ones(1))
        mask = (torch.sigmoid((thick - d) / 0.35) * (u.abs() < 1))[:, None]
        r = self.u(b, 0.5, 2.0).exp()
        pendant = self.shape(b, x0, y0 + r, r * self.u(b, 0.5, 1.2), r, torch.zeros(b), self.i(b, 3), torch.full((b,), 0.4), 0.2)
        return torch.maximum(mask, pendant * self.p(b, 0.35).float()[:, None, None, None]) * alpha

    def ornaments(self, b, points, alpha):
        middle = points[:, [INDEX[k] for k in (33, 133, 362, 263)]].mean(1)
        c = lambda t: t[:, None, None]  # noqa: E731
        dx, dy = (self.xs - c(middle[:, 0])) / FACE, (self.ys - c(middle[:, 1])) / FACE
        hair = (alpha[:, 0] * ((dy < 0.1) & ((dx / 0.5) ** 2 + ((dy - 0.1) / 0.62) ** 2 > 1))).flatten(1) + 1e-7
        at = torch.multinomial(hair, 1, generator=self.rng)[:, 0]
        x, y = (at % WIDTH).float(), (at // WIDTH).float()
        size, turn, zero = self.u(b, 1.0, 2.8).exp(), self.u(b, 0, math.pi), torch.zeros(b)
        soft = torch.full((b,), 0.5)
        plain = self.shape(b, x, y, size, size * self.u(b, 0.15, 1.0), turn, self.i(b, 3), soft, 0.2)
        petals = torch.zeros_like(alpha)
        few = int(self.dice.integers(2, 7))  # two are a bow
        for k in range(few):
            way = turn + 2 * math.pi * k / few
            petals = torch.maximum(petals, self.shape(b, x + 0.7 * size * way.cos(), y + 0.7 * size * way.sin(), 0.6 * size, 0.42 * size, way, zero.long(), soft, 0.3))
        far = (dx**2 + (dy / 1.05) ** 2).sqrt()
        band = torch.sigmoid((c(self.u(b, 0.01, 0.05)) - (far - c(self.u(b, 0.55, 0.8))).abs()) * FACE / 0.5)[:, None] * (dy < -0.2)[:, None]
        kind = self.u(b)[:, None, None, None]
        return torch.where(kind < 0.4, plain, torch.where(kind < 0.75, petals, band * alpha))

    def headphones(self, b, points, alpha):
        (a, out), (e, _) = self.ears(points)
        c = lambda t: t[:, None, None]  # noqa: E731
        size, zero = self.u(b, 9, 24), torch.zeros(b)
        mask = torch.zeros_like(alpha)
        for ear, way in self.ears(points):
            x, y = self.below(b, ear, way, (-0.08, 0.05))
            mask = torch.maximum(mask, self.shape(b, x + 3 * way[:, 0], y, size * self.u(b, 0.4, 0.8), size, zero, self.i(b, 3), torch.full((b,), 0.6)))
        middle, half = (a + e) / 2, (a - e).norm(dim=1) / 2 + self.u(b, 0.02, 0.12) * FACE
        dx, dy = (self.xs - c(middle[:, 0])) / c(half), (self.ys - c(middle[:, 1])) / c(self.u(b, 0.75, 1.1) * FACE)
        band = torch.sigmoid((c(self.u(b, 1.2, 5)) / c(half) - ((dx**2 + dy**2).sqrt() - 1).abs()) * c(half) / 0.6) * (dy < 0)
        return torch.maximum(mask, band[:, None])

    def taken(self, b, img):
        """The camera and the file, for sitter and wall alike but that white stays about white."""
        lone = lambda t: t[:, None, None, None]  # noqa: E731
        gain = lone(torch.where(self.p(b, 0.4), self.n(b, 0.15).exp(), torch.ones(b)))
        tint = torch.where(self.p(b, 0.3)[:, None], self.n(b, 0.06, 3).exp(), torch.ones(b, 3))[:, :, None, None]
        ink = (1 - img / 255).clamp(1e-4, 1) ** lone(torch.where(self.p(b, 0.3), self.n(b, 0.2).exp(), torch.ones(b)))
        img = (255 - 255 * (ink * gain * tint)).clamp(0, 255)
        grey = (img * self.luma).sum(1, keepdim=True)
        img = grey + (img - grey) * lone(torch.where(self.p(b, 0.3), self.u(b, 0.0, 1.4), torch.ones(b)))
        img = self.some(0.2, img, lambda x, w: self.blur(x, self.dice.uniform(0.3, 1.0)))
        img = self.some(0.5, img, lambda x, w: self.jpeg(x, self.u(len(w), 35, 96)))
        img = self.some(0.15, img, lambda x, w: x + self.n(len(w), 1.0, 3, HEIGHT, WIDTH) * lone(self.u(len(w), 0.5, 5)))
        return img.clamp(0, 255).round()


class Refinery(Desk):
    """Draws samples for the refiner, which sees the photograph and what the program took for the sitter of it."""

    def draw(self, b):
        layers, _, _ = self.picked(b)
        img, truth, matte, inside = layers[:, 7:10], layers[:, 3:4] / 255, layers[:, 10:11] / 255, layers[:, 6:7] / 255
        wide, narrow = F.max_pool2d(truth, 5, 1, 2), -F.max_pool2d(-truth, 5, 1, 2)
        w = self.which(b, self.share(b, 0.3))  # another room behind the sitter; what it was that the program took for them stays in their own colours
        if len(w):
            t = truth[w]
            img = img.clone()
            img[w] = img[w] * t + self.stuff(len(w), img[w], t) * (1 - t)
        for chance, small, large in ((0.35, 2, 36), (0.15, 1.5, 10)):  # of the room, beside the outline, taken for the sitter
            w = self.which(b, self.share(b, chance))
            if len(w):
                cx, cy = self.outline(truth[w])
                piece = self.piece(len(w), cx + self.n(len(w), 5), cy + self.n(len(w), 5), small, large)
                matte = matte.clone()
                matte[w] = torch.maximum(matte[w], piece)
        w = self.which(b, self.share(b, 0.1))  # a rim
        if len(w):
            reach = int(self.dice.integers(2, 7))
            cx, cy = self.outline(truth[w])
            rim = F.max_pool2d(truth[w], 2 * reach + 1, 1, reach) * self.piece(len(w), cx, cy, 10, 70, (1.0, 8.0))
            matte = matte.clone()
            matte[w] = torch.maximum(matte[w], rim)
        w = self.which(b, self.share(b, 0.12))  # a haze along the outline, as dark walls leave it round dark hair
        if len(w):
            reach = int(self.dice.integers(3, 14))
            cx, cy = self.outline(truth[w])
            haze = self.blur(F.max_pool2d(truth[w], 2 * reach + 1, 1, reach), 0.4 * reach) * self.piece(len(w), cx, cy, 10, 70, (2.0, 8.0))
            matte = matte.clone()
            matte[w] = torch.maximum(matte[w], haze * self.u(len(w), 0.2, 0.9)[:, None, None, None])
        w = self.which(b, self.share(b, 0.3))  # of the sitter, taken for the room
        if len(w):
            cx, cy = self.outline(truth[w])
            matte = matte.clone()
            matte[w] = matte[w] * (1 - self.piece(len(w), cx, cy, 1.5, 24))
        w = self.which(b, self.share(b, 0.05))  # a small picture in a corner, over the sitter, too
        if len(w):
            img, matte, wide, narrow = img.clone(), matte.clone(), wide.clone(), narrow.clone()
            for at, thumb, (y, x) in self.thumbs(w, layers[self.i(len(w), b), 7:10], inside):
                h, k = thumb.shape[1:]
                img[at, :, y:y + h, x:x + k] = thumb
                matte[at, 0, y:y + h, x:x + k] = torch.maximum(matte[at, 0, y:y + h, x:x + k], (self.u(1, -0.5, 1.5) + self.n(h, 0.1, k)).clamp(0, 1))
                wide[at, :, y:y + h, x:x + k] = narrow[at, :, y:y + h, x:x + k] = 0
        left, lost = (matte - wide).clamp(min=0) * inside, (narrow - matte).clamp(min=0) * inside
        matte = self.some(0.3, matte, lambda x, w: self.blur(x, self.dice.uniform(0.3, 1.5)))
        return torch.cat([self.taken(b, img), 255 * matte], 1), left, lost, inside


class Clerk(Desk):
    """Draws samples for the signs network: cards, and photographs before rooms, of sitters with things before the face, on the head and on their glasses."""

    BARRED = ("house-ilhan-omar", "house-dan-crenshaw")  # who wear a scarf or an eye patch themselves

    def __init__(self, *args, drawn):
        super().__init__(*args)
        self.chance = torch.where(torch.from_numpy(drawn), 5.0, 1.0)  # drawn sitters are the fewer ones

    def colours(self, img, points):
        """Skin, hair and top, roughly: N x 3 x 3."""
        chin, brow, nose = (points[:, INDEX[k]] for k in (152, 10, 1))
        up = brow - chin
        places = [(points[:, INDEX[234]] + 2 * nose) / 3, brow + 0.28 * up, chin - 0.5 * up]
        at = lambda p: img[torch.arange(len(img)), :, p[:, 1].long().clamp(0, HEIGHT - 1), p[:, 0].long().clamp(0, WIDTH - 1)]  # noqa: E731
        return torch.stack([at(p) for p in places], 1)

    def draw(self, b):
        layers, points, _ = self.picked(b)
        turned = points[:, 0, 0] > points[:, 1, 0]  # in a mirror right is left
        points = torch.where(turned[:, None, None], points[:, MIRROR], points)
        card, alpha, inside, source = layers[:, :3], layers[:, 3:4] / 255, layers[:, 6:7] / 255, layers[:, 7:10]
        lone = lambda t: t[:, None, None, None]  # noqa: E731
        colours = self.colours(card, points)
        img, plain = card.clone(), torch.zeros(b)
        w = self.which(b, self.share(b, 0.45))
        beyond = torch.full((b, 1, 1, 1), 255.0)
        if len(w):  # not a card: as photographed, or in another room
            beyond[w] = 128.0
            room = self.texture(len(w)) * lone(self.u(len(w), 0.3, 1.1))
            room = torch.where(lone(self.p(len(w), 0.4)), self.blur(room, self.log(0.7, 8)), room)
            img[w] = torch.where(lone(self.p(len(w), 0.5)), source[w], card[w] * alpha[w] + room * (1 - alpha[w]))
            plain[w] = 1
        middle = points[:, [INDEX[k] for k in (33, 133, 362, 263)]].mean(1)
        chin, brow = points[:, INDEX[152]], points[:, INDEX[10]]
        w = self.which(b, self.share(b, 0.2))
        if len(w):  # hair of another colour, or more of it, is no hat
            dx, dy = (self.xs - middle[w, 0, None, None]) / FACE, (self.ys - middle[w, 1, None, None]) / FACE
            hair = torch.sigmoid(30 * ((dx / 0.48) ** 2 + ((dy - 0.15) / 0.72) ** 2 - 1)) * torch.sigmoid(12 * (0.9 - dy))
            off = lambda n: ((img[w] - colours[w, n, :, None, None]) ** 2).sum(1, keepdim=True).sqrt()  # noqa: E731
            apart = (colours[w, 0] - colours[w, 1]).norm(dim=1)  # a bald head has no hair to be dyed
            hair = hair[:, None] * alpha[w] * torch.sigmoid((off(0) - off(1)) / 12) * lone((apart > 70).float())
            grey = (img[w] * self.luma).sum(1, keepdim=True)
            base = (colours[w, 1] * self.luma[0, :, 0, 0]).sum(1)
            dye = torch.where(self.p(len(w), 0.6)[:, None], self.hairs[self.i(len(w), len(self.hairs))], self.u(len(w), 0, 255, 3))
            tinted = (dye[:, :, None, None] + (grey - lone(base)) * lone(self.u(len(w), 0.4, 1.2))).clamp(0, 255)
            img[w] = img[w] + (tinted - img[w]) * hair
        w = self.which(b, self.share(b, 0.08))
        if len(w):  # a bun or a crest of the sitter's own hair
            m = len(w)
            size = self.u(m, 0.12, 0.42) * FACE
            x, y = brow[w, 0] + self.n(m, 0.2) * FACE, brow[w, 1] - self.u(m, 0.25, 0.7) * FACE
            bun = self.shape(m, x, y, size * self.u(m, 0.8, 2.0), size, self.n(m, 0.2), torch.zeros(m).long(), self.u(m, 0.6, 4), 0.25) * (1 - alpha[w])
            strands = colours[w, 1][:, :, None, None] * (1 + 0.3 * self.noise(m, 60) + 0.25 * self.noise(m, 24))
            img[w] = img[w] + (strands.clamp(0, 255) - img[w]) * bun
        img = self.lit(b, img, 0.15, -0.7, 0.1) * plain[:, None, None, None] + img * (1 - plain)[:, None, None, None]
        w = self.which(b, self.share(b, 0.3))  # light that shines on skin and hair is no glare
        if len(w):
            deep = -F.max_pool2d(-alpha[w], 5, 1, 2).flatten(1) + 1e-6
            near = torch.exp(-(((self.xs - middle[w, 0, None, None]) ** 2 + (self.ys - middle[w, 1, None, None]) ** 2) / (0.3 * FACE) ** 2)).flatten(1)
            at = torch.multinomial(deep * (1 - near), 1, generator=self.rng)[:, 0]
            shine = self.piece(len(w), (at % WIDTH).float(), (at // WIDTH).float(), 1.5, 14, (1.5, 6.0)) * lone(self.u(len(w), 0.3, 1.0)) * alpha[w]
            img[w] = img[w] + (self.u(len(w), 225, 256)[:, None, None, None] - img[w]).clamp(min=0) * shine.clamp(0, 1)
        img, marks = self.signs(img, alpha, points, colours, 0.6)
        img = beyond + (img - beyond) * inside
        covered, headwear, glare = (marks[:, n:n + 1] * inside for n in range(3))
        # a white hat before white is seen by its folds alone, if at all
        return self.taken(b, img), covered, headwear, inside, glare, torch.zeros(b, 1, 1, 1)


NETS = {"critic": (3, Desk, True), "refiner": (4, Refinery, False), "signs": (3, Clerk, True)}  # channels of the input, who draws it, and whether there is a third answer


def told(*layers):
    """The answer asked at a place of the network's: 1 where a third of it shows something left, lost, or worn, 0 where no more of it does than an outline that lies a pixel amiss makes."""
    return (4 * F.avg_pool2d(torch.cat(layers, 1), STRIDE) - 0.25).clamp(0, 1)


def losses(net, sample, worn_alone=False):
    with torch.no_grad():
        img, left, lost, inside, *worn = sample
        target = told(left, lost, *worn[:1])
        there = (F.avg_pool2d(inside, STRIDE) > 0.98).float().repeat(1, target.shape[1], 1, 1)
        if worn:  # who wears something is no example of nobody's wearing anything, and who may, half of one
            wears = worn[1][:, 0, 0, 0]
            trust = torch.where(wears == 0, 1.0, torch.where(wears < 0, 0.4, 0.0))[:, None, None]
            there[:, 2] *= torch.where(target[:, 2] > 0.3, torch.ones(1), trust)
        vague = ((target > 0.02) & (target < 0.3)).float()
        weight = there * (1 - 0.8 * vague) * (1 + 3 * target)
    with torch.autocast("cpu", torch.bfloat16):  # twice as fast where the processor knows it
        logits = net(given(img))
    logits = logits.float()
    bce = (F.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).mean((0, 2, 3))
    p = torch.sigmoid(logits)
    both = (torch.minimum(p, target) * there).sum((0, 2, 3)) / ((torch.maximum(p, target) * there).sum((0, 2, 3)) + 1e-6)
    loss = 30 * (bce[2] if worn_alone else bce.sum())
    parts = {f"{what}_{name}": value for what, values in (("bce", bce), ("iou", both)) for name, value in zip(("left", "lost", "worn"), values)}
    return loss, parts


def wearers(names):
    """Whether each sitter wears something: 1, 0, or -1 where it cannot be told."""
    listed = dict(line.split() for line in pathlib.Path(__file__).with_name("worn.txt").read_text().splitlines() if not line.startswith("#"))
    return np.array([{"+": 1, "?": -1}.get(listed.get(name), 0) for name in names])


def made(net):
    return CriticNet(NETS[net][0], NETS[net][2])


def widened(layers, points):
    """Cards of a narrower crop at today's size: their edges go on, and nothing is asked there."""
    down, aside = HEIGHT - layers.shape[1], (WIDTH - layers.shape[2]) // 2
    layers = np.pad(layers, ((0, 0), (0, down), (aside, aside), (0, 0)), mode="edge")
    inside = layers[..., LAYERS["inside"]]
    inside[:, HEIGHT - down:] = inside[:, :, :aside] = inside[:, :, WIDTH - aside:] = 0
    return layers, points + np.float32([aside, 0])


def opened(args):
    files = [np.load(file) for file in args.cards]
    fitting = lambda file: (file["layers"], file["points"]) if file["layers"].shape[1:3] == (HEIGHT, WIDTH) else widened(file["layers"], file["points"])  # noqa: E731
    cards, points = map(np.concatenate, zip(*map(fitting, files)))
    names = np.concatenate([file["names"] for file in files])
    if args.net == "signs":
        bare = ~np.isin(names, Clerk.BARRED)
        cards, points, names = cards[bare], points[bare], names[bare]
    rooms = [cv2.imdecode(np.frombuffer(r, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] for r in np.load(args.rooms, allow_pickle=True)]
    more = {"drawn": np.char.startswith(names, "drawn")} if args.net == "signs" else {}
    return NETS[args.net][1](cards, points, wearers(names), list(np.load(args.walls, allow_pickle=True)), rooms, args.seed, **more)


def train(args):
    torch.manual_seed(args.seed)
    net = made(args.net)
    if args.out.exists():
        restored(net, args.out)
    elif args.start and args.start.stem in ("critic", args.net):  # what is shipped, to go on from
        net = unfolded(args.start, lambda: net)
        if args.start.stem != args.net:  # what it learned to see, but not what it says of it
            fresh = made(args.net)
            for name in ("signs", "worn"):
                getattr(net, name).load_state_dict(getattr(fresh, name).state_dict())
    elif args.start:
        old = unfolded(args.start, PortraitNet).state_dict()
        state = net.state_dict()
        for k, v in old.items():
            if k in state and k.split(".")[0] != "signs":
                state[k][(slice(None), slice(v.shape[1])) if v.ndim == 4 else ...] = v
        if state["e1.0.weight"].shape[1] > 3:
            state["e1.0.weight"][:, 3:] *= 0.1  # what the old network did not see says little at first
        net.load_state_dict(state)
    desk = opened(args)
    if args.start and args.start.stem in ("critic", args.net) and not args.out.exists() and not args.worn_alone:
        with torch.no_grad():
            calibrate(net.eval(), [given(desk.draw(24)[0]) for _ in range(6)])
    trained = Trained(net, args.rate, args.out)
    if args.worn_alone:  # the rest stays as it is shipped, to the bit
        for name, part in net.named_children():
            if name != "worn":
                part.eval().requires_grad_(False)
    started, told_, saved = time.process_time(), time.time(), time.time()
    sums, n, steps = {}, 0, 0
    while (done := (time.process_time() - started) / (60 * args.minutes * args.threads)) < 1:
        if steps % 2 == 0:  # what is drawn is seen twice, the other way round, too: drawing takes longer than learning
            with torch.no_grad():
                sample = desk.draw(args.batch)
        else:
            sample = [t.flip(3) for t in sample]
        loss, parts = losses(net, sample, args.worn_alone)
        trained.step(loss, done, 100)
        steps += 1
        n += 1
        for k, v in parts.items():
            sums[k] = sums.get(k, 0) + v.item()
        now = time.time()
        if now - told_ > 60:
            print(json.dumps({"done": round(done, 3), "steps": steps} | {k: round(v / n, 5) for k, v in sums.items()}), flush=True)
            sums, n, told_ = {}, 0, now
        if now - saved > 120:
            trained.save()
            saved = now
    trained.save()


def look(args):
    desk = opened(args)
    net = restored(made(args.net), args.out).eval() if args.out.exists() else None
    rows = []
    with torch.no_grad():
        img, left, lost, _, *worn = desk.draw(24)
        truth = told(left, lost, *worn[:1])
        p = torch.sigmoid(net(given(img))) if net else truth * 0
    for i in range(24):
        maps = [np.kron((255 * m.numpy()).astype(np.uint8), np.ones((4, 4), np.uint8)) for both in zip(truth[i], p[i]) for m in both]
        seen = [img[i, :3].permute(1, 2, 0).numpy().astype(np.uint8)] + [np.dstack([c.numpy().astype(np.uint8)] * 3) for c in img[i, 3:]]
        rows.append(np.hstack(seen + [np.dstack([m] * 3) for m in maps]))
    sheet = np.vstack([np.hstack(rows[i:i + 3]) for i in range(0, 24, 3)])
    cv2.imwrite(str(args.sheet), sheet[..., ::-1])


def export(args):
    from export import fold, store
    weights = fold(restored(made(args.net), args.out).eval()).state_dict()
    if not args.worn_alone:
        return store(weights, args.model)
    from safetensors.torch import load_file, save_file
    kept = {k: v for k, v in load_file(args.model).items() if not k.startswith("worn.")}
    store({k: v for k, v in weights.items() if k.startswith("worn.")}, args.model)
    save_file(kept | load_file(args.model), args.model)


def mean(args):
    """The mean of two exported networks, one of which went on from the other."""
    from export import fold, store
    one, other = (unfolded(file, lambda: made(args.net)).state_dict() for file in args.of)
    net = made(args.net)
    net.load_state_dict({name: (value + other[name]) / 2 if value.is_floating_point() else value for name, value in one.items()})
    store(fold(net.eval()).state_dict(), args.model)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=["train", "look", "export", "mean"])
    parser.add_argument("--net", choices=NETS, default="critic")
    parser.add_argument("--cards", type=pathlib.Path, nargs="+")
    parser.add_argument("--walls", type=pathlib.Path, default="walls.npy")
    parser.add_argument("--rooms", type=pathlib.Path, default="rooms.npy")
    parser.add_argument("--start", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--of", type=pathlib.Path, nargs=2, help="two exported networks, of which the mean is taken")
    parser.add_argument("--worn-alone", action="store_true", help="train and export the head that tells what is worn, on the trunk as it is shipped")
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--sheet", type=pathlib.Path, default="sheet.png")
    parser.add_argument("--minutes", type=float, default=60, help="of processor time, on each thread")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if (args.of if args.do == "mean" else args.out) is None:
        parser.error("mean wants --of, the others --out")
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    {"train": train, "look": look, "export": export, "mean": mean}[args.do](args)


if __name__ == "__main__":
    main()
