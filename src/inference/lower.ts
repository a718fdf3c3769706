// What each layer type does, as operations. A layer that is not here cannot be run by an inference model, and says so.

import { type Padding, type Window, windowOf } from '../ops/index.ts';
import { type Shape, sameShape, showShape, sizeOf } from '../tensor/index.ts';
import type { LayerReader } from './config.ts';
import type { Activate, Operation, Value } from './operation.ts';
import type { Weights } from './weights.ts';

/** An operation before it has its place among the others. */
type Placed = 'name' | 'inputs' | 'output';
type Bare<T> = T extends Operation ? Omit<T, Placed> : never;

/** What lowering appends to. */
export interface Sink {
  shapeOf(value: Value): Shape;
  /** Appends an operation and returns its output. */
  append(name: string, operation: Bare<Operation>, inputs: readonly Value[], shape: Shape): Value;
  /** The weights of a layer, one object however often the layer is used. */
  weightsOf(reader: LayerReader, kernelAxes: readonly number[]): Weights;
}

type Lowering = (reader: LayerReader, inputs: readonly Value[], sink: Sink) => Value;

const activationNames = ['linear', 'relu', 'leakyRelu', 'sigmoid', 'tanh', 'softmax'] as const;

/** Slope of the activation named leakyRelu, and of the layer of that type: Keras' two defaults. */
const namedSlope = 0.2;
const layerSlope = 0.3;

const activate: Lowering = (reader, [x], sink) => {
  const activation = reader.choice('activation', activationNames, 'linear');
  return appendActivation(reader.name, activation, namedSlope, x, sink);
};

function appendActivation(
  name: string,
  activation: Activate['activation'] | 'linear',
  slope: number,
  x: Value,
  sink: Sink,
): Value {
  if (activation === 'linear') return x;
  return sink.append(name, { kind: 'activate', activation, slope }, [x], sink.shapeOf(x));
}

const dense: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf));
  const weights = sink.weightsOf(reader, [1, 0]);
  if (weights.k !== shape[shape.length - 1]) {
    throw reader.error(`expected an input of ${weights.k} features, got the shape ${showShape(shape)}`);
  }
  const y = sink.append(reader.name, { kind: 'product', weights, lower: -Infinity }, inputs, [
    ...shape.slice(0, -1),
    weights.m,
  ]);
  return activate(reader, [y], sink);
};

const conv2d: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf), 3);
  const weights = sink.weightsOf(reader, [3, 2, 0, 1]);
  const [rows, columns, channels] = weights.kernelShape;
  if (channels !== shape[2]) {
    throw reader.error(`expected an input of ${channels} channels, got the shape ${showShape(shape)}`);
  }
  const window = windowFor(reader, shape, [rows, columns], reader.pair('strides', 1));
  const out = [...window.output, weights.m];
  const y = sink.append(reader.name, { kind: 'product', weights, window, lower: -Infinity }, inputs, out);
  return activate(reader, [y], sink);
};

const pool =
  (pooling: 'max' | 'average'): Lowering =>
  (reader, inputs, sink) => {
    const shape = reader.oneInput(inputs.map(sink.shapeOf), 3);
    const size = reader.pair('poolSize', 2);
    const window = windowFor(reader, shape, size, reader.pair('strides', size));
    return sink.append(reader.name, { kind: 'pool', pooling, window }, inputs, [...window.output, shape[2]]);
  };

function windowFor(
  reader: LayerReader,
  shape: Shape,
  size: readonly [number, number],
  strides: readonly [number, number],
): Window {
  const padding: Padding = reader.choice('padding', ['valid', 'same'] as const, 'valid');
  const window = windowOf([shape[0], shape[1]], size, strides, padding);
  if (window.output[0] < 1 || window.output[1] < 1) {
    throw reader.error(`expected an input of at least ${size.join('x')} pixels, got the shape ${showShape(shape)}`);
  }
  return window;
}

