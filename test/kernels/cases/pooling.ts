// Cases of pooling: windows that tile, overlap, leave gaps and are cut at the border; maps with pitches beyond their rows.

import type { KernelCase, Sizes } from './case.ts';
import { uniforms } from './operands.ts';
import type { Workspace } from './workspace.ts';

interface Geometry {
  channels: number;
  n: number;
  inRows: number;
  inCols: number;
  rows: number;
  cols: number;
  pool: readonly [number, number];
  stride: readonly [number, number];
  pad: readonly [number, number];
  xRow: number;
  xChannel: number;
  yRow: number;
  yChannel: number;
}

const windows: readonly Sizes[] = [
  { inRows: 4, inCols: 6, poolRows: 2, poolCols: 2, strideRows: 2, strideCols: 2, same: 0 },
  { inRows: 5, inCols: 19, poolRows: 2, poolCols: 2, strideRows: 2, strideCols: 2, same: 0 },
  { inRows: 5, inCols: 19, poolRows: 2, poolCols: 2, strideRows: 2, strideCols: 2, same: 1 },
  { inRows: 5, inCols: 7, poolRows: 2, poolCols: 2, strideRows: 2, strideCols: 2, same: 1 },
  { inRows: 7, inCols: 5, poolRows: 3, poolCols: 3, strideRows: 2, strideCols: 2, same: 1 },
  { inRows: 6, inCols: 7, poolRows: 2, poolCols: 2, strideRows: 1, strideCols: 1, same: 1 },
  { inRows: 6, inCols: 7, poolRows: 2, poolCols: 3, strideRows: 3, strideCols: 1, same: 0 },
  { inRows: 7, inCols: 7, poolRows: 2, poolCols: 1, strideRows: 3, strideCols: 3, same: 0 },
  { inRows: 3, inCols: 4, poolRows: 3, poolCols: 4, strideRows: 3, strideCols: 4, same: 0 },
];
const shapes: readonly Sizes[] = windows.flatMap((window) =>
  [1, 2, 4, 5, 17, 32].map((n) => ({ ...window, n, channels: 3 })),
);

/** Output size and border of one axis, as Keras counts them. */
function axis(size: number, pool: number, stride: number, same: number): [number, number] {
  if (!same) return [Math.floor((size - pool) / stride) + 1, 0];
  const out = Math.ceil(size / stride);
  return [out, Math.floor(Math.max((out - 1) * stride + pool - size, 0) / 2)];
}

function geometry(shape: Sizes): Geometry {
  const { inRows, inCols, poolRows, poolCols, strideRows, strideCols, same, n, channels } = shape;
  const [rows, top] = axis(inRows, poolRows, strideRows, same);
  const [cols, left] = axis(inCols, poolCols, strideCols, same);
  const xRow = inCols * n + 3;
  const yRow = cols * n + 1;
  return {
    channels,
    n,
    inRows,
    inCols,
    rows,
    cols,
    pool: [poolRows, poolCols],
    stride: [strideRows, strideCols],
    pad: [top, left],
    xRow,
    xChannel: inRows * xRow + 2,
    yRow,
    yChannel: rows * yRow + 5,
  }; // prettier-ignore
}

/** Input places of every window, in row-major order, with the output's place. */
function* eachWindow(g: Geometry): Generator<{ to: number; from: number[] }> {
  for (let c = 0; c < g.channels; c++) {
    for (let r = 0; r < g.rows; r++) {
      for (let q = 0; q < g.cols; q++) {
        for (let s = 0; s < g.n; s++) {
          const from: number[] = [];
          for (let i = r * g.stride[0] - g.pad[0]; i < r * g.stride[0] - g.pad[0] + g.pool[0]; i++) {
            for (let j = q * g.stride[1] - g.pad[1]; j < q * g.stride[1] - g.pad[1] + g.pool[1]; j++) {
              const inside = i >= 0 && j >= 0 && i < g.inRows && j < g.inCols;
              if (inside) from.push(c * g.xChannel + i * g.xRow + j * g.n + s);
            }
          }
          yield { to: c * g.yChannel + r * g.yRow + q * g.n + s, from };
        }
      }
    }
  }
}

