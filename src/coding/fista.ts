// The lasso over many signals by iterative shrinkage: all atoms at once, most of them to zero.

import { arena, at, f32, kernels } from '../engine/index.ts';
import { type ArrayInput, CsrMatrix, checkKnown, checkNumber, checkWhole } from '../tensor/index.ts';
import { CodeRows } from './code-rows.ts';
import { type Block, forBlocks, inCalls, toSignals } from './correlated.ts';
import type { Dictionary } from './dictionary.ts';

/** Options of {@link fista} and {@link ista}. */
export interface ShrinkageOptions {
  /** Weight of ‖a‖₁, from 0: atoms that correlate less than this with what is left are not used. */
  lambda: number;
  /** At most; default 1000. */
  iterations?: number;
  /** A signal is done when its duality gap is at most this part of ‖x‖²; default 1e-4, as scikit-learn's. Below 1e-6 f32 ends it. */
  tolerance?: number;
  /** Codes to start from, signals × atoms; default zeros. */
  start?: CsrMatrix;
}

/**
 * Sparse codes by FISTA: argmin over a of ½·‖x − a·D‖² + λ·‖a‖₁, for each signal. (Beck and Teboulle 2009; with the restarts of
 * O'Donoghue and Candès 2015; scikit-learn: `sparse_encode(algorithm='lasso_cd')`)
 * @param signals numbers of whole signals, one after another, or an array for each.
 * @returns signals × atoms.
 * @throws when signals or start do not fit the dictionary or are not finite, and on options out of range.
 */
export const fista = (dictionary: Dictionary, signals: ArrayInput, options: ShrinkageOptions): CsrMatrix =>
  shrink('fista', dictionary, signals, options);

/** As {@link fista} without momentum, slower by far; ISTA. (Daubechies, Defrise and De Mol 2004) */
export const ista = (dictionary: Dictionary, signals: ArrayInput, options: ShrinkageOptions): CsrMatrix =>
  shrink('ista', dictionary, signals, options);

function shrink(who: string, dictionary: Dictionary, input: ArrayInput, options: ShrinkageOptions): CsrMatrix {
  checkKnown(who, options, ['lambda', 'iterations', 'tolerance', 'start']);
  const { lambda, iterations = 1000, tolerance = 1e-4, start } = options;
  checkNumber(who, { lambda }, 'a finite number from 0');
  checkWhole(who, { iterations }, 1);
  checkNumber(who, { tolerance }, 'a number from 0');
  const signals = toSignals(who, dictionary, input);
  if (start) checkStart(who, start, signals.count, dictionary.atoms);
  const step = 1 / dictionary.largestEigenvalue;
  const rows = new CodeRows(dictionary.atoms);
  forBlocks(dictionary, signals, (block) => {
    const { count, pitch, gram, correlations, norms } = block;
    const codes = arena.allocate(4 * count * pitch);
    place(start, block, f32(codes, count * pitch).fill(0));
    const counts = arena.allocate(4 * count);
    const scratch = arena.allocate(28 * pitch);
    const momentum = Number(who === 'fista');
    inCalls(count, (begin, end) =>
      kernels().fista_f32_gram(
        begin,
        end,
        pitch,
        iterations,
        step,
        lambda,
        tolerance,
        momentum,
        gram,
        correlations,
        norms,
        codes,
        counts,
        scratch,
      ),
    );
    for (let s = 0; s < count; s++) {
      f32(at(codes, s * pitch), dictionary.atoms).forEach((value, k) => {
        if (value !== 0) rows.push(k, value);
      });
      rows.endRow();
    }
  });
  return rows.toCsr();
}

function checkStart(who: string, start: CsrMatrix, count: number, atoms: number): void {
  if (!(start instanceof CsrMatrix && start.rows === count && start.columns === atoms)) {
    throw new RangeError(`${who}: expected start to be a CsrMatrix of ${count} signals × ${atoms} atoms.`);
  }
  if (!start.values.every(Number.isFinite)) throw new RangeError(`${who}: expected start to have finite numbers.`);
}

/** The codes of a block's signals, dense. */
function place(start: CsrMatrix | undefined, { first, count, pitch }: Block, codes: Float32Array): void {
  if (!start) return;
  for (let s = 0; s < count; s++) {
    for (let p = start.rowptr[first + s]; p < start.rowptr[first + s + 1]; p++) {
      codes[s * pitch + start.colidx[p]] = start.values[p];
    }
  }
}
