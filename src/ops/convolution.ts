// 2-D convolution of a padded input. Within a slab an output row is a run of OW·n floats, and tap t of it the same run of the
// input moved on by offsets[t]: no im2col. With strides a run is one pixel, n floats.
//
//   x [c][H][W][n]   W (output-major) [m][taps], taps in order (c, row, column)   y [m][OH][OW][n]

import { type Parameter, type Pattern, Tensor } from '../tensor/index.ts';
import { addRowSums, matrixSizes } from './dense.ts';
import { convolutionGeometry } from './geometry.ts';
import { sparseMultiply, sparseSample, sparseScatter } from './sparse.ts';
import { convolve, correlate, scatter, tilingFor } from './taps.ts';
import { crop, type Window } from './window.ts';

/** max(W * xp + b, lower), of the padded input. */
export function conv2d(kernel: Parameter, xp: Tensor, window: Window, bias?: Parameter, lower = -Infinity): Tensor {
  const sizes = matrixSizes(kernel);
  const y = Tensor.allocate([...window.output, sizes.m], xp.batch);
  const b = bias?.values.buffer;
  const pattern = fasterPattern(kernel, window, xp);
  if (pattern) sparseMultiply(kernel, pattern, convolutionGeometry(window), xp, y, bias, lower);
  else convolve({ ...sizes, buffer: kernel.values.buffer }, window, xp, y, b, lower);
  return y;
}

/** Adds to the gradients of kernel and bias; returns the gradient for x (not padded) where it wants one. */
export function conv2dBackward(
  kernel: Parameter,
  xp: Tensor,
  window: Window,
  dy: Tensor,
  bias?: Parameter,
): Tensor | undefined {
  const sizes = matrixSizes(kernel);
  const geometry = convolutionGeometry(window);
  const dxp = xp.needsGradient ? Tensor.zeros(xp.shape, xp.batch) : undefined;
  if (bias) addRowSums(dy, bias);
  const pattern = fasterPattern(kernel, window, xp);
  if (pattern) {
    sparseSample(kernel, pattern, geometry, xp, dy);
    if (dxp) sparseScatter(kernel, pattern, geometry, dy, dxp);
  } else {
    correlate({ ...sizes, buffer: kernel.gradient.buffer }, window, xp, dy);
    if (dxp) scatter({ ...sizes, buffer: kernel.values.buffer }, window, dy, dxp);
  }
  return dxp && crop(dxp, window);
}

/** Parts of what tiles cost in parts of taps, up to which density kept weights alone are faster. */
const worthPattern = 0.65;

/** The kernel's pattern, unless tiles are faster with all weights. */
function fasterPattern(kernel: Parameter, window: Window, x: Tensor): Pattern | undefined {
  const { pattern } = kernel;
  const tiling = pattern && tilingFor(matrixSizes(kernel), window, x);
  return tiling && pattern.nnz > worthPattern * tiling.share * kernel.length ? undefined : pattern;
}
