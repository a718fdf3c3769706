"""Golden losses with their gradients, trajectories of optimizers, and a whole training, from PyTorch:
python3 test/golden/training.py > test/golden/training.json

Numbers are drawn by the linear congruential generator below, which the test has too, so that only results are stored. The
optimizers run with epsilon 1e-12: PyTorch and Keras add it in different places.
"""
import json

import torch
import torch.nn.functional as F


class Draw:
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
            y = x
            if name == "binaryCrossentropy":
                y = x.sigmoid()
            elif name.endswith("tropy"):
                y = x.softmax(-1)
            y = y.detach().float().double().requires_grad_()
            value = function(y)
            value.backward()
            cases[f"{name} {samples} {'x'.join(map(str, shape))}"] = {
                "value": float(f"{value.item():.9g}"),
                "gradient": rounded(y.grad),
            }
    return cases


def optimizers():
    """25 steps on 0.5*|A w - b|^2 + sum(w^4)/4 from a drawn w."""
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
    cases = {}
    for name, make in makers.items():
        draw = Draw(7)
        a, b = draw(6, 6), draw(6)
        w = draw(6).requires_grad_()
        optimizer = make([w])
        trajectory = []
        for step in range(25):
            optimizer.zero_grad()
            loss = 0.5 * ((a @ w - b) ** 2).sum() + (w**4).sum() / 4
            loss.backward()
            optimizer.step()
            if step in (0, 1, 9, 24):
                trajectory.append(rounded(w.detach()))
        cases[name] = trajectory
    return cases


def averages():
    """The moving average of 25 such steps of SGD with momentum, which begins as the first weights."""
    draw = Draw(7)
    a, b = draw(6, 6), draw(6)
    w = torch.nn.Parameter(draw(6))
    module = torch.nn.ParameterList([w])
    averaged = torch.optim.swa_utils.AveragedModel(module, avg_fn=lambda old, new, _: 0.9 * old + 0.1 * new)
    optimizer = torch.optim.SGD([w], lr=0.05, momentum=0.9)
    trajectory = []
    for step in range(25):
        optimizer.zero_grad()
        loss = 0.5 * ((a @ w - b) ** 2).sum() + (w**4).sum() / 4
        loss.backward()
        optimizer.step()
        averaged.update_parameters(module)
        if step in (0, 1, 9, 24):
            trajectory.append(rounded(averaged.module[0].detach()))
    return trajectory


def training():
    """An MLP of 5, 8 (relu) and 3 units on 10 samples in order, batches of 4, three epochs, L2 on the first kernel."""
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
            loss = F.cross_entropy(logits, targets) + 0.01 * (w1**2).sum()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(inputs)
        losses.append(float(f"{total / 10:.9g}"))
    return {"losses": losses, "weights": [rounded(w.detach()) for w in parameters]}


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "losses": losses(),
            "optimizers": optimizers(),
            "averages": averages(),
            "training": training(),
        }
    )
)
