import { checkWhole } from '../../tensor/index.ts';
import { matrixOf, type Structure } from './structure.ts';

/**
 * Blocks of `rows` consecutive outputs × `columns` consecutive inputs of the matrix [out, in·row·column], cut at its edges.
 * @throws when a side is not a positive whole number.
 */
export function block(rows: number, columns: number): Structure {
  checkWhole('block', { rows, columns }, 1);
  return (parameter) => {
    const { rows: m, columns: k, places } = matrixOf(parameter);
    const across = Math.ceil(k / columns);
    const of = places.map((place) => {
      const row = Math.floor(place / k);
      return Math.floor(row / rows) * across + Math.floor((place - row * k) / columns);
    });
    return { count: Math.ceil(m / rows) * across, of };
  };
}

/** 16 outputs that share an input: four whole vectors for the batch-1 kernels. */
export const block16x1: Structure = block(16, 1);

/** 8 outputs that share an input: two whole vectors. */
export const block8x1: Structure = block(8, 1);

/** 4 outputs that share an input: one whole vector. */
export const block4x1: Structure = block(4, 1);
