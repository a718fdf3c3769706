// Products that visit kept weights only: each multiplies whole runs of the input, moved on by the place of its column, whatever
// the pattern. Dense layers and convolutions are one case, with no im2col and nothing to gather. 2·nnz·columns flops each way.

import { arena, at, type Buffer, f32, kernels, none } from '../engine/index.ts';
import type { Parameter, Pattern, Tensor } from '../tensor/index.ts';
import type { Geometry, Runs } from './geometry.ts';

/** y = max(W·x + b, lower), with the weights that `pattern` keeps. */
export function sparseMultiply(
  kernel: Parameter,
  pattern: Pattern,
  geometry: Geometry,
  x: Tensor,
  y: Tensor,
  bias: Parameter | undefined,
  lower: number,
): void {
  const { rows, rowptr } = pattern;
  const offsets = pattern.offsets(geometry.name, geometry.place).buffer;
  const b = bias?.values.buffer ?? none;
  arena.scope(() => {
    const values = gathered(kernel, pattern);
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      const runs = geometry.runs(n);
      eachRun(runs, x.slab(slab), y.slab(slab), (from, to) => {
        const { length, yChannel } = runs;
        kernels().spmm_f32_csr(0, rows, length, n, rowptr.buffer, offsets, values, from, to, yChannel, b, lower);
      });
    }
  });
}

/** Adds dy·xᵀ at the kept weights to the gradient, and Wᵀ·dy to dx when there is one. */
export function sparseMultiplyBackward(
  kernel: Parameter,
  pattern: Pattern,
  geometry: Geometry,
  x: Tensor,
  dy: Tensor,
  dx: Tensor | undefined,
): void {
  const { rows, nnz } = pattern;
  const rowptr = pattern.rowptr.buffer;
  const offsets = pattern.offsets(geometry.name, geometry.place).buffer;
  arena.scope(() => {
    const values = dx && gathered(kernel, pattern);
    const gradient = arena.allocate(4 * nnz);
    f32(gradient, nnz).fill(0);
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      const runs = geometry.runs(n);
      const { length, xRow, xCol, yRow, yCol, yChannel } = runs;
      const [from, delta] = [x.slab(slab), dy.slab(slab)];
      kernels().sddmm_f32_csr(
        0,
        rows,
        runs.rows,
        runs.cols,
        length,
        n,
        rowptr,
        offsets,
        delta,
        yChannel,
        yRow,
        yCol,
        from,
        xRow,
        xCol,
        gradient,
        1,
      );
      if (!values) continue;
      eachRun(runs, dx.slab(slab), delta, (to, run) => {
        kernels().spmm_f32_csr_transposed(0, rows, length, n, rowptr, offsets, values, run, yChannel, to);
      });
    }
    pattern.scatterAdd(f32(gradient, nnz), kernel.gradient.view);
  });
}

/** The kept weights, in the arena. */
function gathered(kernel: Parameter, pattern: Pattern): Buffer {
  const values = arena.allocate(4 * pattern.nnz);
  pattern.gather(kernel.values.view, f32(values, pattern.nnz));
  return values;
}

function eachRun(runs: Runs, x: Buffer, y: Buffer, visit: (x: Buffer, y: Buffer) => void): void {
  for (let r = 0; r < runs.rows; r++) {
    for (let q = 0; q < runs.cols; q++) {
      visit(at(x, r * runs.xRow + q * runs.xCol), at(y, r * runs.yRow + q * runs.yCol));
    }
  }
}
