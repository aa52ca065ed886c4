"""Trains a large portrait network with its signs, or a large matting network, on samples that `draw.py` draws on the same device: made for an accelerator, which the launches of
many small kernels keep waiting, so take large batches.

    python pack.py ../../shared/portraits/train packed.npy                         # once, about a minute
    python accelerate.py walls walls.npy                                           # once
    python accelerate.py grown --weights ../models --packed packed.npy --out runs  # checkpoints of larger networks that do what the shipped ones do
    python accelerate.py portrait --packed packed.npy --walls walls.npy --rooms rooms.npy --out runs --minutes 5
    python accelerate.py matting  --packed packed.npy --walls walls.npy --rooms rooms.npy --out runs --minutes 5
    python accelerate.py export --out runs --models ../models
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

from draw import Bank, Studio
from frame import FACE, HEIGHT, WIDTH
from model import STRIDE, Fused, MattingNet, PortraitNet
from train import CARD_SCALE, EXCLUDED, WINDOW, wing



def half(device):
    return torch.autocast(device.type, dtype=torch.bfloat16)


def given(picture):
    return ((picture - 127.5) / 127.5).contiguous(memory_format=torch.channels_last)


# -- the portrait network ---------------------------------------------------------------------


def portrait_losses(net, s):
    dev = s["picture"].device
    with half(dev):
        logits, heat, present, signs = (out.float() for out in net(given(s["picture"])))
    a, present_ = s["alpha"], s["present"]
    with torch.no_grad():
        wide, narrow = F.max_pool2d(a, 5, 1, 2), -F.max_pool2d(-a, 5, 1, 2)
        k = s["known"] * s["masked"][:, None, None, None]
        weight = (1 + 4 * (wide - narrow)) * k
        total = weight.sum() + 1
    p = torch.sigmoid(logits)
    bce = (F.binary_cross_entropy_with_logits(logits, a, reduction="none") * weight).sum() / total
    l1 = ((p - a).abs() * weight).sum() / total
    inter, both = (p * a * k).sum((1, 2, 3)), ((p + a) * k).sum((1, 2, 3))
    dice = ((1 - (2 * inter + 50) / (both + 50)) * s["masked"]).mean()
    points, seen = s["points"], s["seen"]
    xy, _ = net.locate(heat)
    lens = (wing((xy - points).abs() / FACE).sum(-1) * seen).sum() / (seen.sum() + 1)
    with torch.no_grad():
        ys = (torch.arange(HEIGHT // STRIDE, device=dev) + 0.5) * STRIDE
        xs = (torch.arange(WIDTH // STRIDE, device=dev) + 0.5) * STRIDE
        gy = torch.exp(-0.5 * ((ys - points[..., 1:]) / 4.0) ** 2)
        gx = torch.exp(-0.5 * ((xs - points[..., :1]) / 4.0) ** 2)
        target = (gy[..., :, None] * gx[..., None, :]).flatten(2)
        target = target / (target.sum(-1, keepdim=True) + 1e-6)
        told = F.avg_pool2d(s["signs"], STRIDE)
    shape = (-(target * torch.log_softmax(heat.flatten(2), -1)).sum(-1) * seen).sum() / (seen.sum() + 1)
    there = F.binary_cross_entropy_with_logits(present[:, 0], present_)
    there_map = F.avg_pool2d(s["known"], STRIDE) * present_[:, None, None, None]
    marks = (F.binary_cross_entropy_with_logits(signs, told, reduction="none") * (1 + 3 * told) * there_map).sum((0, 2, 3)) / (there_map.sum() + 1)
    loss = bce + 0.5 * dice + l1 + 1.5 * lens + 0.04 * shape + 0.2 * there + 4.0 * marks.sum()
    with torch.no_grad():
        good = present_ * s["masked"]
        iou = (torch.minimum(p, a) * k).sum((1, 2, 3)) / ((torch.maximum(p, a) * k).sum((1, 2, 3)) + 1e-6)
        far = ((xy - points).norm(dim=-1) / FACE * seen).sum() / (seen.sum() + 1)
        m = torch.sigmoid(signs)
        overlap = [(torch.minimum(m[:, i], told[:, i]) * there_map[:, 0]).sum() / ((torch.maximum(m[:, i], told[:, i]) * there_map[:, 0]).sum() + 1e-6) for i in range(3)]
    return loss, {"bce": bce, "l1": l1, "iou": (iou * good).sum() / (good.sum() + 1e-6), "lm": far, "there": there, "cover": overlap[0], "hat": overlap[1], "glare": overlap[2]}


# -- the matting network --------------------------------------------------------


def mistaken(st, p, wall):
    """The probability with errors: the portrait network has seen these very people, and knows them better than it will know others."""
    b, one = p.shape[0], (slice(None), None, None, None)
    p = st.some(0.35, p, lambda x, w: st.blur(x, st.dice.uniform(1, 9)))

    def moved(x, w):
        dx, dy = int(st.dice.integers(-6, 7)), int(st.dice.integers(-6, 7))
        return torch.roll(F.pad(x, (8, 8, 8, 8), mode="replicate"), (dy, dx), (2, 3))[..., 8:-8, 8:-8]
    p = st.some(0.2, st.some(0.2, p, moved), moved)
    p = st.some(0.3, p, lambda x, w: (x + st.u(len(w), -1.6, 1.6)[one] * x * (1 - x)).clamp(0, 1))

    def blob(x, w):
        m = len(w)
        edge = F.avg_pool2d(((x > 0.2) & (x < 0.8)).float(), 8).flatten(1) + 1e-5
        at = torch.multinomial(edge, 1, generator=st.rng)[:, 0]
        cols = x.shape[-1] // 8
        cx, cy = (at % cols).float() * 8 + 4, (at // cols).float() * 8 + 4
        zero = torch.zeros(m, device=x.device)
        mask = st.shape(m, cx, cy, st.u(m, 1.5, 4.2).exp(), st.u(m, 1.5, 4.2).exp(), st.u(m, 0, 3), zero.long(), st.u(m, 1.5, 6), 0.35) * st.u(m, 0.4, 1.0)[one]
        # now and then only where the wall is dark, or light: what a network takes for hair and shirts
        bright = (wall[w].mean(1, keepdim=True) / 255)
        way = st.u(m)[one]
        mask = torch.where(way < 0.25, mask * (bright < 0.4), torch.where(way > 0.85, mask * (bright > 0.6), mask))
        value = (st.u(m) < 0.62).float()[one]
        return x + (value - x) * mask
    for chance in (0.4, 0.25, 0.12):
        p = st.some(chance, p, blob)
    return st.some(0.02, p, lambda x, w: torch.full_like(x, 0.5)).clamp(0, 1)


def windows(st, layers, soft, times):
    """Cuts `times` windows of a scale of 0.8 to 1.4 from each sample of `layers` (B x C x H x W), most of them at the soft edge."""
    b, _, h, w = layers.shape
    out = []
    for _ in range(times):
        k = st.u(b, math.log(0.8), math.log(1.4)).exp()
        ww, wh = WINDOW[0] / k, WINDOW[1] / k
        weight = F.avg_pool2d(soft, 16).flatten(1) + 1e-5
        at = torch.multinomial(weight, 1, generator=st.rng)[:, 0]
        cols = w // 16
        cx = (at % cols).float() * 16 + 8 + st.u(b, -0.35, 0.35) * ww
        cy = (at // cols).float() * 16 + 8 + st.u(b, -0.35, 0.35) * wh
        cx = torch.minimum(torch.maximum(cx, ww / 2), w - ww / 2)
        cy = torch.minimum(torch.maximum(cy, wh / 2), h - wh / 2)
        zero = torch.zeros_like(cx)
        theta = torch.stack([torch.stack([ww / w, zero, 2 * cx / w - 1], 1), torch.stack([zero, wh / h, 2 * cy / h - 1], 1)], 1)
        grid = F.affine_grid(theta, (b, 1, WINDOW[1], WINDOW[0]), align_corners=False)
        out.append(F.grid_sample(layers, grid, mode="bilinear", padding_mode="border", align_corners=False))
    return torch.cat(out)


def matting_losses(net, s):
    dev = s["picture"].device
    x = torch.cat([given(s["picture"]), 2 * s["p"] - 1], 1).contiguous(memory_format=torch.channels_last)
    with half(dev):
        logits = net(x).float()
    a, known = s["alpha"], s["known"]
    with torch.no_grad():
        wide, narrow = F.max_pool2d(a, 9, 1, 4), -F.max_pool2d(-a, 9, 1, 4)
        weight = (1 + 5 * (wide - narrow)) * known
        total = weight.sum() + 1
        band = ((wide > 0.02) & (narrow < 0.98)).float() * known
    p = torch.sigmoid(logits)
    l1 = ((p - a).abs() * weight).sum() / total
    bce = (F.binary_cross_entropy_with_logits(logits, a, reduction="none") * weight).sum() / total
    steps = sum(((d(p) - d(a)).abs() * cut(weight)).sum() for d, cut in (
        (lambda v: v[:, :, 1:] - v[:, :, :-1], lambda v: v[:, :, 1:]), (lambda v: v[..., 1:] - v[..., :-1], lambda v: v[..., 1:]))) / total
    with torch.no_grad():
        iou = ((torch.minimum(p, a) * known).sum((1, 2, 3)) + 1) / ((torch.maximum(p, a) * known).sum((1, 2, 3)) + 1)
        inside = ((p - a).abs() * band).sum() / (band.sum() + 1)
    return l1 + 0.5 * bce + steps, {"l1": l1, "bce": bce, "strands": steps, "band": inside, "iou": iou.mean()}


# -- running ------------------------------------------------------------------------------------


class Trained:
    """A network, its averaged weights and its optimiser."""

    def __init__(self, net, device, rate, file):
        self.net, self.file, self.rate = net.to(device, memory_format=torch.channels_last).train(), file, rate
        self.ema = {k: v.clone() for k, v in net.state_dict().items()}
        decay = [p for p in net.parameters() if p.ndim > 1]
        rest = [p for p in net.parameters() if p.ndim <= 1]
        self.opt = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}], lr=rate, betas=(0.9, 0.99))
        self.steps = 0

    def step(self, loss, done, warm):
        rate = self.rate * min(1.0, (self.steps + 1) / warm) * max(0.002, 0.5 * (1 + math.cos(math.pi * min(1.0, done))))
        for group in self.opt.param_groups:
            group["lr"] = rate
        self.opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 4.0)
        self.opt.step()
        self.steps += 1
        keep = min(0.998, (self.steps + 1) / (self.steps + 20))
        with torch.no_grad():
            now = self.net.state_dict()
            floats = [k for k in now if now[k].is_floating_point()]
            torch._foreach_lerp_([self.ema[k] for k in floats], [now[k] for k in floats], 1 - keep)
        return rate

    def save(self):
        torch.save({"ema": packed(self.ema)}, self.file.with_suffix(".tmp"))
        self.file.with_suffix(".tmp").replace(self.file)


def packed(state):
    """Weights in half precision, statistics as they are."""
    return {k: v.half().cpu() if v.ndim > 1 else v.cpu() for k, v in state.items()}


def restored(net, file):
    net.load_state_dict(torch.load(file, weights_only=True, map_location="cpu")["ema"])
    return net


def stuff(args, device, scale):
    photos = [p for p in np.load(args.packed, allow_pickle=True) if p["name"] not in EXCLUDED]
    walls, rooms = list(np.load(args.walls, allow_pickle=True)), [cv2.imdecode(np.frombuffer(r, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] for r in np.load(args.rooms, allow_pickle=True)]
    return Studio(photos, walls, rooms, device, scale, args.seed)


def run(args):
    began = time.time()
    device = torch.device(args.device)
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.backends.cuda.cufft_plan_cache.max_size = 256
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.manual_seed(args.seed)
    portrait = restored(PortraitNet(large=True), args.out / "portrait.pt")
    log = open(args.out / f"{args.do}.jsonl", "a")
    if args.do == "portrait":
        st = stuff(args, device, 1)
        trained = Trained(portrait, device, args.rate, args.out / "portrait.pt")
    else:
        st = stuff(args, device, CARD_SCALE)
        portrait = portrait.to(device, memory_format=torch.channels_last).eval()
        trained = Trained(restored(MattingNet(large=True), args.out / "matting.pt"), device, args.rate, args.out / "matting.pt")
    if device.type == "cuda":
        try:
            st.draw(4)
        except Exception as error:  # a kernel that does not compile here: slower, not wrong
            print("without kernels:", repr(error)[:300], flush=True)
            Bank.kernels = None
    until = (args.until - time.time()) / 60 if args.until else args.minutes
    started = told = saved = time.time()
    print(f"{args.do}: ready after {started - began:.0f} s, {until:.1f} minutes to go", flush=True)
    sums, count, steps = {}, 0, 0
    while True:
        done = (time.time() - started) / (60 * until)
        if done >= 1 or (args.steps and steps >= args.steps):
            break
        if args.do == "portrait":
            with torch.no_grad():
                s = st.draw(args.batch, signs=0.3)
            loss, parts = portrait_losses(trained.net, s)
        else:
            with torch.no_grad():
                s = st.draw(args.batch, keep=0.3, fakes=0.0, rough=0.15, signs=0.12, sharp=True)
                small = F.avg_pool2d(s["picture"], CARD_SCALE)
                with half(device):
                    p = torch.sigmoid(portrait(given(small))[0].float())
                p = F.interpolate(p, scale_factor=CARD_SCALE, mode="bilinear", align_corners=False)
                p = mistaken(st, p, s["wall"])
                soft = ((s["alpha"] > 0.03) & (s["alpha"] < 0.97)).float() * s["known"]
                cut = windows(st, torch.cat([s["picture"], s["alpha"], s["known"], p], 1), soft, 2)
                s = {"picture": cut[:, :3], "alpha": cut[:, 3:4], "known": (cut[:, 4:5] > 0.98).float(), "p": cut[:, 5:6]}
            loss, parts = matting_losses(trained.net, s)
        rate = trained.step(loss, done, 200)
        steps += 1
        for k, v in parts.items():
            total, n = sums.get(k, (0, 0))
            sums[k] = (total + v.detach(), n + 1)
        now = time.time()
        if now - told > args.tell:
            line = {"t": round(now - started), "steps": steps, "per_s": round((steps - count) * args.batch * (1 if args.do == "portrait" else 2) / (now - told)), "rate": round(rate, 6)}
            line |= {k: round((v / n).item(), 4) for k, (v, n) in sums.items()}
            print(args.do, json.dumps(line), flush=True)
            log.write(json.dumps(line) + "\n")
            log.flush()
            sums, count, told = {}, steps, now
        if now - saved > 60:
            trained.save()
            saved = now
    trained.save()
    print(args.do, "done after", steps, "steps", flush=True)


# -- larger networks that begin as the shipped ones ------------------------------------------------


def grown(file, net):
    """Puts an exported network's weights into a larger one: channels it did not have are there, and are not listened to yet; blocks it did not have do nothing."""
    from export import stored
    from restore import norms
    state = net.state_dict()
    for name, module, _ in norms(net):
        state[f"{name}.running_mean"] = torch.zeros_like(module.running_mean)
        state[f"{name}.running_var"] = torch.full_like(module.running_var, 1 - module.eps)
        state[f"{name}.weight"] = torch.ones_like(module.weight)
    old = {}
    for key, value in stored(file).items():
        if key not in state:
            parent, _, place = key.removesuffix(".bias").rpartition(".")
            key = f"{parent}.{int(place) + 1}.bias"
        old[key] = value
    for key, value in old.items():
        new = state[key]
        if new.shape == value.shape:
            state[key] = value
        elif value.ndim == 1:
            new[: len(value)] = value
        else:
            o, i = value.shape[:2]
            new[:o] = 0
            new[:o, :i] = value
    net.load_state_dict(state)
    fresh = [f"{name}.body.1.1" for name, m in net.named_modules() if isinstance(m, Fused) and f"{name}.body.0.0.weight" not in old]
    return net, fresh


