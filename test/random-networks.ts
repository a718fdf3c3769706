// Random networks for shrink: images, vectors and sequences, branches that are added and joined, shared layers, models within, and weights zeroed by
// units, by inputs, by branches and one by one.

import {
  activation,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv1d,
  conv2d,
  conv2dTranspose,
  cropping2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  input,
  type Layer,
  leakyRelu,
  lstm,
  maxPooling2d,
  reshape,
  type SymbolicTensor,
  timeDistributed,
  upSampling2d,
  zeroPadding2d,
} from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import type { Parameter } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { type Model, model } from '../src/training/index.ts';

/** A random network with random zeros. The same seed gives the same. */
export function randomModel(seed: number): Model {
  const random = new Random(seed, 'graph');
  const x = input({ shape: [6 + random.integer(2), 6, 2] });
  let image: SymbolicTensor = x;
  for (let i = 0, count = 1 + random.integer(3); i < count; i++) image = imageStep(image, random);
  const pooled = pick([globalAveragePooling2d, globalMaxPooling2d], random);
  let vector = (random.integer(5) === 0 ? pooled() : flatten()).apply(image);
  if (random.integer(4) === 0) {
    const [size] = vector.shape;
    const cells = size % 4 === 0 ? [2, 2, size / 4] : [1, size, 1];
    vector = flatten().apply(conv(random, 3, 1).apply(reshape({ targetShape: cells }).apply(vector)));
  }
  for (let i = 0, count = 1 + random.integer(3); i < count; i++) vector = vectorStep(vector, random);
  const outputs = [dense({ units: 3 }).apply(vector)];
  if (random.integer(4) === 0) outputs.push(dense({ units: 2, activation: 'softmax' }).apply(vector));
  const made = model({ inputs: x, outputs, seed });
  for (const [i, parameter] of made.parameters.entries()) scatter(parameter, random.split(i));
  return made;
}

const activations = ['linear', 'relu', 'tanh', 'sigmoid', 'leakyRelu'] as const;
const pick = <T>(list: readonly T[], random: Random): T => list[random.integer(list.length)];

const conv = (random: Random, filters = 3 + random.integer(5), kernelSize = pick([1, 3], random)): Layer =>
  conv2d({
    filters,
    kernelSize,
    padding: pick(['same', 'same', 'valid'], random),
    activation: pick(activations, random),
    useBias: random.integer(4) > 0,
  });

const alike = (filters: number, random: Random, kernelSize = 3): Layer =>
  conv2d({
    filters,
    kernelSize,
    padding: 'same',
    activation: pick(activations, random),
    useBias: random.integer(2) > 0,
  });

function imageStep(x: SymbolicTensor, random: Random): SymbolicTensor {
  const [rows, columns, channels] = x.shape;
  switch (random.integer(11)) {
    case 0:
      return batchNormalization({ scale: random.integer(2) > 0 }).apply(x);
    case 1:
      return rows < 4
        ? x
        : pick([maxPooling2d, averagePooling2d], random)({ padding: pick(['same', 'valid'], random) }).apply(x);
    case 2: {
      const inside = alike(channels, random).apply(alike(4, random).apply(x));
      return add().apply([x, random.integer(2) > 0 ? activation({ activation: 'relu' }).apply(inside) : inside]);
    }
    case 3:
      return concatenate().apply([alike(3, random).apply(x), x, alike(2, random, 1).apply(x)]);
    case 4: {
      const shared = alike(channels, random);
      return add().apply([
        shared.apply(x),
        shared.apply(dropout({ rate: 0.5 }).apply(alike(channels, random).apply(x))),
      ]);
    }
    case 5: {
      const inner = input({ shape: x.shape });
      const block = add().apply([inner, alike(channels, random).apply(alike(5, random).apply(inner))]);
      const nested = new Network({ inputs: inner, outputs: block, name: `block_${random.integer(1e9)}` });
      return random.integer(2) > 0 ? nested.apply(nested.apply(x)) : nested.apply(x);
    }
    case 6:
      return conv2dTranspose({
        filters: 3 + random.integer(4),
        kernelSize: pick([1, 2, 3], random),
        strides: pick([1, 2], random),
        padding: pick(['same', 'valid'], random),
        activation: pick(activations, random),
        useBias: random.integer(4) > 0,
      }).apply(x);
    case 7:
      return upSampling2d({ size: [1, 2], interpolation: pick(['nearest', 'bilinear'], random) }).apply(x);
    case 8:
      return rows < 4 || random.integer(2) > 0 ? zeroPadding2d().apply(x) : cropping2d({ cropping: [1, 0] }).apply(x);
    default:
      return rows < 4 || columns < 4 ? x : conv(random).apply(x);
  }
}

