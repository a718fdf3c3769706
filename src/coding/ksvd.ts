// Learning a dictionary from signals: pursue their codes, then improve each atom together with its coefficients, and again.
// An atom that nobody uses, or that another one nearly equals, becomes the signal that is represented worst.

import { arena, at, f32, kernels, u32 } from '../engine/index.ts';
import {
  type ArrayInput,
  type CscMatrix,
  type CsrMatrix,
  checkKnown,
  checkSignal,
  checkWhole,
  toSamples,
} from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import { padded, type Signals, toSignals } from './correlated.ts';
import { Dictionary } from './dictionary.ts';
import { checkOmpOptions, type OmpOptions, ompOptions, pursue } from './omp.ts';
import { reconstruct } from './reconstruct.ts';

/** What an iteration of {@link ksvd} came to. */
export interface KsvdStep {
  /** From 1. */
  readonly iteration: number;
  readonly iterations: number;
  /** Root of the mean square of what the codes leave, over all numbers of all signals, after the atoms' update. */
  readonly error: number;
  /** Atoms for a signal, on average. */
  readonly nonzeros: number;
  /** Atoms that were replaced. */
  readonly replaced: number;
}

/** Options of {@link ksvd}: those of the pursuit, and of the learning. */
export interface KsvdOptions extends OmpOptions {
  /** The dictionary to begin with; else `atoms` and `features` are needed, and signals drawn at random are the start. */
  initial?: Dictionary;
  /** How many atoms to learn, a whole number from 1; needed without `initial`. */
  atoms?: number;
  /** Numbers of a signal, and of an atom; needed without `initial`. */
  features?: number;
  /** Default 10. */
  iterations?: number;
  /** Of the signals that are the start: a whole number from 0; default 0. */
  seed?: number;
  /** Called after each iteration; a promise is waited for. */
  onIteration?: (step: KsvdStep) => void | Promise<void>;
  /** Once aborted, learning stops after the iteration, and what was learned so far is the result. */
  signal?: { readonly aborted: boolean };
}

/** What {@link ksvd} learned. */
export interface KsvdResult {
  /** The atoms that were learned. */
  readonly dictionary: Dictionary;
  /** The signals' codes, signals × atoms, as the last update of the atoms left them. */
  readonly codes: CsrMatrix;
  /** A step for each iteration. */
  readonly history: readonly KsvdStep[];
}

const known = [...ompOptions, 'initial', 'atoms', 'features', 'iterations', 'seed', 'onIteration', 'signal'];

/** Atoms whose product is above this count as one. */
const sameAtom = 0.99;

/**
 * Learns a dictionary by K-SVD (Aharon, Elad and Bruckstein 2006) in its approximate form with batch OMP (Rubinstein, Zibulevsky and
 * Elad 2008). The same bits on every machine. Gives the event loop a turn after each iteration.
 * @param input numbers of whole signals, one after another, or an array for each.
 * @throws when there are fewer signals than atoms to draw, signals do not fit or are not finite, and on options out of range.
 */
