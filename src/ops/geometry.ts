// Runs: stretches of contiguous floats that a product goes through. Run (r, q) of an output begins at r·yRow + q·yCol, the same
// run of the input at r·xRow + q·xCol; a tap is the input's run moved on by its place.
//
//   dense layer            one run of n floats; tap c lies at c·n
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

/** Of a dense layer: its columns are the features. */
export const denseGeometry: Geometry = {
  name: 'dense',
  place: (column) => column,
  runs: (n) => ({ rows: 1, cols: 1, length: n, xRow: 0, xCol: 0, yRow: 0, yCol: 0, yChannel: n }),
};

/** Of a convolution over a padded input: its columns are the taps, in the order channel, row, column. */
export function convolutionGeometry({ output: [rows, columns], size, strides, padded }: Window): Geometry {
  const whole = strides[1] === 1;
  return {
    name: `conv ${padded} ${size}`,
    place(tap) {
      const column = tap % size[1];
      const row = ((tap - column) / size[1]) % size[0];
      const channel = Math.floor(tap / (size[0] * size[1]));
      return (channel * padded[0] + row) * padded[1] + column;
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