function vectorStep(x: SymbolicTensor, random: Random): SymbolicTensor {
  const [features] = x.shape;
  const layer = (units: number) =>
    dense({ units, activation: pick(activations, random), useBias: random.integer(4) > 0 });
  switch (random.integer(6)) {
    case 0:
      return add().apply([x, layer(features).apply(layer(6).apply(x))]);
    case 1:
      return concatenate().apply([layer(5).apply(x), layer(4).apply(x)]);
    case 2:
      return leakyRelu().apply(batchNormalization({ center: random.integer(2) > 0 }).apply(x));
    case 3: {
      const shared = layer(5);
      const [a, b] = [layer(7).apply(x), layer(7).apply(x)];
      return concatenate().apply([shared.apply(a), shared.apply(b)]);
    }
    case 4:
      return dropout({ rate: 0.3 }).apply(layer(9).apply(x));
    default:
      return layer(6 + random.integer(8)).apply(x);
  }
}

/** Random values with zeros of every kind, as values alone or as masks. */
function scatter(parameter: Parameter, random: Random): void {
  const { shape, axes, name } = parameter;
  const values = Float32Array.from({ length: parameter.length }, () => {
    const value = random.uniform(-0.5, 0.5);
    if (name === 'movingVariance') return 0.5 + Math.abs(value);
    return name === 'bias' && random.integer(2) ? 0 : value;
  });
  if (shape.length < 2) {
    parameter.write({ data: values });
    return;
  }
  const [m, k] = [shape[axes[0]], shape[axes[1]]];
  const stride = (axis: number) => shape.slice(axis + 1).reduce((product, side) => product * side, 1);
  const share = random.uniform(0, 0.8);
  const is = (count: number) => Array.from({ length: count }, () => random.uniform(0, 1) < share);
  const [inputs, outputs] = [is(k), is(m)];
  if (random.integer(2) > 0) inputs.fill(false);
  if (random.integer(12) === 0) outputs.fill(true);
  const loose = random.uniform(0, 0.6);
  const mask = Float32Array.from(values, (_, at) => {
    const [i, j] = [axes[0], axes[1]].map((axis) => Math.floor(at / stride(axis)) % shape[axis]);
    return inputs[j] || outputs[i] || random.uniform(0, 1) < loose ? 0 : 1;
  });
  parameter.write({ data: values.map((value, at) => value * mask[at]) });
  if (random.integer(2) > 0) parameter.setMask(parameter.toStorage(mask));
}

/** A random model of sequences with random zeros: a table, LSTMs one after another, and what stands around them. */
export function randomSequence(seed: number): Model {
  const random = new Random(seed, 'sequence');
  const x = input({ shape: [5] });
  const table = embedding({ inputDim: 12, outputDim: 4 + random.integer(4), maskZero: random.integer(2) > 0 });
  let sequence = table.apply(x);
  for (let i = 0, count = 1 + random.integer(4); i < count; i++) sequence = sequenceStep(sequence, random);
  const ends = [recurrent(random, false), globalMaxPooling1d(), globalAveragePooling1d(), flatten()];
  let vector = pick(ends, random).apply(sequence);
  if (random.integer(3) === 0) {
    const [last, h, c] = recurrent(random, false, { returnState: true }).applyAll(sequence);
    vector = concatenate().apply([vector, last, random.integer(2) > 0 ? h : c]);
  }
  const made = model({ inputs: x, outputs: dense({ units: 3 }).apply(vectorStep(vector, random)), seed });
  for (const [i, parameter] of made.parameters.entries()) scatter(parameter, random.split(i));
  for (const layer of made.layers) if (layer.type === 'lstm') silence(layer, random.split(layer.name));
  return made;
}

const recurrent = (random: Random, returnSequences: boolean, options: object = {}): Layer =>
  lstm({
    units: 3 + random.integer(5),
    returnSequences,
    activation: pick(['tanh', 'relu', 'linear', 'sigmoid'], random),
    goBackwards: random.integer(4) === 0,
    useBias: random.integer(4) > 0,
    ...options,
  });

function sequenceStep(x: SymbolicTensor, random: Random): SymbolicTensor {
  const [time, features] = x.shape;
  switch (random.integer(6)) {
    case 0:
      return timeDistributed({ layer: dense({ units: 5, activation: pick(activations, random) }) }).apply(x);
    case 1:
      return dropout({ rate: 0.2 }).apply(x);
    case 2: {
      const padding = pick(['same', 'causal', 'valid'] as const, random);
      return time < 3 ? x : conv1d({ filters: 4, kernelSize: 2, padding, activation: 'relu' }).apply(x);
    }
    case 3:
      return add().apply([x, recurrent(random, true, { units: features }).apply(x)]);
    case 4: {
      const [sequence, h, c] = recurrent(random, true, { units: 4, returnState: true }).applyAll(x);
      return recurrent(random, true, { units: 4 }).apply([sequence, h, c]);
    }
    default:
      return recurrent(random, true).apply(x);
  }
}

/** Makes some of an LSTM's units silent: no weight into their candidate, from inputs or units, and no bias. */
function silence({ parameters }: Layer, random: Random): void {
  const share = random.uniform(0, 0.8);
  const units = parameters[0].shape[1] / 4;
  const silent = Array.from({ length: units }, () => random.uniform() < share);
  for (const parameter of parameters) {
    const width = parameter.length / (4 * units);
    const { view } = parameter.values;
    for (let at = 0; at < view.length; at++) {
      const row = Math.floor(at / width);
      if (row >= 2 * units && row < 3 * units && silent[row - 2 * units]) view[at] = 0;
    }
  }
}
