// Optimizers: PyTorch's trajectories (test/golden/training.py), Keras' details, clips that clip.

import { describe, expect, test } from 'vitest';
import { adam, type Optimizer, optimizerOf, rmsprop, sgd, Updater } from '../src/optimizers/index.ts';
import { drawer } from './golden-fixture.ts';
import { golden, makers, parameterOf, setGradient } from './optimizer-fixture.ts';

test.each(Object.keys(makers))('%s follows PyTorch for 25 steps', (name) => {
  const random = drawer(7);
  const [a, b] = [random(36), random(6)];
  const parameter = parameterOf(random(6));
  const updater = new Updater(makers[name](), [parameter]);
  const trajectory: number[][] = [];
  for (let step = 0; step < 25; step++) {
    setGradient(parameter, a, b);
    updater.update();
    if ([0, 1, 9, 24].includes(step)) trajectory.push(Array.from(parameter.values.view));
  }
  for (const [i, expected] of golden.optimizers[name].entries()) {
    for (const [j, w] of expected.entries()) expect(trajectory[i][j]).toBeCloseTo(w, name.includes('centered') ? 4 : 5);
  }
});

test("Keras' epsilon: inside the root for rmsprop, outside and uncorrected for adam", () => {
  const g = 1e-4;
  const once = (optimizer: Optimizer) => {
    const parameter = parameterOf([0]);
    parameter.gradient.view[0] = g;
    new Updater(optimizer, [parameter]).update();
    return parameter.values.view[0];
  };
  const velocity = 0.1 * g * g;
  expect(once(rmsprop({ epsilon: 1e-7 }))).toBeCloseTo((-0.001 * g) / Math.sqrt(velocity + 1e-7), 10);
  const alpha = (0.001 * Math.sqrt(1 - 0.999)) / (1 - 0.9);
  expect(once(adam())).toBeCloseTo((-alpha * 0.1 * g) / (Math.sqrt(0.001 * g * g) + 1e-7), 10);
});

test.each(Object.entries(makers))('%s finds the minimum of a convex function', (_, make) => {
  const target = [0.5, -1.25, 2, 0];
  const parameter = parameterOf([0, 0, 0, 1]);
  const optimizer = make();
  const updater = new Updater(Object.assign(optimizer, { weightDecay: 0 }), [parameter]);
  for (let step = 0; step < 3000; step++) {
    if (step % 500 === 499) optimizer.learningRate /= 4;
    parameter.gradient.view.set(target.map((t, i) => (i + 1) * (parameter.values.view[i] - t)));
    updater.update();
  }
  for (const [i, t] of target.entries()) expect(parameter.values.view[i]).toBeCloseTo(t, 3);
});

test('weight decay shrinks by learningRate·weightDecay before the step', () => {
  const parameter = parameterOf([2, -4]);
  parameter.gradient.view.set([1, 0]);
  new Updater(sgd({ learningRate: 0.1, weightDecay: 0.5 }), [parameter]).update();
  expect(parameter.values.view[0]).toBeCloseTo(2 * 0.95 - 0.1, 6);
  expect(parameter.values.view[1]).toBeCloseTo(-4 * 0.95, 6);
});

describe('clipping', () => {
  /** What sgd with rate 1 takes from two parameters of zeros. */
  function taken(options: object): number[][] {
    const parameters = [parameterOf([0, 0]), parameterOf([0, 0])];
    parameters[0].gradient.view.set([3, -4]);
    parameters[1].gradient.view.set([0.3, 12]);
    new Updater(sgd({ learningRate: 1, ...options }), parameters).update();
    return parameters.map(({ values }) => Array.from(values.view, (v) => -v));
  }
  const close = (got: number[][], expected: number[][]) =>
    expect(got.flat().map((v, i) => Math.abs(v - expected.flat()[i]))).toSatisfy(
      (d: number[]) => Math.max(...d) < 1e-6,
    );

  test('none', () =>
    close(taken({}), [
      [3, -4],
      [0.3, 12],
    ]));
  test('clipvalue cuts each number', () =>
    close(taken({ clipvalue: 1 }), [
      [1, -1],
      [0.3, 1],
    ]));
  test('clipnorm shortens each parameter', () => {
    const norm = Math.hypot(0.3, 12);
    close(taken({ clipnorm: 1 }), [
      [0.6, -0.8],
      [0.3 / norm, 12 / norm],
    ]);
    close(taken({ clipnorm: 100 }), [
      [3, -4],
      [0.3, 12],
    ]);
  });
  test('globalClipnorm shortens all together', () => {
    const norm = Math.hypot(3, 4, 0.3, 12);
    close(taken({ globalClipnorm: 1 }), [
      [3 / norm, -4 / norm],
      [0.3 / norm, 12 / norm],
    ]);
  });
  test('only one at a time', () => {
    expect(() => sgd({ clipnorm: 1, clipvalue: 1 })).toThrow('sgd: expected at most one of clipnorm,');
  });
});

test('a configuration makes the optimizer again', () => {
  for (const make of Object.values(makers)) {
    const config = make().config?.();
    expect(config && optimizerOf(JSON.parse(JSON.stringify(config))).config?.()).toEqual(config);
  }
});

test('bad settings are refused', () => {
  expect(() => optimizerOf('adagrad' as 'adam')).toThrow("Unknown optimizer 'adagrad': expected one of sgd, rmsprop,");
  expect(() => adam({ learningRate: NaN })).toThrow(
    'adam: expected learningRate to be a finite number from 0, got NaN',
  );
  expect(() => adam({ beta1: 1 })).toThrow('adam: expected beta1 to be a number in [0, 1), got 1');
  const updater = new Updater(sgd(), [parameterOf([1])]);
  updater.optimizer.learningRate = Number.POSITIVE_INFINITY;
  expect(() => updater.update()).toThrow('sgd: expected learningRate to be a finite number from 0, got Infinity');
});
