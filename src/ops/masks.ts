// Masks of sequences: a tensor [time] of 1 (real) and 0 (padding) beside a tensor [time, ..], stored [slab][time][width].

import { at, kernels } from '../engine/index.ts';
import { Tensor } from '../tensor/index.ts';

/** True steps of a mask in the whole batch, padded samples not counted. */
export function countSteps(mask: Tensor): number {
  const { view } = mask;
  let count = 0;
  for (const { first, samples, width } of mask.batch.slabs) {
    const start = first * mask.features;
    for (let row = start; row < start + mask.features * width; row += width) {
      for (let j = row; j < row + samples; j++) count += view[j];
    }
  }
  return count;
}

/** x with every channel multiplied, step by step, by `weights` of shape [time]; `y` may be x itself. */
export function weigh(x: Tensor, weights: Tensor, y = Tensor.allocate(x.shape, x.batch)): Tensor {
  for (const slab of x.batch.slabs) {
    const row = weights.features * slab.width;
    for (let c = 0; c < x.features / weights.features; c++) {
      const [from, to] = [at(x.slab(slab), c * row), at(y.slab(slab), c * row)];
      kernels().multiply_f32(0, row, from, weights.slab(slab), to);
    }
  }
  return y;
}

/** mask · weights, a number for each step; `weights` has one for each of `steps` too, or one a sample. What is missing counts as ones. */
export function stepWeights(steps: number, mask?: Tensor, weights?: Tensor): Tensor | undefined {
  if (!weights || (!mask && weights.features === steps)) return weights ?? mask;
  const product = Tensor.allocate([steps], weights.batch);
  for (const slab of weights.batch.slabs) {
    const { width } = slab;
    for (let row = 0; row < steps * width; row += width) {
      const from = at(weights.slab(slab), weights.features === 1 ? 0 : row);
      const to = at(product.slab(slab), row);
      if (mask) kernels().multiply_f32(0, width, from, at(mask.slab(slab), row), to);
      else kernels().scale_f32(0, width, 1, from, to);
    }
  }
  return product;
}

/**
 * What the mean over all steps becomes the mean over the real ones by: steps·mask / Σ mask for each sample; zeros for a sample without
 * any.
 */
export function meanWeights(mask: Tensor): Tensor {
  const weights = Tensor.allocate(mask.shape, mask.batch);
  for (const { first, width } of mask.batch.slabs) {
    const slab = [first * mask.features, (first + width) * mask.features] as const;
    fillMeanWeights(mask.view.subarray(...slab), weights.view.subarray(...slab), width);
  }
  return weights;
}

/** {@link meanWeights} of n samples, [time][n]. */
export function fillMeanWeights(mask: Float32Array, weights: Float32Array, n: number): void {
  for (let sample = 0; sample < n; sample++) {
    let sum = 0;
    for (let i = sample; i < mask.length; i += n) sum += mask[i];
    const share = sum > 0 ? mask.length / n / sum : 0;
    for (let i = sample; i < mask.length; i += n) weights[i] = share * mask[i];
  }
}

/** 1 where any of the masks is; undefined where one is missing, since its steps are all real. */
export function anyMask(tensors: readonly Tensor[]): Tensor | undefined {
  return tensors.every(({ mask }) => mask) ? join(tensors, Math.max) : undefined;
}

/** 1 where all the masks are; a missing one is 1 everywhere. */
export const everyMask = (tensors: readonly Tensor[]): Tensor | undefined => join(tensors, Math.min);

function join(tensors: readonly Tensor[], pick: (a: number, b: number) => number): Tensor | undefined {
  const masks = tensors.flatMap(({ mask }) => mask ?? []);
  if (masks.length < 2) return masks[0];
  const joined = masks[0].copy();
  const { view } = joined;
  for (const mask of masks.slice(1)) {
    for (const [i, m] of mask.view.entries()) view[i] = pick(view[i], m);
  }
  return joined;
}
