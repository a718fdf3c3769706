// Sparsification: of data, of weights at random, by proximal steps, and pipelines that prune what it left.

import { describe, expect, test } from 'vitest';
import { dense } from '../src/layers/index.ts';
import { adam, sgd } from '../src/optimizers/index.ts';
import {
  adaptivePruning,
  nonzeroRule,
  prune,
  randomRule,
  sparsify,
  sparsifyData,
  sparsity,
  thresholdRule,
} from '../src/pruning/index.ts';
import { elasticNet, groupLasso, regularizerOf } from '../src/regularizers/index.ts';
import type { Regularizer } from '../src/tensor/index.ts';
import { sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';
import { classifier, maskOf, networkOf, parameterOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();

describe('data', () => {
  test('each feature is kept with its own probability (five standard deviations); the seed decides', () => {
    const keep = [0, 0.1, 0.5, 0.9, 1];
    const data = new Float32Array(5 * 4000).fill(2);
    const sparse = sparsifyData(data, [5], { keep, seed: 1 });
    expect(sparse.shape).toEqual([4000, 5]);
    for (const [feature, p] of keep.entries()) {
      const kept = sparse.data.filter((value, i) => i % 5 === feature && value === 2).length;
      expect(Math.abs(kept - 4000 * p)).toBeLessThanOrEqual(5 * Math.sqrt(4000 * p * (1 - p)));
    }
    expect(sparse.data.every((value) => value === 0 || value === 2)).toBe(true);
    expect([...sparsifyData(data, [5], { keep, seed: 1 }).data]).toEqual([...sparse.data]);
    expect([...sparsifyData(data, [5], { keep, seed: 2 }).data]).not.toEqual([...sparse.data]);
    expect(data.every((value) => value === 2)).toBe(true);
    expect([...sparsifyData(data, [5], { keep: 0.5, rescale: true }).data].every((v) => v === 0 || v === 4)).toBe(true);
    expect(() => sparsifyData(data, [5], { keep: [1, 1] })).toThrow('expected 5 probabilities');
    expect(() => sparsifyData(data, [5], { keep: 1.5 })).toThrow(RangeError);
  });
});

describe('weights', () => {
  test('sparsify leaves zeros but no masks; masks that were there stay; a pipeline prunes what is zero', async () => {
    const model = classifier(adam({ learningRate: 0.01 }));
    prune(model, { amount: 0.25, layers: ['second'] });
    const masked = maskOf(parameterOf(model, 'second'));
    const report = sparsify(model, { rule: randomRule(0.5), seed: 3 });
    expect(parameterOf(model, 'first').mask).toBeUndefined();
    expect(maskOf(parameterOf(model, 'second'))).toEqual(masked);
    expect(sparsity(model).kept).toBe(report.kept);
    await model.fit(x, y, { epochs: 1 });
    expect(zeros(parameterOf(model, 'first').values.view)).toBe(0);
    sparsify(model, { rule: thresholdRule(0.3) });
    const { kept } = prune(model, { rule: nonzeroRule });
    await model.fit(x, y, { epochs: 2 });
    expect(sparsity(model).kept).toBe(kept);
    expect(() => sparsify(model, { amount: 2 })).toThrow(RangeError);
  });
});

describe('proximal steps against loops', () => {
  const values = drawer(6)(24);
  const step = (regularizer: Regularizer, rate: number) => {
    const model = networkOf(dense({ units: 4, name: 'd', inputShape: [6] }));
    const kernel = parameterOf(model, 'd');
    kernel.write({ data: values });
    const penalty = regularizer.value(kernel);
    regularizer.proximal?.(kernel, rate);
    return { penalty, after: kernel.read().data };
  };
  const close = (actual: ArrayLike<number>, expected: number[]) => {
    for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6);
  };

  test('elastic net', () => {
    const { after, penalty } = step(elasticNet({ l1: 0.4, l2: 0.3 }), 0.5);
    close(
      after,
      [...values].map((w) => (Math.sign(w) * Math.max(0, Math.abs(w) - 0.2)) / (1 + 2 * 0.5 * 0.3)),
    );
    expect(penalty).toBeCloseTo(
      [...values].reduce((sum, w) => sum + 0.4 * Math.abs(w) + 0.3 * w * w, 0),
      5,
    );
  });

  test.each([-1, 1, 0, -2])('group lasso along axis %i', (axis) => {
    const groups = axis === -1 || axis === 1 ? (i: number) => i % 4 : (i: number) => Math.floor(i / 4);
    const norm = (g: number) => Math.sqrt([...values].reduce((sum, w, i) => (groups(i) === g ? sum + w * w : sum), 0));
    const root = Math.sqrt(axis === -1 || axis === 1 ? 6 : 4);
    const { after, penalty } = step(groupLasso(0.7, { axis }), 0.8);
    close(
      after,
      [...values].map((w, i) => w * Math.max(0, 1 - (0.8 * 0.7 * root) / norm(groups(i)))),
    );
    const count = 24 / (root * root);
    expect(penalty).toBeCloseTo(
      0.7 * root * Array.from({ length: count }, (_, g) => norm(g)).reduce((a, b) => a + b, 0),
      4,
    );
  });

  test('their configurations come back; bad numbers do not', () => {
    for (const made of [elasticNet({ l1: 0.1, l2: 0.2 }), groupLasso(0.3, { axis: -2 })]) {
      expect(regularizerOf(JSON.parse(JSON.stringify(made.config())))?.config()).toEqual(made.config());
    }
    expect(regularizerOf('elasticNet')?.config()).toEqual({ name: 'elasticNet', l1: 0.01, l2: 0.01, proximal: true });
    expect(() => groupLasso(-1)).toThrow(RangeError);
    expect(() => groupLasso(1, { axis: 0.5 })).toThrow(RangeError);
    expect(() => step(groupLasso(1, { axis: 3 }), 1)).toThrow('kernel has 2 axes');
  });

  test('group lasso as a layer regularizer empties whole neurons', async () => {
    const model = sequential([
      dense({ units: 24, activation: 'relu', inputShape: [12], name: 'first', kernelRegularizer: groupLasso(0.01) }),
      dense({ units: 3, activation: 'softmax' }),
    ]);
    model.compile({
      optimizer: sgd({ learningRate: 0.2 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    await model.fit(x, y, { epochs: 60 });
    const kernel = parameterOf(model, 'first').read().data;
    const empty = Array.from({ length: 24 }, (_, o) => kernel.every((w, i) => i % 24 !== o || w === 0)).filter(Boolean);
    expect(empty.length).toBeGreaterThan(3);
    expect(zeros(kernel)).toBeLessThan(12 * empty.length + 12);
    expect(model.evaluate(x, y).accuracy).toBeGreaterThan(0.75);
  });
});

describe('adaptive pruning', () => {
  for (const by of ['global', 'sensitivity'] as const) {
    test(`by ${by}: as much as the accuracy bears, and no more`, async () => {
      const model = classifier(adam({ learningRate: 0.01 }));
      await model.fit(x, y, { epochs: 40 });
      const evaluate = () => model.evaluate(x, y, { batchSize: 240 }).accuracy;
      const before = evaluate();
      const report = adaptivePruning(model, { evaluate, tolerance: 0.02, by });
      expect(report.before).toBe(before);
      expect(report.after).toBe(evaluate());
      expect(report.after).toBeGreaterThanOrEqual(before - 0.02);
      expect(sparsity(model).kept).toBe(report.kept);
      expect(report.density).toBeLessThan(0.9);
      expect(Object.keys(report.amounts)).toEqual(['first', 'second', 'output']);
      prune(model, { amount: Math.min(0.99, 1 - report.density * 0.6) });
      expect(evaluate()).toBeLessThan(before - 0.02);
    });
  }

  test('bad input leaves the model as it was', () => {
    const model = classifier();
    const before = model.getWeights().map(({ data }) => [...data]);
    expect(() => adaptivePruning(model, { evaluate: () => 1, tolerance: -1 })).toThrow('tolerance');
    let calls = 0;
    const evaluate = () => (calls++ > 3 ? Number.NaN : 1);
    expect(() => adaptivePruning(model, { evaluate, tolerance: 0 })).toThrow('got NaN');
    expect(model.getWeights().map(({ data }) => [...data])).toEqual(before);
    expect(model.parameters.every(({ mask }) => mask === undefined)).toBe(true);
  });
});
