import type { Rule } from './rule.ts';

/** Drops what scores 0: with magnitude, makes the zeros that sparsification left (L1, proximal steps) stay zeros. */
export const nonzeroRule: Rule =
  ({ scores }) =>
  (unit) =>
    scores[unit] > 0;
