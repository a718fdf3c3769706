import { checkNumber, checkWhole } from '../../tensor/index.ts';
import { counting, matrixOf, type Structure } from './structure.ts';

/**
 * N:M sparsity: of every m consecutive inputs of an output at most n are kept, the highest scores. It prunes 1 − n/m by itself; an
 * amount above that goes on from there. The last cell of a row may be shorter. (2:4: Mishra et al. 2021; N:M: Zhou et al. 2021)
 * @throws {RangeError} unless n and m are whole numbers, 1 ≤ n < m.
 */
export function nOfM(n: number, m: number): Structure {
  checkWhole('nOfM', { n }, 1);
  checkWhole('nOfM', { m }, n + 1);
  return (parameter) => {
    const { columns, places } = matrixOf(parameter);
    const across = Math.ceil(columns / m);
    const of = places.map((place) => {
      const row = Math.floor(place / columns);
      return row * across + Math.floor((place - row * columns) / m);
    });
    return { count: places.length, of: counting(places.length), cells: { of, keep: n } };
  };
}

/**
 * Every output keeps the same number of weights, in − round(amount·in), its highest scores, as Wanda ranks them (Sun et al. 2024).
 * It prunes `amount` by itself.
 * @throws {RangeError} on an amount outside [0, 1).
 */
export function perOutput(amount: number): Structure {
  checkNumber('perOutput', { amount }, 'a number in [0, 1)');
  return (parameter) => {
    const { columns, places } = matrixOf(parameter);
    const of = places.map((place) => Math.floor(place / columns));
    return {
      count: places.length,
      of: counting(places.length),
      cells: { of, keep: columns - Math.round(amount * columns) },
    };
  };
}
