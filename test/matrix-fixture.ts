// Random matrices as dense rows of numbers, which know nothing of sparse forms.

import { random } from './kernels/cases/random.ts';

export interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** A source of small whole numbers and of matrices with a few of them, the same for the same seed. */
export function matrices(seed: number) {
  const uniform = random(seed);
  const below = (bound: number) => Math.floor(uniform() * bound);
  /** Quarters from −2 to 2 without 0: sums of their products are exact in 32 bits. */
  const number = () => (below(2) ? 1 : -1) * (1 + below(8)) * 0.25;
  const numbers = (length: number) => Float32Array.from({ length }, number);
  const dense = (rows: number, columns: number, density: number): Dense => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => (uniform() < density ? number() : 0)),
  });
  return { uniform, below, number, numbers, dense };
}

/** Sizes and densities that tend to go wrong. */
export const awkward: readonly (readonly [rows: number, columns: number, density: number])[] = [
  [0, 0, 1],
  [0, 5, 1],
  [5, 0, 1],
  [1, 1, 0],
  [1, 1, 1],
  [1, 9, 0.5],
  [9, 1, 0.5],
  [7, 5, 0],
  [7, 5, 1],
  [4, 4, 0.3],
  [13, 11, 0.2],
  [17, 33, 0.1],
  [33, 17, 0.6],
  [40, 70, 0.02],
];

export const transposed = ({ rows, columns, data }: Dense): Dense => ({
  rows: columns,
  columns: rows,
  data: Float32Array.from({ length: data.length }, (_, at) => data[(at % rows) * columns + Math.floor(at / rows)]),
});

/** a·b of row-major f64 loops: a is m×k, b is k×n. */
export function product(a: ArrayLike<number>, b: ArrayLike<number>, { m, k, n }: Record<'m' | 'k' | 'n', number>) {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let kk = 0; kk < k; kk++) for (let j = 0; j < n; j++) c[i * n + j] += a[i * k + kk] * b[kk * n + j];
  }
  return c;
}
