import { checkKnown, checkNumber, checkWhole } from '../../tensor/index.ts';
import type { Schedule } from './schedule.ts';

/** Options of {@link cyclicSparsity}. */
export interface CyclicSparsityOptions {
  /** Of the compressed phases; in [0, 1). */
  sparsity: number;
  /** The first compression; before it the network is dense. */
  beginStep: number;
  /** The last compression: sparse from here on. */
  endStep: number;
  /** Steps of a compressed phase. */
  compressed: number;
  /** Steps of a decompressed phase; default as many. */
  decompressed?: number;
}

/**
 * AC/DC: alternately compressed (the criterion's best of all weights) and decompressed (all weights, those pruned from 0), and compressed
 * at the end. (Peste, Iofinova, Vladu, Alistarh 2021)
 * @throws {RangeError} on numbers out of range.
 */
export function cyclicSparsity(options: CyclicSparsityOptions): Schedule {
  checkKnown('cyclicSparsity', options, ['sparsity', 'beginStep', 'endStep', 'compressed', 'decompressed']);
  const { sparsity, beginStep, endStep, compressed, decompressed = compressed } = options;
  checkNumber('cyclicSparsity', { sparsity }, 'a number in [0, 1)');
  checkWhole('cyclicSparsity', { beginStep }, 0);
  checkWhole('cyclicSparsity', { endStep }, beginStep);
  checkWhole('cyclicSparsity', { compressed, decompressed }, 1);
  const schedule = (step: number): number | undefined => {
    if (step < beginStep || step > endStep) return undefined;
    if (step === endStep) return sparsity;
    const phase = (step - beginStep) % (compressed + decompressed);
    return phase === 0 ? sparsity : phase === compressed ? 0 : undefined;
  };
  return Object.assign(schedule, { regrow: true });
}
