// How many weights a network has and how many of them are not zero.

import { keptWeights, type Network } from '../model/index.ts';

/** Weights of kernels; biases and statistics are not counted. */
export interface Sparsity {
  /** How many there are. */
  readonly weights: number;
  /** Those that are not 0. */
  readonly kept: number;
  /** kept / weights. */
  readonly density: number;
}

/** The figures of a network's kernels (parameters that pruning may touch). */
export function sparsity(network: Network): Sparsity {
  const { weights, kept } = keptWeights(network.parameters);
  return { weights, kept, density: weights ? kept / weights : 1 };
}
