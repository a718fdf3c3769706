"""Golden losses with their gradients, trajectories of optimizers, and a whole training, from PyTorch:
python3 test/golden/training.py > test/golden/training.json

Numbers are drawn by golden.py. The optimizers run with epsilon 1e-12: PyTorch and Keras add it in different places.
"""
import json

import torch
import torch.nn.functional as F

from golden import Draw, loss_at, rounded, training


def channels_first(x):
    return x.movedim(-1, 1).contiguous() if x.dim() > 2 else x


def crossentropy(logits, target):
    return F.cross_entropy(channels_first(logits), target)


def losses():
    cases = {}
    for samples, shape in [(3, (4,)), (35, (4,)), (5, (2, 3)), (18, (2, 2, 3))]:
        draw = Draw(11)
        x = draw(samples, *shape) * 3
        t = draw(samples, *shape)
        one_hot = F.one_hot(t.argmax(-1), shape[-1]).double()
        soft = t.softmax(-1)
        bits = (t > 0).double()
        labels = t.argmax(-1)
        functions = {
            "categoricalCrossentropy logits": lambda x: crossentropy(x, channels_first(soft)),
            "categoricalCrossentropy": lambda p: -(one_hot * p.log()).sum(-1).mean(),
            "sparseCategoricalCrossentropy logits": lambda x: crossentropy(x, labels),
            "sparseCategoricalCrossentropy": lambda p: F.nll_loss(channels_first(p.log()), labels),
            "binaryCrossentropy logits": lambda x: F.binary_cross_entropy_with_logits(x, bits),
            "binaryCrossentropy": lambda p: F.binary_cross_entropy(p, bits),
            "meanSquaredError": lambda y: F.mse_loss(y, t),
            "meanAbsoluteError": lambda y: F.l1_loss(y, t),
            "huber": lambda y: F.huber_loss(y, t),
        }
        for name, function in functions.items():
            cases[f"{name} {samples} {'x'.join(map(str, shape))}"] = loss_at(name, x, function)
    return cases


def descent(make):
    """25 steps on 0.5*|A w - b|^2 + sum(w^4)/4 from a drawn w: w after each."""
    draw = Draw(7)
    a, b = draw(6, 6), draw(6)
    w = torch.nn.Parameter(draw(6))
    optimizer = make([w])
    for _ in range(25):
        optimizer.zero_grad()
        loss = 0.5 * ((a @ w - b) ** 2).sum() + (w**4).sum() / 4
        loss.backward()
        optimizer.step()
        yield w


def trajectory(steps):
    return [rounded(w.detach()) for step, w in enumerate(steps) if step in (0, 1, 9, 24)]


def optimizers():
    epsilon = 1e-12
    makers = {
        "sgd": lambda w: torch.optim.SGD(w, lr=0.05),
        "sgd momentum": lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9),
        "sgd nesterov": lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9, nesterov=True),
        "rmsprop": lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.9, eps=epsilon),
        "rmsprop momentum": lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.9, eps=epsilon, momentum=0.8),
        "rmsprop centered": lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.9, eps=epsilon, centered=True),
        "adam": lambda w: torch.optim.Adam(w, lr=0.02, eps=epsilon),
        "adam decay": lambda w: torch.optim.AdamW(w, lr=0.02, eps=epsilon, weight_decay=0.1),
    }
    return {name: trajectory(descent(make)) for name, make in makers.items()}


def averages():
    """The moving average of such steps of SGD with momentum, which begins as the first weights."""
    averaged = None
    for w in descent(lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9)):
        module = torch.nn.ParameterList([w])
        averaged = averaged or torch.optim.swa_utils.AveragedModel(module, avg_fn=lambda old, new, _: 0.9 * old + 0.1 * new)
        averaged.update_parameters(module)
        yield averaged.module[0]


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "losses": losses(),
            "optimizers": optimizers(),
            "averages": trajectory(averages()),
            "training": training(lambda logits, targets, _: F.cross_entropy(logits, targets, reduction="sum")),
        }
    )
)
