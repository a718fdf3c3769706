import { checkWhole } from '../../tensor/index.ts';
import { lowest, unitsWhere } from './lowest.ts';
import type { Rule } from './rule.ts';

/** Keeps the `count` units of each group that score highest, or all when there are fewer. @throws unless it is a whole number from 0. */
export function topRule(count: number): Rule {
  checkWhole('topRule', { count }, 0);
  return ({ scores, sizes }) => {
    const units = unitsWhere(scores.length, (unit) => sizes[unit] > 0);
    const ones = new Uint8Array(scores.length).fill(1);
    const pruned = lowest(scores, ones, units, Math.max(0, units.length - count));
    return (unit) => !pruned[unit];
  };
}
