"""Writes a network, with averaged weights and folded normalisation, as ONNX.

    python export.py --checkpoint runs/a/last.pt --onnx out/portrait.onnx
    python export.py --net matting --checkpoint runs/m/last.pt --onnx out/matting.onnx
"""

import argparse
import copy
import pathlib

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from frame import HEIGHT, LANDMARKS, WIDTH
from model import MattingNet, PortraitNet


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


class Exported(nn.Module):
    """Takes RGB in 0..1; gives the mask as a probability, landmarks in crop pixels, their spread, and presence."""

    def __init__(self, net):
        super().__init__()
        self.net = fold(copy.deepcopy(net))
        self.register_buffer("columns", self.net.grid.clone())

    def forward(self, picture):
        # Not folded into the first convolution: grey padding must be zero where that convolution pads with zero.
        mask, heat, presence = self.net.features(picture * 2 - 1)
        probability = torch.sigmoid(nn.functional.pixel_shuffle(mask, 2))
        p = torch.softmax(heat.reshape(len(LANDMARKS), -1), -1)
        moments = p @ self.columns
        mean, square = moments[:, :2], moments[:, 2:]
        spread = torch.sqrt(torch.relu((square - mean * mean).sum(-1, keepdim=True)) * 0.5)
        points = torch.cat([mean + torch.tensor([WIDTH / 2, HEIGHT / 2]), spread], -1)
        return probability, points[None], torch.sigmoid(presence)


class ExportedMatting(nn.Module):
    """Takes RGB in 0..1 and the portrait network's probability as a fourth channel; gives alpha. Any size that 16 divides."""

    def __init__(self, net):
        super().__init__()
        self.net = fold(copy.deepcopy(net))

    def forward(self, picture):
        return torch.sigmoid(self.net(picture * 2 - 1))


def write_matting(args):
    net = ExportedMatting(load(args.checkpoint, MattingNet)).eval()
    axes = {2: "height", 3: "width"}
    part = args.onnx.with_suffix(".part.onnx")
    torch.onnx.export(net, (torch.rand(1, 4, 448, 368),), str(part), input_names=["picture"], output_names=["alpha"], dynamic_axes={"picture": axes, "alpha": axes},
                      opset_version=17, dynamo=False, do_constant_folding=True)
    onnx.checker.check_model(onnx.load(part))
    part.replace(args.onnx)
    print(args.onnx, args.onnx.stat().st_size, "bytes;", sorted({n.op_type for n in onnx.load(args.onnx).graph.node}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=["portrait", "matting"], default="portrait")
    parser.add_argument("--checkpoint", type=pathlib.Path, default="runs/a/last.pt")
    parser.add_argument("--onnx", type=pathlib.Path, default="out/portrait.onnx")
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    if args.net == "matting":
        args.onnx.parent.mkdir(parents=True, exist_ok=True)
        return write_matting(args)
    net = Exported(load(args.checkpoint)).eval()
    args.onnx.parent.mkdir(parents=True, exist_ok=True)
    x = torch.rand(1, 3, HEIGHT, WIDTH)
    part = args.onnx.with_suffix(".part.onnx")
    torch.onnx.export(net, (x,), str(part), input_names=["picture"], output_names=["mask", "landmarks", "presence"],
                      opset_version=17, dynamo=False, do_constant_folding=True)
    onnx.checker.check_model(onnx.load(part))
    part.replace(args.onnx)
    with torch.no_grad():
        outs = net(x)
    np.savez(args.onnx.with_suffix(".check.npz"), picture=x.numpy(), **{n: o.numpy() for n, o in zip(("mask", "landmarks", "presence"), outs)})
    x.numpy().astype("<f4").tofile(args.onnx.with_suffix(".check.in"))
    np.concatenate([o.numpy().ravel() for o in outs]).astype("<f4").tofile(args.onnx.with_suffix(".check.out"))
    model = onnx.load(args.onnx)
    print(args.onnx, args.onnx.stat().st_size, "bytes;", sorted({n.op_type for n in model.graph.node}))


if __name__ == "__main__":
    main()
