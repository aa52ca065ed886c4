"""Makes a checkpoint of an exported network, so that training can go on from what is shipped.

    python restore.py --weights ../models/portrait.safetensors --checkpoint runs/a/last.pt --cache cache
    python restore.py --net matting --portrait runs/a/last.pt --cache cache3 --weights ../models/matting.safetensors --checkpoint runs/m/last.pt

An exported network has its normalisation folded into its convolutions. Here each batch normalisation gets the mean and the deviation of what its convolution gives on drawn samples, and
the scale and offset that undo them: the same function, and one that can be trained.
"""

import argparse
import pathlib

import torch
from torch import nn

from export import stored
from train import TASKS, matting_input, portrait_input


def norms(net):
    """Yields each batch normalisation with its name, in order, and the name of the convolution before it."""
    modules = dict(net.named_modules())
    for name, module in modules.items():
        if isinstance(module, nn.BatchNorm2d):
            parent, _, place = name.rpartition(".")
            yield name, module, f"{parent}.{int(place) - 1}"


def unfolded(path, kind):
    """The network of an exported file, with normalisations that do nothing."""
    net = kind()
    state = net.state_dict()
    for key, value in stored(path).items():
        if key in state:
            state[key] = value
        elif key.endswith(".bias"):  # a convolution's, from the normalisation after it
            parent, _, place = key.removesuffix(".bias").rpartition(".")
            state[f"{parent}.{int(place) + 1}.bias"] = value
    for name, module, _ in norms(net):
        state[f"{name}.running_mean"] = torch.zeros_like(module.running_mean)
        state[f"{name}.running_var"] = torch.full_like(module.running_var, 1 - module.eps)
        state[f"{name}.weight"] = torch.ones_like(module.weight)
    net.load_state_dict(state)
    return net.eval()


@torch.no_grad()
def calibrate(net, inputs):
    """Gives each normalisation the statistics of its input, and the scale and offset that undo them."""
    sums = {}
    hooks = []
    for name, module, _ in norms(net):
        def note(_, args, name=name):
            x = args[0].double()
            count, first, second = sums.get(name, (0, 0, 0))
            sums[name] = (count + x.numel() / x.shape[1], first + x.sum((0, 2, 3)), second + (x * x).sum((0, 2, 3)))
        hooks.append(module.register_forward_pre_hook(note))
    for x in inputs:
        net(x)
    for hook in hooks:
        hook.remove()
    for name, module, _ in norms(net):
        count, first, second = sums[name]
        mean = first / count
        var = (second / count - mean * mean).clamp(min=1e-6)
        module.bias.add_(mean.float())
        module.weight.copy_((var + module.eps).sqrt().float())
        module.running_mean.copy_(mean.float())
        module.running_var.copy_(var.float())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=TASKS, default="portrait")
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--portrait", type=pathlib.Path, help="checkpoint of the portrait network, for --net matting")
    parser.add_argument("--cache", type=pathlib.Path, default="cache")
    parser.add_argument("--batches", type=int, default=24, help="of drawn samples; 0 for a network that will not be trained")
    args = parser.parse_args()
    args.batch = 16
    kind, stream, _ = TASKS[args.net]
    net = unfolded(args.weights, kind)
    if args.batches:
        batches = iter(stream(args, [7]))
        inputs = [(matting_input if args.net == "matting" else portrait_input)(next(batches)) for _ in range(args.batches)]
        before = net(inputs[0])
        calibrate(net, inputs)
        after = net(inputs[0])
        pairs = zip(before, after) if isinstance(before, tuple) else [(before, after)]
        print("largest difference of a logit:", max((a - b).abs().max().item() for a, b in pairs))
    args.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"net": net.state_dict(), "ema": net.state_dict()}, args.checkpoint)


if __name__ == "__main__":
    main()
