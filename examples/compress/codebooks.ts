// The dictionaries that files are written in. They are not stored: both sides make them anew, bit for bit, from these numbers.

import { Dictionary, dctDictionary, extractPatches2d, ksvd, omp, Random } from '../../src/index.ts';
import { scene, textures } from '../denoise/scenes.ts';
import type { Codebook } from './codec.ts';

const size = 8;
const features = size * size;

/** Of K-SVD, for the dictionary that files are written in. */
export const learnedIterations = 12;

/** The orthogonal DCT in JPEG's zigzag order, without the constant. */
export function dctCodebook(): Codebook {
  const { values } = dctDictionary({ size, atoms: features });
  const order = Array.from({ length: features }, (_, k) => k).sort(
    (a, b) => diagonal(a) - diagonal(b) || turn(a) - turn(b),
  );
  const atoms = order.slice(1).flatMap((k) => Array.from(values.subarray(k * features, (k + 1) * features)));
  return { number: 0, dictionary: new Dictionary(atoms, { features }), goal: 0.5 };
}

const diagonal = (k: number): number => Math.floor(k / size) + (k % size);
/** Along odd diagonals downwards, along even ones upwards. */
const turn = (k: number): number => (diagonal(k) % 2 === 1 ? Math.floor(k / size) : k % size);

/**
 * 195 atoms learned from generated scenes, without noise, beginning with an overcomplete DCT; the most used first. `iterations` of
 * K-SVD are part of the format: fewer make another dictionary, under another number.
 */
export async function learnedCodebook(
  iterations = learnedIterations,
  onIteration?: (done: number) => void,
): Promise<Codebook> {
  const random = new Random(1, 'codebook');
  const materials = textures(random.split('textures'));
  const side = 96;
  const pictures = Array.from({ length: 60 }, (_, i) => scene(random.split(i), materials, side));
  const patches = pictures.flatMap((pixels) => {
    const own = extractPatches2d(pixels, { rows: side, columns: side, size, stride: 4 });
    return Array.from({ length: own.length / features }, (_, i) =>
      centred(own.subarray(i * features, (i + 1) * features)),
    );
  });
  const busy = patches.filter((patch) => patch.some((value) => Math.abs(value) > 0.02));
  const signals = new Float32Array(busy.length * features);
  busy.forEach((patch, i) => {
    signals.set(patch, i * features);
  });
  const dct = dctDictionary({ size, atoms: 196 });
  const initial = new Dictionary(dct.values.subarray(features), { features });
  const error = 0.25;
  const { dictionary } = await ksvd(signals, {
    initial,
    error,
    nonzeros: 12,
    iterations,
    onIteration: ({ iteration }) => onIteration?.(iteration),
  });
  const used = new Float64Array(dictionary.atoms);
  for (const k of omp(dictionary, signals, { error, nonzeros: 12 }).colidx) used[k]++;
  const order = Array.from(used.keys()).sort((a, b) => used[b] - used[a] || a - b);
  const atoms = order.flatMap((k) => Array.from(dictionary.atom(k)));
  return { number: iterations, dictionary: new Dictionary(atoms, { features }), goal: 2 };
}

function centred(patch: Float32Array): Float32Array {
  const mean = patch.reduce((sum, value) => sum + value, 0) / features;
  return patch.map((value) => value - mean);
}
