"""The networks, U-Nets of dense residual blocks: where faces are, who is there (mask, landmarks, presence), and how much of each pixel (alpha)."""

import torch
from torch import nn
import torch.nn.functional as F

from frame import HEIGHT, LANDMARKS, WIDTH

STRIDE = 4  # of the heat-maps


def conv(i, o, k=1, s=1, act=True):
    layers = [nn.Conv2d(i, o, k, s, (k - 1) // 2, bias=False), nn.BatchNorm2d(o)]
    if act:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class Fused(nn.Module):
    """Residual block of a dense 3x3 and a 1x1 convolution.

    Depthwise convolutions save arithmetic but not time: under rten a 3x3 depthwise layer of 80 channels at 40x48 takes 0.86 ms, a
    dense 3x3 layer from 16 to 32 channels at the same size 0.29 ms, and in training their cost is memory traffic. So: dense and narrow.
    """

    def __init__(self, i, m, o, s=1):
        super().__init__()
        self.body = nn.Sequential(conv(i, m, 3, s), conv(m, o, act=False))
        self.residual = s == 1 and i == o

    def forward(self, x):
        y = self.body(x)
        return x + y if self.residual else y


class Context(nn.Module):
    """Adds to every place a vector computed from the whole crop: what the wall looks like, how light it is."""

    def __init__(self, c):
        super().__init__()
        self.fc = nn.Sequential(nn.Conv2d(c, c // 2, 1), nn.ReLU(inplace=True), nn.Conv2d(c // 2, c, 1))

    def forward(self, x):
        return x + self.fc(F.adaptive_avg_pool2d(x, 1))


class Up(nn.Module):
    """Joins the level below, enlarged twice, with the encoder's level."""

    def __init__(self, low, skip, o):
        super().__init__()
        self.low = conv(low, o, act=False)
        self.skip = conv(skip, o, act=False)

    def forward(self, low, skip):
        return F.relu(F.interpolate(self.low(low), scale_factor=2, mode="bilinear", align_corners=False) + self.skip(skip))


def start(net):
    """Initial weights: He's for convolutions, and residual blocks that begin as identities."""
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
    for m in net.modules():
        if isinstance(m, Fused) and m.residual:
            nn.init.zeros_(m.body[-1][1].weight)


class UNet(nn.Module):
    """What all networks share: four levels down, and up again to the second."""

    def trunk(self):
        """The levels of the portrait network, and of those that look at cards. Returns their channels."""
        c1, c2, c3, c4 = 16, 32, 48, 96
        self.e1 = conv(3, c1, 3, 2)
        self.e2 = nn.Sequential(conv(c1, c2, 3, 2), Fused(c2, c2, c2))
        self.e3 = nn.Sequential(Fused(c2, 64, c3, 2), Fused(c3, 80, c3), Fused(c3, 80, c3))
        self.e4 = nn.Sequential(Fused(c3, 96, c4, 2), Fused(c4, 96, c4), Context(c4), Fused(c4, 96, c4), Fused(c4, 96, c4))
        self.u3, self.d3 = Up(c4, c3, c3), Fused(c3, 64, c3)
        self.u2, self.d2 = Up(c3, c2, c2), Fused(c2, 48, c2)
        return c1, c2, c3, c4

    def levels(self, x):
        """Returns the first level, the coarsest, and the second on the way up."""
        s1 = self.e1(x)
        s2 = self.e2(s1)
        s3 = self.e3(s2)
        s4 = self.e4(s3)
        d3 = self.d3(self.u3(s4, s3))
        return s1, s4, self.d2(self.u2(d3, s2))


class PortraitNet(UNet):
    """The portrait network."""

    def __init__(self):
        super().__init__()
        c1, c2, _, c4 = self.trunk()
        self.u1 = Up(c2, c1, c1)
        self.mask = nn.Sequential(conv(c1, c1, 3), nn.Conv2d(c1, 4, 1))
        self.heat = nn.Sequential(conv(c2, 48, 3), nn.Conv2d(48, len(LANDMARKS), 1))
        self.presence = nn.Sequential(conv(c4, 8), nn.Flatten(), nn.Linear(8 * (HEIGHT // 16) * (WIDTH // 16), 1))
        start(self)
        ys, xs = torch.meshgrid(
            (torch.arange(HEIGHT // STRIDE) + 0.5) * STRIDE, (torch.arange(WIDTH // STRIDE) + 0.5) * STRIDE, indexing="ij",
        )
        # Columns x, y, x^2, y^2 about the crop's middle, in pixels: one product gives mean and spread.
        gx, gy = (xs - WIDTH / 2).reshape(-1), (ys - HEIGHT / 2).reshape(-1)
        self.register_buffer("grid", torch.stack([gx, gy, gx * gx, gy * gy], 1), persistent=False)

    def features(self, x):
        s1, s4, d2 = self.levels(x)
        return self.mask(self.u1(d2, s1)), self.heat(d2), self.presence(s4)

    def forward(self, x):
        """Returns mask logits (N,1,H,W), heat-map logits (N,K,H/4,W/4), presence logits (N,1)."""
        mask, *rest = self.features(x)
        return F.pixel_shuffle(mask, 2), *rest

    def locate(self, heat):
        """Soft-argmax: mean position (crop pixels) and spread (standard deviation, pixels) of each heat-map."""
        n, k = heat.shape[:2]
        p = torch.softmax(heat.reshape(n, k, -1).float(), -1)
        m = p @ self.grid
        mean, square = m[..., :2], m[..., 2:]
        var = (square - mean * mean).sum(-1, keepdim=True)
        centre = torch.tensor([WIDTH / 2, HEIGHT / 2], device=heat.device)
        return mean + centre, torch.sqrt(torch.relu(var) / 2 + 1e-6)


class MattingNet(UNet):
    """Alpha at the card's own scale: RGB and the portrait network's probability in, alpha out, any size that 16 divides.

    A U-Net whose finest level works at half the size, four channels of input folded into each of its pixels and four pixels of alpha unfolded from it.
    """

    def __init__(self):
        super().__init__()
        c1, c2, c3, c4 = 16, 32, 48, 64
        self.e1 = conv(4, c1, 4, 2)
        self.e2 = nn.Sequential(conv(c1, c2, 3, 2), Fused(c2, 24, c2))
        self.e3 = nn.Sequential(Fused(c2, 32, c3, 2), Fused(c3, 40, c3))
        self.e4 = nn.Sequential(Fused(c3, 48, c4, 2), Fused(c4, 48, c4), Context(c4), Fused(c4, 48, c4))
        self.u3, self.d3 = Up(c4, c3, c3), Fused(c3, 40, c3)
        self.u2, self.d2 = Up(c3, c2, c2), Fused(c2, 24, c2)
        self.u1, self.d1 = Up(c2, c1, c1), Fused(c1, c1, c1)
        self.alpha = nn.Sequential(conv(c1, 12, 3), nn.Conv2d(12, 4, 1))
        start(self)

    def forward(self, x):
        """Returns alpha logits (N,1,H,W) of a picture in -1..1 and a probability in -1..1 (N,4,H,W)."""
        s1, _, d2 = self.levels(x)
        return F.pixel_shuffle(self.alpha(self.d1(self.u1(d2, s1))), 2)


class DetectorNet(UNet):
    """Where faces are in a whole picture, however they are turned: per place of stride 4 a logit that the eyes' middle lies there, the way to it
    (x, y, in strides), the logarithm of the face measure over 48 px, and cosine and sine of the roll."""

    def __init__(self, c1=8, c2=16, c3=32, c4=64):
        super().__init__()
        self.e1 = conv(3, c1, 3, 2)
        self.e2 = nn.Sequential(conv(c1, c2, 3, 2), Fused(c2, c2, c2))
        self.e3 = nn.Sequential(Fused(c2, 32, c3, 2), Fused(c3, 32, c3))
        self.e4 = nn.Sequential(Fused(c3, 48, c4, 2), Fused(c4, 48, c4), Context(c4), Fused(c4, 48, c4))
        self.u3, self.d3 = Up(c4, c3, c3), Fused(c3, 32, c3)
        self.u2, self.d2 = Up(c3, c2, c2), Fused(c2, 16, c2)
        self.face = nn.Sequential(conv(c2, 24, 3), nn.Conv2d(24, 6, 1))
        start(self)
        nn.init.constant_(self.face[1].bias[:1], -4.0)  # faces are rare

    def forward(self, x):
        """Returns (N,6,H/4,W/4)."""
        return self.face(self.levels(x)[2])


class CriticNet(UNet):
    """What of a finished card is not the sitter's, and what of the sitter is missing: the portrait network's trunk with a head of its own; and, with a second head, what they wear. The
    refiner is one that sees the photograph and the alpha instead (four channels), and has no second head; the signs network one that tells what lies before the face, what is on the head,
    and where lenses glare."""

    def __init__(self, channels=3, worn=True):
        super().__init__()
        c1, c2, _, _ = self.trunk()
        if channels != 3:
            self.e1 = conv(channels, c1, 3, 2)
        self.signs = nn.Sequential(conv(c2, 24, 3), nn.Conv2d(24, 2, 1))
        if worn:
            self.worn = nn.Sequential(conv(c2, 32, 3), conv(32, 32, 3), nn.Conv2d(32, 1, 1))
        start(self)
        nn.init.constant_(self.signs[1].bias, -4.0)  # most of a card is as it should be
        if worn:
            nn.init.constant_(self.worn[2].bias, -4.0)

    def forward(self, x):
        """Returns logits of what is left, lost, worn (N,3 or 2,H/4,W/4)."""
        seen = self.levels(x)[2]
        return torch.cat([self.signs(seen), self.worn(seen)], 1) if hasattr(self, "worn") else self.signs(seen)
