// Denoising by sparse coding, learned from the noisy picture itself: all its overlapping patches, less their means, are pursued to
// an error just above the noise's, over a dictionary that K-SVD begins as an overcomplete DCT; their averages, with a
// little of the noisy picture, are the result. (Elad and Aharon 2006; constants of Rubinstein's KSVD-Box)

import {
  Dictionary,
  dctDictionary,
  extractPatches2d,
  ksvd,
  omp,
  Random,
  reconstruct,
  reconstructFromPatches2d,
} from '../../src/index.ts';
import type { Picture } from '../pictures.ts';

const size = 8;
const features = size * size;

/** The gain C of the error at which a pursuit stops: ‖residual‖ ≤ C·σ·√64. */
const gain = 1.15;

/** What sparse coding made of a picture. */
export interface Coded {
  readonly picture: Picture;
  readonly dictionary: Dictionary;
  /** Atoms for a patch, on average. */
  readonly nonzeros: number;
}

/** How a dictionary is learned. */
export interface Learning {
  readonly seed: number;
  /** Of K-SVD; 0 leaves the overcomplete DCT as it is. */
  readonly iterations: number;
  /** Patches to learn from, drawn at random where there are more. */
  readonly patches: number;
  readonly signal?: { readonly aborted: boolean };
}

/** The overcomplete DCT without its constant atom: means are kept apart. */
export function startingDictionary(): Dictionary {
  return new Dictionary(dctDictionary({ size, atoms: 256 }).values.subarray(features), { features });
}

/** Removes noise of standard deviation `sigma` from a picture. */
export async function denoise(noisy: Picture, sigma: number, learning: Learning): Promise<Coded> {
  const grid = { rows: noisy.rows, columns: noisy.columns, size };
  const patches = extractPatches2d(noisy.pixels, grid);
  const means = centre(patches);
  const error = gain * sigma * size;
  const dictionary = await learned(patches, error, learning);
  const codes = omp(dictionary, patches, { error });
  const clean = reconstruct(dictionary, codes);
  for (let i = 0; i < clean.length; i++) clean[i] += means[Math.floor(i / features)];
  const pixels = reconstructFromPatches2d(clean, grid, { image: noisy.pixels, weight: 0.1 / sigma });
  return { picture: { ...noisy, pixels }, dictionary, nonzeros: codes.nnz / codes.rows };
}

async function learned(patches: Float32Array, error: number, learning: Learning): Promise<Dictionary> {
  const { seed, iterations, signal } = learning;
  if (iterations === 0) return startingDictionary();
  const some = drawn(patches, learning.patches, new Random(seed, 'patches'));
  const { dictionary } = await ksvd(some, { initial: startingDictionary(), error, iterations, signal });
  return dictionary;
}

/** Takes each patch's mean off it, and returns the means. */
function centre(patches: Float32Array): Float32Array {
  return Float32Array.from({ length: patches.length / features }, (_, i) => {
    const patch = patches.subarray(i * features, (i + 1) * features);
    const mean = patch.reduce((sum, value) => sum + value, 0) / features;
    patch.forEach((value, j) => {
      patch[j] = value - mean;
    });
    return mean;
  });
}

function drawn(patches: Float32Array, wanted: number, random: Random): Float32Array {
  const count = patches.length / features;
  if (count <= wanted) return patches;
  const order = random.shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  const some = new Float32Array(wanted * features);
  for (let i = 0; i < wanted; i++) {
    some.set(patches.subarray(order[i] * features, (order[i] + 1) * features), i * features);
  }
  return some;
}
