// Cases of the sparse products with several columns and of their gradients: every tail of the panels, empty rows, densities
// 0 to 1, weights scattered or in blocks.

import type { KernelCase, Sizes } from './case.ts';
import { blockBuffers, densities, kept, matrix, multiply, placesAt } from './sparse-operands.ts';

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
  ...[1, 3, 4, 7, 8, 16, 39, 64].map((n) => ({ m: 7, k: 11, n, density: 0.5, pad: 2, accumulate: 1, biased: n % 2 })),
];

const spmmCsr: KernelCase = {
  name: 'spmm_f32_csr',
  shapes: spmmShapes,
  flops: (shape) => kept(shape) * shape.n,
  make(shape, workspace) {
    const { dense, csr } = matrix(workspace, shape);
    const { n, pad = 0 } = shape;
    const [rowptr, colidx] = [workspace.indices(csr.rowptr), workspace.indices(placesAt(n + pad, csr))];
    const values = workspace.input(csr.values);
    return multiply(
      shape,
      workspace,
      dense,
      shape.m,
      (x, y, bias, lower) => (begin, end) =>
        workspace.kernels.spmm_f32_csr(
          begin,
          end,
          n,
          rowptr,
          colidx,
          values,
          x,
          y.buffer,
          shape.n,
          shape.accumulate ?? 0,
          bias,
          lower,
        ),
    );
  },
};

const spmmBlock4: KernelCase = {
  name: 'spmm_f32_block4',
  shapes: spmmShapes.flatMap((shape) => [1, 4].map((height) => ({ ...shape, height }))),
  flops: (shape) => kept(shape) * shape.n,
  make(shape, workspace) {
    const { dense, csr } = matrix(workspace, shape);
    const { extent, buffers } = blockBuffers(workspace, csr, 4, shape.n + (shape.pad ?? 0));
    return multiply(
      shape,
      workspace,
      dense,
      extent,
      (x, y, bias, lower) => (begin, end) =>
        workspace.kernels.spmm_f32_block4(
          begin,
          end,
          shape.m,
          shape.n,
          ...buffers,
          x,
          y.buffer,
          shape.n,
          shape.accumulate ?? 0,
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
    const pitch = n + pad;
    const [dy, before] = [workspace.numbers(m * n), workspace.numbers(k * pitch)];
    const [rowptr, colidx] = [workspace.indices(csr.rowptr), workspace.indices(placesAt(pitch, csr))];
    const [values, dyBuffer] = [workspace.input(csr.values), workspace.input(dy)];
    const output = workspace.output(k * pitch, before);
    return {
      extent: m,
      run: (begin, end) =>
        workspace.kernels.spmm_f32_csr_transposed(begin, end, n, rowptr, colidx, values, dyBuffer, n, output.buffer),
      output,
      oracle() {
        const dx = Float64Array.from(before);
        for (let i = 0; i < m; i++) {
          for (let c = 0; c < k; c++) for (let j = 0; j < n; j++) dx[c * pitch + j] += dense[i * k + c] * dy[i * n + j];
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
    const [rowptr, colidx] = [workspace.indices(csr.rowptr), workspace.indices(placesAt(n, csr))];
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

const places: KernelCase = {
  name: 'places_u32',
  shapes: [0, 1, 3, 4, 7, 16, 29].map((nnz) => ({ nnz, pitch: 3 + 8 * nnz })),
  flops: ({ nnz }) => nnz,
  make({ nnz, pitch }, workspace) {
    const columns = Uint32Array.from({ length: nnz }, (_, p) => (7 * p) % 31);
    const from = workspace.indices(columns);
    const output = workspace.output(nnz);
    return {
      extent: nnz,
      run: (begin, end) => workspace.kernels.places_u32(begin, end, pitch, from, output.buffer),
      output,
      oracle: () => new Float32Array(placesAt(pitch, { colidx: columns }).buffer),
    };
  },
};

export const spmm: readonly KernelCase[] = [spmmCsr, spmmBlock4, spmmTransposed, sddmmCsr, places];