def still(net, fresh):
    modules = dict(net.named_modules())
    for name in fresh:
        torch.nn.init.zeros_(modules[name].weight)
        torch.nn.init.zeros_(modules[name].bias)


def grow(args):
    from restore import calibrate
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cpu")
    net, fresh = grown(args.weights / "portrait.safetensors", PortraitNet(large=True))
    still(net, fresh)
    st = stuff(args, device, 1)
    inputs = [given(st.draw(24, signs=0.45)["picture"]) for _ in range(6)]
    with torch.no_grad():
        net.eval()
        before = net(inputs[0])
        calibrate(net, inputs)
        still(net, fresh)
        after = net(inputs[0])
    print("portrait: largest difference of a logit", [(a - b).abs().max().item() for a, b in zip(before, after)])
    torch.save({"ema": packed(net.state_dict())}, args.out / "portrait.pt")
    matting, fresh = grown(args.weights / "matting.safetensors", MattingNet(large=True))
    still(matting, fresh)
    st = stuff(args, device, CARD_SCALE)
    inputs = []
    with torch.no_grad():
        matting.eval()
        for _ in range(3):
            s = st.draw(8, fakes=0.0, rough=0.15, signs=0.12, sharp=True)
            p = torch.sigmoid(net(given(F.avg_pool2d(s["picture"], CARD_SCALE)))[0])
            p = F.interpolate(p, scale_factor=CARD_SCALE, mode="bilinear", align_corners=False)
            inputs.append(torch.cat([given(s["picture"]), 2 * p - 1], 1))
        before = matting(inputs[0])
        calibrate(matting, inputs)
        still(matting, fresh)
        after = matting(inputs[0])
    print("matting: largest difference of a logit", (before - after).abs().max().item())
    torch.save({"ema": packed(matting.state_dict())}, args.out / "matting.pt")


