"""What the generators beside it share: the numbers they draw, which the tests draw too, so that only results are stored, and what is
computed from them."""
import json

import torch
import torch.nn.functional as F


class Draw:
    """A linear congruential generator of numbers from [-1, 1), rounded to 32 bits."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self, *shape):
        count = 1
        for size in shape:
            count *= size
        values = []
        for _ in range(count):
            self.state = (self.state * 1664525 + 1013904223) % 2**32
            values.append(self.state / 2**31 - 1)
        return torch.tensor(values, dtype=torch.float64).float().double().reshape(shape)


def rounded(tensor):
    return [float(f"{value:.7g}") for value in tensor.reshape(-1).tolist()]


def layer(function, shapes, seed):
    """Output of a function of drawn operands, and their gradients for a drawn gradient of the output."""
    draw = Draw(seed)
    operands = [draw(*shape).requires_grad_() for shape in shapes]
    y = function(*operands)
    y.backward(draw(*y.shape))
    return {"shape": list(y.shape), "y": rounded(y), "gradients": [rounded(operand.grad) for operand in operands]}


def print_lines(cases):
    """One JSON object, a line for each case."""
    print("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in cases.items()) + "\n}")


def loss_at(name, x, function):
    """A loss and its gradient at x, that of probabilities at those whose logits x are."""
    y = x
    if name == "binaryCrossentropy":
        y = x.sigmoid()
    elif name.endswith("tropy"):
        y = x.softmax(-1)
    y = y.detach().float().double().requires_grad_()
    value = function(y)
    value.backward()
    return {"value": float(f"{value.item():.9g}"), "gradient": rounded(y.grad)}


def training(loss_of):
    """An MLP of 5, 8 (relu) and 3 units on 10 samples in order, batches of 4, three epochs, L2 on the first kernel.

    `loss_of` logits, labels and the number of the first sample is the sum over these samples."""
    draw = Draw(21)
    x, labels = draw(10, 5), draw(10, 3).argmax(-1)
    w1, b1, w2, b2 = parameters = [draw(*shape).requires_grad_() for shape in [(5, 8), (8,), (8, 3), (3,)]]
    optimizer = torch.optim.SGD(parameters, lr=0.1, momentum=0.9, nesterov=True)
    losses = []
    for _ in range(3):
        total = 0
        for first in range(0, 10, 4):
            inputs, targets = x[first : first + 4], labels[first : first + 4]
            optimizer.zero_grad()
            logits = F.relu(inputs @ w1 + b1) @ w2 + b2
            loss = loss_of(logits, targets, first) / len(inputs) + 0.01 * (w1**2).sum()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(inputs)
        losses.append(float(f"{total / 10:.9g}"))
    return {"losses": losses, "weights": [rounded(w.detach()) for w in parameters]}
