// Sequences: tokens, masks and who passes them on, what losses and metrics make of them, layers for every step.

import { describe, expect, test } from 'vitest';
import * as e from '../src/index.ts';

const tokens = [
  [3, 1, 2, 0, 0],
  [4, 4, 0, 1, 3],
  [0, 0, 0, 0, 0],
];
const flat = tokens.flat();

test('an embedding is a row of its table for each token', () => {
  const model = e.sequential([e.embedding({ inputDim: 5, outputDim: 3, inputShape: [5] })]);
  const table = Array.from({ length: 15 }, (_, i) => i + 1);
  model.setWeights([{ data: table }]);
  const { data, shape } = model.predict(tokens);
  expect(shape).toEqual([3, 5, 3]);
  expect(Array.from(data)).toEqual(flat.flatMap((id) => table.slice(3 * id, 3 * id + 3)));
  model.dispose();
});

test('the gradient of an embedding adds up over the places of a token', async () => {
  const model = e.sequential([
    e.embedding({ inputDim: 5, outputDim: 2, inputShape: [5] }),
    e.flatten(),
    e.dense({ units: 1, useBias: false, kernelInitializer: 'ones' }),
  ]);
  model.compile({ optimizer: e.sgd({ learningRate: 1 }), loss: e.customLoss(sumLoss) });
  const [before] = model.getWeights();
  model.trainOnBatch(tokens, [[0], [0], [0]]);
  const [after] = model.getWeights();
  const counts = [0, 1, 2, 3, 4].map((id) => flat.filter((other) => other === id).length);
  for (const [i, count] of counts.entries()) {
    for (const at of [2 * i, 2 * i + 1]) expect(before.data[at] - after.data[at]).toBeCloseTo(count / 3, 5);
  }
  model.dispose();
});

const sumLoss: e.CustomLossOptions = {
  name: 'sum',
  value: (_, y) => y.reduce((sum, v) => sum + v, 0),
  gradient: (_, y) => y.map(() => 1),
};

/** A network whose output carries the mask of its tokens. */
function masked(...layers: e.Layer[]) {
  return e.sequential([e.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputShape: [5] }), ...layers], {
    seed: 3,
  });
}

test('the mean over time leaves padding out, and is 0 where all is padding', () => {
  const model = masked(e.dropout({ rate: 0.5 }), e.activation({ activation: 'tanh' }), e.globalAveragePooling1d());
  const [table] = model.getWeights();
  const { data } = model.predict(tokens);
  const expected = tokens.flatMap((ids) => {
    const real = ids.filter((id) => id > 0);
    return [0, 1, 2].map(
      (f) => real.reduce((sum, id) => sum + Math.tanh(table.data[3 * id + f]), 0) / (real.length || 1),
    );
  });
  expected.forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 6);
  });
  model.dispose();
});

