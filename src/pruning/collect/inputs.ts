// What kernels multiply: Y = X·W with X a row for each sample (pixel, step). For each kind of layer what X is made of.
//
//   dense, within timeDistributed too, and an LSTM's kernel   the input itself, a row for each real step
//   conv2d, conv1d                                            the windows, each in the order (row, column, channel)
//   conv2dTranspose                                           the pixels whose taps reach an output pixel, in that order of taps
//   an LSTM's recurrent kernel                                the state before each real step
//   embedding                                                 a 1 at the token: only tokens are kept, and counted

import { type Layer, type LstmOptions, lstm } from '../../layers/index.ts';
import { type Padding, pad, transposedWindowOf, type Window, windowOf, windowOf1d } from '../../ops/index.ts';
import { type NdArray, outputAxisOf, Tape, type Tensor } from '../../tensor/index.ts';
import { plainLayer } from '../plain-layer.ts';
import type { Target } from '../targets.ts';

/** The rows that a parameter multiplies. */
export interface Source {
  readonly columns: number;
  /** Whether {@link rows} gives the place of the 1 in each row, not the row. */
  readonly isTable: boolean;
  rows(inputs: readonly Tensor[]): Float32Array;
}

/** The source of a target's rows; undefined where it is not known. */
export function sourceOf({ layer, parameter }: Target): Source | undefined {
  const { shape, length, name } = parameter;
  const { type, config } = plainLayer(layer);
  const source = (rows: Source['rows'], isTable = false): Source => ({
    columns: isTable ? shape[0] : length / shape[outputAxisOf(parameter)],
    isTable,
    rows,
  });
  if (shape.length < 2) return undefined;
  if (type === 'embedding') return source(([x]) => x.toArray(), true);
  if (type === 'dense' || (type === 'lstm' && name === 'kernel')) return source(([x]) => realRows(x.toArray(), x));
  if (type === 'lstm') return source((inputs) => statesBefore(layer, inputs));
  if (layer.type === 'conv2d') return source(([x]) => windowRows(x, windowOf2d(x, shape, config)));
  if (layer.type === 'conv2dTranspose') return source(([x]) => reachingRows(x, transposedWindowOf2d(x, shape, config)));
  if (layer.type === 'conv1d') {
    return source(([x]) => windowRows(x.reshaped([1, ...x.shape]), windowOfSequence(x, shape, config)));
  }
  return undefined;
}

/** The rows of steps that are no padding. */
function realRows(rows: Float32Array, { mask, shape }: Tensor, isReversed = false): Float32Array {
  if (!mask) return rows;
  const time = shape[0];
  const real = mask.toArray();
  const columns = rows.length / real.length;
  const kept = [...real.keys()].filter((row) => {
    const step = row % time;
    return real[isReversed ? row - step + time - 1 - step : row] !== 0;
  });
  const out = new Float32Array(kept.length * columns);
  for (const [to, row] of kept.entries()) out.set(rows.subarray(row * columns, (row + 1) * columns), to * columns);
  return out;
}

/** h[t − 1] for each step t in the order of reading: of a layer of the same weights that puts out all its states. */
function statesBefore(layer: Layer, inputs: readonly Tensor[]): Float32Array {
  const [x, begin] = inputs;
  const { kernelRegularizer, recurrentRegularizer, biasRegularizer, ...config } = layer.config();
  const options = { ...config, returnSequences: true, returnState: false, stateful: false } as unknown as LstmOptions;
  const twin = lstm(options);
  try {
    twin.ensureBuilt(inputs.map(({ shape }) => shape));
    twin.setWeights(layer.getWeights());
    const [h] = twin.forward(inputs, new Tape());
    const after = h.toArray();
    const [time, units] = h.shape;
    const before = new Float32Array(after.length);
    const first = begin?.toArray();
    for (let sample = 0; sample < x.batch.size; sample++) {
      const at = sample * time * units;
      before.set(after.subarray(at, at + (time - 1) * units), at + units);
      if (first) before.set(first.subarray(sample * units, (sample + 1) * units), at);
    }
    return realRows(before, x, options.goBackwards);
  } finally {
    twin.dispose();
  }
}

