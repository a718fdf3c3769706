"""Golden outputs and gradients of the layers of sequences, from PyTorch: python3 test/golden/sequences.py > test/golden/sequences.json

Operands and output gradients are drawn by golden.py: first those of `inputs`, then the parameters, in Keras' shapes, then the output's
gradient. Tokens are (7·i·i + 3·i) mod 6 with zeros from each sample's length on. torch's gates stand in the order i, f, g, o, as Keras' do;
of its two biases one is 0.
"""
import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from golden import Draw, layer, print_lines, rounded

LENGTHS = torch.tensor([5, 3, 1])
TOKENS = torch.tensor([[(7 * i * i + 3 * i) % 6 if t < LENGTHS[s] else 0 for t, i in enumerate(range(5 * s + 1, 5 * s + 6))] for s in range(3)])
TOKENS = torch.where(torch.arange(5)[None] < LENGTHS[:, None], torch.where(TOKENS == 0, 1, TOKENS), 0)


def reading(x, w, u, b, h=None, c=None, backwards=False, lengths=None):
    """All outputs and the last state of torch's LSTM with Keras' parameters, in the order of reading."""
    units, directions = u.shape[0], 2 if backwards else 1
    zeros = torch.zeros(directions, x.shape[0], units).double()
    state = (zeros, zeros) if h is None else (h[None], c[None])
    weights = [w.T, u.T, b, torch.zeros_like(b)] * directions
    common = (weights, True, 1, 0.0, False, backwards)
    if lengths is None:
        y, hn, cn = torch.lstm(x, state, *common, True)
    else:
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        data, sizes, order, back = packed
        y, hn, cn = torch.lstm(data, sizes, tuple(part[:, order] for part in state), *common)
        y, _ = pad_packed_sequence(PackedSequence(y, sizes, order, back), batch_first=True, total_length=x.shape[1])
        hn, cn = hn[:, back], cn[:, back]
    if backwards:
        y = y[..., units:].flip(1)
    return y, hn[-1], cn[-1]


def repeated(y, lengths):
    """Keras repeats the last output where torch has zeros."""
    last = (torch.arange(y.shape[1])[None] < lengths[:, None]).cumsum(1).clamp(min=1) - 1
    return y.gather(1, last[..., None].expand_as(y))


def stacked(x, w, u, b, w2, u2, b2):
    return reading(reading(x, w, u, b)[0], w2, u2, b2)[1]


def given(x, h, c, w, u, b):
    y, hn, cn = reading(x, w, u, b, h, c)
    return torch.cat((y[:, -1], hn, cn), 1)


def masked_mean(e, w, u, b):
    y = repeated(reading(F.embedding(TOKENS, e), w, u, b, lengths=LENGTHS)[0], LENGTHS)
    real = (torch.arange(5)[None] < LENGTHS[:, None]).double()[..., None]
    return (y * real).sum(1) / real.sum(1)


def text_cnn(e, k, b):
    return F.conv1d(F.embedding(TOKENS, e).transpose(1, 2), k.permute(2, 1, 0), b).amax(2)


def relu_lstm(x, w, u, b):
    h = c = torch.zeros(x.shape[0], u.shape[0]).double()
    for t in range(x.shape[1]):
        i, f, g, o = (x[:, t] @ w + h @ u + b).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * F.relu(g)
        h = torch.sigmoid(o) * F.relu(c)
    return h


def masked_norm(e, gamma, beta):
    """Mean and variance are those of real steps, as torch has them of these alone; padding is normalized by them, too (Keras 3)."""
    x = F.embedding(TOKENS, e)
    real = x[torch.arange(5)[None] < LENGTHS[:, None]]
    mean, variance = real.mean(0), real.var(0, unbiased=False)
    alone = F.batch_norm(real, None, None, gamma, beta, training=True, eps=1e-3)
    y = (x - mean) / torch.sqrt(variance + 1e-3) * gamma + beta
    assert torch.allclose(y[torch.arange(5)[None] < LENGTHS[:, None]], alone, atol=1e-12)
    return y


cell = [(4, 12), (3, 12), (12,)]
embedded = [(6, 4), *cell]
# name: (float inputs, parameters, function)
cases = {
    "embedding": ([], [(6, 4)], lambda e: F.embedding(TOKENS, e)),
    "conv1d": ([(3, 7, 2)], [(3, 2, 4), (4,)], lambda x, k, b: F.conv1d(x.transpose(1, 2), k.permute(2, 1, 0), b, 2).transpose(1, 2)),
    "text cnn": ([], [(6, 4), (2, 4, 3), (3,)], text_cnn),
    "lstm": ([(3, 6, 4)], cell, lambda x, w, u, b: reading(x, w, u, b)[1]),
    "lstm sequences": ([(3, 6, 4)], cell, lambda x, w, u, b: reading(x, w, u, b)[0]),
    "lstm backwards": ([(3, 6, 4)], cell, lambda x, w, u, b: reading(x, w, u, b, backwards=True)[0]),
    "lstm stacked": ([(3, 6, 4)], [*cell, (3, 8), (2, 8), (8,)], stacked),
    "lstm from a state": ([(3, 6, 4), (3, 3), (3, 3)], cell, given),
    "lstm relu": ([(3, 6, 4)], cell, relu_lstm),
    "lstm masked": ([], embedded, lambda e, w, u, b: reading(F.embedding(TOKENS, e), w, u, b, lengths=LENGTHS)[1]),
    "lstm masked sequences": ([], embedded, lambda e, w, u, b: repeated(reading(F.embedding(TOKENS, e), w, u, b, lengths=LENGTHS)[0], LENGTHS)),
    "lstm masked backwards": ([], embedded, lambda e, w, u, b: reading(F.embedding(TOKENS, e), w, u, b, backwards=True, lengths=LENGTHS)[1]),
    "batch norm masked": ([], [(6, 4), (4,), (4,)], masked_norm),
    "lstm masked mean": ([], embedded, masked_mean),
}

golden = {
    name: {
        "inputs": inputs,
        "tokens": [] if inputs else TOKENS.tolist(),
        "parameters": parameters,
        **layer(function, [*inputs, *parameters], 11),
    }
    for name, (inputs, parameters, function) in cases.items()
}


def sparse_adam():
    """A table after three steps, of which the last leaves out tokens that the first two had, and its loss Σ y·(its place)."""
    table = torch.nn.Embedding(6, 4, sparse=True).double()
    with torch.no_grad():
        table.weight.copy_(Draw(11)(6, 4))
    adam = torch.optim.SparseAdam(table.parameters(), lr=0.1, eps=1e-7)
    steps = [[[1, 2, 2, 5, 3]], [[1, 1, 4, 5, 4]], [[2, 2, 2, 2, 1]]]
    for tokens in steps:
        adam.zero_grad()
        y = table(torch.tensor(tokens))
        (y * torch.arange(20).reshape(1, 5, 4)).sum().backward()
        adam.step()
    return {"steps": steps, "table": rounded(table.weight)}


golden["SparseAdam"] = sparse_adam()
print_lines(golden)
