import { type Amount, countOf } from './amount.ts';
import { lowest, unitsWhere } from './lowest.ts';
import type { Rule } from './rule.ts';

/**
 * Prunes `amount` of the group's weights, counting those that are pruned already, the lowest scores first; a fraction is rounded to a
 * whole weight, and in blocks to the nearest whole block. Among equal scores the later position goes first.
 * @throws {RangeError} on a fraction outside [0, 1) or, when used, a count of more weights than there are.
 */
export function amountRule(amount: Amount): Rule {
  if (typeof amount === 'number') countOf(amount, 0);
  return ({ scores, sizes, locked, weights }) => {
    const left = sizes.reduce((sum, size) => sum + size, 0);
    const units = unitsWhere(scores.length, (unit) => sizes[unit] > 0 && locked[unit] === 0);
    const pruned = lowest(scores, sizes, units, countOf(amount, weights) - (weights - left));
    return (unit) => !pruned[unit];
  };
}
