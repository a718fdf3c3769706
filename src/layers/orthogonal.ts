// A random orthogonal matrix: normal numbers made orthonormal, vector by vector, by Gram and Schmidt's process (in its modified form),
// which is the QR decomposition with a positive diagonal of R that Keras takes. Every orthogonal matrix is as likely as any other.
// rows²·columns multiply-adds, in f64, by exact operations alone.

import { type Shape, sizeOf } from '../tensor/index.ts';
import type { Random } from '../tensor/random.ts';

/** Of `shape`, all axes but the last taken as rows. */
export function orthogonal(shape: Shape, random: Random): Float32Array {
  const columns = shape[shape.length - 1];
  const rows = sizeOf(shape) / columns;
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => random.normal()));
  for (const [i, vector] of vectors.entries()) {
    for (const other of vectors.slice(0, i)) {
      const along = dot(vector, other);
      for (let j = 0; j < length; j++) vector[j] -= along * other[j];
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let j = 0; j < length; j++) vector[j] /= norm;
  }
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return rows < columns ? vectors[row][column] : vectors[column][row];
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
