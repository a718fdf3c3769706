// Cases of the convolution kernels: forward, both gradients, im2col. Batches and single images, strides 1 and 2,
// one filter or one pixel; and the dense layer as an image of one pixel.

import { none } from '../../../src/engine/index.ts';
import type { KernelCase, Sizes } from './case.ts';
import { matrix } from './sparse-operands.ts';
import type { Workspace } from './workspace.ts';

const shapes: readonly Sizes[] = [
  { channels: 1, height: 3, width: 3, kernel: 3, filters: 1, n: 1, stride: 1 },
  { channels: 2, height: 5, width: 6, kernel: 3, filters: 7, n: 1, stride: 1 },
  { channels: 3, height: 4, width: 5, kernel: 2, filters: 6, n: 3, stride: 1 },
  { channels: 1, height: 9, width: 15, kernel: 3, filters: 5, n: 1, stride: 1 },
  { channels: 2, height: 4, width: 6, kernel: 3, filters: 9, n: 7, stride: 1 },
  { channels: 2, height: 7, width: 7, kernel: 3, filters: 4, n: 16, stride: 2 },
  { channels: 3, height: 6, width: 7, kernel: 2, filters: 11, n: 5, stride: 2 },
  { channels: 4, height: 5, width: 9, kernel: 1, filters: 13, n: 1, stride: 2 },
  { channels: 37, height: 1, width: 1, kernel: 1, filters: 13, n: 21, stride: 1 },
  { channels: 2, height: 13, width: 13, kernel: 3, filters: 6, n: 1, stride: 1 },
  { channels: 1, height: 5, width: 9, kernel: 2, filters: 5, n: 2, stride: 2 },
  { channels: 1, height: 3, width: 11, kernel: 2, filters: 5, n: 3, stride: 1 },
  { channels: 1, height: 5, width: 10, kernel: 3, filters: 7, n: 4, stride: 1 },
  { channels: 1, height: 5, width: 5, kernel: 3, filters: 6, n: 32, stride: 2 },
];

/** Where everything lies: sizes of the output, runs, pitches, and the input's offset of each tap. */
export function geometry({ channels, height, width, kernel, filters, n, stride }: Sizes) {
  const rows = Math.floor((height - kernel) / stride) + 1;
  const cols = Math.floor((width - kernel) / stride) + 1;
  const taps = channels * kernel * kernel;
  const offsets = Uint32Array.from({ length: taps }, (_, t) => {
    const [c, dy, dx] = [Math.floor(t / (kernel * kernel)), Math.floor(t / kernel) % kernel, t % kernel];
    return ((c * height + dy) * width + dx) * n;
  });
  return {
    rows,
    outputCols: cols,
    taps,
    offsets,
    /** Runs: whole rows where the stride is 1, else pixels. */
    cols: stride === 1 ? 1 : cols,
    length: stride === 1 ? cols * n : n,
    xRow: stride * width * n,
    xCol: stride * n,
    yRow: cols * n,
    yCol: n,
    yChannel: rows * cols * n,
    xLength: channels * height * width * n,
    yLength: filters * rows * cols * n,
  };
}

/** Calls visit(o, t, x index, y index) for every multiply-add of the convolution. */
function eachTerm(shape: Sizes, visit: (o: number, t: number, x: number, y: number) => void): void {
  const { rows, outputCols, taps, offsets, xRow, xCol } = geometry(shape);
  let y = 0;
  for (let o = 0; o < shape.filters; o++) {
    for (let r = 0; r < rows; r++) {
      for (let q = 0; q < outputCols; q++) {
        for (let s = 0; s < shape.n; s++, y++) {
          for (let t = 0; t < taps; t++) visit(o, t, offsets[t] + r * xRow + q * xCol + s, y);
        }
      }
    }
  }
}

function flops(shape: Sizes): number {
  const { taps, yLength } = geometry(shape);
  return 2 * taps * yLength;
}

