// The shape of a product's work, which decides its kernel and what it costs: `runs` times W·X with X of `length` columns.
//
//   dense layer           one run of n columns; at n = 1 a product with a vector
//   convolution, n < 8    a run for each output row, where these are multiples of 8 floats and much would be junk otherwise;
//                         else one run over virtual rows: the output at the input's row pitch P, (OH − 1)·P + OW pixels
//                n ≥ 8    a run for each output row
//   LSTM                  its input's projection in runs of 64 columns or more, its recurrence in a run of n for each time step
//   with strides, n < 8   im2col, then one run of OH·OW·n columns
//                n ≥ 8    a run for each pixel (each row where only rows are strided)

import type { Window } from '../ops/index.ts';
import { channelPitch, type Layout } from './layout.ts';

/** From this width on a row of pixels is worth a run of its own. */
const wide = 8;

export interface Work {
  readonly runs: number;
  readonly length: number;
  /** Whether it is a matrix times a vector. */
  readonly vector: boolean;
  /** Whether X is read through tap offsets: a direct convolution. */
  readonly direct: boolean;
  /** Whether the runs are rows that a sparse convolution takes as tiles of 4 rows × 8 floats. */
  readonly tiled: boolean;
  /** Floats copied before the product. */
  readonly copied: number;
  /** The share of inputs that is expected to be 0, where it is a matrix times a vector. */
  readonly zeros: number;
}

/** Pixels of virtual rows per pixel that is wanted, from which on tiles are faster. */
const junkWorthAvoiding = 1.2;

/** The runs of a convolution over a padded input: r of `rows` and q of `cols`, pitches in elements, as the kernels take them. */
export interface Geometry extends Work {
  readonly rows: number;
  readonly cols: number;
  readonly xRow: number;
  readonly xCol: number;
  readonly yRow: number;
  readonly yCol: number;
  readonly output: Layout;
}

/** A dense layer on `columns` columns, once or several times. */
export const denseWork = (columns: number, runs = 1): Work => ({
  runs,
  length: columns,
  vector: columns === 1,
  direct: false,
  tiled: false,
  copied: 0,
  zeros: 0,
});

export function convolutionGeometry(window: Window, input: Layout, filters: number, n: number): Geometry {
  const [rows, columns] = window.output;
  const [strideRows, strideColumns] = window.strides;
  const pitch = input.rowPitch;
  const plain = { channels: filters, rows, columns, rowPitch: columns };
  const strided = strideRows > 1 || strideColumns > 1;
  const xRow = strideRows * pitch * n;
  const common = {
    tiled: false,
    vector: false,
    zeros: 0,
    xRow,
    xCol: strideColumns * n,
    yRow: columns * n,
    yCol: n,
    output: plain,
  };
  const virtual = (rows - 1) * pitch + columns;
  if (!strided && rows >= 4 && (columns * n) % 8 === 0 && n < wide && virtual > junkWorthAvoiding * rows * columns) {
    const length = columns * n;
    return { ...common, rows, cols: 1, runs: rows, length, direct: true, tiled: true, copied: 0 };
  }
  if (!strided && (n < wide || pitch === columns)) {
    const length = virtual * n;
    const output = { ...plain, rowPitch: rows === 1 ? columns : pitch };
    return { ...common, rows: 1, cols: 1, runs: 1, length, direct: true, copied: 0, output };
  }
  if (strided && n < wide) {
    const length = rows * columns * n;
    const taps = input.channels * window.size[0] * window.size[1];
    return { ...common, rows, cols: columns, runs: 1, length, direct: false, copied: taps * length };
  }
  const whole = strideColumns === 1;
  const cols = whole ? 1 : columns;
  return { ...common, rows, cols, runs: rows * cols, length: whole ? columns * n : n, direct: true, copied: 0 };
}

/** The place of each tap (channel, row, column) in the padded input, in pixels. */
export function tapOffsets({ size, dilation }: Window, input: Layout): Uint32Array {
  const offsets = new Uint32Array(input.channels * size[0] * size[1]);
  let tap = 0;
  for (let c = 0; c < input.channels; c++) {
    for (let i = 0; i < size[0]; i++) {
      const row = c * channelPitch(input) + i * dilation[0] * input.rowPitch;
      for (let j = 0; j < size[1]; j++) offsets[tap++] = row + j * dilation[1];
    }
  }
  return offsets;
}
