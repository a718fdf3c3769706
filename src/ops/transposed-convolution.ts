// Transposed convolution: the way back of a convolution from y to x, as an operation of its own. Each pixel of x adds its kernel's taps to
// the windows of y that it stands for.
//
//   x [c][H][W][n]   kernel in storage [m][c][taps], as products read it [c][m·taps]   y [m][OH][OW][n], cut from all that is reached
//
// The window is of the convolution that this is the way back of: its input is y, its output x. 2·c·m·taps flops a pixel of x each way.

import { arena, f32, kernels } from '../engine/index.ts';
import { type Parameter, Tensor } from '../tensor/index.ts';
import { addRowSums } from './dense.ts';
import { convolutionGeometry } from './geometry.ts';
import { sparseMultiply, sparseSample, sparseScatter } from './sparse.ts';
import { convolve, correlate, scatter, type Taps } from './taps.ts';
import { crop, pad, type Window } from './window.ts';

/** max(W * x + b, lower). */
export function conv2dTranspose(
  kernel: Parameter,
  x: Tensor,
  window: Window,
  bias?: Parameter,
  lower = -Infinity,
): Tensor {
  const filters = kernel.shape[kernel.axes[0]];
  const yp = Tensor.zeros([...window.padded, filters], x.batch);
  const { pattern } = kernel;
  if (pattern) sparseScatter(kernel, pattern, convolutionGeometry(window), x, yp);
  else arena.scope(() => scatter(turned(kernel, x), window, x, yp));
  const y = crop(yp, window);
  finish(y, bias, lower);
  return y;
}

/** Adds to the gradients of kernel and bias; returns the gradient for x where it wants one. */
export function conv2dTransposeBackward(
  kernel: Parameter,
  x: Tensor,
  window: Window,
  dy: Tensor,
  bias?: Parameter,
): Tensor | undefined {
  if (bias) addRowSums(dy, bias);
  const dx = x.needsGradient ? Tensor.allocate(x.shape, x.batch) : undefined;
  const { pattern } = kernel;
  arena.scope(() => {
    const dyp = pad(dy, window);
    if (pattern) {
      const geometry = convolutionGeometry(window);
      sparseSample(kernel, pattern, geometry, dyp, x);
      if (dx) sparseMultiply(kernel, pattern, geometry, dyp, dx, undefined, -Infinity);
      return;
    }
    sampleInto(kernel, window, dyp, x);
    if (dx) convolve(turned(kernel, x), window, dyp, dx);
  });
  return dx;
}

/** The kernel as products read it, in the arena. */
function turned(kernel: Parameter, x: Tensor): Taps {
  const { length, matrixOrder } = kernel;
  const buffer = arena.allocate(4 * length);
  const [to, from] = [f32(buffer, length), kernel.values.view];
  for (let i = 0; i < length; i++) to[i] = from[matrixOrder[i]];
  return { buffer, m: x.channels, k: length / x.channels };
}

/** Adds the kernel's gradient. */
function sampleInto(kernel: Parameter, window: Window, dyp: Tensor, x: Tensor): void {
  const { length, matrixOrder } = kernel;
  const buffer = arena.allocate(4 * length);
  f32(buffer, length).fill(0);
  correlate({ buffer, m: x.channels, k: length / x.channels }, window, dyp, x);
  const [from, to] = [f32(buffer, length), kernel.gradient.view];
  for (let i = 0; i < length; i++) to[matrixOrder[i]] += from[i];
}

/** y = max(y + b, lower), in place. */
function finish(y: Tensor, bias: Parameter | undefined, lower: number): void {
  for (const slab of y.batch.slabs) {
    const n = y.pixels * slab.width;
    if (bias) kernels().bias_f32(0, y.channels, n, bias.values.buffer, lower, y.slab(slab), n);
    else if (lower === 0) kernels().relu_f32(0, y.channels * n, y.slab(slab), y.slab(slab));
  }
}
