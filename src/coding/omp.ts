// Batch orthogonal matching pursuit over many signals: few atoms for each, chosen one by one.

import { arena, at, f32, kernels, u32 } from '../engine/index.ts';
import { type ArrayInput, type CsrMatrix, checkKnown, checkNumber, checkWhole } from '../tensor/index.ts';
import { CodeRows } from './code-rows.ts';
import { forBlocks, inCalls, type Signals, toSignals } from './correlated.ts';
import type { Dictionary } from './dictionary.ts';

/** When {@link omp} stops; with neither, at a tenth of the features, as scikit-learn does. */
export interface OmpOptions {
  /** Atoms for a signal, at most; with `error` alone, as many as it takes. */
  nonzeros?: number;
  /** Length of the residual, ‖x − a·D‖, that is small enough. */
  error?: number;
}

/** The names of {@link OmpOptions}. */
export const ompOptions = ['nonzeros', 'error'];

/**
 * Sparse codes by batch orthogonal matching pursuit (Rubinstein, Zibulevsky and Elad 2008; scikit-learn: `orthogonal_mp_gram`). It
 * stops early where a further atom would add nothing but rounding.
 * @param signals numbers of whole signals, one after another, or an array for each.
 * @returns signals × atoms.
 * @throws when signals do not fit the dictionary or are not finite, nonzeros is no whole number from 1 to the atoms, error is below 0.
 */
export function omp(dictionary: Dictionary, signals: ArrayInput, options: OmpOptions = {}): CsrMatrix {
  checkKnown('omp', options, ompOptions);
  const { limit, tolerance } = checkOmpOptions('omp', dictionary, options);
  return pursue(dictionary, toSignals('omp', dictionary, signals), limit, tolerance);
}

/** Where a pursuit ends. @throws as {@link omp} on its options. */
export function checkOmpOptions(who: string, { atoms, features }: Dictionary, { nonzeros, error }: OmpOptions) {
  if (nonzeros !== undefined) checkWhole(who, { nonzeros }, 1, atoms);
  if (error !== undefined) checkNumber(who, { error }, 'a number from 0');
  const most = Math.min(atoms, features);
  const few = error === undefined ? Math.max(1, Math.floor(features / 10)) : most;
  return { limit: Math.min(most, nonzeros ?? few), tolerance: error === undefined ? 0 : error * error };
}

/** The codes of checked signals: at most `limit` atoms, until ‖residual‖² ≤ tolerance. */
export function pursue(dictionary: Dictionary, signals: Signals, limit: number, tolerance: number): CsrMatrix {
  const rows = new CodeRows(dictionary.atoms);
  forBlocks(dictionary, signals, ({ count, pitch, gram, correlations, norms }) => {
    const [atoms, values] = [arena.allocate(4 * count * limit), arena.allocate(4 * count * limit)];
    const counts = arena.allocate(4 * count);
    const scratch = arena.allocate(4 * pitch + 8 * limit * (limit + 4));
    inCalls(count, (begin, end) =>
      kernels().omp_f32_gram(
        begin,
        end,
        pitch,
        limit,
        tolerance,
        gram,
        correlations,
        norms,
        atoms,
        values,
        counts,
        scratch,
      ),
    );
    const lengths = u32(counts, count);
    for (let s = 0; s < count; s++) {
      const taken = u32(at(atoms, s * limit), lengths[s]);
      const numbers = f32(at(values, s * limit), lengths[s]);
      for (let i = 0; i < taken.length; i++) rows.push(taken[i], numbers[i]);
      rows.endRow();
    }
  });
  return rows.toCsr();
}
