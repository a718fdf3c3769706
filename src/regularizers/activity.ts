// Penalties on what a layer gives, summed over its units and averaged over the samples, as Keras has it: l1·Σ|y| + l2·Σy².

import { at, type Buffer, f32, kernels } from '../engine/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** The mean over the samples of l1·Σ|y| + l2·Σy². */
export function normValue(y: Tensor, l1: number, l2: number): number {
  const { sumabs_f32, sumsq_f32 } = kernels();
  const norm = (length: number, x: Buffer) =>
    (l1 && l1 * sumabs_f32(0, length, x)) + (l2 && l2 * sumsq_f32(0, length, x));
  let sum = 0;
  for (const slab of y.batch.slabs) {
    const { samples, width } = slab;
    const x = y.slab(slab);
    if (samples === width) sum += norm(y.features * width, x);
    else for (let row = 0; row < y.features; row++) sum += norm(samples, at(x, row * width));
  }
  return sum / y.batch.size;
}

/** Adds the slope of {@link normValue} to dy. */
export function addNormGradient(y: Tensor, dy: Tensor, l1: number, l2: number): void {
  const share = 1 / y.batch.size;
  if (l1) kernels().l1_gradient_f32(0, y.length, share * l1, y.buffer, dy.buffer);
  if (l2) kernels().axpy_f32(0, y.length, 2 * share * l2, y.buffer, dy.buffer);
}

/** The mean of each unit over the samples. */
export function unitMeans(y: Tensor): Float64Array {
  const { features, batch } = y;
  const sums = new Float64Array(features);
  for (const slab of batch.slabs) {
    const view = f32(y.slab(slab), features * slab.width);
    for (let j = 0; j < features; j++) {
      for (let i = j * slab.width, end = i + slab.samples; i < end; i++) sums[j] += view[i];
    }
  }
  return sums.map((sum) => sum / batch.size);
}

/** Adds a number for each unit to dy, for all samples. */
export function addToUnits(dy: Tensor, numbers: Float32Array, buffer: Buffer): void {
  f32(buffer, numbers.length).set(numbers);
  for (const slab of dy.batch.slabs) {
    kernels().bias_f32(0, dy.features, slab.width, buffer, -Infinity, dy.slab(slab), slab.width);
  }
}
