import type { Group, Rule } from './rule.ts';

const highest = ({ scores, sizes }: Group): number =>
  scores.reduce((max, score, unit) => (sizes[unit] > 0 ? Math.max(max, score) : max), -Infinity);

/**
 * Drops what scores less than `rate` times the highest score of its group: with magnitude, layer by layer, |w| < rate·max|w| of
 * that tensor. The result's sparsity is what it comes to.
 * @throws {RangeError} on a rate outside [0, 1].
 */
export function thresholdRule(rate: number): Rule {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`thresholdRule: expected a rate in [0, 1], got ${rate}.`);
  return (group) => {
    const least = rate * highest(group);
    return (unit) => group.scores[unit] >= least;
  };
}

/** Drops what scores less than `least`: with magnitude |w| < least. @throws {RangeError} when it is no number. */
export function absoluteRule(least: number): Rule {
  if (Number.isNaN(least)) throw new RangeError('absoluteRule: expected a number, got NaN.');
  return ({ scores }) =>
    (unit) =>
      scores[unit] >= least;
}
