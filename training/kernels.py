"""`Bank.cut` as one kernel (Triton), for an accelerator. The same values as the plain version in `draw.py`."""

import torch
import triton
import triton.language as tl

BORDERS = {"zero": 0, "replicate": 1, "reflect": 2}


@triton.jit
def floored(x):
    whole = x.to(tl.int32)
    return whole - (x < whole.to(tl.float32)).to(tl.int32)


@triton.jit
def cut_kernel(store, out, us, vs, ids, widths, heights, starts, total, area, CHANNELS: tl.constexpr, FIRST: tl.constexpr, LAST: tl.constexpr, BORDER: tl.constexpr, BLOCK: tl.constexpr):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    live = at < total
    sample = at // area
    which = tl.load(ids + sample, mask=live, other=0)
    w = tl.load(widths + which, mask=live, other=1).to(tl.int32)
    h = tl.load(heights + which, mask=live, other=1).to(tl.int32)
    start = tl.load(starts + which, mask=live, other=0)
    u = tl.load(us + at, mask=live, other=0.0)
    v = tl.load(vs + at, mask=live, other=0.0)
    if BORDER == 2:
        wf = w.to(tl.float32)
        hf = h.to(tl.float32)
        u = u - 2 * wf * floored(u / (2 * wf)).to(tl.float32)
        v = v - 2 * hf * floored(v / (2 * hf)).to(tl.float32)
        u = wf - tl.abs(u - wf)
        v = hf - tl.abs(v - hf)
    x = tl.minimum(tl.maximum(u - 0.5, -30000.0), 30000.0)
    y = tl.minimum(tl.maximum(v - 0.5, -30000.0), 30000.0)
    x0 = floored(x)
    y0 = floored(y)
    fx = x - x0.to(tl.float32)
    fy = y - y0.to(tl.float32)
    for channel in tl.static_range(FIRST, LAST):
        value = tl.zeros([BLOCK], dtype=tl.float32)
        for tap in tl.static_range(4):
            dx = tap % 2
            dy = tap // 2
            xi = x0 + dx
            yi = y0 + dy
            if dx == 1:
                weight = fx
            else:
                weight = 1 - fx
            if dy == 1:
                weight = weight * fy
            else:
                weight = weight * (1 - fy)
            if BORDER == 0:
                weight = tl.where((xi >= 0) & (xi < w) & (yi >= 0) & (yi < h), weight, 0.0)
            xi = tl.minimum(tl.maximum(xi, 0), w - 1)
            yi = tl.minimum(tl.maximum(yi, 0), h - 1)
            place = (start + yi.to(tl.int64) * w + xi) * CHANNELS + channel
            value += tl.load(store + place, mask=live, other=0).to(tl.float32) * weight
        tl.store(out + (sample * (LAST - FIRST) + channel - FIRST) * area + at % area, value, mask=live)


def cut(store, first, last, u, v, ids, widths, heights, starts, border):
    u, v = torch.broadcast_tensors(u, v)
    u, v = u.float().contiguous(), v.float().contiguous()
    b, h, w = u.shape
    out = torch.empty(b, last - first, h, w, device=u.device)
    total, block = b * h * w, 512
    cut_kernel[(triton.cdiv(total, block),)](store, out, u, v, ids.contiguous(), widths, heights, starts, total, h * w, store.shape[1], first, last, BORDERS[border], block)
    return out
