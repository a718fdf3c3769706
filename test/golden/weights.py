"""Golden losses of weighted samples with their gradients, and whole trainings on such, from PyTorch:
python3 test/golden/weights.py > test/golden/weights.json

As Keras has it, the sum of weight times loss is divided by the number of samples (of steps; of real steps where there is a mask), not by
the sum of the weights as PyTorch's own weighted means are: hence reduction="none" and "sum" here. Numbers are drawn by
golden.py.
"""
import json

import torch
import torch.nn.functional as F

from golden import Draw, loss_at, training


def of_classes(scores, target, function):
    """A loss for each sample, or each of its steps, of scores with the classes last."""
    return function(scores.movedim(-1, 1).contiguous(), target)


def nll(scores, labels):
    return F.nll_loss(scores, labels, reduction="none")


def crossentropy(scores, target):
    return F.cross_entropy(scores, target, reduction="none")


def weighted(losses, weights, mask):
    weights = weights.reshape(weights.shape + (1,) * (losses.dim() - weights.dim()))
    if mask is None:
        return (losses * weights).sum() / losses.numel()
    return (losses * weights * mask).sum() / mask.sum()


def cases():
    found = {}
    for samples, shape in [(3, (4,)), (35, (4,)), (5, (2, 3)), (3, (2, 2, 3))]:
        draw = Draw(11)
        x = draw(samples, *shape) * 3
        t = draw(samples, *shape)
        soft = t.softmax(-1)
        bits = (t > 0).double()
        labels = t.argmax(-1)
        one_hot = F.one_hot(labels, shape[-1]).double()
        functions = {
            "categoricalCrossentropy logits": lambda x: of_classes(x, soft.movedim(-1, 1), crossentropy),
            "categoricalCrossentropy": lambda p: -(one_hot * p.log()).sum(-1),
            "sparseCategoricalCrossentropy logits": lambda x: of_classes(x, labels, crossentropy),
            "sparseCategoricalCrossentropy": lambda p: of_classes(p.log(), labels, nll),
            "binaryCrossentropy logits": lambda x: F.binary_cross_entropy_with_logits(x, bits, reduction="none").mean(-1),
            "binaryCrossentropy": lambda p: F.binary_cross_entropy(p, bits, reduction="none").mean(-1),
            "meanSquaredError": lambda y: F.mse_loss(y, t, reduction="none").mean(-1),
            "meanAbsoluteError": lambda y: F.l1_loss(y, t, reduction="none").mean(-1),
            "huber": lambda y: F.huber_loss(y, t, reduction="none").mean(-1),
        }
        draw = Draw(12)
        of_samples, of_steps = draw(samples) + 1, draw(samples, *shape[:-1]) + 1
        of_samples[0] = 0
        real = (torch.arange(shape[0])[None] <= torch.arange(samples)[:, None] % shape[0]).double()
        shares = {"samples": (of_samples, None)}
        if len(shape) > 1:
            shares["steps"] = (of_steps, None)
        if len(shape) == 2:
            shares["samples masked"] = (of_samples, real)
            shares["steps masked"] = (of_steps, real)
        for name, function in functions.items():
            for of, (weights, mask) in shares.items():
                found[f"{name} {samples} {'x'.join(map(str, shape))} by {of}"] = loss_at(
                    name, x, lambda y: weighted(function(y), weights.float().double(), mask)
                )
    return found


SAMPLES = Draw(22)(10) + 1
CLASSES = torch.tensor([1, 3, 0.5]).double()

print(
    json.dumps(
        {
            "torch": torch.__version__,
            "losses": cases(),
            "sampleWeight": training(
                lambda logits, targets, first: (crossentropy(logits, targets) * SAMPLES[first : first + 4]).sum()
            ),
            "classWeight": training(
                lambda logits, targets, _: F.cross_entropy(logits, targets, weight=CLASSES, reduction="sum")
            ),
        }
    )
)
