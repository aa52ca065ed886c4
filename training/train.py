"""Trains one of the networks.

    python train.py --cache cache --out runs/a --minutes 90            # warm-up and constant rate; resumes by itself
    python train.py --cache cache --out runs/a --decay --minutes 15    # the last part: from the checkpoint down to zero
    python train.py --net matting --portrait runs/a/last.pt --cache cache3 --out runs/m --minutes 90
    python train.py --net detector --cache cache3 --out runs/d --minutes 30 --decay --batch 32
"""

import argparse
import json
import os
import pathlib
import sys
import time

# Big activations come and go at every step: keep them in the heap rather than mapping fresh pages (26 instead of 18 samples/s),
# and let idle threads sleep, other programs run on this machine. The allocator reads this at start, hence the re-execution.
SETTINGS = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "OMP_WAIT_POLICY": "passive",
}
if __name__ == "__main__" and os.environ.get("OMP_WAIT_POLICY") != "passive":
    os.environ.update(SETTINGS)
    os.execv(sys.executable, [sys.executable, *sys.argv])

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.distributed as dist  # noqa: E402
import torch.multiprocessing as mp  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from augment import Sampler  # noqa: E402
from export import load  # noqa: E402
from frame import FACE, HEIGHT, WIDTH  # noqa: E402
from model import STRIDE, DetectorNet, MattingNet, PortraitNet  # noqa: E402
from scenes import Scenes  # noqa: E402

# Left out of training, found by looking at the photographs where label and network disagree most. The first is a flower.
EXCLUDED = {
    "misc-sunflower-1627193_640",
    # People or a flag behind the sitter are labelled as the sitter.
    "house-michael-guest", "house-madeleine-dean", "house-jody-hice", "house-john-rutherford", "house-dan-newhouse",
    "house-blake-moore", "house-robin-kelly",
}


class Stream(torch.utils.data.IterableDataset):
    """An endless stream of the portrait network's batches; the seed and the worker's number fix it."""

    def __init__(self, args, seed):
        self.args, self.seed = args, seed

    def sampler(self, scale=1):
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([*self.seed, info.id if info else 0])
        photos = [p for p in np.load(self.args.cache / "train.npy", allow_pickle=True) if p["name"] not in EXCLUDED]
        return Sampler(photos, np.load(self.args.cache / "walls.npy", mmap_mode="r"), scale), rng

    def __iter__(self):
        sampler, rng = self.sampler()
        while True:
            drawn = [sampler.draw(rng) for _ in range(self.args.batch)]
            yield tuple(torch.from_numpy(np.stack(part)) for part in zip(*drawn))