/** All places of the input. */
function* eachPixel(g: Geometry): Generator<number> {
  for (let c = 0; c < g.channels; c++) {
    for (let i = 0; i < g.inRows; i++) {
      for (let j = 0; j < g.inCols * g.n; j++) yield c * g.xChannel + i * g.xRow + j;
    }
  }
}

/** Where the first of the largest stands. */
function firstLargest(x: ArrayLike<number>, from: readonly number[]): number {
  const largest = Math.max(...from.map((at) => x[at]));
  return from.find((at) => x[at] === largest) ?? Number.NaN;
}

type Pass = 'max_pool2d_f32' | 'average_pool2d_f32' | 'max_pool2d_backward_f32' | 'average_pool2d_backward_f32';

/** Quarters: many ties in a window, and sums that are exact. */
const quarters = (workspace: Workspace, length: number) =>
  uniforms(workspace, length).map((v) => Math.round(4 * v) / 4);

function pooling(name: Pass, tolerance: number): KernelCase {
  const flops: KernelCase['flops'] = (shape) => {
    const g = geometry(shape);
    return g.channels * g.rows * g.cols * g.n * g.pool[0] * g.pool[1];
  };
  return {
    name,
    tolerance,
    shapes:
      name === 'max_pool2d_backward_f32'
        ? shapes.flatMap((shape) => [0, 1].map((rectified) => ({ ...shape, rectified })))
        : shapes,
    flops,
    make(shape, workspace) {
      const g = geometry(shape);
      const { kernels } = workspace;
      const { rectified = 0 } = shape;
      const x = quarters(workspace, g.channels * g.xChannel);
      const dy = quarters(workspace, g.channels * g.yChannel);
      const backward = name.endsWith('backward_f32');
      const start = new Float32Array(backward ? x.length : dy.length).fill(9);
      const output = workspace.output(start.length, start);
      const xBuffer = workspace.input(x);
      const dyBuffer = workspace.input(dy);
      const head = (begin: number, end: number) =>
        [begin, end, g.n, g.inRows, g.inCols, g.rows, g.cols, ...g.pool, ...g.stride, ...g.pad] as const;
      const run = (begin: number, end: number) => {
        const to = output.buffer;
        if (name === 'max_pool2d_backward_f32') {
          kernels[name](...head(begin, end), xBuffer, g.xChannel, g.xRow, dyBuffer, g.yChannel, g.yRow, to, rectified);
        } else if (name === 'average_pool2d_backward_f32') {
          kernels[name](...head(begin, end), dyBuffer, g.yChannel, g.yRow, to, g.xChannel, g.xRow);
        } else {
          kernels[name](...head(begin, end), xBuffer, g.xChannel, g.xRow, to, g.yChannel, g.yRow);
        }
      };
      const oracle = () => {
        const result = Float64Array.from(start);
        // Every pixel is overwritten, and the gaps between rows are not.
        if (backward) for (const at of eachPixel(g)) result[at] = 0;
        for (const { to, from } of eachWindow(g)) {
          if (name === 'max_pool2d_f32') result[to] = x[firstLargest(x, from)];
          else if (name === 'average_pool2d_f32') result[to] = from.reduce((sum, at) => sum + x[at], 0) / from.length;
          else if (name === 'max_pool2d_backward_f32') {
            const at = firstLargest(x, from);
            if (!rectified || x[at] > 0) result[at] += dy[to];
          } else for (const at of from) result[at] += dy[to] / from.length;
        }
        return result;
      };
      return { extent: g.channels, run, output, oracle };
    },
  };
}

export const poolings: readonly KernelCase[] = [
  pooling('max_pool2d_f32', 0),
  pooling('max_pool2d_backward_f32', 0),
  pooling('average_pool2d_f32', 2e-7),
  pooling('average_pool2d_backward_f32', 3e-7),
];
