// What the layers of sequences do, as operations. A sequence has the shape [time, features].

import type { LayerDescription } from '../format/index.ts';
import {
  lstmActivations,
  lstmRecurrentActivations,
  type Pooling,
  type Window,
  windowOf,
  windowOf1d,
} from '../ops/index.ts';
import { showShape, showValue } from '../tensor/index.ts';
import { LayerReader } from './config.ts';
import { windowFor } from './lower-image.ts';
import { activate, type Lowering } from './lowering.ts';
import type { Factor, Value } from './operation.ts';
import { sideBySide, type Weights } from './weights.ts';

const embedding: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf), 1);
  const table = sink.weightsOf(reader, [0, 1], 'embeddings', '');
  const mask = reader.boolean('maskZero', false) ? sink.declare(shape) : undefined;
  const y = sink.append(reader.name, { kind: 'embed', table, mask }, inputs, [...shape, table.k]);
  sink.setMask(y, mask);
  return y;
};

const lstm: Lowering = (reader, inputs, sink) => {
  const [shape, ...others] = inputs.map(sink.shapeOf);
  if (inputs.length !== 1 && inputs.length !== 3) {
    throw reader.error(`expected an input, or an input and the two states h and c, got ${inputs.length} inputs`);
  }
  if (shape.length !== 2) throw reader.error(`expected an input [time, features], got the shape ${showShape(shape)}`);
  const weights = sink.weightsOf(reader, [1, 0]);
  const recurrent = sink.weightsOf(reader, [1, 0], 'recurrentKernel', '');
  const units = recurrent.k;
  if (weights.m !== 4 * units || recurrent.m !== 4 * units) {
    throw reader.error(
      `expected kernels of 4·${units} outputs, for a recurrentKernel of ${units} inputs, got ${weights.m} and ${recurrent.m}`,
    );
  }
  if (weights.k !== shape[1]) {
    throw reader.error(`expected an input of ${weights.k} features, got the shape ${showShape(shape)}`);
  }
  const wrong = others.find((state) => state.length !== 1 || state[0] !== units);
  if (wrong) throw reader.error(`expected states of ${units} units, got the shape ${showShape(wrong)}`);
  const returnSequences = reader.boolean('returnSequences', false);
  const states = reader.boolean('returnState', false) ? [0, 1].map(() => sink.declare([units])) : [];
  const mask = sink.maskOf(inputs[0]);
  const [x, ...initial] = inputs;
  const activation = reader.choice('activation', lstmActivations, 'tanh');
  const recurrentActivation = reader.choice('recurrentActivation', lstmRecurrentActivations, 'sigmoid');
  const cell = {
    units,
    activation,
    recurrentActivation,
    masked: mask !== undefined,
    states,
  };
  const kernel = (name: string, weights: Weights): Factor => ({
    name: `${reader.name}/${name}`,
    type: 'lstm',
    weights,
  });
  const masks = mask === undefined ? [] : [mask];
  const goBackwards = reader.boolean('goBackwards', false);
  const append = (operation: Parameters<typeof sink.append>[1], from: readonly Value[]) => {
    const y = sink.append(reader.name, operation, from, returnSequences ? [shape[0], units] : [units]);
    if (returnSequences && mask !== undefined) {
      sink.setMask(y, goBackwards ? sink.append(reader.name, { kind: 'turnMask' }, [mask], [shape[0]]) : mask);
    }
    return [y, ...states];
  };
  if (sink.streams) {
    const kernels = kernel(
      'kernels',
      sink.partOf(reader, 'kernels', () => sideBySide(recurrent, weights)),
    );
    return append({ kind: 'lstmStep', kernels, ...cell }, [x, ...masks]);
  }
  return append(
    {
      kind: 'lstm',
      kernel: kernel('kernel', weights),
      recurrentKernel: kernel('recurrentKernel', recurrent),
      goBackwards,
      returnSequences,
      initial: initial.length > 0,
      ...cell,
    },
    [x, ...masks, ...initial],
  );
};

const conv1d: Lowering = (reader, inputs, sink) => {
  const shape = reader.oneInput(inputs.map(sink.shapeOf), 2);
  const weights = sink.weightsOf(reader, [2, 1, 0]);
  const [steps, channels] = weights.kernelShape;
  if (channels !== shape[1]) {
    throw reader.error(`expected an input of ${channels} features, got the shape ${showShape(shape)}`);
  }
  const strides = reader.pair('strides', 1)[1];
  const window = windowOver(reader, shape[0], steps, strides);
  const y = sink.append(reader.name, { kind: 'product', type: 'conv1d', weights, window, lower: -Infinity }, inputs, [
    window.output[1],
    weights.m,
  ]);
  return activate(reader, y, sink);
};

function windowOver(reader: LayerReader, time: number, steps: number, strides: number): Window {
  if (reader.field('padding') !== 'causal') return windowFor(reader, [1, time], [1, steps], [1, strides]);
  return windowOf1d(time, steps, strides, 'causal');
}

/** The largest or the mean over all steps; the mean over the real ones where there is a mask. */
const globalPool =
  (pooling: Pooling): Lowering =>
  (reader, inputs, sink) => {
    const [time, features] = reader.oneInput(inputs.map(sink.shapeOf), 2);
    const mask = pooling === 'average' ? sink.maskOf(inputs[0]) : undefined;
    if (mask !== undefined) return sink.append(reader.name, { kind: 'maskedMean' }, [inputs[0], mask], [features]);
    const window = windowOf([1, time], [1, time], [1, 1], 'valid');
    return sink.append(reader.name, { kind: 'pool', pooling, window }, inputs, [features]);
  };

/** The layer within sees each step as a sample. */
const timeDistributed: Lowering = (reader, inputs, sink) => {
  const [time, ...shape] = reader.oneInput(inputs.map(sink.shapeOf));
  if (shape.length === 0) throw reader.error('expected an input [time, ..], got one of one axis');
  const within = new LayerReader(innerLayer(reader), reader.name);
  const folded = sink.append(reader.name, { kind: 'fold', time }, inputs, shape);
  const outputs: readonly Value[] = sink.lower(within, [folded]);
  if (outputs.length !== 1) throw reader.error(`expected a layer of one output, got one of ${outputs.length}`);
  return sink.append(reader.name, { kind: 'unfold', time }, outputs, [time, ...sink.shapeOf(outputs[0])]);
};

/** `layer`, as { type, config }, with the arrays of the layer around it. */
function innerLayer(reader: LayerReader): LayerDescription {
  const layer = reader.field('layer');
  if (isRecord(layer) && typeof layer.type === 'string' && isRecord(layer.config)) {
    return { type: layer.type, name: reader.name, config: layer.config, arrays: reader.layer.arrays };
  }
  throw reader.error(`expected layer to be one with a type and a config, got ${showValue(layer)}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lowerings of layers of sequences, by type. */
export const sequences = {
  conv1d,
  embedding,
  lstm,
  timeDistributed,
  globalMaxPooling1d: globalPool('max'),
  globalAveragePooling1d: globalPool('average'),
} satisfies Record<string, Lowering>;