const viewAs = (reader: LayerReader, inputs: readonly Value[], sink: Sink, shape: Shape): Value => {
  const from = reader.oneInput(inputs.map(sink.shapeOf));
  if (sizeOf(from) !== sizeOf(shape)) {
    throw reader.error(`expected an input of ${sizeOf(shape)} numbers, got the shape ${showShape(from)}`);
  }
  return sameShape(from, shape) ? inputs[0] : sink.append(reader.name, { kind: 'view' }, inputs, shape);
};

const batchNormalization: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf));
  const channels = shape[shape.length - 1];
  const operation = {
    kind: 'normalize' as const,
    mean: reader.need(reader.vector('movingMean', channels), 'movingMean'),
    variance: reader.need(reader.vector('movingVariance', channels), 'movingVariance'),
    gamma: reader.vector('gamma', channels),
    beta: reader.vector('beta', channels),
    epsilon: reader.number('epsilon', 0.001),
  };
  return sink.append(reader.name, operation, inputs, shape);
};

const add: Lowering = (reader, inputs, sink) => {
  const shapes = inputs.map(sink.shapeOf);
  if (shapes.length < 1 || !shapes.every((shape) => sameShape(shape, shapes[0]))) {
    throw reader.error(`expected inputs of one shape, got ${shapes.map(showShape).join(' and ') || 'none'}`);
  }
  return inputs.length === 1 ? inputs[0] : sink.append(reader.name, { kind: 'add' }, inputs, shapes[0]);
};

const concatenate: Lowering = (reader, inputs, sink) => {
  const shapes = inputs.map(sink.shapeOf);
  const outer = shapes[0]?.slice(0, -1);
  if (!outer || !shapes.every((shape) => sameShape(shape.slice(0, -1), outer))) {
    throw reader.error(
      `expected inputs that differ in the last axis only, got ${shapes.map(showShape).join(' and ') || 'none'}`,
    );
  }
  if (reader.number('axis', -1) !== -1) throw reader.error('expected axis −1, the channels');
  if (inputs.length === 1) return inputs[0];
  const channels = shapes.reduce((sum, shape) => sum + shape[shape.length - 1], 0);
  return sink.append(reader.name, { kind: 'concatenate' }, inputs, [...outer, channels]);
};

const lowerings = new Map<string, Lowering>(
  Object.entries({
    dense,
    conv2d,
    batchNormalization,
    add,
    concatenate,
    maxPooling2d: pool('max'),
    averagePooling2d: pool('average'),
    activation: (reader, inputs, sink) => {
      reader.oneInput(inputs.map(sink.shapeOf));
      return activate(reader, inputs, sink);
    },
    leakyRelu: (reader, inputs, sink) => {
      reader.oneInput(inputs.map(sink.shapeOf));
      const slope = reader.number('negativeSlope', layerSlope);
      return appendActivation(reader.name, 'leakyRelu', slope, inputs[0], sink);
    },
    dropout: (reader, inputs, sink) => {
      reader.oneInput(inputs.map(sink.shapeOf));
      return inputs[0];
    },
    flatten: (reader, inputs, sink) =>
      viewAs(reader, inputs, sink, [sizeOf(reader.oneInput(inputs.map(sink.shapeOf)))]),
    reshape: (reader, inputs, sink) => viewAs(reader, inputs, sink, reader.shape('targetShape')),
  } satisfies Record<string, Lowering>),
);

/** The output of one use of a layer. @throws when inference models do not know layers of its type. */
export function lower(reader: LayerReader, inputs: readonly Value[], sink: Sink): Value {
  const lowering = lowerings.get(reader.layer.type);
  if (lowering) return lowering(reader, inputs, sink);
  throw reader.error(
    `inference models cannot run a layer of type '${reader.layer.type}', only ${[...lowerings.keys()].join(', ')} and models of these`,
  );
}
