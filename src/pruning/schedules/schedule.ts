// A schedule says when and how much: the sparsity to reach before training step t, the first being step 0.

import { showValue } from '../../tensor/index.ts';

/** The fraction of weights to prune before step `step`, in [0, 1); undefined when nothing is to be done then. */
export interface Schedule {
  (step: number): number | undefined;
  /** Whether weights pruned before may come back (from 0) when the fraction is reached anew; default false. */
  readonly regrow?: boolean;
}

/** When a schedule prunes, with TFMOT's names: every `frequency` steps from `beginStep` to `endStep`. */
export interface Steps {
  beginStep: number;
  endStep: number;
  /** Steps from one pruning to the next; default 100. */
  frequency?: number;
}

/** @throws unless begin and end are whole numbers in order, and frequency is one above 0. */
export function checkSteps(name: string, begin: number, end: number, frequency: number): void {
  const whole = (value: number) => Number.isInteger(value) && value >= 0;
  if (!whole(begin) || !(whole(end) || end === Infinity) || end < begin) {
    throw new RangeError(
      `${name}: expected beginStep and endStep to be whole numbers in order, got ${begin} and ${end}.`,
    );
  }
  if (!whole(frequency) || frequency === 0) {
    throw new RangeError(`${name}: expected frequency to be a positive whole number, got ${frequency}.`);
  }
}

/** @throws unless `amount` lies in [0, 1). */
export function checkAmount(name: string, amount: number): void {
  if (!(typeof amount === 'number' && amount >= 0 && amount < 1)) {
    throw new RangeError(`${name}: expected a fraction of the weights in [0, 1), got ${showValue(amount)}.`);
  }
}
