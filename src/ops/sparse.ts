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
  const b = bias?.values.buffer ?? none;
  arena.scope(() => {
    const values = gathered(kernel, pattern);
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      const places = placesOf(pattern, geometry, n);
      const runs = geometry.runs(n);
      eachRun(runs, x.slab(slab), y.slab(slab), (from, to) => {
        const { length, yChannel } = runs;
        kernels().spmm_f32_csr(0, rows, length, rowptr.buffer, places, values, from, to, yChannel, 0, b, lower);
      });
    }
  });
}

/** Adds dy·xᵀ at the kept weights to the kernel's gradient. */
export function sparseSample(kernel: Parameter, pattern: Pattern, geometry: Geometry, x: Tensor, dy: Tensor): void {
  const { rows, nnz } = pattern;
  arena.scope(() => {
    const gradient = arena.allocate(4 * nnz);
    f32(gradient, nnz).fill(0);
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      const runs = geometry.runs(n);
      kernels().sddmm_f32_csr(
        0,
        rows,
        runs.rows,
        runs.cols,
        runs.length,
        pattern.rowptr.buffer,
        placesOf(pattern, geometry, n),
        dy.slab(slab),
        runs.yChannel,
        runs.yRow,
        runs.yCol,
        x.slab(slab),
        runs.xRow,
        runs.xCol,
        gradient,
        1,
      );
    }
    pattern.scatterAdd(f32(gradient, nnz), kernel.gradient.view);
  });
}

/** x += Wᵀ·y, with the weights that `pattern` keeps. */
export function sparseScatter(kernel: Parameter, pattern: Pattern, geometry: Geometry, y: Tensor, x: Tensor): void {
  const { rows, rowptr } = pattern;
  arena.scope(() => {
    const values = gathered(kernel, pattern);
    for (const slab of y.batch.slabs) {
      const n = slab.width;
      const places = placesOf(pattern, geometry, n);
      const runs = geometry.runs(n);
      const { length, yChannel } = runs;
      eachRun(runs, x.slab(slab), y.slab(slab), (to, run) => {
        kernels().spmm_f32_csr_transposed(0, rows, length, rowptr.buffer, places, values, run, yChannel, to);
      });
    }
  });
}

/** The kept weights, in the arena. */
export function gathered(kernel: Parameter, pattern: Pattern): Buffer {
  const values = arena.allocate(4 * pattern.nnz);
  pattern.gather(kernel.values.view, f32(values, pattern.nnz));
  return values;
}

/** u32, where each kept weight's operand begins in a slab of width n, in floats. */
const placesOf = (pattern: Pattern, { name, place }: Geometry, n: number): Buffer =>
  pattern.offsets(`${name} ${n}`, (column) => place(column) * n).buffer;

function eachRun(runs: Runs, x: Buffer, y: Buffer, visit: (x: Buffer, y: Buffer) => void): void {
  for (let r = 0; r < runs.rows; r++) {
    for (let q = 0; q < runs.cols; q++) {
      visit(at(x, r * runs.xRow + q * runs.xCol), at(y, r * runs.yRow + q * runs.yCol));
    }
  }
}
