// LSTM as a layer: its first weights, dropout, states given, training, saving, memory, and what it refuses. Its numbers stand in
// sequences-golden.test.ts, its gradients in gradients.test.ts, states kept in stateful.test.ts.

import { expect, test } from 'vitest';
import * as e from '../src/index.ts';

const random = new e.Random(2);
const numbers = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));

test('the recurrent kernel begins orthogonal and the forget gate at 1', () => {
  const layer = e.lstm({ units: 6 });
  const model = e.sequential([e.input({ shape: [3, 4] }), layer], { seed: 8 });
  const [kernel, recurrent, bias] = model.getWeights();
  expect([kernel.shape, recurrent.shape, bias.shape]).toEqual([[4, 24], [6, 24], [24]]);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      const dot = Array.from({ length: 24 }, (_, k) => recurrent.data[24 * i + k] * recurrent.data[24 * j + k]);
      expect(dot.reduce((sum, v) => sum + v, 0)).toBeCloseTo(i === j ? 1 : 0, 6);
    }
  }
  expect(Array.from(bias.data)).toEqual(Array.from({ length: 24 }, (_, i) => (i >= 6 && i < 12 ? 1 : 0)));
  const plain = e.lstm({ units: 2, unitForgetBias: false, biasInitializer: 'ones' });
  const other = e.sequential([e.input({ shape: [3, 4] }), plain]);
  expect(Array.from(other.getWeights()[2].data)).toEqual(new Array(8).fill(1));
  expect(Math.abs(e.initializers.orthogonal.values([1, 1], random)[0])).toBe(1);
  model.dispose();
  other.dispose();
});

test('orthogonal is orthonormal in the columns too, when these are fewer', () => {
  const data = e.initializers.orthogonal.values([3, 2, 4], random);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      let dot = 0;
      for (let row = 0; row < 6; row++) dot += data[4 * row + i] * data[4 * row + j];
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 6);
    }
  }
});

