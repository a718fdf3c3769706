// torch's amounts: of the units that are left, so many of the least go.

import { misfit } from '../../tensor/index.ts';
import type { Rule } from '../rules/index.ts';
import { lowest, unitsWhere } from '../rules/lowest.ts';

/** A fraction in [0, 1) of the units that are left, rounded half to even as Python does, or a whole number of units from 1. */
export type TorchAmount = number;

/** Prunes `amount` of the units that are left. @throws {RangeError} on an amount out of range; when used, on more than are left. */
export function leastRule(name: string, amount: TorchAmount): Rule {
  const isFraction = typeof amount === 'number' && amount >= 0 && amount < 1;
  if (!isFraction && !(Number.isInteger(amount) && amount > 0)) {
    throw misfit(name, 'amount', 'a number in [0, 1) or a whole number from 1', amount);
  }
  return ({ scores, sizes }) => {
    const units = unitsWhere(scores.length, (unit) => sizes[unit] > 0);
    const count = isFraction ? halfToEven(amount * units.length) : amount;
    if (count > units.length) {
      throw misfit(name, 'amount', `at most the ${units.length} that are left`, amount);
    }
    const pruned = lowest(scores, new Uint8Array(scores.length).fill(1), units, count);
    return (unit) => !pruned[unit];
  };
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}