test('loss and accuracy of a masked sequence are means over its real steps, and padding has no gradient', () => {
  const model = masked(e.timeDistributed({ layer: e.dense({ units: 4, activation: 'softmax' }) }));
  model.compile({
    optimizer: e.sgd({ learningRate: 0 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const labels = Uint8Array.from(flat, (_, i) => (i * 7) % 4);
  const y = { data: labels, shape: [3, 5] };
  const p = model.predict(tokens).data;
  const real = flat.flatMap((id, i) => (id > 0 ? [i] : []));
  const mean = (of: (i: number) => number) => real.reduce((sum, i) => sum + of(i), 0) / real.length;
  const { loss, accuracy } = model.evaluate(tokens, y);
  expect(loss).toBeCloseTo(
    mean((i) => -Math.log(p[4 * i + labels[i]])),
    5,
  );
  expect(accuracy).toBeCloseTo(
    mean((i) => (Math.max(...p.subarray(4 * i, 4 * i + 4)) === p[4 * i + labels[i]] ? 1 : 0)),
    6,
  );
  model.compile({ optimizer: e.sgd({ learningRate: 1 }), loss: 'sparseCategoricalCrossentropy' });
  const before = model.getWeights()[0].data.slice();
  model.trainOnBatch(tokens, y);
  const after = model.getWeights()[0].data;
  expect(Array.from(after.subarray(0, 3)), 'the row of the padding').toEqual(Array.from(before.subarray(0, 3)));
  for (let i = 3; i < 15; i++) expect(after[i], `number ${i}`).not.toBe(before[i]);
  model.dispose();
});

test('mean squared error of a masked sequence is a mean over its real steps', () => {
  const model = masked(e.dense({ units: 2 }));
  model.compile({ loss: 'mse', metrics: ['mae'] });
  const target = Float32Array.from({ length: 30 }, (_, i) => (i % 5) / 5);
  const y = model.predict(tokens).data;
  const real = Array.from(y.keys()).filter((i) => flat[Math.floor(i / 2)] > 0);
  const mean = (of: (i: number) => number) => real.reduce((sum, i) => sum + of(i), 0) / real.length;
  const { loss, mae } = model.evaluate(tokens, { data: target, shape: [3, 5, 2] });
  expect(loss).toBeCloseTo(
    mean((i) => (y[i] - target[i]) ** 2),
    5,
  );
  expect(mae).toBeCloseTo(
    mean((i) => Math.abs(y[i] - target[i])),
    5,
  );
  model.dispose();
});

test('a loss of one’s own sees the real steps of a masked sequence, and padding has no gradient', () => {
  const seen: number[][] = [];
  const mean = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((a, b) => a + b, 0) / numbers.length;
  const squared = e.customLoss({
    name: 'squared',
    value: (y, p) => {
      seen.push([...y]);
      return mean(p.map((value, i) => (value - y[i]) ** 2));
    },
    gradient: (y, p) => p.map((value, i) => (2 * (value - y[i])) / p.length),
  });
  const target = Float32Array.from({ length: 30 }, (_, i) => (i % 7) / 5);
  const y = { data: target, shape: [3, 5, 2] };
  const real = (i: number) => Array.from(target.subarray(10 * i, 10 * i + 10)).filter((_, j) => tokens[i][j >> 1] > 0);
  const trained = (loss: e.Loss | 'mse', x: number[][], y: { data: Float32Array; shape: number[] }) => {
    const model = masked(e.dense({ units: 2 }));
    model.compile({ loss, optimizer: e.sgd({ learningRate: 1 }) });
    const before = model.evaluate(x, y).loss;
    model.trainOnBatch(x, y);
    const weights = model.getWeights().flatMap(({ data }) => [...data]);
    model.dispose();
    return [before, ...weights];
  };
  trained(squared, tokens, y);
  expect(seen.slice(0, 2)).toEqual([real(0), real(1)]);
  // Of one sample, with others of nothing but padding, it is the mean squared error.
  const one = [tokens[0], tokens[2], tokens[2]];
  const expected = trained('mse', one, y);
  for (const [i, number] of trained(squared, one, y).entries()) expect(number).toBeCloseTo(expected[i], 5);
  const none = [tokens[2]];
  const nothing = { data: target.subarray(0, 10), shape: [1, 5, 2] };
  expect(trained(squared, none, nothing)).toEqual(trained('mse', none, nothing));
});

test('a sum is real where any input is, a concatenation where all are', () => {
  const x = [e.input({ shape: [3] }), e.input({ shape: [3] })];
  const embed = () => e.embedding({ inputDim: 4, outputDim: 1, maskZero: true, embeddingsInitializer: 'ones' });
  const [a, b] = x.map((tensor) => embed().apply(tensor));
  const pooled = [e.add(), e.concatenate()].map((layer) => e.globalAveragePooling1d().apply(layer.apply([a, b])));
  const model = e.model({ inputs: x, outputs: pooled });
  const [sum, joined] = model.layers.filter(({ type }) => type === 'embedding');
  sum.setWeights([{ data: [0, 1, 2, 3] }]);
  joined.setWeights([{ data: [0, 10, 20, 30] }]);
  const [added, both] = model.predictAll([[[1, 2, 0]], [[3, 0, 0]]]);
  expect(Array.from(added.data)).toEqual([(1 + 30 + 2 + 0) / 2]);
  expect(Array.from(both.data)).toEqual([1, 30]);
  model.dispose();
});

test('timeDistributed(dense) is dense on a sequence, whatever the batch', () => {
  const build = (layer: e.Layer) => e.sequential([e.input({ shape: [5, 3] }), layer]);
  const plain = build(e.dense({ units: 4, activation: 'tanh' }));
  const distributed = build(e.timeDistributed({ layer: e.dense({ units: 4, activation: 'tanh' }) }));
  distributed.setWeights(plain.getWeights());
  for (const count of [1, 3, 40]) {
    const x = {
      data: Float32Array.from({ length: 15 * count }, (_, i) => ((i * 37) % 41) / 20 - 1),
      shape: [count, 5, 3],
    };
    expect(distributed.predict(x).data).toEqual(plain.predict(x).data);
  }
  plain.dispose();
  distributed.dispose();
});

describe.each([
  ['l1l2', e.l1l2({ l1: 0.3, l2: 0.2 })],
  ['klDivergence', e.klDivergence(0.5)],
])('a penalty on activations, %s, of the layer within timeDistributed', (_, activityRegularizer) => {
  const within = () => e.dense({ units: 2, activation: 'sigmoid', activityRegularizer });
  const x = { data: Float32Array.from({ length: 60 }, (_, i) => ((i * 37) % 41) / 20 - 1), shape: [5, 4, 3] };
  const y = { data: new Float32Array(40), shape: [5, 4, 2] };
  const start = [Float32Array.of(0.5, -1, 0.25, 2, -0.75, 1), Float32Array.of(0.1, -0.2)].map((data) => ({ data }));
  const build = (...layers: e.Layer[]) => e.sequential([e.input({ shape: [4, 3] }), ...layers]);
  const trained = (model: e.Model) => {
    model.setWeights(start);
    model.compile({ loss: 'mse', optimizer: e.sgd({ learningRate: 0.5 }) });
    const before = model.evaluate(x, y).loss;
    model.trainOnBatch(x, y);
    return { before, weights: model.getWeights().map(({ data }) => data) };
  };

  test('is that of the bare layer: loss and gradient; nested, saved and cloned', async () => {
    const bare = trained(build(within()));
    const distributed = build(e.timeDistributed({ layer: within() }));
    const nested = build(
      e.reshape({ targetShape: [2, 2, 3] }),
      e.timeDistributed({ layer: e.timeDistributed({ layer: within() }) }),
      e.reshape({ targetShape: [4, 2] }),
    );
    expect(bare.before).toBeGreaterThan(trained(build(e.dense({ units: 2, activation: 'sigmoid' }))).before + 0.1);
    for (const model of [distributed, nested]) {
      const copies = [e.cloneModel(model), await e.loadModel(model.toBytes())];
      const { before, weights } = trained(model);
      expect(before).toBeCloseTo(bare.before, 5);
      for (const [i, array] of weights.entries()) {
        for (const [j, weight] of array.entries()) expect(weight).toBeCloseTo(bare.weights[i][j], 5);
      }
      for (const copy of copies) expect(trained(copy)).toEqual({ before, weights });
    }
  });

  test('adds to that of timeDistributed itself', () => {
    const both = trained(build(e.timeDistributed({ layer: within(), activityRegularizer }))).before;
    const one = trained(build(within())).before;
    const none = trained(build(e.dense({ units: 2, activation: 'sigmoid' }))).before;
    expect(both - none).toBeCloseTo(2 * (one - none), 5);
  });
});

test('batch normalization of every step counts true samples only', () => {
  const x = { data: Float32Array.from({ length: 60 }, (_, i) => (i * i) % 17), shape: [5, 4, 3] };
  const build = (layer: e.Layer) => {
    const model = e.sequential([e.input({ shape: [4, 3] }), layer, e.globalAveragePooling1d(), e.dense({ units: 1 })]);
    model.compile({ loss: 'mse' });
    model.trainOnBatch(x, [[1], [2], [3], [4], [5]]);
    const [, , mean, variance] = model.getWeights();
    model.dispose();
    return [...mean.data, ...variance.data];
  };
  const stepwise = build(e.timeDistributed({ layer: e.batchNormalization() }));
  build(e.batchNormalization()).forEach((value, i) => {
    expect(stepwise[i]).toBeCloseTo(value, 5);
  });
});

test('models of sequences are saved and read again, the layer within timeDistributed too', () => {
  const model = masked(
    e.conv1d({ filters: 4, kernelSize: 2, padding: 'causal', activation: 'relu', kernelRegularizer: e.l2(0.01) }),
    e.timeDistributed({ layer: e.dense({ units: 3, name: 'each', kernelRegularizer: e.l1(0.1) }) }),
    e.globalMaxPooling1d(),
  );
  const copy = e.cloneModel(model);
  expect(copy.describe()).toEqual(model.describe());
  expect(copy.predict(tokens)).toEqual(model.predict(tokens));
  expect(copy.layers[2].parameters[0].regularizer?.config()).toEqual(e.l1(0.1).config());
  model.dispose();
  copy.dispose();
});

test.each([5, -1, 1.5])('token %s is refused before anything runs', async (id) => {
  const model = masked(e.globalMaxPooling1d(), e.dense({ units: 1 }));
  model.compile({ loss: 'mse' });
  const wrong = [[1, 2, id, 0, 0]];
  const message = `sequential: x: expected token ids from 0 to 4, whole numbers, got ${id}`;
  expect(() => model.predict(wrong)).toThrow(message);
  await expect(model.fit(wrong, [[1]])).rejects.toThrow(message);
  model.dispose();
});

const wrongs: [make: () => unknown, message: string][] = [
  [() => e.input({ shape: [0] }), 'input: expected a shape of positive whole numbers, got [0]'],
  [
    () => e.embedding({ inputDim: 0, outputDim: 2 }),
    'embedding: expected inputDim to be a positive whole number, got 0',
  ],
  [() => e.embedding({ inputDim: 3, outputDim: 2 }).apply(e.input({ shape: [2, 2] })), 'shape [time], of token ids'],
  [() => e.conv1d({ filters: 1, kernelSize: 4 }).apply(e.input({ shape: [3, 2] })), 'at least 4 steps, got [3, 2]'],
  [() => e.timeDistributed({ layer: e.sequential([e.input({ shape: [2] }), e.dense({ units: 1 })]) }), 'got a model'],
  [() => e.timeDistributed({ layer: e.dense({ units: 1 }) }).apply(e.input({ shape: [3] })), '[time, features]'],
];
test.each(wrongs)('refused: %s', (make, message) => {
  expect(make).toThrow(message);
});

test.each([
  ['adam', () => e.adam({ learningRate: 0.1, weightDecay: 0.5, clipvalue: 10 })],
  ['momentum', () => e.sgd({ learningRate: 0.1, momentum: 0.9, globalClipnorm: 1 })],
  ['rmsprop', () => e.rmsprop({ learningRate: 0.1, clipnorm: 1, centered: true })],
])('%s: rows of tokens that a step has not stay as they are; pruned numbers stay zero', (_, optimizer) => {
  const model = e.sequential([
    e.embedding({ inputDim: 50, outputDim: 3, inputShape: [2] }),
    e.lstm({ units: 2 }),
    e.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: optimizer(), loss: 'mse' });
  const [table] = model.parameters;
  table.setMask(Float32Array.from({ length: 150 }, (_v, i) => Number(i % 4 > 0)));
  const before = table.values.view.slice();
  const first = [
    [7, 9],
    [9, 30],
  ]; // prettier-ignore
  model.trainOnBatch(first, [[1], [2]]);
  model.trainOnBatch([[7, 7]], [[3]]);
  const after = table.values.view;
  for (let i = 0; i < 150; i++) {
    const isTouched = [7, 9, 30].includes(Math.floor(i / 3)) && i % 4 > 0;
    expect(after[i] !== before[i], `number ${i}`).toBe(isTouched);
    if (i % 4 === 0) expect(after[i]).toBe(0);
  }
  expect(table.gradient.view.some((g, i) => g !== 0 && Math.floor(i / 3) !== 7)).toBe(false);
  model.dispose();
});

test('a penalty on the table reaches all its rows', () => {
  const model = e.sequential([
    e.embedding({ inputDim: 5, outputDim: 2, inputShape: [2], embeddingsRegularizer: e.l2(0.1) }),
    e.flatten(),
    e.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: e.sgd({ learningRate: 0.1 }), loss: 'mse' });
  const before = model.getWeights()[0].data;
  model.trainOnBatch([[1, 1]], [[1]]);
  const after = model.getWeights()[0].data;
  for (const i of [0, 1, 4, 9]) expect(after[i]).toBeCloseTo(before[i] * (1 - 0.1 * 2 * 0.1), 7);
  model.dispose();
});

test.each([false, true])(
  'batch norm learns mean and variance of real steps alone, pictures in them: %s',
  (pictures) => {
    const shape = e.reshape({ targetShape: [3, 1, 1] });
    const norm = e.batchNormalization({ momentum: 0 });
    const model = masked(
      ...(pictures ? [e.timeDistributed({ layer: shape })] : []),
      norm,
      e.flatten(),
      e.dense({ units: 1 }),
    );
    const table = Array.from({ length: 15 }, (_, i) => (7 * i * i) % 11);
    model.layers[0].setWeights([{ data: table }]);
    model.compile({ optimizer: e.sgd({ learningRate: 0 }), loss: 'mse' });
    model.trainOnBatch(tokens, [[0], [0], [0]]);
    const rows = flat.filter((id) => id !== 0).map((id) => table.slice(3 * id, 3 * id + 3));
    const channels = pictures ? [rows.flat()] : [0, 1, 2].map((channel) => rows.map((row) => row[channel]));
    const [mean, variance] = norm.getWeights().slice(2);
    for (const [c, numbers] of channels.entries()) {
      const average = numbers.reduce((sum, x) => sum + x) / numbers.length;
      const squares = numbers.reduce((sum, x) => sum + (x - average) ** 2, 0) / numbers.length;
      expect(mean.data[c]).toBeCloseTo(average, 5);
      expect(variance.data[c]).toBeCloseTo(squares, 4);
    }
    model.trainOnBatch([[0, 0, 0, 0, 0]], [[0]]); // nothing real
    expect(Array.from(mean.data).concat(Array.from(norm.getWeights()[2].data)).every(Number.isFinite)).toBe(true);
    model.dispose();
  },
);
