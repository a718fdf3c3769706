// Cases of assembly/blas: packing, gemm, gemv, and the dense sddmm on a dense layer's shapes.

import { none } from '../../../src/engine/index.ts';
import type { KernelCase } from './case.ts';

const panels = (rows: number, panelRows: number) => Math.ceil(rows / panelRows);

/** C = max(A·B + start, lower) in f64; A is m×k, B k×n. */
export function product(
  { m, n, k }: { m: number; n: number; k: number },
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  start: (i: number, j: number) => number,
  lower = -Infinity,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = start(i, j);
      for (let kk = 0; kk < k; kk++) sum += a[i * k + kk] * b[kk * n + j];
      c[i * n + j] = Math.max(sum, lower);
    }
  }
  return c;
}

const packA: KernelCase = {
  name: 'pack_f32_a',
  shapes: [
    { m: 1, k: 1, transposed: 0 },
    { m: 5, k: 7, transposed: 0 },
    { m: 6, k: 3, transposed: 1 },
    { m: 13, k: 4, transposed: 1 },
  ],
  flops: () => 0,
  make({ m, k, transposed }, workspace) {
    const { kernels } = workspace;
    const panelRows = kernels.panel_rows();
    const extent = panels(m, panelRows);
    const a = workspace.numbers(m * k);
    const buffer = workspace.input(a);
    const output = workspace.output(extent * panelRows * k);
    const [rowStride, colStride] = transposed ? [1, m] : [k, 1];
    return {
      extent,
      run: (begin, end) => kernels.pack_f32_a(begin, end, m, k, rowStride, colStride, buffer, output.buffer),
      output,
      oracle: () =>
        Array.from({ length: extent * panelRows * k }, (_, at) => {
          const i = Math.floor(at / (panelRows * k)) * panelRows + (at % panelRows);
          const kk = Math.floor(at / panelRows) % k;
          return i < m ? a[i * rowStride + kk * colStride] : 0;
        }),
    };
  },
};

const packB: KernelCase = {
  name: 'pack_f32_b',
  shapes: [
    { k: 1, n: 1, pad: 0 },
    { k: 3, n: 8, pad: 0 },
    { k: 5, n: 21, pad: 3 },
  ],
  flops: () => 0,
  make({ k, n, pad }, workspace) {
    const extent = Math.ceil(n / 8);
    const ldb = n + pad;
    const b = workspace.numbers(k * ldb);
    const buffer = workspace.input(b);
    const output = workspace.output(extent * 8 * k);
    return {
      extent,
      run: (begin, end) => workspace.kernels.pack_f32_b(begin, end, k, n, ldb, buffer, output.buffer),
      output,
      oracle: () =>
        Array.from({ length: extent * 8 * k }, (_, at) => {
          const j = Math.floor(at / (8 * k)) * 8 + (at % 8);
          return j < n ? b[(Math.floor(at / 8) % k) * ldb + j] : 0;
        }),
    };
  },
};

const panelRows: KernelCase = {
  name: 'panel_rows',
  shapes: [{ one: 1 }],
  flops: () => 0,
  make: (_, workspace) => ({
    extent: 1,
    run: () => (workspace.kernels.panel_rows() >= 4 ? 1 : 0),
    output: workspace.output(0),
    oracle: () => [1],
  }),
};

const gemmSizes = [
  { m: 1, n: 1, k: 1 },
  { m: 5, n: 8, k: 3 },
  { m: 6, n: 16, k: 9 },
  { m: 7, n: 13, k: 9 },
  { m: 12, n: 3, k: 4 },
  { m: 11, n: 7, k: 5 },
  { m: 13, n: 37, k: 33 },
  { m: 300, n: 12, k: 2 },
  { m: 8, n: 9, k: 0 },
  { m: 11, n: 23, k: 1100 },
];
const gemmModes = [
  { packed: 0, accumulate: 0, biased: 0, relu: 0 },
  { packed: 0, accumulate: 0, biased: 1, relu: 1 },
  { packed: 0, accumulate: 1, biased: 0, relu: 0 },
  { packed: 1, accumulate: 0, biased: 1, relu: 0 },
  { packed: 1, accumulate: 1, biased: 0, relu: 1 },
];

const gemm: KernelCase = {
  name: 'gemm_f32_panels',
  shapes: gemmSizes.flatMap((sizes) => gemmModes.map((modes) => ({ ...sizes, ...modes }))),
  flops: ({ m, n, k }) => 2 * m * n * k,
  make({ m, n, k, packed = 0, accumulate = 0, biased = 0, relu = 0 }, workspace) {
    const { kernels } = workspace;
    const rows = kernels.panel_rows();
    const extent = panels(m, rows);
    const [a, b, bias, before] = [m * k, k * n, m, m * n].map((length) => workspace.numbers(length));
    const panelsOfA = workspace.output(extent * rows * k);
    kernels.pack_f32_a(0, extent, m, k, k, 1, workspace.input(a), panelsOfA.buffer);
    let operand = workspace.input(b);
    if (packed) {
      const tiles = workspace.output(Math.ceil(n / 8) * 8 * k);
      kernels.pack_f32_b(0, Math.ceil(n / 8), k, n, n, operand, tiles.buffer);
      operand = tiles.buffer;
    }
    const [bTile, bRow] = packed ? [8 * k, 8] : [8, n];
    const biasBuffer = biased ? workspace.input(bias) : none;
    const lower = relu ? 0 : -Infinity;
    const output = workspace.output(m * n, accumulate ? before : undefined);
    return {
      extent,
      run: (begin, end) =>
        kernels.gemm_f32_panels(
          begin,
          end,
          m,
          n,
          k,
          panelsOfA.buffer,
          operand,
          bTile,
          bRow,
          output.buffer,
          n,
          accumulate,
          biasBuffer,
          lower,
        ),
      output,
      oracle: () =>
        product({ m, n, k }, a, b, (i, j) => (accumulate ? before[i * n + j] : biased ? bias[i] : 0), lower),
    };
  },
};

const gemv: KernelCase = {
  name: 'gemv_f32_dense',
  shapes: [1, 4, 7, 18].flatMap((m) =>
    [0, 1, 3, 8, 13, 64, 3075].map((k) => ({ m, k, pad: k % 3, biased: m % 2, relu: k % 2 })),
  ),
  flops: ({ m, k }) => 2 * m * k,
  make({ m, k, pad = 0, biased = 0, relu = 0 }, workspace) {
    const lda = k + pad;
    const a = workspace.numbers(m * lda);
    const x = workspace.numbers(k);
    const bias = workspace.numbers(m);
    const lower = relu ? 0 : -Infinity;
    const buffers = [workspace.input(a), workspace.input(x), biased ? workspace.input(bias) : none];
    const output = workspace.output(m);
    return {
      extent: m,
      run: (begin, end) =>
        workspace.kernels.gemv_f32_dense(begin, end, k, buffers[0], lda, buffers[1], output.buffer, buffers[2], lower),
      output,
      oracle: () => {
        const dense = Float32Array.from({ length: m * k }, (_, at) => a[Math.floor(at / k) * lda + (at % k)]);
        return product({ m, n: 1, k }, dense, x, (i) => (biased ? bias[i] : 0), lower);
      },
    };
  },
};

export const dense: readonly KernelCase[] = [panelRows, packA, packB, gemm, gemv];
