"""PyTorch, NumPy and SciPy, one thread each, asked for one sample at a time: a line of JSON in, a line of JSON out.

{"do": "load", "task": ...} makes the contenders of a task, {"do": "answer", "id": i} gives what one computes,
{"do": "sample", "id": i, "calls": n} times n calls of it, {"do": "drop"} forgets them. Arrays are base64 of float32.
"""

import base64
import json
import sys
import time

import numpy as np

try:
    import torch
except ImportError:
    torch = None
try:
    import scipy
    import scipy.sparse
except ImportError:
    scipy = None

if torch:
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)


def array(text):
    return np.frombuffer(base64.b64decode(text), np.float32).copy()


def kernel(layer):
    """Kernels in torch's order: [out, in, row, column] or [out, in]."""
    w = array(layer["kernel"]).reshape(layer["shape"])
    return torch.from_numpy(np.ascontiguousarray(w.transpose(3, 2, 0, 1) if w.ndim == 4 else w.T))


class LastOutput(torch.nn.Module if torch else object):
    """An LSTM's last h. Both have the gates in the order i, f, g, o; torch has a second bias."""

    def __init__(self, layer):
        super().__init__()
        u = layer["units"]
        w, v, b = (array(layer[name]).reshape(-1, 4 * u) for name in ("kernel", "recurrentKernel", "bias"))
        self.lstm = torch.nn.LSTM(len(w), u, batch_first=True)
        parameters = (w.T, v.T, b[0], np.zeros(4 * u, np.float32))
        with torch.no_grad():
            for parameter, values in zip(self.lstm.parameters(), parameters):
                parameter.copy_(torch.from_numpy(np.ascontiguousarray(values)))

    def forward(self, x):
        return self.lstm(x)[1][0][-1]


def network(layers, logits):
    modules = []
    for layer in layers:
        kind = layer["type"]
        if kind == "maxPooling2d":
            modules.append(torch.nn.MaxPool2d(2))
            continue
        if kind == "flatten":
            modules.append(torch.nn.Flatten())
            continue
        if kind == "embedding":
            modules.append(torch.nn.Embedding.from_pretrained(torch.from_numpy(array(layer["table"]).reshape(layer["shape"])), False))
            continue
        if kind == "lstm":
            modules.append(LastOutput(layer))
            continue
        w = kernel(layer)
        made = torch.nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:]) if kind == "conv2d" else torch.nn.Linear(w.shape[1], w.shape[0])
        with torch.no_grad():
            made.weight.copy_(w)
            made.bias.copy_(torch.from_numpy(array(layer["bias"])))
        modules.append(made)
        if layer["activation"] == "relu":
            modules.append(torch.nn.ReLU(inplace=True))
        elif layer["activation"] == "softmax" and not logits:
            modules.append(torch.nn.Softmax(1))
    return torch.nn.Sequential(*modules)


# Torch's default order of axes, and the one that oneDNN likes better.
layouts = {"dense": None, "channels last": 1}


def placed(task, form):
    """The network's module maker and the batch, in a layout."""
    layout = torch.channels_last if layouts[form] else torch.contiguous_format
    if task["model"] == "d":
        tokens = array(task["x"]).astype(np.int64).reshape(task["batch"], -1)
        return torch.contiguous_format, lambda: torch.from_numpy(tokens)
    x = array(task["x"]).reshape(task["batch"], 1, 28, 28)
    return layout, lambda: torch.from_numpy(x).contiguous(memory_format=layout)


def forms(task):
    has_maps = any(layer["type"] == "conv2d" for layer in task["layers"])
    return [form for form in layouts if torch and (has_maps or form == "dense")]


def predictor(task, form):
    layout, batch = placed(task, form)
    model = network(task["layers"], False).eval().to(memory_format=layout)

    def call():
        with torch.inference_mode():
            return model(batch()).numpy()

    return ("torch", form, call, call)


def trainer(task, form):
    layout, batch = placed(task, form)
    labels = array(task["labels"]).astype(np.int64)

    def step_of():
        model = network(task["layers"], True).to(memory_format=layout)
        adam = torch.optim.Adam(model.parameters(), lr=1e-3)
        loss_of = torch.nn.CrossEntropyLoss()
        t = 0

        def step():
            nonlocal t
            t += 1
            # Keras' epsilon, as ours: 1e-7 beside the root of the uncorrected moment.
            adam.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**t) ** 0.5
            adam.zero_grad()
            loss = loss_of(model(batch()), torch.from_numpy(labels))
            loss.backward()
            adam.step()
            return loss.item()

        return step

    def losses():
        step = step_of()
        return np.array([step(), step()], np.float32)

    return ("torch", form, step_of(), losses)


def predictors(task):
    return [predictor(task, form) for form in forms(task)]


def trainers(task):
    return [trainer(task, form) for form in forms(task)]


def products(task):
    m, k, n = task["m"], task["k"], task["n"]
    w, x = array(task["w"]).reshape(m, k), array(task["x"]).reshape(k, n)
    found = [("numpy", "dense", lambda: w @ x, lambda: w @ x)]
    if torch:
        tw = torch.from_numpy(w)

        def dense():
            with torch.inference_mode():
                return (tw @ torch.from_numpy(x)).numpy()

        found.append(("torch", "dense", dense, dense))
    if task["kind"] == "gemm":
        return found
    if torch:
        csr = tw.to_sparse_csr()

        def sparse():
            with torch.inference_mode():
                return (csr @ torch.from_numpy(x)).numpy()

        found.append(("torch", "CSR", sparse, sparse))
    if scipy:
        matrix = scipy.sparse.csr_matrix(w)
        found.append(("scipy", "CSR", lambda: matrix @ x, lambda: matrix @ x))
    return found


makers = {"predict": predictors, "train": trainers, "gemm": products, "spmm": products}
contenders = []


def reply(message):
    global contenders
    do = message["do"]
    if do == "versions":
        versions = {"numpy": np.__version__}
        if torch:
            versions["torch"] = torch.__version__
        if scipy:
            versions["scipy"] = scipy.__version__
        return versions
    if do == "drop":
        contenders = []
        return {}
    if do == "load":
        contenders = makers[message["task"]["kind"]](message["task"])
        return [{"library": library, "form": form} for library, form, _, _ in contenders]
    _, _, call, answer = contenders[message["id"]]
    if do == "answer":
        y = np.ascontiguousarray(answer(), np.float32)
        return base64.b64encode(y.tobytes()).decode()
    calls = message["calls"]
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


out = sys.stdout
sys.stdout = sys.stderr
for line in sys.stdin:
    try:
        result = {"result": reply(json.loads(line))}
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    out.write(json.dumps(result) + "\n")
    out.flush()
