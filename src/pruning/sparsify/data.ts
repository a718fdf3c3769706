import { type ArrayInput, checkKnown, checkNumber, type NdArray, toSamples } from '../../tensor/index.ts';
import { Random } from '../../tensor/random.ts';

/** Options of {@link sparsifyData}. */
export interface SparsifyDataOptions {
  /** The probability of each value to be kept: one for all, or one for each feature of a sample. In [0, 1]. */
  keep: number | readonly number[];
  /** Whether to divide what is kept by its probability, so that means stay as they are; default false. */
  rescale?: boolean;
  /** A whole number from 0; default 0. */
  seed?: number;
}

/**
 * Sparsifies data: keeps value i of each sample with probability aᵢ and sets the others to zero.
 * @param shape of one sample, e.g. `[28, 28, 1]`.
 * @returns new numbers, `[batch, ...shape]`.
 * @throws {RangeError} on probabilities outside [0, 1]; an error on data of another shape, or another number of probabilities.
 */
export function sparsifyData(x: ArrayInput, shape: readonly number[], options: SparsifyDataOptions): NdArray {
  checkKnown('sparsifyData', options, ['keep', 'rescale', 'seed']);
  const { keep, rescale = false, seed = 0 } = options;
  const { data, count } = toSamples(x, shape, 'sparsifyData');
  const features = data.length / count;
  const probabilities = typeof keep === 'object' && keep ? keep : new Array<number>(features).fill(keep);
  if (probabilities.length !== features) {
    throw new Error(
      `sparsifyData: expected ${features} probabilities, one for each feature, got ${probabilities.length}.`,
    );
  }
  for (const each of probabilities) checkNumber('sparsifyData', { keep: each }, 'a number in [0, 1]');
  const random = new Random(seed, 'data');
  const kept = Float32Array.from(data, (value, i) => {
    const p = probabilities[i % features];
    return random.uniform() < p ? (rescale ? value / p : value) : 0;
  });
  return { data: kept, shape: [count, ...shape] };
}
