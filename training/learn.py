"""What the networks that look at cards share when they are trained: averaged weights, the optimiser, a rate that falls to nothing, checkpoints."""

import math

import torch


def given(picture):
    """A batch of pictures, 0..255, as networks are shown it."""
    return ((picture - 127.5) / 127.5).contiguous(memory_format=torch.channels_last)


class Trained:
    """A network, its averaged weights and its optimiser."""

    def __init__(self, net, rate, file):
        self.net, self.file, self.rate = net.to(memory_format=torch.channels_last).train(), file, rate
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
    return {k: v.half() if v.ndim > 1 else v for k, v in state.items()}


def restored(net, file):
    net.load_state_dict(torch.load(file, weights_only=True, map_location="cpu")["ema"])
    return net