/** W (or its transpose) in panels. */
function packed(workspace: Workspace, w: Float32Array, m: number, taps: number, transposed: boolean) {
  const { kernels } = workspace;
  const [rows, depth, rowStride, colStride] = transposed ? [taps, m, 1, taps] : [m, taps, taps, 1];
  const count = Math.ceil(rows / kernels.panel_rows());
  const panels = workspace.output(count * kernels.panel_rows() * depth);
  kernels.pack_f32_a(0, count, rows, depth, rowStride, colStride, workspace.input(w), panels.buffer);
  return panels.buffer;
}

const forward: KernelCase = {
  name: 'conv2d_f32_dense',
  shapes: shapes.map((shape, i) => ({ ...shape, biased: i % 2, relu: Number(i % 3 === 0) })),
  flops,
  make(shape, workspace) {
    const { filters, biased = 0, relu = 0 } = shape;
    const g = geometry(shape);
    const [x, w, bias] = [g.xLength, filters * g.taps, filters].map((length) => workspace.numbers(length));
    const a = packed(workspace, w, filters, g.taps, false);
    const [offsets, xBuffer] = [workspace.indices(g.offsets), workspace.input(x)];
    const biasBuffer = biased ? workspace.input(bias) : none;
    const lower = relu ? 0 : -Infinity;
    const scratch = workspace.scratch(16 * g.taps);
    const output = workspace.output(g.yLength);
    return {
      extent: g.rows,
      run: (begin, end) =>
        workspace.kernels.conv2d_f32_dense(
          begin,
          end,
          g.cols,
          g.length,
          filters,
          g.taps,
          a,
          offsets,
          xBuffer,
          g.xRow,
          g.xCol,
          output.buffer,
          g.yChannel,
          biasBuffer,
          lower,
          scratch,
        ),
      output,
      oracle: () => convolved(shape, w, x, biased ? bias : undefined, lower),
    };
  },
};

/** max(W * x + bias, lower) in f64. */
function convolved(shape: Sizes, w: Float32Array, x: Float32Array, bias: Float32Array | undefined, lower: number) {
  const { taps, yLength, yChannel } = geometry(shape);
  const y = Float64Array.from({ length: yLength }, (_, i) => bias?.[Math.floor(i / yChannel)] ?? 0);
  eachTerm(shape, (o, t, xi, yi) => {
    y[yi] += w[o * taps + t] * x[xi];
  });
  return y.map((value) => Math.max(value, lower));
}

const sparse: KernelCase = {
  name: 'conv2d_f32_csr',
  shapes: [
    { channels: 2, height: 6, width: 10, kernel: 3, filters: 5, n: 1, stride: 1, density: 0.4 },
    { channels: 1, height: 5, width: 17, kernel: 2, filters: 3, n: 1, stride: 1, density: 1, biased: 1 },
    { channels: 3, height: 12, width: 12, kernel: 5, filters: 6, n: 1, stride: 1, density: 0.1, biased: 1, relu: 1 },
    { channels: 2, height: 9, width: 5, kernel: 2, filters: 7, n: 2, stride: 1, density: 0.5, relu: 1 },
    { channels: 1, height: 7, width: 8, kernel: 1, filters: 4, n: 3, stride: 1, density: 0 },
    ...[9, 11, 12, 13, 14, 17, 22].map((width, i) => ({
      ...{ channels: 2, height: 4 + i, width, kernel: 1 + (i % 2), filters: 3, n: 1, stride: 1, density: 0.6 },
      biased: i % 2,
      relu: Number(i > 3),
    })),
  ],
  flops: (shape) => flops(shape) * shape.density,
  make(shape, workspace) {
    const { filters, density, biased = 0, relu = 0 } = shape;
    const g = geometry(shape);
    const x = workspace.numbers(g.xLength);
    const { dense, csr } = matrix(workspace, { m: filters, k: g.taps, density });
    const bias = workspace.numbers(filters);
    const colidx = csr.colidx.map((j) => g.offsets[j]);
    const [rowptr, places] = [workspace.indices(csr.rowptr), workspace.indices(colidx)];
    const [values, from] = [workspace.input(csr.values), workspace.input(x)];
    const b = biased ? workspace.input(bias) : none;
    const lower = relu ? 0 : -Infinity;
    const output = workspace.output(g.yLength);
    const { rows, length, xRow, yRow, yChannel } = g;
    const { conv2d_f32_csr } = workspace.kernels;
    const y = output.buffer;
    return {
      extent: filters,
      run: (begin, end) =>
        conv2d_f32_csr(begin, end, rows, length, rowptr, places, values, from, xRow, y, yRow, yChannel, b, lower),
      output,
      oracle: () => convolved(shape, dense, x, biased ? bias : undefined, lower),
    };
  },
};

