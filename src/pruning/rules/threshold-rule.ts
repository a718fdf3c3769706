import type { Rule } from './rule.ts';

/**
 * Drops what scores less than `rate` times the highest score of its group: with magnitude, layer by layer, |w| < rate·max|w| of
 * that tensor. The result's sparsity is what it comes to.
 * @throws {RangeError} on a rate outside [0, 1].
 */
export function thresholdRule(rate: number): Rule {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`thresholdRule: expected a rate in [0, 1], got ${rate}.`);
  return ({ scores, sizes }) => {
    const highest = scores.reduce((max, score, unit) => (sizes[unit] > 0 ? Math.max(max, score) : max), -Infinity);
    return (unit) => scores[unit] >= rate * highest;
  };
}
