// Cases of the sparse products: every tail of the panels, empty rows, densities 0 to 1, weights scattered or in blocks.

import { none } from '../../../src/engine/index.ts';
import {
  type BlockHeight,
  blocksFromCsr,
  type Csr,
  csrFromDense,
  sell4FromCsr,
} from '../../../src/tensor/sparse/index.ts';
import type { Call, KernelCase, Sizes } from './case.ts';
import { product } from './dense.ts';
import type { Workspace } from './workspace.ts';

const densities = [0, 0.1, 0.5, 1];

/** A sparse m×k matrix, also as the dense one it stands for; `height` > 1 keeps its weights in blocks. */
function matrix(workspace: Workspace, { m, k, density, height = 1 }: Sizes): { dense: Float32Array; csr: Csr } {
  const mask = workspace.mask(m, k, density, height);
  const dense = workspace.numbers(m * k).map((value, i) => value * mask[i]);
  return { dense, csr: csrFromDense(dense, m, k, mask) };
}

const kept = ({ m, k, density }: Sizes) => 2 * m * k * density;

const spmmShapes: readonly Sizes[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 11, 16, 21, 32, 47, 64, 71].map((n, i) => ({
    m: 7,
    k: 11,
    n,
    density: densities[i % 4],
    pad: n % 3,
  })),
  ...densities.map((density) => ({ m: 18, k: 29, n: 60, density, biased: 1, relu: 1 })),
  { m: 1, k: 1, n: 1, density: 1, biased: 1, relu: 0 },
  { m: 5, k: 40, n: 36, density: 0.9, biased: 1, relu: 0 },
];

/** Y = max(A·X + bias, lower), X in rows of `scale`, of which n are used. */
function multiply(
  { m, k, n, pad = 0, biased = 0, relu = 0 }: Sizes,
  workspace: Workspace,
  dense: Float32Array,
  extent: number,
  run: (
    x: ReturnType<Workspace['input']>,
    scale: number,
    y: Call['output'],
    bias: typeof none,
    lower: number,
  ) => (begin: number, end: number) => void,
): Call {
  const scale = n + pad;
  const x = workspace.numbers(k * scale);
  const bias = workspace.numbers(m);
  const lower = relu ? 0 : -Infinity;
  const output = workspace.output(m * n);
  return {
    extent,
    run: run(workspace.input(x), scale, output, biased ? workspace.input(bias) : none, lower),
    output,
    oracle() {
      const b = Float32Array.from({ length: k * n }, (_, i) => x[Math.floor(i / n) * scale + (i % n)]);
      return product({ m, n, k }, dense, b, (i) => (biased ? bias[i] : 0), lower);
    },
  };
}

const spmmCsr: KernelCase = {
  name: 'spmm_f32_csr',
  shapes: spmmShapes,
  flops: (shape) => kept(shape) * shape.n,
  make(shape, workspace) {
    const { dense, csr } = matrix(workspace, shape);
    const [rowptr, colidx] = [workspace.indices(csr.rowptr), workspace.indices(csr.colidx)];
    const values = workspace.input(csr.values);
    return multiply(
      shape,
      workspace,
      dense,
      shape.m,
      (x, scale, y, bias, lower) => (begin, end) =>
        workspace.kernels.spmm_f32_csr(
          begin,
          end,
          shape.n,
          scale,
          rowptr,
          colidx,
          values,
          x,
          y.buffer,
          shape.n,
          bias,
          lower,
        ),
    );
  },
};

/** Blocks on the device: rowptr, colidx, values. */
function blockBuffers(workspace: Workspace, csr: Csr, height: BlockHeight) {
  const blocks = blocksFromCsr(csr, height);
  return {
    extent: blocks.rowptr.length - 1,
    buffers: [
      workspace.indices(blocks.rowptr),
      workspace.indices(blocks.colidx),
      workspace.input(blocks.values),
    ] as const,
  };
}

const spmmBlock4: KernelCase = {
  name: 'spmm_f32_block4',
  shapes: spmmShapes.flatMap((shape) => [1, 4].map((height) => ({ ...shape, height }))),
  flops: (shape) => kept(shape) * shape.n,
  make(shape, workspace) {
    const { dense, csr } = matrix(workspace, shape);
    const { extent, buffers } = blockBuffers(workspace, csr, 4);
    return multiply(
      shape,
      workspace,
      dense,
      extent,
      (x, scale, y, bias, lower) => (begin, end) =>
        workspace.kernels.spmm_f32_block4(
          begin,
          end,
          shape.m,
          shape.n,
          scale,
          ...buffers,
          x,
          y.buffer,
          shape.n,
          bias,
          lower,
        ),
    );
  },
};

