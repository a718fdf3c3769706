// Sequences: tokens and their table, layers for every step, what is saved and what is refused. Masks are in masks.test.ts.

import { describe, expect, test } from 'vitest';
import * as e from '../src/index.ts';
import { masked, tokens } from './sequence-fixture.ts';

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
  [() => e.embedding({ inputDim: 0, outputDim: 2 }), 'embedding: expected inputDim to be a whole number from 1, got 0'],
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