/** The network of the third case study, small: tokens, embedding, LSTM, two classes. */
function classifier(options: Partial<e.LstmOptions> = {}, seed = 4) {
  const model = e.sequential(
    [
      e.embedding({ inputDim: 12, outputDim: 6, maskZero: true, inputShape: [9] }),
      e.lstm({ units: 10, ...options }),
      e.dense({ units: 2, activation: 'softmax' }),
    ],
    { seed },
  );
  model.compile({
    optimizer: e.adam({ learningRate: 0.02 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** Sequences of 2 to 9 tokens; the class is whether token 3 comes before token 4, with noise between them. */
function orders(count: number, seed = 1) {
  const draw = new e.Random(seed);
  const whole = (below: number) => Math.floor(draw.uniform(0, below));
  const x = new Uint8Array(9 * count);
  const y = Uint8Array.from({ length: count }, () => whole(2));
  for (let i = 0; i < count; i++) {
    const length = 2 + whole(8);
    for (let t = 0; t < length; t++) x[9 * i + t] = 5 + whole(7);
    const first = whole(length - 1);
    const second = first + 1 + whole(length - first - 1);
    x[9 * i + first] = y[i] ? 3 : 4;
    x[9 * i + second] = y[i] ? 4 : 3;
  }
  return [x, y] as const;
}

test('learns which of two tokens came first, with relu too, and prunes to a tenth with zeros that stay', async () => {
  const [x, y] = orders(600);
  const [testX, testY] = orders(200, 2);
  for (const options of [{}, { activation: 'relu' as const, recurrentDropout: 0.1, dropout: 0.1 }]) {
    const model = classifier(options);
    await model.fit(x, y, { epochs: 6, batchSize: 32 });
    expect(model.evaluate(testX, testY).accuracy).toBeGreaterThan(0.95);
    for (const parameter of model.layers[1].parameters.slice(0, 2)) {
      const order = Float32Array.from(parameter.values.view, Math.abs).sort();
      const limit = order[Math.floor(order.length * 0.6)];
      parameter.setMask(Float32Array.from(parameter.values.view, (w) => Number(Math.abs(w) > limit)));
      expect(parameter.pattern).toBeDefined();
    }
    await model.fit(x, y, { epochs: 4, batchSize: 32 });
    expect(model.evaluate(testX, testY).accuracy).toBeGreaterThan(0.95);
    for (const { mask, values } of model.layers[1].parameters.slice(0, 2)) {
      const pruned = Array.from(values.view).filter((_, i) => mask?.view[i] === 0);
      expect(pruned.length).toBeGreaterThan(0);
      expect(pruned.every((w) => w === 0)).toBe(true);
    }
    model.dispose();
  }
});

test('padding changes nothing, before or after the tokens', () => {
  const model = classifier();
  const short = [3, 5, 4];
  const pad = (before: number) => [...new Array(before).fill(0), ...short, ...new Array(6 - before).fill(0)];
  const { data } = model.predict([pad(0), pad(2), pad(6)]);
  for (const i of [2, 4]) for (const j of [0, 1]) expect(data[i + j]).toBe(data[j]);
  model.dispose();
});

test('two runs of one seed have the same bits, dropout and all; another seed has not', async () => {
  const [x, y] = orders(100);
  const trained = async (seed: number) => {
    const model = classifier({ dropout: 0.2, recurrentDropout: 0.2 }, seed);
    await model.fit(x, y, { epochs: 2 });
    const weights = model.getWeights().map(({ data }) => data);
    model.dispose();
    return weights;
  };
  const first = await trained(4);
  expect(await trained(4)).toEqual(first);
  expect(await trained(5)).not.toEqual(first);
});

test('a saved model is the same, masks and all, and trains on bit for bit', async () => {
  const [x, y] = orders(64);
  const model = classifier({ recurrentDropout: 0.2, returnSequences: false, goBackwards: true });
  await model.fit(x, y, { epochs: 1 });
  const [, recurrent] = model.layers[1].parameters;
  recurrent.setMask(Float32Array.from(recurrent.values.view, (_, i) => i % 3 && 1));
  const copy = await e.loadModel(model.toBytes());
  expect(copy.describe()).toEqual(model.describe());
  for (const each of [model, copy]) await each.fit(x, y, { epochs: 1 });
  expect(copy.getWeights()).toEqual(model.getWeights());
  expect(copy.predict(x)).toEqual(model.predict(x));
  model.dispose();
  copy.dispose();
});

test('given the state of the first half, the second half ends as the whole does', () => {
  const layer = e.lstm({ units: 3, returnState: true });
  const [x, h, c] = [[3, 2], [3], [3]].map((shape) => e.input({ shape }));
  const [, h1, c1] = layer.applyAll(x);
  const start = e.model({ inputs: x, outputs: [h1, c1] });
  const [y] = layer.applyAll([x, h, c]);
  const end = e.model({ inputs: [x, h, c], outputs: y });
  const whole = e.sequential([e.input({ shape: [6, 2] }), e.lstm({ units: 3 })]);
  whole.setWeights(layer.getWeights());
  const data = numbers(12);
  const [hidden, cell] = start.predictAll(data.subarray(0, 6));
  const result = end.predict([data.subarray(6), hidden.data, cell.data]).data;
  whole.predict(data).data.forEach((value, i) => {
    expect(result[i]).toBeCloseTo(value, 6);
  });
  for (const model of [whole, end]) model.dispose();
});

test('training gives its memory back', async () => {
  const before = e.memoryUsage().live;
  const [x, y] = orders(40);
  const model = classifier({ returnSequences: false });
  const one = async () => {
    await model.fit(x, y, { epochs: 1 });
    return e.memoryUsage();
  };
  await one();
  const { live, step } = await one();
  expect(await one()).toMatchObject({ live, step });
  model.dispose();
  expect(e.memoryUsage().live).toBe(before);
});

const sequence = e.input({ shape: [4, 3] });
const wrongs: [what: string, make: () => unknown, message: string][] = [
  ['no units', () => e.lstm({ units: 0 }), 'lstm: expected units to be a whole number from 1, got 0'],
  [
    'softmax',
    () => e.lstm({ units: 1, activation: 'softmax' as 'tanh' }),
    'one of tanh, relu, linear, sigmoid, got "softmax"',
  ],
  [
    'a rate of 1',
    () => e.lstm({ units: 1, recurrentDropout: 1 }),
    'lstm: expected recurrentDropout to be a number in [0, 1), got 1',
  ],
  ['an unknown option', () => e.lstm({ units: 1, unroll: true } as e.LstmOptions), "lstm: unknown option 'unroll'"],
  [
    'no sequence',
    () => e.lstm({ units: 1 }).apply(e.input({ shape: [4] })),
    'expected an input of shape [time, features], got [4]',
  ],
  [
    'a state of another size',
    () => e.lstm({ units: 2 }).apply([sequence, e.input({ shape: [3] }), e.input({ shape: [2] })]),
    'a state h and c of shape [2] each, got states of [3] and [2]',
  ],
  ['half a state', () => e.lstm({ units: 2 }).apply([sequence, e.input({ shape: [2] })]), 'expected [x], or [x, h, c]'],
  [
    'several outputs in one',
    () => e.lstm({ units: 2, returnState: true }).apply(sequence),
    'this layer has 3: use applyAll()',
  ],
];
test.each(wrongs)('refused: %s', (_, make, message) => {
  expect(make).toThrow(message);
});
