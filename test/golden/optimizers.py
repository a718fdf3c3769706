"""Golden steps of the optimizers, from PyTorch in float64: python3 test/golden/optimizers.py > test/golden/optimizers.json

PyTorch and Keras 3 put epsilon in different places, so it is 1e-30 here: then their formulas agree. PyTorch's momentum
takes the learning rate outside the velocity, which is the same while the rate is constant.
"""
import json

import torch

START = [0.5, -1.25, 0.0, 2.0, -0.03125, 1e-3, 3.0]
STEPS = 5


def gradient(w, step):
    return [(0.75 * x + 0.5 * (-1) ** (i + step)) / (1 + step) for i, x in enumerate(w)]


def run(make):
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([w])
    for step in range(STEPS):
        w.grad = torch.tensor(gradient(w.tolist(), step), dtype=torch.float64)
        optimizer.step()
    return [round(x, 9) for x in w.tolist()]


optim = torch.optim
print(json.dumps({
    "start": START,
    "steps": STEPS,
    "sgd": run(lambda p: optim.SGD(p, lr=0.1)),
    "momentum": run(lambda p: optim.SGD(p, lr=0.1, momentum=0.9)),
    "nesterov": run(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    "rmsprop": run(lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-30)),
    "rmspropMomentum": run(lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-30, momentum=0.5)),
    "rmspropCentered": run(lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-30, centered=True)),
    "adam": run(lambda p: optim.Adam(p, lr=0.05, betas=(0.9, 0.999), eps=1e-30)),
}, indent=1))