const spmmTransposed: KernelCase = {
  name: 'spmm_f32_csr_transposed',
  shapes: spmmShapes.map(({ m, k, n, density, pad = 0 }) => ({ m, k, n, density, pad })),
  flops: (shape) => kept(shape) * shape.n,
  make(shape, workspace) {
    const { m, k, n, pad = 0 } = shape;
    const { dense, csr } = matrix(workspace, shape);
    const scale = n + pad;
    const [dy, before] = [workspace.numbers(m * n), workspace.numbers(k * scale)];
    const [rowptr, colidx] = [workspace.indices(csr.rowptr), workspace.indices(csr.colidx)];
    const [values, dyBuffer] = [workspace.input(csr.values), workspace.input(dy)];
    const output = workspace.output(k * scale, before);
    return {
      extent: m,
      run: (begin, end) =>
        workspace.kernels.spmm_f32_csr_transposed(
          begin,
          end,
          n,
          scale,
          rowptr,
          colidx,
          values,
          dyBuffer,
          n,
          output.buffer,
        ),
      output,
      oracle() {
        const dx = Float64Array.from(before);
        for (let i = 0; i < m; i++) {
          for (let c = 0; c < k; c++) for (let j = 0; j < n; j++) dx[c * scale + j] += dense[i * k + c] * dy[i * n + j];
        }
        return dx;
      },
    };
  },
};

const sddmmCsr: KernelCase = {
  name: 'sddmm_f32_csr',
  shapes: [
    ...[1, 3, 4, 5, 8, 13, 16, 32, 70].map((n, i) => ({ m: 7, k: 11, n, density: densities[i % 4], rows: 1, cols: 1 })),
    { m: 6, k: 14, n: 5, density: 0.5, rows: 3, cols: 1 },
    { m: 5, k: 9, n: 8, density: 0.5, rows: 2, cols: 3, accumulate: 1 },
    { m: 9, k: 33, n: 16, density: 0.3, rows: 1, cols: 2, accumulate: 1 },
  ],
  flops: (shape) => kept(shape) * shape.n * shape.rows * shape.cols,
  make(shape, workspace) {
    const { m, n, rows, cols, accumulate = 0 } = shape;
    const { csr } = matrix(workspace, shape);
    // Runs overlap in X as those of a convolution do: the next one begins one pixel later, the next row two.
    const runs = rows * cols;
    const [xRow, xCol] = [2 * n, n];
    const x = workspace.numbers((shape.k + 2 * rows + cols) * n);
    const dy = workspace.numbers(m * runs * n);
    const before = workspace.numbers(csr.values.length);
    const [rowptr, colidx] = [workspace.indices(csr.rowptr), workspace.indices(csr.colidx)];
    const [xBuffer, dyBuffer] = [workspace.input(x), workspace.input(dy)];
    const output = workspace.output(before.length, before);
    return {
      extent: m,
      run: (begin, end) =>
        workspace.kernels.sddmm_f32_csr(
          begin,
          end,
          rows,
          cols,
          n,
          n,
          rowptr,
          colidx,
          dyBuffer,
          runs * n,
          cols * n,
          n,
          xBuffer,
          xRow,
          xCol,
          output.buffer,
          accumulate,
        ),
      output,
      oracle: () =>
        Array.from(csr.colidx, (column, p) => {
          const i = csr.rowptr.findLastIndex((start) => start <= p);
          let sum = accumulate * before[p];
          for (let run = 0; run < runs; run++) {
            const from = column * n + Math.floor(run / cols) * xRow + (run % cols) * xCol;
            for (let j = 0; j < n; j++) sum += dy[(i * runs + run) * n + j] * x[from + j];
          }
          return sum;
        }),
    };
  },
};

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
    return multiply(
      { ...shape, n: 1 },
      workspace,
      dense,
      shape.m,
      (x, _, y, bias, lower) => (begin, end) =>
        workspace.kernels.spmv_f32_csr(begin, end, rowptr, colidx, values, x, y.buffer, bias, lower),
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
    return multiply(
      { ...shape, n: 1 },
      workspace,
      dense,
      sell.slices.length - 1,
      (x, _, y, bias, lower) => (begin, end) =>
        workspace.kernels.spmv_f32_sell4(begin, end, slices, records, order, x, y.buffer, bias, lower),
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
      return multiply(
        { ...shape, n: 1 },
        workspace,
        dense,
        extent,
        (x, _, y, bias, lower) => (begin, end) =>
          workspace.kernels[`spmv_f32_block${height}`](begin, end, shape.m, ...buffers, x, y.buffer, bias, lower),
      );
    },
  }),
);

export const sparse: readonly KernelCase[] = [
  spmmCsr,
  spmmBlock4,
  spmmTransposed,
  sddmmCsr,
  spmvCsr,
  spmvSell4,
  ...spmvBlocks,
];