type Config = Readonly<Record<string, unknown>>;
type Pair = readonly [number, number];

const pair = (value: unknown, fallback: Pair = [1, 1]): Pair =>
  typeof value === 'number' ? [value, value] : ((value as Pair | undefined) ?? fallback);

const windowOf2d = ({ shape: [rows, columns] }: Tensor, kernel: readonly number[], config: Config): Window =>
  windowOf(
    [rows, columns],
    [kernel[0], kernel[1]],
    pair(config.strides),
    (config.padding as 'valid' | undefined) ?? 'valid',
    pair(config.dilationRate),
  );

const transposedWindowOf2d = ({ shape: [rows, columns] }: Tensor, kernel: readonly number[], config: Config): Window =>
  transposedWindowOf(
    [rows, columns],
    [kernel[0], kernel[1]],
    pair(config.strides),
    (config.padding as 'valid' | undefined) ?? 'valid',
    config.outputPadding === undefined ? undefined : pair(config.outputPadding),
    pair(config.dilationRate),
  );

const windowOfSequence = (
  { shape: [time] }: Tensor,
  [size]: readonly number[],
  { strides = 1, padding = 'valid' }: Config,
): Window => windowOf1d(time, size, strides as number, padding as Padding | 'causal');

/** The windows of an image, a row for each output pixel, in the order (row, column, channel). */
function windowRows(x: Tensor, window: Window): Float32Array {
  const image = pad(x, window).toArray();
  const { output, size, strides, dilation, padded } = window;
  const { channels, batch } = x;
  const rows = new Float32Array(batch.size * output[0] * output[1] * size[0] * size[1] * channels);
  let place = 0;
  for (let sample = 0; sample < batch.size; sample++) {
    for (let row = 0; row < output[0]; row++) {
      for (let column = 0; column < output[1]; column++) {
        for (let dy = 0; dy < size[0]; dy++) {
          const y = sample * padded[0] + row * strides[0] + dy * dilation[0];
          for (let dx = 0; dx < size[1]; dx++) {
            const at = (y * padded[1] + column * strides[1] + dx * dilation[1]) * channels;
            rows.set(image.subarray(at, at + channels), place);
            place += channels;
          }
        }
      }
    }
  }
  return rows;
}

/**
 * The way back of {@link windowRows}: a row for each pixel of `window.input`, which holds at each tap the pixel of x that it comes from,
 * or zeros where there is none.
 */
function reachingRows(x: Tensor, window: Window): Float32Array {
  const image = x.toArray();
  const { input, output, before, size, strides, dilation } = window;
  const { channels, batch } = x;
  const rows = new Float32Array(batch.size * input[0] * input[1] * size[0] * size[1] * channels);
  const from = (axis: 0 | 1, pixel: number, tap: number) => {
    const place = (pixel + before[axis] - tap * dilation[axis]) / strides[axis];
    return Number.isInteger(place) && place >= 0 && place < output[axis] ? place : undefined;
  };
  let place = 0;
  for (let sample = 0; sample < batch.size; sample++) {
    for (let row = 0; row < input[0]; row++) {
      for (let column = 0; column < input[1]; column++) {
        for (let dy = 0; dy < size[0]; dy++) {
          const y = from(0, row, dy);
          for (let dx = 0; dx < size[1]; dx++, place += channels) {
            const across = from(1, column, dx);
            if (y === undefined || across === undefined) continue;
            const at = ((sample * output[0] + y) * output[1] + across) * channels;
            rows.set(image.subarray(at, at + channels), place);
          }
        }
      }
    }
  }
  return rows;
}

/** The square matrix whose XᵀX / rows is that of rows with a 1 at tokens that occurred so often. */
export function tableInputs(counts: Float64Array): NdArray {
  const n = counts.length;
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const data = new Float32Array(n * n);
  for (let token = 0; token < n; token++) data[token * n + token] = Math.sqrt((counts[token] * n) / (rows || 1));
  return { data, shape: [n, n] };
}
