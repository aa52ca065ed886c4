"""Trains the portrait network.

    python train.py --cache cache --out runs/a --minutes 90            # warm-up and constant rate; resumes by itself
    python train.py --cache cache --out runs/a --decay --minutes 15    # the last part: from the checkpoint down to zero
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
from frame import FACE, HEIGHT, WIDTH  # noqa: E402
from model import STRIDE, PortraitNet  # noqa: E402

# Left out of training, found by looking at the photographs where label and network disagree most. The first is a flower.
EXCLUDED = {
    "misc-sunflower-1627193_640",
    # People or a flag behind the sitter are labelled as the sitter.
    "house-michael-guest", "house-madeleine-dean", "house-jody-hice", "house-john-rutherford", "house-dan-newhouse",
    "house-blake-moore", "house-robin-kelly",
}


class Stream(torch.utils.data.IterableDataset):
    """An endless stream of batches; the seed and the worker's number fix it."""

    def __init__(self, cache, batch, seed):
        self.cache, self.batch, self.seed = cache, batch, seed

    def __iter__(self):
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([*self.seed, info.id if info else 0])
        photos = [p for p in np.load(self.cache / "train.npy", allow_pickle=True) if p["name"] not in EXCLUDED]
        sampler = Sampler(photos, np.load(self.cache / "walls.npy", mmap_mode="r"))
        while True:
            drawn = [sampler.draw(rng) for _ in range(self.batch)]
            yield tuple(torch.from_numpy(np.stack(part)) for part in zip(*drawn))


def wing(error, width=0.1, curve=0.02):
    """Wing loss (Feng et al. 2018), in face widths: logarithmic near zero, where precision is decided."""
    offset = width - width * np.log(1 + width / curve)
    return torch.where(error < width, width * torch.log1p(error / curve), error - offset)


def losses(net, batch):
    picture, alpha, known, points, seen, presence, has_mask = batch
    x = picture.permute(0, 3, 1, 2).to(torch.float32).sub_(127.5).div_(127.5).contiguous(memory_format=torch.channels_last)
    logits, heat, present = net(x)
    logits = logits[:, 0].float()
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


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
    net = PortraitNet().to(memory_format=torch.channels_last)
    ema = PortraitNet()
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
        opt.load_state_dict(state["opt"])
        step, samples = state["step"], state["samples"]
    stream = Stream(args.cache, args.batch, [args.seed, step, rank])
    loader = torch.utils.data.DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=6)

    def save(path):
        if rank == 0:
            state = {"net": net.state_dict(), "ema": ema.state_dict(), "opt": opt.state_dict(), "step": step, "samples": samples}
            torch.save(state, path.with_suffix(".tmp"))
            path.with_suffix(".tmp").replace(path)

    began = saved = told = time.time()
    sums, count, told_samples = {}, 0, samples
    for batch in loader:
        loss, parts = losses(net, batch)
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
            rate = args.rate * max(0.002, 1 - done)
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
