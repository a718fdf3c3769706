import { checkNumber } from '../../tensor/index.ts';
import type { Rule } from './rule.ts';

/**
 * Keeps each unit with probability `keep`, whatever its score: random sparsification.
 * @throws {RangeError} on a probability outside [0, 1].
 */
export function randomRule(keep: number): Rule {
  checkNumber('randomRule', { keep }, 'a number in [0, 1]');
  return ({ random }) =>
    () =>
      random.uniform() < keep;
}
