// Cases of the sparse products with one vector: empty rows, densities 0 to 1, weights scattered or in blocks, rows that do
// not fill the last slice or block.

import { sell4FromCsr } from '../../../src/tensor/sparse/index.ts';
import type { KernelCase, Sizes } from './case.ts';
import { blockBuffers, densities, kept, matrix, multiply } from './sparse-operands.ts';

const spmvShapes: readonly Sizes[] = [
  { m: 1, k: 1, n: 1, density: 1 },
  ...densities.flatMap((density, i) =>
    [3, 16, 18, 37].map((m) => ({ m, k: 29, n: 1, density, biased: i % 2, relu: Number(i > 1) })),
  ),
];

const spmvCsr: KernelCase = {
  name: 'spmv_f32_csr',
  shapes: spmvShapes,
  flops: kept,
  make(shape, workspace) {
    const { dense, csr } = matrix(workspace, shape);
    const [rowptr, colidx] = [workspace.indices(csr.rowptr), workspace.indices(csr.colidx)];
    const values = workspace.input(csr.values);
    const { spmv_f32_csr } = workspace.kernels;
    return multiply(
      { ...shape, n: 1 },
      workspace,
      dense,
      shape.m,
      (x, y, bias, lower) => (begin, end) => spmv_f32_csr(begin, end, rowptr, colidx, values, x, y.buffer, bias, lower),
    );
  },
};

const spmvSell4: KernelCase = {
  name: 'spmv_f32_sell4',
  shapes: spmvShapes,
  flops: kept,
  make(shape, workspace) {
    const { dense, csr } = matrix(workspace, shape);
    const sell = sell4FromCsr(csr);
    const [slices, records] = [workspace.indices(sell.slices), workspace.bytes(sell.records)];
    const order = workspace.indices(sell.order);
    const { spmv_f32_sell4 } = workspace.kernels;
    return multiply(
      { ...shape, n: 1 },
      workspace,
      dense,
      sell.slices.length - 1,
      (x, y, bias, lower) => (begin, end) =>
        spmv_f32_sell4(begin, end, shape.k, slices, records, order, x, y.buffer, bias, lower),
    );
  },
};

const spmvBlocks = ([4, 8, 16] as const).map(
  (height): KernelCase => ({
    name: `spmv_f32_block${height}`,
    shapes: spmvShapes.flatMap((shape) => [1, height].map((blocked) => ({ ...shape, height: blocked }))),
    flops: kept,
    make(shape, workspace) {
      const { dense, csr } = matrix(workspace, shape);
      const { extent, buffers } = blockBuffers(workspace, csr, height);
      const kernel = workspace.kernels[`spmv_f32_block${height}`];
      const [rowptr, colidx, values] = buffers;
      return multiply(
        { ...shape, n: 1 },
        workspace,
        dense,
        extent,
        (x, y, bias, lower) => (begin, end) =>
          kernel(begin, end, shape.m, rowptr, colidx, values, x, y.buffer, bias, lower),
      );
    },
  }),
);

export const spmv: readonly KernelCase[] = [spmvCsr, spmvSell4, ...spmvBlocks];
