"""Writes a network's averaged weights, normalisation folded into the convolutions, by name. The layers themselves are written out in src/vision/inference/unet.rs.

    python export.py --checkpoint runs/a/last.pt --out ../models/portrait.safetensors
    python export.py --net matting --checkpoint runs/m/last.pt --out ../models/matting.safetensors
"""

import argparse
import pathlib

import torch
from safetensors.torch import save_file
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=NETS, default="portrait")
    parser.add_argument("--checkpoint", type=pathlib.Path, default="runs/a/last.pt")
    parser.add_argument("--out", type=pathlib.Path, default="out/portrait.safetensors")
    parser.add_argument("--half", action="store_true", help="in half precision, where the file's size matters more than the last digits")
    args = parser.parse_args()
    net = fold(load(args.checkpoint, NETS[args.net]))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    tensors = net.half().state_dict() if args.half else net.state_dict()
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, args.out)
    print(args.out, args.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
