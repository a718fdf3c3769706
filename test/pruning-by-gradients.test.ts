// Criteria of gradients, against PyTorch's; of weights under a mask too.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { conv2d, dense, flatten } from '../src/layers/index.ts';
import { meanGradients } from '../src/pruning/collect/gradients.ts';
import { lifted } from '../src/pruning/collect/lifted.ts';
import { criterion, fisher, global, neurons, prune, snip, synflow, taylor, unitTaylor } from '../src/pruning/index.ts';
import { sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';
import { expectClose, maskOf, parameterOf, scoresOf } from './pruning-fixture.ts';

const golden: { scores: Record<'taylor' | 'fisher' | 'synflow' | 'unitTaylor', number[][]> } = JSON.parse(
  readFileSync(new URL('./golden/prune.json', import.meta.url), 'utf8'),
);

/** The network of prune.py, its samples and labels. */
function example() {
  const draw = drawer(11);
  const model = sequential([
    conv2d({ filters: 3, kernelSize: 3, activation: 'relu', inputShape: [5, 4, 2], name: 'a' }),
    flatten(),
    dense({ units: 5, activation: 'relu', name: 'b' }),
    dense({ units: 4, activation: 'softmax', name: 'c' }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const names = ['a', 'b', 'c'];
  for (const name of names) {
    const kernel = parameterOf(model, name);
    kernel.write({ data: draw(kernel.length).map((value) => value * 0.5) });
  }
  for (const name of names) {
    const bias = parameterOf(model, name, 'bias');
    bias.write({ data: draw(bias.length).map((value) => Math.fround(value * 0.1)) });
  }
  return { model, names, x: draw(6 * 40), y: [0, 1, 2, 3, 1, 0] };
}

describe("against PyTorch's gradients", () => {
  for (const batchSize of [1, 4, 6]) {
    test(`taylor, snip, fisher; batches of ${batchSize}`, () => {
      const { model, names, x, y } = example();
      const data = { x, y, batchSize };
      const [first, second, third] = [taylor, snip, fisher].map((rank) => scoresOf(model, rank, { data }));
      for (const [i, name] of names.entries()) {
        expectClose(first.get(name) ?? [], golden.scores.taylor[i]);
        expectClose(second.get(name) ?? [], golden.scores.taylor[i]);
        expectClose(third.get(name) ?? [], golden.scores.fisher[i]);
      }
    });
  }

  test('synflow: no data, no softmax, no biases; the model untouched', () => {
    const { model, names } = example();
    const before = model.getWeights().map(({ data }) => [...data]);
    const scores = scoresOf(model, synflow);
    for (const [i, name] of names.entries()) expectClose(scores.get(name) ?? [], golden.scores.synflow[i]);
    expect(model.getWeights().map(({ data }) => [...data])).toEqual(before);
  });

  test('unitTaylor: filters by the sum inside', () => {
    const { model, x, y } = example();
    prune(model, { criterion: unitTaylor, structure: neurons, amount: { count: 18 }, layers: ['b'], data: { x, y } });
    const worst = golden.scores.unitTaylor[1].indexOf(Math.min(...golden.scores.unitTaylor[1]));
    expect(maskOf(parameterOf(model, 'b'))).toEqual(Array.from({ length: 90 }, (_, i) => (i % 5 === worst ? 0 : 1)));
  });

  test('masked layers: lifting the masks gives the gradients of pruned weights too, and leaves all as it was', () => {
    const { model, x, y } = example();
    const parameters = model.parameters.filter(({ prunable }) => prunable);
    prune(model, { amount: 0.7 });
    const values = model.getWeights().map(({ data }) => [...data]);
    const masks = parameters.map(maskOf);
    const sparse = meanGradients(model, { x, y }, parameters);
    const whole = lifted(parameters, () => meanGradients(model, { x, y }, parameters));
    expect(parameters.map(maskOf)).toEqual(masks);
    expect(model.getWeights().map(({ data }) => [...data])).toEqual(values);
    for (const [i, parameter] of parameters.entries()) {
      const [kept, all] = [sparse.get(parameter) ?? [], whole.get(parameter) ?? []];
      expectClose(
        kept,
        Array.from(all, (g, at) => g * masks[i][at]),
      );
      expect(Array.from(all).some((g, at) => g !== 0 && masks[i][at] === 0)).toBe(true);
    }
  });
});

test('where pruned weights may come back, their gradients are collected too', () => {
  const { model, x, y } = example();
  const kernel = parameterOf(model, 'b');
  const bySlope = criterion({ needs: ['gradients'], score: ({ gradients }) => gradients.map(Math.abs) });
  const options = { criterion: bySlope, layers: ['b'], amount: 0.7, data: { x, y } };
  prune(model, options);
  kernel.write({ data: kernel.read().data.map(() => 0) });
  const seen = lifted([kernel], () => meanGradients(model, { x, y }, [kernel]).get(kernel)) as Float32Array;
  prune(model, { ...options, regrow: true });
  const order = [...seen.keys()].sort((a, b) => Math.abs(seen[b]) - Math.abs(seen[a]) || a - b).slice(0, 27);
  expect(maskOf(kernel)).toEqual(Array.from({ length: 90 }, (_, i) => (order.includes(i) ? 1 : 0)));
});

describe('synflow', () => {
  test('keeps every layer alive at 98%, in 100 rounds, where one round of snip loses one', () => {
    const build = () => {
      const model = sequential([
        dense({ units: 100, activation: 'relu', inputShape: [30], name: 'a' }),
        dense({ units: 100, activation: 'relu', name: 'b' }),
        dense({ units: 100, activation: 'relu', name: 'c' }),
        dense({ units: 10, activation: 'softmax', name: 'd' }),
      ]);
      return model;
    };
    const model = build();
    const { layers, density } = prune(model, { criterion: synflow, scope: global, amount: 0.98, iterations: 50 });
    expect(Math.round((1 - density) * 24000)).toBe(23520);
    expect(Math.min(...layers.map(({ kept }) => kept))).toBeGreaterThan(20);
  });

  test('a flow too large for its numbers is refused, and the model as it was', () => {
    const model = sequential(Array.from({ length: 12 }, () => dense({ units: 16, inputShape: [16] })));
    for (const { values } of model.parameters) values.view.set(values.view.map((w) => 1e4 * w));
    const options = { criterion: synflow, scope: global, amount: 0.5, iterations: 1 };
    expect(() => prune(model, options)).toThrow(
      'dense: the flow through so many layers is too large for 32-bit floats',
    );
    expect(model.parameters.every(({ mask }) => mask === undefined)).toBe(true);
  });
});
