"""Golden outputs and gradients of the layers, from PyTorch: python3 test/golden/layers.py > test/golden/layers.json

Inputs, weights and output gradients are drawn by golden.py. Images are [batch, rows, columns, channels] and kernels
[rows, columns, in, out], as in Keras.
"""
import torch
import torch.nn.functional as F

from golden import layer, print_lines


def same(size, window, stride):
    out = -(-size // stride)
    total = max(0, (out - 1) * stride + window - size)
    return total // 2, total - total // 2


def pads(x, window, stride):
    top, bottom = same(x.shape[2], window[0], stride[0])
    left, right = same(x.shape[3], window[1], stride[1])
    return left, right, top, bottom


def conv(x, kernel, bias, stride, padding, dilation=(1, 1)):
    weight = kernel.permute(3, 2, 0, 1)
    x = x.permute(0, 3, 1, 2)
    if padding == "same":
        extent = [(size - 1) * d + 1 for size, d in zip(weight.shape[2:], dilation)]
        x = F.pad(x, pads(x, extent, stride))
    return F.conv2d(x, weight, bias, stride, dilation=dilation).permute(0, 2, 3, 1)


def conv_transpose(x, kernel, bias, stride, padding, more=(None, None), dilation=(1, 1)):
    """Keras' kernel [rows, columns, out, in] and output sizes; what no pixel reaches is the bias."""
    weight = kernel.permute(3, 2, 0, 1)
    y = F.conv_transpose2d(x.permute(0, 3, 1, 2), weight, None, stride, dilation=dilation)
    border = []
    for axis, s, d, p in zip((3, 2), stride[::-1], dilation[::-1], more[::-1]):
        reached, extent = y.shape[axis], (weight.shape[axis] - 1) * d + 1
        size = (reached - extent) // s + 1
        if padding == "valid":
            out = reached + (max(s - extent, 0) if p is None else p)
        else:
            out = size * s if p is None else (size - 1) * s + extent % 2 + p
        before = max(reached - out, 0) // 2 if padding == "same" else 0
        border += [-before, out - (reached - before)]
    y = F.pad(y, border) + bias[:, None, None]
    return y.permute(0, 2, 3, 1)


def image(f):
    return lambda x: f(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def pool(x, kind, window, stride, padding):
    x = x.permute(0, 3, 1, 2)
    border = pads(x, window, stride) if padding == "same" else (0, 0, 0, 0)
    if kind == "max":
        y = F.max_pool2d(F.pad(x, border, value=-1e9), window, stride)
    else:
        inside = F.avg_pool2d(F.pad(torch.ones_like(x), border), window, stride)
        y = F.avg_pool2d(F.pad(x, border), window, stride) / inside
    return y.permute(0, 2, 3, 1)


def norm(x, gamma, beta):
    axes = tuple(range(x.dim() - 1))
    mean = x.mean(axes)
    variance = ((x - mean) ** 2).mean(axes)
    return (x - mean) / torch.sqrt(variance + 1e-3) * gamma + beta


activations = {
    "relu": F.relu,
    "leakyRelu": lambda z: F.leaky_relu(z, 0.2),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda z: F.softmax(z, -1),
    "elu": F.elu,
    "softplus": F.softplus,
    "gelu": F.gelu,
    "silu": F.silu,
    "swish": F.silu,
}


def cnn(x, k1, b1, k2, b2, w, b):
    h = pool(F.relu(conv(x, k1, b1, (1, 1), "same")), "max", (2, 2), (2, 2), "valid")
    h = F.relu(conv(h, k2, b2, (2, 2), "valid")).permute(0, 3, 1, 2).flatten(1)
    return torch.tanh(h @ w + b)


cases = {
    f"dense {name}": ([(3, 5), (5, 4), (4,)], lambda x, w, b, f=f: f(x @ w + b)) for name, f in activations.items()
}
cases |= {
    "conv2d valid": ([(3, 6, 7, 3), (3, 2, 3, 4), (4,)], lambda x, k, b: conv(x, k, b, (1, 1), "valid")),
    "conv2d same": ([(2, 5, 6, 2), (3, 4, 2, 3), (3,)], lambda x, k, b: conv(x, k, b, (1, 1), "same")),
    "conv2d strides": ([(2, 7, 6, 2), (3, 2, 2, 3), (3,)], lambda x, k, b: conv(x, k, b, (2, 3), "valid")),
    "conv2d same strides": ([(2, 7, 6, 2), (3, 3, 2, 3), (3,)], lambda x, k, b: conv(x, k, b, (2, 2), "same")),
    "conv2d dilated": (
        [(2, 8, 9, 2), (3, 2, 2, 3), (3,)],
        lambda x, k, b: conv(x, k, b, (1, 1), "valid", (2, 3)),
    ),
    "conv2d dilated same strides": (
        [(2, 8, 7, 2), (3, 3, 2, 3), (3,)],
        lambda x, k, b: conv(x, k, b, (2, 1), "same", (2, 2)),
    ),
    "conv2dTranspose valid": (
        [(3, 3, 4, 3), (3, 2, 2, 3), (2,)],
        lambda x, k, b: conv_transpose(x, k, b, (1, 1), "valid"),
    ),
    "conv2dTranspose same": (
        [(2, 4, 3, 2), (4, 3, 3, 2), (3,)],
        lambda x, k, b: conv_transpose(x, k, b, (1, 1), "same"),
    ),
    "conv2dTranspose strides": (
        [(2, 3, 4, 2), (3, 3, 3, 2), (3,)],
        lambda x, k, b: conv_transpose(x, k, b, (2, 2), "valid"),
    ),
    "conv2dTranspose same strides": (
        [(3, 3, 4, 2), (3, 4, 3, 2), (3,)],
        lambda x, k, b: conv_transpose(x, k, b, (2, 2), "same"),
    ),
    "conv2dTranspose gaps": (
        [(2, 3, 2, 2), (2, 1, 3, 2), (3,)],
        lambda x, k, b: conv_transpose(x, k, b, (3, 2), "valid"),
    ),
    "conv2dTranspose outputPadding": (
        [(2, 3, 4, 2), (5, 3, 2, 2), (2,)],
        lambda x, k, b: conv_transpose(x, k, b, (2, 3), "same", (1, 2)),
    ),
    "conv2dTranspose outputPadding valid": (
        [(2, 3, 4, 2), (3, 2, 2, 2), (2,)],
        lambda x, k, b: conv_transpose(x, k, b, (2, 3), "valid", (1, 0)),
    ),
    "conv2dTranspose dilated": (
        [(2, 4, 4, 2), (3, 2, 2, 2), (2,)],
        lambda x, k, b: conv_transpose(x, k, b, (1, 1), "same", dilation=(2, 3)),
    ),
    "upSampling2d": ([(2, 3, 4, 2)], image(lambda x: F.interpolate(x, scale_factor=(2, 3)))),
    "upSampling2d bilinear": (
        [(2, 3, 4, 2)],
        image(lambda x: F.interpolate(x, scale_factor=(2, 3), mode="bilinear", align_corners=False)),
    ),
    "zeroPadding2d": ([(2, 3, 4, 2)], image(lambda x: F.pad(x, (3, 0, 1, 2)))),
    "cropping2d": ([(2, 6, 5, 2)], image(lambda x: F.pad(x, (-1, -2, -3, 0)))),
    "globalAveragePooling2d": ([(3, 3, 4, 2)], lambda x: x.mean((1, 2))),
    "globalMaxPooling2d": ([(3, 3, 4, 2)], lambda x: x.amax((1, 2), keepdim=True)),
    "maxPooling2d": ([(2, 5, 6, 2)], lambda x: pool(x, "max", (2, 2), (2, 2), "valid")),
    "maxPooling2d same overlapping": ([(2, 5, 6, 2)], lambda x: pool(x, "max", (3, 3), (2, 2), "same")),
    "averagePooling2d": ([(2, 5, 6, 2)], lambda x: pool(x, "average", (2, 3), (2, 3), "valid")),
    "averagePooling2d same overlapping": ([(2, 5, 6, 2)], lambda x: pool(x, "average", (3, 3), (2, 2), "same")),
    "batchNormalization features": ([(5, 3), (3,), (3,)], norm),
    "batchNormalization images": ([(3, 2, 4, 3), (3,), (3,)], norm),
    "cnn": ([(3, 9, 9, 1), (3, 3, 1, 4), (4,), (2, 2, 4, 3), (3,), (12, 2), (2,)], cnn),
}

print_lines({name: {"shapes": shapes, **layer(function, shapes, 7)} for name, (shapes, function) in cases.items()})
