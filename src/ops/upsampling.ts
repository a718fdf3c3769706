// Feature maps made larger by whole factors.

import { type Kernels, kernels } from '../engine/index.ts';
import { Tensor } from '../tensor/index.ts';
import type { Sides } from './window.ts';

/** Keras' ways: each pixel repeated, or mixed from the nearest four. */
export type Interpolation = 'nearest' | 'bilinear';

/** x with rows and columns `factors` times as many. */
export function upsample(x: Tensor, factors: Sides, interpolation: Interpolation): Tensor {
  const [rows, cols, channels] = x.shape;
  const y = Tensor.allocate([rows * factors[0], cols * factors[1], channels], x.batch);
  const kernel = upsampler(kernels(), interpolation);
  for (const slab of x.batch.slabs) {
    const n = slab.width;
    const { xChannel, xRow, yChannel, yRow } = pitches(rows, cols, factors, n);
    kernel(0, channels, n, rows, cols, ...factors, x.slab(slab), xChannel, xRow, y.slab(slab), yChannel, yRow);
  }
  return y;
}

/** What each pixel of x, of that shape, gave to. */
export function upsampleBackward(
  dy: Tensor,
  [rows, cols, channels]: readonly number[],
  factors: Sides,
  interpolation: Interpolation,
): Tensor {
  const dx = Tensor.zeros([rows, cols, channels], dy.batch);
  const { upsample2d_backward_f32, bilinear2d_backward_f32 } = kernels();
  const kernel = interpolation === 'nearest' ? upsample2d_backward_f32 : bilinear2d_backward_f32;
  for (const slab of dy.batch.slabs) {
    const n = slab.width;
    const { xChannel, xRow, yChannel, yRow } = pitches(rows, cols, factors, n);
    kernel(0, channels, n, rows, cols, ...factors, dy.slab(slab), yChannel, yRow, dx.slab(slab), xChannel, xRow);
  }
  return dx;
}

/** The kernel of an interpolation. */
export const upsampler = (kernels: Kernels, interpolation: Interpolation): Kernels['upsample2d_f32'] =>
  interpolation === 'nearest' ? kernels.upsample2d_f32 : kernels.bilinear2d_f32;

const pitches = (rows: number, cols: number, [down, across]: Sides, n: number) => ({
  xRow: cols * n,
  xChannel: rows * cols * n,
  yRow: cols * across * n,
  yChannel: rows * down * cols * across * n,
});
