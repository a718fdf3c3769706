// What layers of images do, as operations.

import {
  bordered,
  cropped,
  edgesOf,
  type Padding,
  type Sides,
  transposedWindowOf,
  type Window,
  windowOf,
} from '../ops/index.ts';
import { checkSize, type Shape, sameShape, showShape, showValue } from '../tensor/index.ts';
import type { LayerReader } from './config.ts';
import { activate, type Lowering, viewAs } from './lowering.ts';
import { phasesOf, phaseWeights } from './phases.ts';

const conv2d: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf), 3);
  const weights = sink.weightsOf(reader, [3, 2, 0, 1]);
  const [rows, columns, channels] = weights.kernelShape;
  if (channels !== shape[2]) {
    throw reader.error(`expected an input of ${channels} channels, got the shape ${showShape(shape)}`);
  }
  const window = windowFor(reader, shape, [rows, columns], reader.pair('strides', 1), reader.pair('dilationRate', 1));
  const out = [...window.output, weights.m];
  const y = sink.append(
    reader.name,
    { kind: 'product', type: 'conv2d', weights, window, lower: -Infinity },
    inputs,
    out,
  );
  return activate(reader, y, sink);
};

const pool =
  (pooling: 'max' | 'average'): Lowering =>
  (reader, inputs, sink) => {
    const shape = reader.oneInput(inputs.map(sink.shapeOf), 3);
    const size = reader.pair('poolSize', 2);
    const window = windowFor(reader, shape, size, reader.pair('strides', size));
    return sink.append(reader.name, { kind: 'pool', pooling, window }, inputs, [...window.output, shape[2]]);
  };

/** The window of a convolution or pooling, from the layer's configuration. */
export function windowFor(
  reader: LayerReader,
  shape: Shape,
  size: Sides,
  strides: Sides,
  dilation: Sides = [1, 1],
): Window {
  const padding: Padding = reader.choice('padding', ['valid', 'same'] as const, 'valid');
  const window = windowOf([shape[0], shape[1]], size, strides, padding, dilation);
  if (window.output[0] < 1 || window.output[1] < 1) {
    const least = size.map((count, i) => (count - 1) * dilation[i] + 1);
    throw reader.error(`expected an input of at least ${least.join('x')} pixels, got the shape ${showShape(shape)}`);
  }
  return window;
}

/** Larger strides make more phases than anybody needs. */
const largestStride = 64;

/**
 * A transposed convolution is a plain one for each phase of its output, one of stride · stride: pixels whose places leave the same
 * remainder see the same taps, and nothing is multiplied by inserted zeros. The phases are then set into one another.
 */
const conv2dTranspose: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf), 3);
  const kernel = reader.need(reader.array('kernel', [2, 3, 0, 1]), 'kernel');
  const [rows, columns, filters, channels] = kernel.shape;
  if (channels !== shape[2]) {
    throw reader.error(`expected an input of ${channels} channels, got the shape ${showShape(shape)}`);
  }
  const strides = reader.pair('strides', 1);
  const dilation = reader.pair('dilationRate', 1);
  if (Math.max(...strides) > largestStride || (Math.max(...strides) > 1 && Math.max(...dilation) > 1)) {
    throw reader.error(`expected strides up to ${largestStride}, and of 1 where dilationRate is not, got ${strides}`);
  }
  const padding: Padding = reader.choice('padding', ['valid', 'same'] as const, 'valid');
  const more = outputPadding(reader, strides);
  const window = transposedWindowOf([shape[0], shape[1]], [rows, columns], strides, padding, more, dilation);
  const out = checkSize([...window.input, filters], reader.name);
  const bias = reader.vector('bias', filters);
  const phases = phasesOf(window);
  const parts = phases.map((phase) => {
    const name = phases.length === 1 ? reader.name : `${reader.name}/phase ${phase.remainder}`;
    const weights = sink.partOf(reader, name, () => phaseWeights(kernel, bias, phase, strides));
    const operation = {
      kind: 'product' as const,
      type: 'conv2d' as const,
      weights,
      window: phase.window,
      lower: -Infinity,
    };
    return sink.append(name, operation, inputs, [...phase.window.output, filters]);
  });
  const isWhole = phases.length === 1 && sameShape(sink.shapeOf(parts[0]), out) && sameShape(phases[0].from, [0, 0]);
  const y = isWhole ? parts[0] : sink.append(reader.name, { kind: 'interleave', strides, phases }, parts, out);
  return activate(reader, y, sink);
};

function outputPadding(reader: LayerReader, strides: Sides): Sides | undefined {
  const value = reader.field('outputPadding');
  if (value === undefined || value === null) return undefined;
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  const isRight = (count: unknown, i: number) =>
    Number.isInteger(count) && (count as number) >= 0 && (count as number) < strides[i];
  if (pair.length === 2 && pair.every(isRight)) return pair as unknown as Sides;
  throw reader.error(`expected outputPadding to be whole numbers from 0, below the strides, got ${showValue(value)}`);
}

const upSampling2d: Lowering = (reader, inputs, sink) => {
  const [rows, columns, channels] = reader.oneInput(inputs.map(sink.shapeOf), 3);
  const factors = reader.pair('size', 2);
  const interpolation = reader.choice('interpolation', ['nearest', 'bilinear'] as const, 'nearest');
  const out = [rows * factors[0], columns * factors[1], channels];
  return sink.append(reader.name, { kind: 'upsample', factors, interpolation }, inputs, out);
};

const frame =
  (kind: 'pad' | 'crop'): Lowering =>
  (reader, inputs, sink) => {
    const [rows, columns, channels] = reader.oneInput(inputs.map(sink.shapeOf), 3);
    const [option, size] = kind === 'pad' ? (['padding', 1] as const) : (['cropping', 0] as const);
    const value = reader.field(option, size);
    const edges = edgesOf(value);
    if (!edges) throw reader.error(`expected ${option} to be whole numbers from 0, got ${showValue(value)}`);
    const border = kind === 'pad' ? bordered([rows, columns], edges) : cropped([rows, columns], edges);
    if (border.input[0] < 1 || border.input[1] < 1) {
      throw reader.error(`expected an input larger than what is cropped, got ${rows}x${columns} pixels`);
    }
    const out = [...(kind === 'pad' ? border.padded : border.input), channels];
    return sink.append(reader.name, { kind, border }, inputs, out);
  };

const globalPool =
  (pooling: 'max' | 'average'): Lowering =>
  (reader, inputs, sink) => {
    const [rows, columns, channels] = reader.oneInput(inputs.map(sink.shapeOf), 3);
    const window = windowOf([rows, columns], [rows, columns], [rows, columns], 'valid');
    const y = sink.append(reader.name, { kind: 'pool', pooling, window }, inputs, [1, 1, channels]);
    return reader.field('keepdims') === true ? y : viewAs(reader, [y], sink, [channels]);
  };

/** Lowerings of layers of images, by type. */
export const images = {
  conv2d,
  conv2dTranspose,
  upSampling2d,
  zeroPadding2d: frame('pad'),
  cropping2d: frame('crop'),
  maxPooling2d: pool('max'),
  averagePooling2d: pool('average'),
  globalMaxPooling2d: globalPool('max'),
  globalAveragePooling2d: globalPool('average'),
} satisfies Record<string, Lowering>;
