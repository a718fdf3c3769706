// The inference oracle's layers of images, in plain loops.

import type { LayerDescription } from '../src/format/index.ts';
import { kerasOrder, pair, type Sample } from './oracle-sample.ts';

type Two = readonly [number, number];

/** Every pixel's kernel added where it stands, then what Keras cuts from it. */
export function spread({ arrays, config }: LayerDescription, x: Sample): Sample {
  const kernel = kerasOrder(arrays.kernel);
  const [height, width, filters, channels] = arrays.kernel.shape;
  const strides = pair(config.strides as never, [1, 1]);
  const dilation = pair(config.dilationRate as never, [1, 1]);
  const given = config.outputPadding === undefined ? undefined : pair(config.outputPadding as never, [0, 0]);
  const sides = [height, width].map((size, i) => {
    const extent = (size - 1) * dilation[i] + 1;
    const reached = (x.shape[i] - 1) * strides[i] + extent;
    if (config.padding !== 'same') return [reached + (given?.[i] ?? Math.max(strides[i] - extent, 0)), 0];
    const out = given ? (x.shape[i] - 1) * strides[i] + (extent % 2) + given[i] : x.shape[i] * strides[i];
    return [out, Math.floor(Math.max(reached - out, 0) / 2)];
  });
  const [[rows, top], [columns, left]] = sides;
  const data = Float64Array.from({ length: rows * columns * filters }, (_, i) => arrays.bias?.data[i % filters] ?? 0);
  for (let r = 0; r < x.shape[0]; r++) {
    for (let q = 0; q < x.shape[1]; q++) {
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const [row, column] = [r * strides[0] + i * dilation[0] - top, q * strides[1] + j * dilation[1] - left];
          if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
          for (let f = 0; f < filters; f++) {
            for (let c = 0; c < channels; c++) {
              data[(row * columns + column) * filters + f] +=
                kernel(i, j, f, c) * x.data[(r * x.shape[1] + q) * channels + c];
            }
          }
        }
      }
    }
  }
  return { shape: [rows, columns, filters], data };
}

/** An image of that shape whose numbers `at` tells. */
function imageOf(shape: readonly number[], at: (row: number, column: number, channel: number) => number): Sample {
  const [rows, columns, count] = shape;
  const data = new Float64Array(rows * columns * count);
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < columns; q++) for (let c = 0; c < count; c++) data[(r * columns + q) * count + c] = at(r, q, c);
  }
  return { shape, data };
}

const pixelOf = ({ shape, data }: Sample, row: number, column: number, channel: number): number =>
  data[(row * shape[1] + column) * shape[2] + channel];

export function enlarged({ config }: LayerDescription, x: Sample): Sample {
  const size = pair(config.size as never, [2, 2]);
  const [rows, columns, count] = x.shape;
  const source = (i: number, axis: 0 | 1) =>
    config.interpolation === 'bilinear'
      ? Math.min(Math.max((i + 0.5) / size[axis] - 0.5, 0), x.shape[axis] - 1)
      : Math.floor(i / size[axis]);
  return imageOf([rows * size[0], columns * size[1], count], (r, q, c) => {
    const [row, column] = [source(r, 0), source(q, 1)];
    let sum = 0;
    for (const i of [Math.floor(row), Math.floor(row) + 1]) {
      for (const j of [Math.floor(column), Math.floor(column) + 1]) {
        const weight = (1 - Math.abs(row - i)) * (1 - Math.abs(column - j));
        if (weight > 0) sum += weight * pixelOf(x, i, j, c);
      }
    }
    return sum;
  });
}

export function framed(x: Sample, size: number | readonly [Two | number, Two | number], sign: 1 | -1): Sample {
  const both = typeof size === 'number' ? [size, size] : size;
  const [[top, bottom], [left, right]] = both.map((side) => (typeof side === 'number' ? [side, side] : side));
  const [rows, columns, count] = x.shape;
  return imageOf([rows + sign * (top + bottom), columns + sign * (left + right), count], (r, q, c) => {
    const [row, column] = [r - sign * top, q - sign * left];
    return row >= 0 && column >= 0 && row < rows && column < columns ? pixelOf(x, row, column, c) : 0;
  });
}

export function channels({ config }: LayerDescription, x: Sample, reduce: (values: number[]) => number): Sample {
  const count = x.shape[x.shape.length - 1];
  const data = Float64Array.from({ length: count }, (_, c) => reduce([...x.data].filter((_, i) => i % count === c)));
  return { shape: config.keepdims ? [1, 1, count] : [count], data };
}