class CardStream(Stream):
    """An endless stream of the matting network's batches: windows of card-like scale, with what the portrait network makes of them."""

    def __iter__(self):
        sampler, rng = self.sampler(CARD_SCALE)
        portrait = load(self.args.portrait).to(memory_format=torch.channels_last)
        windows = []
        while True:
            drawn = [sampler.draw(rng, fakes=0.0, rough=0.15) for _ in range(self.args.batch // PER_SCENE)]
            pictures = torch.from_numpy(np.stack([d[0] for d in drawn]))
            with torch.no_grad():
                small = F.avg_pool2d(pictures.permute(0, 3, 1, 2).float(), CARD_SCALE).sub_(127.5).div_(127.5)
                seen = torch.sigmoid(portrait(small.contiguous(memory_format=torch.channels_last))[0][:, 0]).numpy()
            for (picture, alpha, known, *_), p in zip(drawn, seen):
                p = cv2.resize(p, (sampler.width, sampler.height), interpolation=cv2.INTER_LINEAR)
                for _ in range(PER_SCENE):
                    windows.append(window(rng, picture, alpha, known, mistaken(rng, p)))
            yield tuple(torch.from_numpy(np.stack(part)) for part in zip(*windows))
            windows = []


class SceneStream(Stream):
    """An endless stream of the detector's batches."""

    def __iter__(self):
        sampler, rng = self.sampler()
        scenes = Scenes(sampler.photos, sampler.walls)
        while True:
            drawn = [scenes.draw(rng) for _ in range(self.args.batch)]
            yield tuple(torch.from_numpy(np.stack(part)) for part in zip(*drawn))


def mistaken(rng, probability):
    """The probability with errors: the portrait network has seen these very people, and knows them better than it will know others."""
    h, w = probability.shape
    p = probability
    if rng.random() < 0.35:
        p = cv2.GaussianBlur(p, (0, 0), rng.uniform(1, 9))
    if rng.random() < 0.35:
        p = cv2.warpAffine(p, np.float32([[1, 0, rng.uniform(-6, 6)], [0, 1, rng.uniform(-6, 6)]]), (w, h), borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.3:  # an edge that is everywhere too far out or too far in
        p = np.clip(p + rng.uniform(-0.4, 0.4) * 4 * p * (1 - p), 0, 1)
    if rng.random() < 0.3:  # a piece of the room taken for the sitter, or the other way round
        blob = np.zeros((h, w), np.float32)
        edge = np.argwhere((p > 0.3) & (p < 0.7))
        for _ in range(int(rng.integers(1, 4)) if len(edge) else 0):
            y, x = edge[int(rng.integers(0, len(edge)))]
            axes = (int(np.exp(rng.uniform(1.5, 3.8))), int(np.exp(rng.uniform(1.5, 3.8))))
            cv2.ellipse(blob, (int(x), int(y)), axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
        blob = cv2.GaussianBlur(blob, (0, 0), rng.uniform(1.5, 6)) * rng.uniform(0.4, 1.0)
        p = p + ((1.0 if rng.random() < 0.5 else 0.0) - p) * blob
    return p.astype(np.float32)


def window(rng, picture, alpha, known, p):
    """Cuts a window at a scale of 0.8 to 1.4: of three places drawn, the one with most of the sitter's edge."""
    h, w = alpha.shape
    k = np.exp(rng.uniform(np.log(0.8), np.log(1.4)))
    ww, wh = WINDOW[0] / k, WINDOW[1] / k
    soft = ((alpha > 8) & (alpha < 247) & (known > 0))[::3, ::3]

    def edge(place):
        x, y = place
        return soft[int(y / 3):int((y + wh) / 3), int(x / 3):int((x + ww) / 3)].sum()

    places = rng.uniform([0, 0], [max(1.0, w - ww), max(1.0, h - wh)], (3, 2))
    x, y = max(places, key=edge)
    m = np.float32([[k, 0, -k * x], [0, k, -k * y]])
    cut = lambda a, border=0: cv2.warpAffine(a, m, WINDOW, flags=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # noqa: E731
    return cut(picture), cut(alpha), (cut(known * np.uint8(255)) > 250).astype(np.uint8), (cut(p) * 255 + 0.5).astype(np.uint8)


def wing(error, width=0.1, curve=0.02):
    """Wing loss (Feng et al. 2018), in face widths: logarithmic near zero, where precision is decided."""
    offset = width - width * np.log(1 + width / curve)
    return torch.where(error < width, width * torch.log1p(error / curve), error - offset)


def half():
    """Forward passes in bfloat16, weights and sums in float: on a processor with AVX-512 BF16 a step takes less than half the time."""
    return torch.autocast("cpu", dtype=torch.bfloat16)


def portrait_input(batch):
    return batch[0].permute(0, 3, 1, 2).to(torch.float32).sub_(127.5).div_(127.5).contiguous(memory_format=torch.channels_last)


def matting_input(batch):
    picture, probability = batch[0], batch[3]
    x = torch.cat([picture.permute(0, 3, 1, 2).float().sub_(127.5).div_(127.5), probability[:, None].float().div_(127.5).sub_(1)], 1)
    return x.contiguous(memory_format=torch.channels_last)


def matting_losses(net, batch):
    _, alpha, known, _ = batch
    with half():
        logits = net(matting_input(batch))[:, 0].float()
    a = alpha.float() / 255
    with torch.no_grad():
        wide, narrow = (torch.from_numpy(np.stack([f(one, SQUARE) for one in alpha.numpy()])) / 255 for f in (cv2.dilate, cv2.erode))
        weight = (1 + 5 * (wide - narrow)) * known
        total = weight.sum() + 1
        band = ((wide > 0.02) & (narrow < 0.98)).float() * known
    p = torch.sigmoid(logits)
    l1 = ((p - a).abs() * weight).sum() / total
    bce = (F.binary_cross_entropy_with_logits(logits, a, reduction="none") * weight).sum() / total
    # Strands: the differences between neighbours, too, must be the label's.
    steps = sum(((d(p) - d(a)).abs() * d2(weight)).sum() for d, d2 in (
        (lambda v: v[:, 1:] - v[:, :-1], lambda v: v[:, 1:]), (lambda v: v[:, :, 1:] - v[:, :, :-1], lambda v: v[:, :, 1:]))) / total
    with torch.no_grad():
        k = known.float()
        iou = ((torch.minimum(p, a) * k).sum((1, 2)) + 1) / ((torch.maximum(p, a) * k).sum((1, 2)) + 1)
        inside = ((p - a).abs() * band).sum() / (band.sum() + 1)
    return l1 + 0.5 * bce + steps, {"l1": l1.item(), "bce": bce.item(), "steps": steps.item(), "band": inside.item(), "iou": iou.mean().item()}


def losses(net, batch):
    _, alpha, known, points, seen, presence, has_mask = batch
    with half():
        logits, heat, present = (out.float() for out in net(portrait_input(batch)))
    logits = logits[:, 0]
    a = alpha.float() / 255
    with torch.no_grad():
        wide = F.max_pool2d(a[:, None], 5, 1, 2)[:, 0]
        narrow = -F.max_pool2d(-a[:, None], 5, 1, 2)[:, 0]
        weight = (1 + 4 * (wide - narrow)) * known * has_mask[:, None, None]
        total = weight.sum() + 1
    p = torch.sigmoid(logits)
    bce = (F.binary_cross_entropy_with_logits(logits, a, reduction="none") * weight).sum() / total
    l1 = ((p - a).abs() * weight).sum() / total
    k = known * has_mask[:, None, None]
    inter, both = (p * a * k).sum((1, 2)), ((p + a) * k).sum((1, 2))
    dice = ((1 - (2 * inter + 50) / (both + 50)) * has_mask).mean()

    xy, _ = net.locate(heat)
    error = (xy - points).abs() / FACE
    lens = (wing(error).sum(-1) * seen).sum() / (seen.sum() + 1)
    with torch.no_grad():
        ys = (torch.arange(HEIGHT // STRIDE) + 0.5) * STRIDE
        xs = (torch.arange(WIDTH // STRIDE) + 0.5) * STRIDE
        sigma = 4.0
        gy = torch.exp(-0.5 * ((ys - points[..., 1:]) / sigma) ** 2)
        gx = torch.exp(-0.5 * ((xs - points[..., :1]) / sigma) ** 2)
        target = (gy[..., :, None] * gx[..., None, :]).flatten(2)
        target = target / (target.sum(-1, keepdim=True) + 1e-6)
    cross = -(target * torch.log_softmax(heat.float().flatten(2), -1)).sum(-1)
    shape = (cross * seen).sum() / (seen.sum() + 1)
    there = F.binary_cross_entropy_with_logits(present[:, 0].float(), presence)
    loss = bce + 0.5 * dice + l1 + 1.5 * lens + 0.04 * shape + 0.2 * there
    iou = (torch.minimum(p, a) * k).sum((1, 2)) / ((torch.maximum(p, a) * k).sum((1, 2)) + 1e-6)
    good = presence * has_mask
    distance = (xy - points).norm(dim=-1) / FACE
    return loss, {
        "bce": bce.item(), "l1": l1.item(), "iou": ((iou * good).sum() / (good.sum() + 1e-6)).item(),
        "lm": ((distance * seen).sum() / (seen.sum() + 1)).item(), "there": there.item(),
    }


def detector_losses(net, batch):
    """Penalty-reduced focal loss of the places (Zhou et al. 2019, "Objects as points", equation 1); L1 of the pose near each face."""
    picture, poses, count = batch
    with half():
        out = net(picture.permute(0, 3, 1, 2).float().sub_(127.5).div_(127.5).contiguous(memory_format=torch.channels_last)).float()
    n, _, h, w = out.shape
    xs, ys = (torch.arange(w) + 0.5) * STRIDE, (torch.arange(h) + 0.5) * STRIDE
    held = (torch.arange(poses.shape[1])[None] < count[:, None]).float()[..., None, None]
    x, y, size, roll = (poses[..., i][..., None, None] for i in range(4))
    dx, dy = x - xs[None, None, None, :], y - ys[None, None, :, None]
    sigma = (0.08 * size).clamp(min=0.6 * STRIDE)
    near = torch.exp(-0.5 * (dx * dx + dy * dy) / sigma**2) * held
    heat, owner = near.max(1)
    # the place nearest to each face counts as its middle
    best = ((dx.abs() <= STRIDE / 2) & (dy.abs() <= STRIDE / 2)).float() * held
    middle = best.amax(1)
    logit = out[:, 0]
    p = torch.sigmoid(logit).clamp(1e-6, 1 - 1e-6)
    found = -middle * (1 - p) ** 2 * p.log()
    empty = -(1 - middle) * (1 - heat) ** 4 * p**2 * (1 - p).log()
    places = held.sum() + 1
    focal = (found.sum() + empty.sum()) / places
    pick = lambda v: torch.gather(v.expand_as(near), 1, owner[:, None])[:, 0]  # noqa: E731
    weight = (heat > 0.5).float() * heat
    total = weight.sum() + 1
    target = torch.stack([pick(dx) / STRIDE, pick(dy) / STRIDE, torch.log(pick(size).clamp(min=1) / 48), pick(torch.cos(roll)), pick(torch.sin(roll))], 1)
    error = (out[:, 1:] - target).abs() * weight[:, None]
    way, scale, turn = error[:, :2].sum() / total, error[:, 2].sum() / total, error[:, 3:].sum() / total
    with torch.no_grad():
        seen = ((middle * p).sum() / (middle.sum() + 1)).item()
    return focal + 0.2 * way + scale + turn, {"focal": focal.item(), "way": way.item(), "scale": scale.item(), "turn": turn.item(), "seen": seen}


CARD_SCALE = 3  # of the matting network's scenes, in crops of the portrait network: 168 px per face, as on a card
PER_SCENE = 2  # windows cut from one scene
WINDOW = (256, 320)
SQUARE = np.ones((9, 9), np.uint8)  # about a pixel: what lies so near to its edge weighs more
TASKS = {
    "portrait": (PortraitNet, Stream, losses), "matting": (MattingNet, CardStream, matting_losses),
    "detector": (DetectorNet, SceneStream, detector_losses),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=TASKS, default="portrait")
    parser.add_argument("--portrait", type=pathlib.Path, help="checkpoint of the portrait network, for --net matting")
    parser.add_argument("--cache", type=pathlib.Path, default="cache")
    parser.add_argument("--out", type=pathlib.Path, default="runs/a")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--batch", type=int, default=16, help="samples per process and step")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--warm", type=int, default=300, help="steps of warm-up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="one thread each; gradients are averaged at every step")
    parser.add_argument("--decay", action="store_true", help="lower the rate to zero over --minutes, from the last checkpoint")
    return parser.parse_args()


def train(rank, args):
    """One of the processes: same weights everywhere, different samples, averaged gradients."""
    torch.set_num_threads(1)
    if args.processes > 1:
        dist.init_process_group("gloo", init_method=f"file://{(args.out / 'meeting').absolute()}", rank=rank, world_size=args.processes)
    torch.manual_seed(args.seed)
    file = args.out / "last.pt"
    kind, stream, losses_of = TASKS[args.net]
    net = kind().to(memory_format=torch.channels_last)
    ema = kind()
    ema.load_state_dict(net.state_dict())
    weights = list(net.parameters())
    opt = torch.optim.AdamW([
        {"params": [p for p in weights if p.ndim > 1], "weight_decay": 0.02}, {"params": [p for p in weights if p.ndim <= 1], "weight_decay": 0.0},
    ], lr=args.rate, betas=(0.9, 0.99))
    step = samples = 0
    if file.exists():
        state = torch.load(file, weights_only=True)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        if "opt" in state:  # a restored network has none
            opt.load_state_dict(state["opt"])
            step, samples = state["step"], state["samples"]
    loader = torch.utils.data.DataLoader(stream(args, [args.seed, step, rank]), batch_size=None, num_workers=1, prefetch_factor=6)

    def save(path):
        if rank == 0:
            state = {"net": net.state_dict(), "ema": ema.state_dict(), "opt": opt.state_dict(), "step": step, "samples": samples}
            torch.save(state, path.with_suffix(".tmp"))
            path.with_suffix(".tmp").replace(path)

    began = saved = told = time.time()
    sums, count, told_samples = {}, 0, samples
    for batch in loader:
        loss, parts = losses_of(net, batch)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        # One message: every gradient, and how far the first process's clock says the run is (all must stop together).
        done = (time.time() - began) / (args.minutes * 60)
        flat = torch.cat([p.grad.reshape(-1) for p in weights] + [torch.tensor([done if rank == 0 else 0.0])])
        if args.processes > 1:
            dist.all_reduce(flat)
            flat[:-1] /= args.processes
        done = flat[-1].item()
        if done >= 1:
            break
        offset = 0
        for p in weights:
            p.grad.copy_(flat[offset:offset + p.numel()].view_as(p))
            offset += p.numel()
        rate = args.rate * min(1.0, (step + 1) / args.warm)
        if args.decay:
            rate *= max(0.002, 1 - done)
        for group in opt.param_groups:
            group["lr"] = rate
        torch.nn.utils.clip_grad_norm_(weights, 4.0)
        opt.step()
        step += 1
        samples += args.batch * args.processes
        if rank != 0:
            continue
        keep = min(0.998, (step + 1) / (step + 20))
        with torch.no_grad():
            ours, theirs = ema.state_dict(), net.state_dict()
            floats = [k for k in ours if ours[k].is_floating_point()]
            torch._foreach_lerp_([ours[k] for k in floats], [theirs[k] for k in floats], 1 - keep)
        for k, v in parts.items():
            sums[k] = sums.get(k, 0) + v
        count += 1
        now = time.time()
        if now - told > 30:
            line = {"time": time.strftime("%H:%M:%S", time.gmtime()), "step": step, "samples": samples,
                    "per_s": round((samples - told_samples) / (now - told), 1), "rate": round(rate, 6)}
            line |= {k: round(v / count, 4) for k, v in sums.items()}
            with open(args.out / "log.jsonl", "a") as f:
                f.write(json.dumps(line) + "\n")
            print(line, flush=True)
            sums, count, told, told_samples = {}, 0, now, samples
        if now - saved > 120:
            save(file)
            saved = now
    save(file)
    save(args.out / f"{'decayed' if args.decay else 'constant'}-{samples}.pt")
    if args.processes > 1:
        dist.destroy_process_group()


def main():
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "meeting").unlink(missing_ok=True)
    if args.processes > 1:
        mp.spawn(train, (args,), args.processes)
    else:
        train(0, args)


if __name__ == "__main__":
    main()
