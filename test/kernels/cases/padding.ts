// Cases of the border around a feature map: put on and taken off, on every side and on none.

import type { KernelCase, Sizes } from './case.ts';

const borders: readonly Sizes[] = [
  { channels: 1, rows: 1, cols: 1, n: 1, top: 0, left: 0, bottom: 0, right: 0 },
  { channels: 3, rows: 4, cols: 5, n: 1, top: 1, left: 1, bottom: 1, right: 1 },
  { channels: 2, rows: 3, cols: 2, n: 7, top: 0, left: 1, bottom: 2, right: 0 },
  { channels: 2, rows: 2, cols: 3, n: 16, top: 1, left: 0, bottom: 0, right: 3 },
];

/** For every element of the padded map, in order: its index in the map inside, or −1 in the border. */
function insides({ channels, rows, cols, n, top, left, bottom, right }: Sizes): number[] {
  const [paddedRows, paddedCols] = [top + rows + bottom, left + cols + right];
  return Array.from({ length: channels * paddedRows * paddedCols * n }, (_, at) => {
    const c = Math.floor(at / (n * paddedCols * paddedRows));
    const row = (Math.floor(at / (n * paddedCols)) % paddedRows) - top;
    const col = (Math.floor(at / n) % paddedCols) - left;
    const inside = row >= 0 && row < rows && col >= 0 && col < cols;
    return inside ? ((c * rows + row) * cols + col) * n + (at % n) : -1;
  });
}

/** `oracle` makes the output of the input, the padded map's places in the map inside, and that map's length. */
const border = (
  name: 'pad2d_f32' | 'crop2d_f32',
  oracle: (x: Float32Array, places: readonly number[], inside: number) => ArrayLike<number>,
): KernelCase => ({
  name,
  shapes: borders,
  flops: () => 0,
  make(shape, workspace) {
    const { channels, rows, cols, n, top, left, bottom, right } = shape;
    const places = insides(shape);
    const inside = channels * rows * cols * n;
    const [from, to] = name === 'pad2d_f32' ? [inside, places.length] : [places.length, inside];
    const x = workspace.numbers(from);
    const buffer = workspace.input(x);
    const output = workspace.output(to);
    const [paddedRows, paddedCols] = [top + rows + bottom, left + cols + right];
    const kernel = workspace.kernels[name];
    return {
      extent: 1,
      run: () => kernel(channels, rows, cols, n, top, left, paddedRows, paddedCols, buffer, output.buffer),
      output,
      oracle: () => oracle(x, places, inside),
    };
  },
});

export const padding: readonly KernelCase[] = [
  border('pad2d_f32', (x, places) => places.map((i) => (i < 0 ? 0 : x[i]))),
  border('crop2d_f32', (x, places, inside) => {
    const y = new Float64Array(inside);
    places.forEach((i, at) => {
      if (i >= 0) y[i] = x[at];
    });
    return y;
  }),
];
