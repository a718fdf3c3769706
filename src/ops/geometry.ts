// Runs: stretches of contiguous floats that a product goes through. Run (r, q) of an output begins at r·yRow + q·yCol, the same
// run of the input at r·xRow + q·xCol; a tap is the input's run moved on by its place.
//
//   dense layer            pixels·n floats (n where the input has one pixel), in even parts; tap c lies at c·pixels·n
//   convolution, stride 1  a run for each output row, OW·n floats
//   convolution, strided   a run for each output pixel, n floats

import type { Window } from './window.ts';

/** The runs of one slab, in elements. */
export interface Runs {
  readonly rows: number;
  readonly cols: number;
  readonly length: number;
  readonly xRow: number;
  readonly xCol: number;
  readonly yRow: number;
  readonly yCol: number;
  /** From one output channel to the next. */
  readonly yChannel: number;
}

/** How the weights of a layer meet its input. */
export interface Geometry {
  /** Names the geometry: two with the same name have the same places. */
  readonly name: string;
  /** Elements from the input's start to a weight's column (feature or tap), in units of the slab's width. */
  place(column: number): number;
  /** In slabs of width n. */
  runs(n: number): Runs;
}

/** Of a dense layer over the channels of `pixels` pixels or steps: its columns are the channels. Long runs are cut, to stay in cache. */
export const denseGeometry = (pixels: number): Geometry => ({
  name: `dense ${pixels}`,
  place: (column) => column * pixels,
  runs(n) {
    const length = cut(pixels * n);
    const rows = (pixels * n) / length;
    return { rows, cols: 1, length, xRow: length, xCol: 0, yRow: length, yCol: 0, yChannel: pixels * n };
  },
});

/** Floats of a run that stay in the first-level cache along with the rows it meets. */
const longest = 1024;

/** The longest part of at most 1,024 floats, whole vectors, into which a run of n can be cut evenly; n itself where there is none. */
function cut(n: number): number {
  if (n <= longest) return n;
  for (let length = longest; length >= 64; length -= 16) if (n % length === 0) return length;
  return n;
}

/** Of a convolution over a padded input: its columns are the taps, in the order channel, row, column. */
export function convolutionGeometry(window: Window): Geometry {
  const {
    output: [rows, columns],
    size,
    strides,
    padded,
    dilation,
  } = window;
  const whole = strides[1] === 1;
  return {
    name: `conv ${padded} ${size} ${dilation}`,
    place(tap) {
      const column = tap % size[1];
      const row = ((tap - column) / size[1]) % size[0];
      const channel = Math.floor(tap / (size[0] * size[1]));
      return (channel * padded[0] + row * dilation[0]) * padded[1] + column * dilation[1];
    },
    runs: (n) => ({
      rows,
      cols: whole ? 1 : columns,
      length: whole ? columns * n : n,
      xRow: strides[0] * padded[1] * n,
      xCol: strides[1] * n,
      yRow: columns * n,
      yCol: n,
      yChannel: rows * columns * n,
    }),
  };
}
