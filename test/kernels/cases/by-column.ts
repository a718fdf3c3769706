// Cases of the products with one vector that skip zero inputs: all of them zero, some, none; rows that do not fill the last tile
// or block; empty rows and columns.

import { byColumn as columnsOf, sumsLength, tilesOf } from '../../../src/inference/by-column.ts';
import { blocksFromCsr } from '../../../src/tensor/sparse/index.ts';
import type { KernelCase, Sizes } from './case.ts';
import { densities, kept, matrix, multiply } from './sparse-operands.ts';

const zeroShares = [0, 0.5, 1];

const shapesOf = (rows: readonly number[], heights: readonly number[]): Sizes[] => [
  { m: 1, k: 1, n: 1, density: 1 },
  ...densities.flatMap((density, i) =>
    rows.flatMap((m) =>
      zeroShares.flatMap((zeros, j) =>
        heights.map((height) => ({ m, k: 29, n: 1, density, height, zeros, biased: i % 2, relu: Number(j > 0) })),
      ),
    ),
  ),
  { m: 2, k: 65536, n: 1, density: 0.5, zeros: 0.9 },
];

const dense: KernelCase = {
  name: 'gemv_f32_columns',
  shapes: shapesOf([3, 16, 17, 32, 33, 48, 81], [1]),
  flops: ({ m, k }) => 2 * m * k,
  make(shape, workspace) {
    const { m, k } = shape;
    const weights = matrix(workspace, shape).dense;
    const a = workspace.input(tilesOf(weights, m, k));
    const scratch = workspace.scratch(k + sumsLength(m));
    const { gemv_f32_columns } = workspace.kernels;
    return multiply(
      { ...shape, n: 1 },
      workspace,
      weights,
      1,
      (x, _, y, bias, lower) => () => gemv_f32_columns(m, k, a, x, y.buffer, bias, lower, scratch),
    );
  },
};

const sparse = (
  [
    ['spmv_f32_csc', 1],
    ['spmv_f32_column4', 4],
    ['spmv_f32_column8', 8],
    ['spmv_f32_column16', 16],
  ] as const
).map(
  ([name, height]): KernelCase => ({
    name,
    shapes: shapesOf([3, 16, 18, 37], height === 1 ? [1] : [1, height]),
    flops: kept,
    make(shape, workspace) {
      const { m, k } = shape;
      const { dense: weights, csr } = matrix(workspace, shape);
      const { colptr, rowidx, values } = columnsOf(height === 1 ? csr : blocksFromCsr(csr, height), k, height);
      const [starts, rows] = [workspace.indices(colptr), workspace.indices(rowidx)];
      const numbers = workspace.input(values);
      const scratch = workspace.scratch(k + sumsLength(m));
      const kernel = workspace.kernels[name];
      return multiply(
        { ...shape, n: 1 },
        workspace,
        weights,
        1,
        (x, _, y, bias, lower) => () => kernel(m, k, starts, rows, numbers, x, y.buffer, bias, lower, scratch),
      );
    },
  }),
);

export const byColumn: readonly KernelCase[] = [dense, ...sparse];
