import type { Rule } from './rule.ts';

/**
 * Keeps each unit with probability `keep`, whatever its score: random sparsification.
 * @throws {RangeError} on a probability outside [0, 1].
 */
export function randomRule(keep: number): Rule {
  if (!(keep >= 0 && keep <= 1)) throw new RangeError(`randomRule: expected a probability in [0, 1], got ${keep}.`);
  return ({ random }) =>
    () =>
      random.uniform() < keep;
}
