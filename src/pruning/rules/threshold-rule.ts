import { checkNumber } from '../../tensor/index.ts';
import type { Group, Rule } from './rule.ts';

const highest = ({ scores, sizes }: Group): number =>
  scores.reduce((max, score, unit) => (sizes[unit] > 0 ? Math.max(max, score) : max), -Infinity);

/**
 * Drops what scores less than `rate` times the highest score of its group: with magnitude, layer by layer, |w| < rate·max|w| of
 * that tensor. The result's sparsity is what it comes to.
 * @throws {RangeError} on a rate outside [0, 1].
 */
export function thresholdRule(rate: number): Rule {
  checkNumber('thresholdRule', { rate }, 'a number in [0, 1]');
  return (group) => {
    const least = rate * highest(group);
    return (unit) => group.scores[unit] >= least;
  };
}

/** Drops what scores less than `least`: with magnitude |w| < least. @throws {RangeError} when it is no number. */
export function absoluteRule(least: number): Rule {
  checkNumber('absoluteRule', { least }, 'a number');
  return ({ scores }) =>
    (unit) =>
      scores[unit] >= least;
}