export async function ksvd(input: ArrayInput, options: KsvdOptions): Promise<KsvdResult> {
  checkKnown('ksvd', options, known);
  checkSignal('ksvd', options.signal);
  const { iterations = 10, onIteration, signal } = options;
  checkWhole('ksvd', { iterations }, 1);
  let dictionary = options.initial ?? drawn(input, options);
  const signals = toSignals('ksvd', dictionary, input);
  const { limit, tolerance } = checkOmpOptions('ksvd', dictionary, options);
  const history: KsvdStep[] = [];
  let codes: CsrMatrix | undefined;
  for (let iteration = 1; iteration <= iterations && (!codes || !signal?.aborted); iteration++) {
    const pursued = pursue(dictionary, signals, limit, tolerance);
    const better = improved(dictionary, signals, pursued);
    ({ dictionary, codes } = better);
    const step = { iteration, iterations, error: better.error, nonzeros: codes.nnz / signals.count };
    history.push({ ...step, replaced: better.replaced });
    await onIteration?.(history[history.length - 1]);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { dictionary, codes: codes as CsrMatrix, history };
}

/** Signals drawn at random, no two the same one; zero signals are passed over. */
function drawn(input: ArrayInput, { atoms, features, seed = 0 }: KsvdOptions): Dictionary {
  if (atoms === undefined || features === undefined) {
    throw new Error('ksvd: expected an initial dictionary, or how many atoms and features it shall have.');
  }
  checkWhole('ksvd', { atoms, features }, 1);
  const { data, count } = toSamples(input, [features], 'ksvd');
  const order = new Random(seed, 'ksvd').shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  const chosen: number[][] = [];
  for (let i = 0; i < count && chosen.length < atoms; i++) {
    const one = Array.from({ length: features }, (_, j) => data[order[i] * features + j]);
    if (one.some((value) => value !== 0)) chosen.push(one);
  }
  if (chosen.length < atoms) {
    throw new RangeError(
      `ksvd: expected at least ${atoms} signals that are not zero for ${atoms} atoms, got ${chosen.length}.`,
    );
  }
  return new Dictionary(chosen, { features });
}

/** Every atom updated once, in order. */
function improved(dictionary: Dictionary, signals: Signals, codes: CsrMatrix) {
  const { atoms, features } = dictionary;
  const pitch = 4 * Math.ceil(features / 4);
  const byAtom = codes.toCsc();
  const left = reconstruct(dictionary, codes);
  for (let i = 0; i < left.length; i++) left[i] = signals.data[i] - left[i];
  return arena.scope(() => {
    const residual = padded(left, signals.count, features, pitch);
    const values = padded(dictionary.values, atoms, features, pitch);
    const scratch = arena.allocate(4 * pitch);
    const unused: number[] = [];
    for (let k = 0; k < atoms; k++) {
      const [first, last] = [byAtom.colptr[k], byAtom.colptr[k + 1]];
      if (first === last) unused.push(k);
      else
        updateAtom(byAtom, first, last, (users, coefs) =>
          kernels().ksvd_f32_atom(last - first, pitch, users, coefs, at(values, k * pitch), residual, scratch),
        );
    }
    const fitted = new Float32Array(atoms * features);
    for (let k = 0; k < atoms; k++) fitted.set(f32(at(values, k * pitch), features), k * features);
    const errors = squaredRows(f32(residual, signals.count * pitch), pitch);
    const error = Math.sqrt(errors.reduce((sum, value) => sum + value, 0) / signals.data.length);
    const next = new Dictionary(fitted, { features });
    const replaced = [...new Set([...unused, ...doubles(next)])];
    return {
      dictionary: refilled(next, replaced, signals, errors),
      codes: byAtom.toCsr(),
      error,
      replaced: replaced.length,
    };
  });
}

/** Brings an atom's users and coefficients to the engine and the coefficients back. */
function updateAtom(
  { rowidx, values }: CscMatrix,
  first: number,
  last: number,
  run: (users: ReturnType<typeof arena.allocate>, coefs: ReturnType<typeof arena.allocate>) => void,
): void {
  arena.scope(() => {
    const [users, coefs] = [arena.allocate(4 * (last - first)), arena.allocate(4 * (last - first))];
    u32(users, last - first).set(rowidx.subarray(first, last));
    f32(coefs, last - first).set(values.subarray(first, last));
    run(users, coefs);
    values.set(f32(coefs, last - first), first);
  });
}

function squaredRows(residual: Float32Array, pitch: number): Float64Array {
  return Float64Array.from({ length: residual.length / pitch }, (_, s) => {
    let sum = 0;
    for (let j = s * pitch; j < (s + 1) * pitch; j++) sum += residual[j] * residual[j];
    return sum;
  });
}

/** Atoms that nearly equal one before them. */
function doubles({ gram, atoms }: Dictionary): number[] {
  const found: number[] = [];
  for (let k = 1; k < atoms; k++) {
    for (let j = 0; j < k; j++) {
      if (Math.abs(gram[k * atoms + j]) <= sameAtom) continue;
      found.push(k);
      break;
    }
  }
  return found;
}

/** The dictionary with the signals of the largest errors for these atoms, one each, as far as there are such. */
function refilled(
  dictionary: Dictionary,
  replaced: readonly number[],
  { data }: Signals,
  errors: Float64Array,
): Dictionary {
  if (replaced.length === 0) return dictionary;
  const { features } = dictionary;
  const values = dictionary.values.slice();
  const left = errors.slice();
  for (const k of replaced) {
    let worst = 0;
    for (let s = 1; s < left.length; s++) if (left[s] > left[worst]) worst = s;
    if (!(left[worst] > 0)) break;
    left[worst] = 0;
    values.set(data.subarray(worst * features, (worst + 1) * features), k * features);
  }
  return new Dictionary(values, { features });
}
