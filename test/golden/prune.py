"""Golden masks and scores of pruning, from PyTorch 1.13: python3 test/golden/prune.py > test/golden/prune.json

Weights and samples are drawn by golden.py, in Keras order. Kernels are [in, out] and [rows, columns, in, out], images
[batch, rows, columns, channels], as in Keras.
"""
import json

import torch
import torch.nn.functional as F
import torch.nn.utils.prune as prune

from golden import Draw


def dense(seed=1):
    layer = torch.nn.Linear(9, 7)
    layer.weight.data = Draw(seed)(9, 7).float().T.contiguous()
    return layer


def conv(seed=2):
    layer = torch.nn.Conv2d(4, 6, (3, 2))
    layer.weight.data = Draw(seed)(3, 2, 4, 6).float().permute(3, 2, 0, 1).contiguous()
    return layer


def keras(array):
    return array.T if array.dim() == 2 else array.permute(2, 3, 1, 0)


def bits(layer):
    return "".join(str(int(b)) for b in keras(layer.weight_mask).reshape(-1))


def sequence(make, steps):
    layer = make()
    for step in steps:
        step(layer)
    return bits(layer)


def l1(amount, scores=None):
    return lambda layer: prune.l1_unstructured(layer, "weight", amount, importance_scores=scores)


def ln(amount, n, dim):
    return lambda layer: prune.ln_structured(layer, "weight", amount, n, dim)


def masks():
    out = {}
    for name, make in (("dense", dense), ("conv", conv)):
        for amount in (0.1, 0.3, 0.5, 0.77, 5, 20):
            out[f"{name} l1 {amount}"] = sequence(make, [l1(amount)])
        out[f"{name} l1 0.3 then l1 0.5 then l1 4"] = sequence(make, [l1(0.3), l1(0.5), l1(4)])
        for dim in range(2 if name == "dense" else 4):
            for n in (1, 2, float("inf")):
                label = "inf" if n == float("inf") else n
                out[f"{name} ln 0.5 {label} {dim}"] = sequence(make, [ln(0.5, n, dim)])
        out[f"{name} ln 1 2 -1"] = sequence(make, [ln(1, 2, -1)])
        out[f"{name} l1 0.4 then ln 0.5 2 0 then ln 0.5 1 1"] = sequence(make, [l1(0.4), ln(0.5, 2, 0), ln(0.5, 1, 1)])
        mine = (keras(make(7).weight.detach()) > -0.5).float()
        mine = mine.T if name == "dense" else mine.permute(3, 2, 0, 1)
        out[f"{name} l1 0.3 then mask then identity"] = sequence(
            make,
            [
                l1(0.3),
                lambda layer: prune.custom_from_mask(layer, "weight", mine),
                lambda layer: prune.identity(layer, "weight"),
            ],
        )
        out[f"{name} scores 0.5"] = sequence(make, [l1(0.5, make(5).weight.detach())])
    a, b = dense(), conv()
    pairs = [(a, "weight"), (b, "weight")]
    prune.global_unstructured(pairs, prune.L1Unstructured, amount=0.4)
    out["global 0.4"] = bits(a) + bits(b)
    prune.global_unstructured(pairs, prune.L1Unstructured, amount=30)
    out["global 0.4 then 30"] = bits(a) + bits(b)
    return out


def scores():
    """conv 3x3x2 -> 3, relu, flatten, dense -> 5, relu, dense -> 4; sparse categorical cross-entropy from logits."""
    draw = Draw(11)
    kernels = [(draw(*shape) * 0.5).requires_grad_() for shape in ((3, 3, 2, 3), (3 * 2 * 3, 5), (5, 4))]
    biases = [(draw(size) * 0.1).requires_grad_() for size in (3, 5, 4)]
    x = draw(6, 5, 4, 2)
    y = torch.tensor([0, 1, 2, 3, 1, 0])

    def run(x, kernels, biases, act):
        h = F.conv2d(x.permute(0, 3, 1, 2), kernels[0].permute(3, 2, 0, 1), biases[0])
        h = act(h).flatten(1)  # channel, row, column: the engine's order
        h = act(h @ kernels[1] + biases[1])
        return h @ kernels[2] + biases[2]

    def gradients(x, y):
        return torch.autograd.grad(F.cross_entropy(run(x, kernels, biases, F.relu), y), kernels)

    mean = gradients(x, y)
    squares = [torch.zeros_like(k) for k in kernels]
    for i in range(6):
        for square, g in zip(squares, gradients(x[i : i + 1], y[i : i + 1])):
            square += g * g / 6
    positive = [k.detach().abs().requires_grad_() for k in kernels]
    none = [torch.zeros_like(b) for b in biases]
    flow = torch.autograd.grad(run(torch.ones(1, 5, 4, 2).double(), positive, none, lambda h: h).sum(), positive)

    def flat(tensors):
        return [[float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()] for t in tensors]

    return {
        "taylor": flat([(k * g).abs() for k, g in zip(kernels, mean)]),
        "fisher": flat([0.5 * k * k * s for k, s in zip(kernels, squares)]),
        "synflow": flat([k * g for k, g in zip(positive, flow)]),
        "unitTaylor": flat([(k * g).reshape(-1, k.shape[-1]).sum(0).abs() for k, g in zip(kernels, mean)]),
    }


print(json.dumps({"masks": masks(), "scores": scores()}, indent=0))
