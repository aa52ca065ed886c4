"""Writes a network's averaged weights, normalisation folded into the convolutions, by name. The layers themselves are written out in src/vision/inference/unet.rs.

    python export.py --checkpoint runs/a/last.pt --out ../models/portrait.safetensors
    python export.py --net matting --checkpoint runs/m/last.pt --out ../models/matting.safetensors
    python export.py --again ../models/portrait.safetensors     # what is stored otherwise, in 8 bits
"""

import argparse
import pathlib

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from model import DetectorNet, MattingNet, PortraitNet


NETS = {"portrait": PortraitNet, "matting": MattingNet, "detector": DetectorNet}


def load(path, kind=PortraitNet):
    net = kind()
    net.load_state_dict(torch.load(path, weights_only=True, map_location="cpu")["ema"])
    return net.eval()


def fold(net):
    """Folds each batch normalisation into the convolution before it."""
    for module in net.modules():
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                if isinstance(module[i], nn.Conv2d) and isinstance(module[i + 1], nn.BatchNorm2d):
                    module[i] = fuse_conv_bn_eval(module[i], module[i + 1])
                    module[i + 1] = nn.Identity()
    return net


def eighths(weights):
    """The weights of a layer in 8 bits: whole numbers, and per output the step whose multiples are nearest to the weights in the sum of squares."""
    rows = weights.float().reshape(len(weights), -1)
    most = rows.abs().amax(1).clamp(min=1e-12)
    steps, least = most / 127, torch.full_like(most, torch.inf)
    for share in torch.linspace(0.6, 1.0, 81):
        step = most * share / 127
        error = (rows - (rows / step[:, None]).round().clamp(-127, 127) * step[:, None]).square().sum(1)
        steps, least = torch.where(error < least, step, steps), torch.minimum(error, least)
    whole = (rows / steps[:, None]).round().clamp(-127, 127).to(torch.int8)
    return whole.reshape(weights.shape), steps


SMALL = 5000  # numbers of a tensor that stays in half precision. The portrait network's mask moves by 0.0083 at its edge with all in 8 bits, by 0.0027 so, by 0.0021 with 10000


def store(tensors, path):
    """Writes tensors by name, the large ones in 8 bits with their steps as `NAME.step`, the others in half precision. `stored` reads them back."""
    file = {}
    for name, tensor in tensors.items():
        if tensor.ndim > 1 and tensor.numel() >= SMALL:
            file[name], file[f"{name}.step"] = eighths(tensor)
        else:
            file[name] = tensor.half().contiguous()
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(file, path)
    print(path, path.stat().st_size, "bytes")


def stored(path):
    """The tensors of a file that is shipped, by name."""
    file = load_file(path)
    steps = {name: file.pop(name) for name in list(file) if name.endswith(".step")}
    return {
        name: tensor.float() * steps[f"{name}.step"].reshape(-1, *[1] * (tensor.ndim - 1)) if tensor.dtype == torch.int8 else tensor.float()
        for name, tensor in file.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=NETS, default="portrait")
    parser.add_argument("--checkpoint", type=pathlib.Path, default="runs/a/last.pt")
    parser.add_argument("--out", type=pathlib.Path, default="out/portrait.safetensors")
    parser.add_argument("--again", type=pathlib.Path, nargs="*", help="files that are shipped already, to be stored anew")
    args = parser.parse_args()
    if args.again:
        for path in args.again:
            store(stored(path), path)
    else:
        store(fold(load(args.checkpoint, NETS[args.net])).state_dict(), args.out)


if __name__ == "__main__":
    main()
