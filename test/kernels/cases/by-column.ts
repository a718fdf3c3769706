// Cases of the products with one vector that skip zero inputs: all of them zero, some, none; rows that do not fill the last tile
// or block; empty rows and columns.

import { none } from '../../../src/engine/index.ts';
import {
  byColumn as columnsOf,
  fewWeights,
  groupsOf,
  tilesOf,
  vectorScratch,
} from '../../../src/inference/by-column.ts';
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
    const scratch = workspace.scratch(vectorScratch({ m, k }));
    const { gemv_f32_columns } = workspace.kernels;
    return multiply(
      { ...shape, n: 1 },
      workspace,
      weights,
      1,
      (x, y, bias, lower) => () => gemv_f32_columns(m, k, a, x, y.buffer, bias, lower, scratch),
    );
  },
};

const csc: KernelCase = {
  name: 'spmv_f32_csc',
  shapes: shapesOf([3, 16, 18, 37], [1]),
  flops: kept,
  make(shape, workspace) {
    const { m, k } = shape;
    const { dense: weights, csr } = matrix(workspace, shape);
    const { colptr, rowidx, values } = columnsOf(csr, k, 1);
    const [starts, rows, numbers] = [workspace.indices(colptr), workspace.indices(rowidx), workspace.input(values)];
    const scratch = workspace.scratch(vectorScratch({ m, k }));
    const { spmv_f32_csc } = workspace.kernels;
    return multiply(
      { ...shape, n: 1 },
      workspace,
      weights,
      1,
      (x, y, bias, lower) => () => spmv_f32_csc(m, k, starts, rows, numbers, x, y.buffer, bias, lower, scratch),
    );
  },
};

const blocks = ([4, 8, 16] as const).map(
  (height): KernelCase => ({
    name: `spmv_f32_column${height}`,
    shapes: [0, 1].flatMap((grouped) =>
      [...shapesOf([3, 16, 18, 37], [1, height]), { m: 290, k: 29, n: 1, density: 0.6, zeros: 0.5 }].map((shape) => ({
        ...shape,
        grouped,
      })),
    ),
    flops: kept,
    make(shape, workspace) {
      const { m, k } = shape;
      const { dense: weights, csr } = matrix(workspace, shape);
      const { colptr, rowidx, values } = columnsOf(blocksFromCsr(csr, height), k, height);
      const [starts, rows, numbers] = [workspace.indices(colptr), workspace.indices(rowidx), workspace.input(values)];
      const { grouped = Number(values.length <= fewWeights * k) } = shape;
      const groups = grouped ? workspace.bytes(groupsOf(colptr)) : none;
      const scratch = workspace.scratch(vectorScratch({ m, k }));
      const kernel = workspace.kernels[`spmv_f32_column${height}`];
      return multiply(
        { ...shape, n: 1 },
        workspace,
        weights,
        1,
        (x, y, bias, lower) => () => kernel(m, k, starts, rows, numbers, groups, x, y.buffer, bias, lower, scratch),
      );
    },
  }),
);

export const byColumn: readonly KernelCase[] = [dense, csc, ...blocks];