def export(args):
    from export import fold, store
    net = fold(restored(PortraitNet(large=True), args.out / "portrait.pt").eval())
    parts = ("e1", "e2", "e3", "e4", "u3", "d3", "u2", "d2", "signs")  # mask, landmarks and presence are the portrait network's, which knows them better
    store({k: v for k, v in net.state_dict().items() if k.split(".")[0] in parts}, args.models / "signs.safetensors")


def make_walls(args):
    from multiprocessing import Pool
    jobs = [(288, seed) for seed in range(40)] + [(576, 1000 + seed) for seed in range(40)]
    with Pool() as pool:
        banks = pool.map(some_walls, jobs)
    every = np.empty(sum(len(b) for b in banks), dtype=object)
    every[:] = [w for b in banks for w in b]
    np.save(args.walls, every, allow_pickle=True)
    print(len(every), "walls")


def some_walls(job):
    import walls
    cv2.setNumThreads(1)
    walls.SIZE = job[0]
    return list(walls.make_bank(20 if job[0] < 400 else 10, job[1]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=["walls", "grown", "portrait", "matting", "export"])
    parser.add_argument("--packed", type=pathlib.Path, default="packed.npy")
    parser.add_argument("--walls", type=pathlib.Path, default="walls.npy")
    parser.add_argument("--rooms", type=pathlib.Path, default="rooms.npy")
    parser.add_argument("--weights", type=pathlib.Path, default="../models", help="the shipped networks, for `grown`")
    parser.add_argument("--models", type=pathlib.Path, default="../models", help="where `export` writes")
    parser.add_argument("--out", type=pathlib.Path, default="runs")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--until", type=float, help="stop at this time (seconds since 1970) instead")
    parser.add_argument("--steps", type=int, default=0, help="stop after so many")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tell", type=float, default=20)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    {"walls": make_walls, "grown": grow, "export": export}.get(args.do, run)(args)


if __name__ == "__main__":
    main()
