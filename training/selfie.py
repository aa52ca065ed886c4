"""Writes down MediaPipe's selfie segmentation, the general model, for `src/vision/selfie.rs`: its weights as they are, in half precision, by name.

    python -m venv mediapipe; mediapipe/bin/pip install mediapipe==0.10.21    # its package carries the model (Apache-2.0)
    .venv/bin/pip install tflite
    .venv/bin/python selfie.py --model mediapipe/lib/python3.11/site-packages/mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite --out ../models/selfie.safetensors
"""

import argparse
import pathlib

import numpy as np
import tflite
import torch
from torch import nn
from torch.nn import functional as F

from export import store

BLOCKS = [  # kernel, stride, channels inside, of the gate, and out, hard swish
    (3, 2, 16, 8, 16, False), (3, 2, 72, 0, 24, False), (3, 1, 88, 0, 24, False), (5, 2, 96, 24, 32, True),
    (5, 1, 128, 32, 32, True), (5, 1, 128, 32, 32, True), (5, 1, 96, 24, 32, True), (5, 1, 96, 24, 32, True),
]  # fmt: skip


def same(x, kernel, stride):
    """Padding as TensorFlow's SAME for even sides."""
    before = (kernel - stride) // 2
    after = kernel - stride - before
    return F.pad(x, (before, after, before, after))


class Gate(nn.Module):
    def __init__(self, channels, inside):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(channels, inside, 1), nn.Conv2d(inside, channels, 1)])

    def forward(self, x):
        return torch.sigmoid(self.convs[1](F.relu(self.convs[0](x.mean((2, 3), keepdim=True)))))


class Block(nn.Module):
    def __init__(self, channels, kernel, stride, inside, gate, outputs, swish):
        super().__init__()
        self.widen = nn.Conv2d(channels, inside, 1)
        self.depthwise = nn.Conv2d(inside, inside, kernel, stride, groups=inside)
        if gate:
            self.gate = Gate(inside, gate)
        self.narrow = nn.Conv2d(inside, outputs, 1)
        self.cut, self.residual, self.shape = (F.hardswish if swish else F.relu), stride == 1 and channels == outputs, (kernel, stride)

    def forward(self, x):
        y = self.cut(self.depthwise(same(self.cut(self.widen(x)), *self.shape)))
        y = self.narrow(y * self.gate(y) if hasattr(self, "gate") else y)
        return x + y if self.residual else y


class Join(nn.Module):
    def __init__(self, low, skip):
        super().__init__()
        self.narrow = nn.Conv2d(low, skip, 1)
        self.gate = Gate(skip, skip)
        self.mix = nn.Conv2d(skip, skip, 1)
        self.depthwise = nn.Conv2d(skip, skip, 3, groups=skip)

    def forward(self, low, skip):
        low = F.interpolate(self.narrow(low), scale_factor=2, mode="bilinear")
        x = F.relu(self.mix(skip * self.gate(skip + low) + low))
        return x + F.relu(self.depthwise(same(x, 3, 1)))


class Selfie(nn.Module):
    """Pictures of 256 × 256, 0..1, to logits of the same size."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 2)
        inputs = [16, *(block[4] for block in BLOCKS)]
        self.blocks = nn.ModuleList(Block(i, *block) for i, block in zip(inputs, BLOCKS))
        self.features, self.attention = nn.Conv2d(32, 128, 1), nn.Conv2d(32, 128, 1)
        self.joins = nn.ModuleList([Join(128, 24), Join(24, 16), Join(16, 16)])
        self.mask = nn.Conv2d(16, 4, 1)

    def forward(self, x):
        levels = [F.hardswish(self.stem(same(x, 3, 2)))]
        for block in self.blocks:
            levels.append(block(levels[-1]))
        low = F.relu(self.features(levels[-1])) * torch.sigmoid(self.attention(levels[-1].mean((2, 3), keepdim=True)))
        for join, skip in zip(self.joins, (levels[3], levels[1], levels[0])):
            low = join(low, skip)
        return F.pixel_shuffle(self.mask(low), 2)


def convolutions(path):
    """Weights and biases of the model's convolutions, in the order in which they run."""
    model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
    graph = model.Subgraphs(0)

    def constant(index):
        tensor = graph.Tensors(index)
        data = model.Buffers(tensor.Buffer()).DataAsNumpy().tobytes()
        return np.frombuffer(data, np.float16).reshape(tensor.ShapeAsNumpy())

    halves = {}
    for i in range(graph.OperatorsLength()):
        operator = graph.Operators(i)
        inputs, output = [int(k) for k in operator.InputsAsNumpy()], int(operator.OutputsAsNumpy()[0])
        code = model.OperatorCodes(operator.OpcodeIndex())
        kind = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        if kind == tflite.BuiltinOperator.DEQUANTIZE:
            halves[output] = constant(inputs[0])
        elif len(inputs) == 3:
            yield halves[inputs[1]], halves[inputs[2]]


def read(path):
    """The network with the weights of MediaPipe's file."""
    net = Selfie()
    layers = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    found = list(convolutions(path))
    assert len(layers) == len(found), (len(layers), len(found))
    for layer, (weight, bias) in zip(layers, found):
        weight, bias = torch.tensor(weight).float(), torch.tensor(bias).float()
        if layer is net.mask:  # a transposed convolution of 2 × 2 and stride 2: four outputs a pixel
            weight, bias = weight.reshape(4, 1, 1, 16), bias.repeat(4)
        weight = weight.permute(3, 0, 1, 2) if layer.groups > 1 else weight.permute(0, 3, 1, 2)
        assert weight.shape == layer.weight.shape, (weight.shape, layer.weight.shape)
        layer.weight.data, layer.bias.data = weight.contiguous(), bias
    return net.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    store({name.replace(".convs.", "."): tensor for name, tensor in read(args.model).state_dict().items()}, args.out)


if __name__ == "__main__":
    main()
