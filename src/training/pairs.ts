// Inputs and targets that belong together, and how much each sample counts: what training and judging go over.

import type { Batch, Tensor } from '../tensor/index.ts';
import type { Samples } from './samples.ts';

/** Inputs and targets of the same samples, and their weights where they differ from 1. */
export interface Pairs {
  readonly x: Samples;
  readonly y: Samples;
  readonly weights?: Samples;
}

/** One batch of them, in the arena: a tensor for each input, and for each output. */
export interface Examples {
  readonly inputs: readonly Tensor[];
  readonly targets: readonly Tensor[];
  readonly weights?: readonly Tensor[];
}

/** The pairs of these indices, as many as `batch` has. */
export const gather = ({ x, y, weights }: Pairs, indices: Uint32Array, batch: Batch): Examples => ({
  inputs: x.gather(indices, batch),
  targets: y.gather(indices, batch),
  weights: weights?.gather(indices, batch),
});

const slice = ({ x, y, weights }: Pairs, begin: number, end: number): Pairs => ({
  x: x.slice(begin, end),
  y: y.slice(begin, end),
  weights: weights?.slice(begin, end),
});

/** The first part for training and the last for validation. @throws when one would be empty. */
export function split(pairs: Pairs, fraction: number): { training: Pairs; validation: Pairs } {
  const { count } = pairs.x;
  const at = Math.floor(count * (1 - fraction));
  if (at === 0 || at === count) {
    throw new Error(`fit(): a validationSplit of ${fraction} of ${count} samples leaves no samples on one side.`);
  }
  return { training: slice(pairs, 0, at), validation: slice(pairs, at, count) };
}
