// The shape of a product's work, which decides its kernel and what it costs: `runs` times W·X with X of `length` columns.
//
//   dense layer           one run of n columns; at n = 1 a product with a vector
//   convolution, dense    one run of the whole output, OH·OW·n columns, by taps or in Winograd's tiles
//                sparse   n ≥ 8: a run for each output row; one of all where P = OW.  n < 8: one run over virtual rows, the output at
//                         the input's row pitch P, (OH − 1)·P + OW pixels; or where much of that is junk, unstructured weights in
//                         tiles of rows, blocks row by row
//   with strides, n < 8   im2col, then one run of OH·OW·n columns
//                n ≥ 8    sparse: a run for each pixel (each row where only rows are strided)
//   LSTM                  its input's projection in runs of 64 columns or more, its recurrence in a run of n for each time step

import { fasterTiling, type Tiling, type Window } from '../ops/index.ts';
import { channelPitch, type Layout, places } from './layout.ts';
import type { Form } from './weights.ts';

/** From this width on a row of pixels is worth a run of its own. */
const wide = 8;

/** The kernel's FEW_TAPS. */
const fewTaps = 16;

/** What the kernel of one form goes through. */
export interface Span {
  readonly runs: number;
  readonly length: number;
  /** Whether X is read through tap offsets: a direct convolution. */
  readonly direct: boolean;
  /** Floats that a direct convolution goes about in; 0 for one image, whose rows are read in order. */
  readonly reach: number;
  /** How a dense convolution goes by tiles, if it does. */
  readonly tiling?: Tiling | undefined;
  /** Whether a dense convolution has so few taps that its kernel goes through them as a sparse one does (assembly/nn/conv2d-few.ts). */
  readonly few?: boolean;
  /** Floats copied before the product. */
  readonly copied: number;
}

export interface Work {
  /** Whether it is a matrix times a vector. */
  readonly vector: boolean;
  /** The share of inputs that is expected to be 0, where it is a matrix times a vector. */
  readonly zeros: number;
  span(form: Form): Span;
}

/** The runs of a convolution over a padded input: r of `rows` and q of `cols`, pitches in elements, as the kernels take them. */
export interface Geometry extends Span {
  readonly rows: number;
  readonly cols: number;
  /** Floats of such a run. */
  readonly width: number;
  /** Whether the runs are rows that a kernel takes several of at once. */
  readonly tiled: boolean;
  readonly xRow: number;
  readonly xCol: number;
  readonly yRow: number;
  readonly yCol: number;
  readonly output: Layout;
}

/** A dense layer on `columns` columns, once or several times. */
export const denseWork = (columns: number, runs = 1): Work => ({
  vector: columns === 1,
  zeros: 0,
  span: () => ({ runs, length: columns, direct: false, reach: 0, copied: 0 }),
});

export const convolutionWork = (window: Window, input: Layout, filters: number, n: number): Work => ({
  vector: false,
  zeros: 0,
  span: (form) => convolutionGeometry(window, input, filters, n, form),
});

/** Vectors of tiles, in parts of those of virtual rows, up to which tiles are faster. */
const worthTiles = 0.93;

/** Columns of virtual rows, in parts of those that are wanted, from which on blocks are faster row by row. */
const worthRows = 1.2;

export function convolutionGeometry(window: Window, input: Layout, filters: number, n: number, form: Form): Geometry {
  const [rows, columns] = window.output;
  const [strideRows, strideColumns] = window.strides;
  const pitch = input.rowPitch;
  const strided = strideRows > 1 || strideColumns > 1;
  const whole = strideColumns === 1;
  const pixels = rows * columns * n;
  const common = {
    rows,
    cols: whole ? 1 : columns,
    width: whole ? columns * n : n,
    tiled: false,
    xRow: strideRows * pitch * n,
    xCol: strideColumns * n,
    yRow: columns * n,
    yCol: n,
    output: { channels: filters, rows, columns, rowPitch: columns },
    direct: true,
    reach: n > 1 ? places(input) * n : 0,
    copied: 0,
  };
  if (strided && n < wide) {
    const taps = input.channels * window.size[0] * window.size[1];
    return { ...common, cols: columns, width: n, runs: 1, length: pixels, direct: false, copied: taps * pixels };
  }
  if (form === 'dense') {
    const k = input.channels * window.size[0] * window.size[1];
    const few = k <= fewTaps && common.width % 32 === 0;
    return { ...common, runs: 1, length: pixels, few, tiling: fasterTiling(window, { m: filters, k }, [n]) };
  }
  const virtual = ((rows - 1) * pitch + columns) * n;
  const wholeBlocks = form === 'block4' && (columns * n) % 8 === 0 && worthRows * pixels < virtual;
  if (strided || wholeBlocks || (n >= wide && pitch !== columns)) {
    return { ...common, runs: rows * common.cols, length: common.width };
  }
  const vectors = form === 'csr' ? tileVectors(rows, columns * n) : Infinity;
  if (n < wide && vectors < worthTiles * Math.ceil(virtual / 4)) {
    return { ...common, tiled: true, runs: 1, length: 4 * vectors };
  }
  const output = { ...common.output, rowPitch: rows === 1 ? columns : pitch };
  return { ...common, rows: 1, width: virtual, runs: 1, length: virtual, output };
}

/** Vectors in the tiles that the sparse convolution cuts rows of such a length into; Infinity where it cannot. */
function tileVectors(rows: number, length: number): number {
  if (rows < 4 || length < 8) return Infinity;
  const across = Math.ceil(length / 4);
  const pairs = (2 * across) % 3;
  return (across - 2 * pairs) * rows + 2 * pairs * 4 * Math.ceil(rows / 4);
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
