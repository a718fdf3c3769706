import { sizeOf } from '../../tensor/index.ts';
import type { Structure } from './structure.ts';

/**
 * Blocks of `rows` consecutive outputs × `columns` consecutive inputs of the matrix [out, in·row·column], cut at its edges.
 * `block(16, 1)`, `block(8, 1)` and `block(4, 1)` are the shapes that the batch-1 kernels use whole vectors for.
 * @throws when a side is not a positive whole number.
 */
export function block(rows: number, columns: number): Structure {
  for (const side of [rows, columns]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new Error(`block: expected sides of positive whole numbers, got ${rows}x${columns}.`);
    }
  }
  return (shape) => {
    const m = shape[0];
    const k = sizeOf(shape) / m;
    const across = Math.ceil(k / columns);
    const of = Uint32Array.from({ length: m * k }, (_, position) => {
      const row = Math.floor(position / k);
      return Math.floor(row / rows) * across + Math.floor((position - row * k) / columns);
    });
    return { count: Math.ceil(m / rows) * across, of };
  };
}
