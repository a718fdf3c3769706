// How much: a fraction of the weights, or a count of them.

import { checkNumber, checkWhole, showValue } from '../../tensor/index.ts';

/** A fraction of the weights in [0, 1), or so many weights: what shall be 0 afterwards, what was pruned before included. */
export type Amount = number | { readonly count: number };

/** The number of weights out of `weights` that an amount means. @throws {RangeError} when it is none, or more than there are. */
export function countOf(amount: Amount, weights: number): number {
  if (typeof amount === 'number') {
    checkNumber('Pruning', { amount }, 'a number in [0, 1)');
    return Math.round(amount * weights);
  }
  const { count } = Object(amount);
  if (count === undefined) {
    throw new TypeError(`Pruning: expected an amount that is a number or { count }, got ${showValue(amount)}.`);
  }
  checkWhole('Pruning', { count }, 0, weights);
  return count;
}
