// Sparse codes of a 256×256 picture's 8×8 patches over 255 atoms: batch OMP at 5 atoms beside scikit-learn's orthogonal_mp_gram (all
// 62,001 patches), FISTA beside its lasso_cd (every eighth patch each way), to the same tolerance of the duality gap and no higher an
// objective. Where scikit-learn is missing, so are its rows. GF/s counts the correlations D·x alone. The picture is 01.png of
// ESPALIER_DATA/images/set12, else generated.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { scenePictures } from '../examples/denoise/scene-pictures.ts';
import { startingDictionary } from '../examples/denoise/sparse-coding.ts';
import { type CsrMatrix, extractPatches2d, fista, omp, reconstruct } from '../src/index.ts';
import { measure } from './measure.ts';
import { once } from './once.ts';
import type { Entry, Group, Section } from './row.ts';
import { type CodingTask, codedByScikitLearn, scikitLearn } from './scikit-learn.ts';
import { fixedOf, type Selection } from './selection.ts';

const side = 256;
const features = 64;

/** White is 1. */
function photograph(): Float32Array {
  const file = join(process.env.ESPALIER_DATA ?? '', 'images/set12/01.png');
  if (!existsSync(file)) return [...scenePictures(1, 1, side).values()][0].pixels;
  return Float32Array.from(decode(readFileSync(file)).data, (value) => value / 255);
}

/** Patches less their means, every `stride`-th in each direction. */
function patches(stride: number): Float32Array {
  const all = extractPatches2d(photograph(), { rows: side, columns: side, size: 8, stride });
  for (let at = 0; at < all.length; at += features) {
    const patch = all.subarray(at, at + features);
    const mean = patch.reduce((sum, value) => sum + value, 0) / features;
    for (let j = 0; j < features; j++) patch[j] -= mean;
  }
  return all;
}

interface Problem {
  readonly name: string;
  readonly method: CodingTask['method'];
  readonly stride: number;
  readonly nonzeros?: number;
  readonly lambda?: number;
}

const problems: readonly Problem[] = [
  { name: 'fista', method: 'lasso', stride: 8, lambda: 0.05 },
  { name: 'omp', method: 'omp', stride: 1, nonzeros: 5 },
];

function objective(codes: CsrMatrix, signals: Float32Array, lambda: number): number {
  const fit = reconstruct(startingDictionary(), codes);
  const left = signals.reduce((sum, value, i) => sum + (value - fit[i]) * (value - fit[i]), 0);
  return 0.5 * left + lambda * codes.values.reduce((sum, value) => sum + Math.abs(value), 0);
}

function group({ name, method, stride, nonzeros, lambda = 0 }: Problem): Group {
  const dictionary = startingDictionary();
  const { atoms } = dictionary;
  const signals = once(() => patches(stride));
  const count = (Math.floor((side - 8) / stride) + 1) ** 2;
  const code = () =>
    method === 'omp' ? omp(dictionary, signals(), { nonzeros }) : fista(dictionary, signals(), { lambda });
  const entry = (who: string): Entry => ({
    name: who,
    op: 'coding',
    shape: { signals: count, features, atoms, ...(nonzeros ? { nonzeros } : { lambda }) },
    sparsity: 0,
    structure: 'dense',
    variant: 'plain',
    flops: 2 * count * features * atoms,
    denseFlops: 2 * count * features * atoms,
    prepare() {
      signals();
      return code;
    },
  });
  const peer = method === 'omp' ? 'orthogonal_mp_gram (scikit-learn)' : 'lasso_cd (scikit-learn)';
  return {
    entries: (_, variant) => (variant === 'plain' ? [...(scikitLearn() ? [entry(peer)] : []), entry(name)] : []),
    measure(_, effort) {
      const python = scikitLearn();
      const timed = () => measure([entry(name)], { ...effort, samples: 1 })[0];
      const own = timed();
      if (!python) return [own];
      const runs = Math.min(3, effort.rounds);
      const sizes = { method, atoms, features, count, nonzeros, lambda };
      const task = { ...sizes, dictionary: dictionary.values, signals: signals() };
      const { seconds, objective: theirs } = codedByScikitLearn(python, task, runs);
      const again = timed();
      checkObjective(method, objective(code(), signals(), lambda), theirs);
      const sorted = [...seconds].sort((a, b) => a - b);
      const peerSeconds = { min: sorted[0], median: sorted[sorted.length >> 1] };
      const ours = own.seconds.min < again.seconds.min ? own : again;
      const rate = (again.gflops * again.seconds.min) / peerSeconds.min;
      return [
        { ...ours, name: peer, seconds: peerSeconds, gflops: rate, denseEquivalentGflops: rate, speedup: 1 },
        { ...ours, speedup: peerSeconds.min / ours.seconds.min },
      ];
    },
  };
}

/** A faster answer must not be a worse one: the squared error of a pursuit, the lasso's objective. */
function checkObjective(method: string, ours: number, theirs: number): void {
  if (ours <= theirs * (1 + 1e-3)) return;
  throw new Error(`${method}: an objective of ${ours}, scikit-learn's is ${theirs}.`);
}

export const coding = (selection: Selection): Section => ({
  title: 'coding: sparse codes of a picture’s patches; the speed-up is over scikit-learn where it is there',
  groups: fixedOf(selection, problems).map(group),
});
