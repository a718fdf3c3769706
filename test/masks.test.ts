// Masks of sequences: who passes them on, and what means, losses and metrics make of them.

import { expect, test } from 'vitest';
import * as e from '../src/index.ts';
import { masked, tokens } from './sequence-fixture.ts';

const flat = tokens.flat();

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
