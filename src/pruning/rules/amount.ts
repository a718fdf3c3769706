// How much: a fraction of the weights, or a count of them.

import { showValue } from '../../tensor/index.ts';
import { checkAmount } from '../schedules/schedule.ts';

/** A fraction of the weights in [0, 1), or so many weights: what shall be 0 afterwards, what was pruned before included. */
export type Amount = number | { readonly count: number };

/** The number of weights out of `weights` that an amount means. @throws {RangeError} when it is none, or more than there are. */
export function countOf(amount: Amount, weights: number): number {
  if (typeof amount === 'number') {
    checkAmount('Pruning', amount);
    return Math.round(amount * weights);
  }
  const { count } = Object(amount);
  if (Number.isInteger(count) && count >= 0 && count <= weights) return count;
  if (typeof count !== 'number') {
    throw new TypeError(`Pruning: expected an amount that is a number or { count }, got ${showValue(amount)}.`);
  }
  throw new RangeError(`Pruning: expected a count from 0 to the ${weights} weights there are, got ${count}.`);
}