const toInput: KernelCase = {
  name: 'conv2d_f32_dx',
  shapes,
  flops,
  make(shape, workspace) {
    const { filters } = shape;
    const g = geometry(shape);
    const [dy, w, before] = [g.yLength, filters * g.taps, g.xLength].map((length) => workspace.numbers(length));
    const at = packed(workspace, w, filters, g.taps, true);
    const [offsets, dyBuffer] = [workspace.indices(g.offsets), workspace.input(dy)];
    const scratch = workspace.scratch(16 * (filters + 6));
    const output = workspace.output(g.xLength, before);
    return {
      extent: g.rows,
      run: (begin, end) =>
        workspace.kernels.conv2d_f32_dx(
          begin,
          end,
          g.cols,
          g.length,
          g.taps,
          filters,
          at,
          offsets,
          dyBuffer,
          g.yChannel,
          output.buffer,
          g.xRow,
          g.xCol,
          scratch,
        ),
      output,
      oracle() {
        const dx = Float64Array.from(before);
        eachTerm(shape, (o, t, xi, yi) => {
          dx[xi] += w[o * g.taps + t] * dy[yi];
        });
        return dx;
      },
    };
  },
};

const toWeights: KernelCase = {
  name: 'sddmm_f32_dense',
  shapes: shapes.flatMap((shape) => [0, 1].map((accumulate) => ({ ...shape, accumulate }))),
  flops,
  make(shape, workspace) {
    const { filters, accumulate = 0 } = shape;
    const g = geometry(shape);
    const [x, dy, before] = [g.xLength, g.yLength, filters * g.taps].map((length) => workspace.numbers(length));
    const [offsets, xBuffer, dyBuffer] = [workspace.indices(g.offsets), workspace.input(x), workspace.input(dy)];
    const scratch = workspace.scratch(32768);
    const output = workspace.output(filters * g.taps, before);
    return {
      extent: filters,
      run: (begin, end) =>
        workspace.kernels.sddmm_f32_dense(
          begin,
          end,
          g.taps,
          g.rows,
          g.cols,
          g.length,
          dyBuffer,
          g.yChannel,
          xBuffer,
          offsets,
          g.xRow,
          g.xCol,
          output.buffer,
          g.taps,
          accumulate,
          scratch,
        ),
      output,
      oracle() {
        const dw = Float64Array.from(before, (value) => accumulate * value);
        eachTerm(shape, (o, t, xi, yi) => {
          dw[o * g.taps + t] += dy[yi] * x[xi];
        });
        return dw;
      },
    };
  },
};

const im2col: KernelCase = {
  name: 'im2col_f32',
  shapes,
  flops: () => 0,
  make(shape, workspace) {
    const g = geometry(shape);
    const x = workspace.numbers(g.xLength);
    const [offsets, xBuffer] = [workspace.indices(g.offsets), workspace.input(x)];
    const output = workspace.output(g.taps * g.yChannel);
    return {
      extent: g.rows,
      run: (begin, end) =>
        workspace.kernels.im2col_f32(
          begin,
          end,
          g.cols,
          g.length,
          g.taps,
          offsets,
          xBuffer,
          g.xRow,
          g.xCol,
          output.buffer,
          g.yChannel,
          g.yRow,
          g.yCol,
        ),
      output,
      oracle() {
        const y = new Float64Array(g.taps * g.yChannel);
        eachTerm({ ...shape, filters: 1 }, (_, t, xi, yi) => {
          y[t * g.yChannel + yi] = x[xi];
        });
        return y;
      },
    };
  },
};

export const convolution: readonly KernelCase[] = [forward, sparse, toInput, toWeights, im2col];
