// What each layer type does, as operations. A layer that is not here cannot be run by an inference model, and says so.

import { leakySlopes } from '../ops/index.ts';
import { sameShape, showShape, sizeOf } from '../tensor/index.ts';
import type { LayerReader } from './config.ts';
import { squeezeExcitation } from './lower-gate.ts';
import { images } from './lower-image.ts';
import { sequences } from './lower-sequence.ts';
import { activate, appendActivation, type Lowering, type Sink, viewAs } from './lowering.ts';
import type { Value } from './operation.ts';

const dense: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf));
  const weights = sink.weightsOf(reader, [1, 0]);
  if (weights.k !== shape[shape.length - 1]) {
    throw reader.error(`expected an input of ${weights.k} features, got the shape ${showShape(shape)}`);
  }
  const y = sink.append(reader.name, { kind: 'product', type: 'dense', weights, lower: -Infinity }, inputs, [
    ...shape.slice(0, -1),
    weights.m,
  ]);
  return activate(reader, y, sink);
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
  if (inputs.length === 1) return inputs[0];
  const joined = joinMasks(reader, inputs, 'any', sink);
  const y = sink.append(reader.name, { kind: 'add' }, inputs, shapes[0]);
  sink.setMask(y, joined);
  return y;
};

/** The mask of inputs that become one. A missing mask is 1 everywhere. */
function joinMasks(
  reader: LayerReader,
  inputs: readonly Value[],
  where: 'any' | 'every',
  sink: Sink,
): Value | undefined {
  const found = inputs.flatMap((value) => sink.maskOf(value) ?? []);
  if (where === 'any' && found.length < inputs.length) return undefined;
  const masks = [...new Set(found)];
  if (masks.length < 2) return masks[0];
  return sink.append(reader.name, { kind: 'joinMasks', where }, masks, sink.shapeOf(masks[0]));
}

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
  const joined = joinMasks(reader, inputs, 'every', sink);
  const channels = shapes.reduce((sum, shape) => sum + shape[shape.length - 1], 0);
  const y = sink.append(reader.name, { kind: 'concatenate' }, inputs, [...outer, channels]);
  sink.setMask(y, joined);
  return y;
};

const kSparse: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf));
  const [k, alpha] = [reader.number('k', Number.NaN), reader.number('alpha', 1)];
  const most = sizeOf(shape);
  if (!(Number.isInteger(k) && k >= 1 && k <= most)) {
    throw reader.error(`expected k to be a whole number from 1 to the input's ${most} numbers, got ${k}`);
  }
  if (!(alpha > 0)) throw reader.error(`expected alpha to be a number above 0, got ${alpha}`);
  const count = Math.min(most, Math.max(1, Math.round(alpha * k)));
  return sink.append(reader.name, { kind: 'keepLargest', k: count }, inputs, shape);
};

const lowerings = new Map<string, Lowering>(
  Object.entries({
    dense,
    ...images,
    ...sequences,
    batchNormalization,
    add,
    concatenate,
    squeezeExcitation,
    activation: (reader, inputs, sink) => {
      reader.oneInput(inputs.map(sink.shapeOf));
      return activate(reader, inputs[0], sink);
    },
    leakyRelu: (reader, inputs, sink) => {
      reader.oneInput(inputs.map(sink.shapeOf));
      const slope = reader.number('negativeSlope', leakySlopes.layer);
      return appendActivation(reader.name, 'leakyRelu', slope, inputs[0], sink);
    },
    kSparse,
    activityRegularization: (reader, inputs, sink) => {
      reader.oneInput(inputs.map(sink.shapeOf));
      return inputs[0];
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

/** Layers whose outputs have the steps of their inputs, and so their masks. Keras: `supports_masking`. */
const keepsMask = new Set([
  'dense',
  'batchNormalization',
  'activation',
  'leakyRelu',
  'dropout',
  'activityRegularization',
  'timeDistributed',
]);

/** Layers that see one step of a sequence at a time. */
const streaming = new Set([...keepsMask, 'embedding', 'lstm', 'add', 'concatenate']);

/** @throws when a layer of a sequence needs more than the steps so far. */
function checkStreams(reader: LayerReader, inputs: readonly Value[], sink: Sink): void {
  const { type } = reader.layer;
  // The only axis of tokens is time.
  const isAlongTime = sink.shapeOf(inputs[0]).length === 1 && type !== 'embedding' && type !== 'dropout';
  const isBackwards = type === 'lstm' && reader.boolean('goBackwards', false);
  const isContinued = type === 'lstm' && inputs.length > 1;
  if (streaming.has(type) && !isAlongTime && !isBackwards && !isContinued) return;
  const why = isBackwards ? ', backwards' : isContinued ? ' that its first state comes from' : '';
  throw reader.error(
    `a layer of type '${type}' needs the whole sequence${why}, and a session has one step at a time: use predict()`,
  );
}

/** The outputs of one use of a layer. @throws when inference models do not know layers of its type. */
export function lower(reader: LayerReader, inputs: readonly Value[], sink: Sink): readonly Value[] {
  const { type } = reader.layer;
  const lowering = lowerings.get(type);
  if (!lowering) {
    throw reader.error(
      `inference models cannot run a layer of type '${type}', only ${[...lowerings.keys()].join(', ')} and models of these`,
    );
  }
  const isSequence = inputs.some((value) => sink.isSequence(value));
  if (isSequence) checkStreams(reader, inputs, sink);
  const lowered = lowering(reader, inputs, sink);
  const outputs = typeof lowered === 'number' ? [lowered] : lowered;
  if (isSequence && (type !== 'lstm' || reader.boolean('returnSequences', false))) sink.setSequence(outputs[0]);
  if (keepsMask.has(type)) sink.setMask(outputs[0], sink.maskOf(inputs[0]));
  return outputs;
}
