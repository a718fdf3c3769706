import { checkNumber } from '../../tensor/index.ts';
import { pow } from '../../tensor/math.ts';
import { type Criterion, criterion } from './criterion.ts';

/** |w|: small weights matter least. (Han et al. 2015) Units by their mean |w|, the L1 norm of units of one size. */
export const magnitude: Criterion = ({ values }) => values.map(Math.abs);

/** w²: as {@link magnitude} for single weights; units by their mean square, the L2 norm of units of one size. (Li et al. 2017) */
export const l2Magnitude: Criterion = ({ values }) => Float64Array.from(values, (w) => w * w);

/**
 * |w|ⁿ: units by their Lₙ norm, divided by the n-th root of their size so that units of all sizes compare.
 * @param n above 0; Infinity takes the largest |w| of a unit.
 * @throws {RangeError} on another n.
 */
export function lnMagnitude(n: number): Criterion {
  checkNumber('lnMagnitude', { n }, 'a number above 0');
  if (n === Infinity) {
    const largest = (scores: Float64Array) => scores.reduce((max, score) => Math.max(max, score), 0);
    return criterion({ score: magnitude, combine: largest });
  }
  return ({ values }) => Float64Array.from(values, (w) => (w === 0 ? 0 : pow(Math.abs(w), n)));
}
