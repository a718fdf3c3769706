// Batch normalization over everything but the channel, and dropout.

import { arena, type Buffer, f32, kernels, none } from '../engine/index.ts';
import { type Parameter, type Slab, type Tape, Tensor } from '../tensor/index.ts';
import { moveRuns } from './steps.ts';

/** Mean and variance of each channel, in the arena. */
export interface Moments {
  readonly mean: Buffer;
  readonly variance: Buffer;
}

/** Zeros for `count` f64 sums. */
function f64Zeros(count: number): Buffer {
  const sums = arena.allocate(8 * count);
  f32(sums, 2 * count).fill(0);
  return sums;
}

/** All channels of a slab, as kernels that sum over them take it. */
const channels = (x: Tensor, slab: Slab) =>
  [0, x.channels, x.pixels, slab.samples, slab.width, x.slab(slab), x.pixels * slab.width] as const;

/** Which pixels of a sequence are real, as kernels take it, and how many numbers of a channel that are in the whole batch. */
function realPixels(x: Tensor): { count: number; mask(slab: Slab): Buffer } {
  if (!x.mask) return { count: x.pixels * x.batch.size, mask: () => none };
  const mask = eachPixel(x.mask, x.pixels);
  let count = 0;
  for (const slab of x.batch.slabs) {
    const view = f32(mask.slab(slab), x.pixels * slab.width);
    for (const [i, real] of view.entries()) if (i % slab.width < slab.samples && real !== 0) count++;
  }
  return { count: Math.max(1, count), mask: (slab) => mask.slab(slab) };
}

/** A mask of steps, [time], as one of `pixels` pixels, as many in each step. */
function eachPixel(mask: Tensor, pixels: number): Tensor {
  const time = mask.features;
  if (time === pixels) return mask;
  const whole = Tensor.allocate([pixels], mask.batch);
  for (const slab of mask.batch.slabs) {
    const [n, each] = [slab.width, pixels / time];
    moveRuns(time, each, n, mask.slab(slab), n, 0, whole.slab(slab), each * n, n);
  }
  return whole;
}

/** The batch's mean and variance (the biased one) of each channel, padding left out; two passes, sums in f64. */
export function batchMoments(x: Tensor): Moments {
  const [mean, variance] = [arena.allocate(4 * x.channels), arena.allocate(4 * x.channels)];
  arena.scope(() => {
    const { count, mask } = realPixels(x);
    const [sums, squares] = [f64Zeros(x.channels), f64Zeros(x.channels)];
    for (const slab of x.batch.slabs) {
      kernels().batch_norm_sum_f32(...channels(x, slab), sums, mask(slab));
    }
    kernels().batch_norm_moment_f32(0, x.channels, count, sums, mean);
    for (const slab of x.batch.slabs) {
      kernels().batch_norm_squares_f32(...channels(x, slab), mean, squares, mask(slab));
    }
    kernels().batch_norm_moment_f32(0, x.channels, count, squares, variance);
  });
  return { mean, variance };
}

/** γ·(x − mean) / √(variance + ε) + β. */
export function normalize(x: Tensor, moments: Moments, epsilon: number, gamma?: Parameter, beta?: Parameter): Tensor {
  const y = Tensor.allocate(x.shape, x.batch);
  for (const slab of x.batch.slabs) {
    const pitch = x.pixels * slab.width;
    kernels().batch_norm_f32(
      0,
      x.channels,
      pitch,
      epsilon,
      x.slab(slab),
      pitch,
      moments.mean,
      moments.variance,
      gamma?.values.buffer ?? none,
      beta?.values.buffer ?? none,
      y.slab(slab),
      pitch,
    );
  }
  return y;
}

/**
 * Adds to the gradients of γ and β and returns dx.
 * @param constant whether the moments were given (moving averages) rather than the batch's own.
 */
export function normalizeBackward(
  x: Tensor,
  moments: Moments,
  constant: boolean,
  epsilon: number,
  dy: Tensor,
  gamma?: Parameter,
  beta?: Parameter,
): Tensor {
  const dx = Tensor.allocate(x.shape, x.batch);
  arena.scope(() => {
    const { count, mask } = realPixels(x);
    const sums = f64Zeros(2 * x.channels);
    for (const slab of x.batch.slabs) {
      const pitch = x.pixels * slab.width;
      kernels().batch_norm_backward_sums_f32(...channels(x, slab), moments.mean, dy.slab(slab), pitch, sums);
    }
    kernels().batch_norm_gradients_f32(
      0,
      x.channels,
      epsilon,
      moments.variance,
      sums,
      gamma?.gradient.buffer ?? none,
      beta?.gradient.buffer ?? none,
      1,
    );
    for (const slab of x.batch.slabs) {
      const pitch = x.pixels * slab.width;
      kernels().batch_norm_backward_f32(
        0,
        x.channels,
        x.pixels,
        slab.samples,
        slab.width,
        count,
        epsilon,
        x.slab(slab),
        pitch,
        moments.mean,
        moments.variance,
        gamma?.values.buffer ?? none,
        constant ? none : sums,
        dy.slab(slab),
        pitch,
        dx.slab(slab),
        pitch,
        mask(slab),
      );
    }
  });
  return dx;
}

/** average ← momentum·average + (1 − momentum)·moment. */
export function moveTowards(average: Parameter, moment: Buffer, momentum: number): void {
  const from = f32(moment, average.length);
  const to = average.values.view;
  for (let c = 0; c < to.length; c++) to[c] = momentum * to[c] + (1 - momentum) * from[c];
}

/** Zeroes elements with probability `rate` and scales up the others; the same `stream` on the same step drops the same ones. */
export function drop(x: Tensor, rate: number, tape: Tape, stream: number): Tensor {
  const y = Tensor.allocate(x.shape, x.batch);
  kernels().dropout_f32(0, x.length, rate, tape.seed, stream, tape.step, x.buffer, y.buffer);
  return y;
}
