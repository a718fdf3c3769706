// Optimizers against PyTorch's trajectories (test/golden/training.py), and the updater's laws: masks hold, clips clip, state resumes.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import { adam, customOptimizer, type Optimizer, optimizerOf, rmsprop, sgd, Updater } from '../src/optimizers/index.ts';
import { l1, proximalL1 } from '../src/regularizers/index.ts';
import { Parameter } from '../src/tensor/index.ts';
import { drawer } from './golden-fixture.ts';

const golden: { optimizers: Record<string, number[][]>; averages: number[][] } = JSON.parse(
  readFileSync(new URL('golden/training.json', import.meta.url), 'utf8'),
);

const parameterOf = (data: ArrayLike<number>, options = {}) => {
  const parameter = new Parameter({ name: 'w', shape: [data.length], ...options });
  parameter.values.view.set(data);
  return parameter;
};

/** Sets the gradient of ½|A·w − b|² + Σw⁴/4, in f64. */
function setGradient(parameter: Parameter, a: Float32Array, b: Float32Array): void {
  const w = Array.from(parameter.values.view);
  const n = w.length;
  const residual = Array.from(b, (bi, i) => w.reduce((sum, wj, j) => sum + a[i * n + j] * wj, -bi));
  const gradient = w.map((wj, j) => residual.reduce((sum, r, i) => sum + a[i * n + j] * r, wj ** 3));
  parameter.gradient.view.set(gradient);
}

const epsilon = 1e-12;
const makers: Record<string, () => Optimizer> = {
  sgd: () => sgd({ learningRate: 0.05 }),
  'sgd momentum': () => sgd({ learningRate: 0.05, momentum: 0.9 }),
  'sgd nesterov': () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  rmsprop: () => rmsprop({ learningRate: 0.01, epsilon }),
  'rmsprop momentum': () => rmsprop({ learningRate: 0.01, epsilon, momentum: 0.8 }),
  'rmsprop centered': () => rmsprop({ learningRate: 0.01, epsilon, centered: true }),
  adam: () => adam({ learningRate: 0.02, epsilon }),
  'adam decay': () => adam({ learningRate: 0.02, epsilon, weightDecay: 0.1 }),
};

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

describe('useEma', () => {
  const ema = { useEma: true, emaMomentum: 0.9 };
  const trained = (options: object, steps: number, observe?: (updater: Updater, step: number) => void) => {
    const random = drawer(7);
    const [a, b] = [random(36), random(6)];
    const parameter = parameterOf(random(6));
    const updater = new Updater(sgd({ learningRate: 0.05, momentum: 0.9, ...options }), [parameter]);
    for (let step = 0; step < steps; step++) {
      setGradient(parameter, a, b);
      updater.update();
      observe?.(updater, step);
    }
    return { parameter, updater };
  };

  test("follows PyTorch's average, leaves the weights alone, and takes their place when finalized", () => {
    const trajectory: Float32Array[] = [];
    const { parameter, updater } = trained(ema, 25, (updater, step) => {
      if ([0, 1, 9, 24].includes(step)) trajectory.push(updater.state().slots[0].movingAverage);
    });
    for (const [i, expected] of golden.averages.entries()) {
      for (const [j, w] of expected.entries()) expect(trajectory[i][j]).toBeCloseTo(w, 5);
    }
    expect(parameter.values.view).toEqual(trained({}, 25).parameter.values.view);
    updater.finalize();
    expect(parameter.values.view).toEqual(trajectory[3]);
  });

  test('overwrites the weights after every so many updates', () => {
    trained({ ...ema, emaOverwriteFrequency: 4 }, 9, (updater, step) => {
      const isEqual = updater.parameters[0].values.view.every(
        (w, i) => w === updater.state().slots[0].movingAverage[i],
      );
      expect(isEqual).toBe(step === 0 || step % 4 === 3);
    });
  });

  test('a mask set after the last update holds in what is finalized', () => {
    const { parameter, updater } = trained(ema, 5);
    parameter.setMask([1, 0, 1, 0, 1, 1]);
    updater.finalize();
    expect([...parameter.values.view].map((w) => w !== 0)).toEqual([true, false, true, false, true, true]);
  });

  test('changes nothing before the first update, and refuses bad settings', () => {
    const parameter = parameterOf([1, 2]);
    new Updater(sgd(ema), [parameter]).finalize();
    expect([...parameter.values.view]).toEqual([1, 2]);
    expect(() => adam({ emaMomentum: 1.1 })).toThrow('adam: expected emaMomentum to lie in [0, 1], got 1.1.');
    expect(() => sgd({ emaOverwriteFrequency: 0 })).toThrow(
      'expected emaOverwriteFrequency to be a whole number from 1',
    );
    const slots = ['movingAverage'];
    expect(() => customOptimizer({ name: 'mine', slots, update() {}, useEma: true })).toThrow(
      'mine: expected slots of',
    );
    const config = adam({ ...ema, emaOverwriteFrequency: 7 }).config?.();
    expect(config).toMatchObject({ ...ema, emaOverwriteFrequency: 7 });
  });
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

const mean = () =>
  customOptimizer({
    name: 'mean',
    slots: ['sum'],
    update({ values, gradient, slots: { sum }, learningRate }) {
      for (let i = 0; i < values.length; i++) {
        sum[i] = 0.5 * sum[i] + gradient[i] + 0.01;
        values[i] -= learningRate * sum[i] + 0.01;
      }
    },
  });

const averaging = {
  'adam, averaged': () => adam({ learningRate: 0.02, useEma: true, emaMomentum: 0.8 }),
  'sgd, averaged now and then': () =>
    sgd({ learningRate: 0.02, momentum: 0.9, useEma: true, emaOverwriteFrequency: 2 }),
};

describe.each(Object.entries({ ...makers, ...averaging, custom: mean }))('a mask under %s', (_, make) => {
  const mask = [1, 0, 1, 0, 0, 1, 1];
  const random = drawer(5);

  test('keeps pruned weights and their moments zero', () => {
    const parameter = parameterOf(random(7));
    const updater = new Updater(make(), [parameter]);
    const step = () => {
      parameter.gradient.view.set(random(7));
      updater.update();
    };
    for (let i = 0; i < 5; i++) step();
    parameter.setMask(mask);
    for (let i = 0; i < 5; i++) step();
    for (const values of [parameter.values.view, ...Object.values(updater.state().slots[0])]) {
      for (const [i, keep] of mask.entries()) expect(values[i] !== 0).toBe(keep === 1);
    }
  });

  test('lets a weight that comes back start from zero moments', () => {
    const [start, gradients] = [random(7), Array.from({ length: 8 }, () => random(7))];
    const parameter = parameterOf(start);
    const updater = new Updater(make(), [parameter]);
    for (const [i, gradient] of gradients.entries()) {
      if (i === 4) parameter.setMask(mask);
      if (i === 7) parameter.setMask(undefined);
      if (i === 7) for (const slot of Object.values(updater.state().slots[0])) expect(slot[1]).toBe(0);
      parameter.gradient.view.set(gradient);
      updater.update();
    }
    expect(parameter.values.view[1]).not.toBe(0);
  });
});

test('a mask zeroes moments also in rows of a table that no step touches', () => {
  const table = new Parameter({ name: 'table', shape: [4, 2], sparseGradient: true });
  const updater = new Updater(adam(), [table]);
  const step = (rows: readonly number[]) => {
    updater.zeroGradients();
    table.gradient.view.fill(1);
    for (const row of rows) table.touchedRows?.add(row);
    updater.update();
  };
  step([0, 1, 2, 3]);
  table.setMask([1, 1, 1, 1, 0, 1, 1, 1]);
  step([0]);
  for (const slot of Object.values(updater.state().slots[0])) {
    expect([...slot].map((moment) => moment !== 0)).toEqual([true, true, true, true, false, true, true, true]);
  }
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

test('weight decay shrinks by learningRate·weightDecay before the step', () => {
  const parameter = parameterOf([2, -4]);
  parameter.gradient.view.set([1, 0]);
  new Updater(sgd({ learningRate: 0.1, weightDecay: 0.5 }), [parameter]).update();
  expect(parameter.values.view[0]).toBeCloseTo(2 * 0.95 - 0.1, 6);
  expect(parameter.values.view[1]).toBeCloseTo(-4 * 0.95, 6);
});

describe.each(Object.entries({ ...makers, ...averaging, custom: mean }))('the state of %s', (_, make) => {
  test('exported and imported goes on bit for bit', () => {
    const random = drawer(9);
    const [a, b, start] = [random(36), random(6), random(6)];
    const whole = parameterOf(start);
    const first = new Updater(make(), [whole]);
    const step = (parameter: Parameter, updater: Updater) => {
      setGradient(parameter, a, b);
      updater.update();
    };
    for (let i = 0; i < 1030; i++) step(whole, first);
    const resumed = parameterOf(whole.values.view);
    const second = new Updater(make(), [resumed]);
    second.restore(structuredClone(first.state()));
    expect(second.step).toBe(1030);
    for (let i = 0; i < 10; i++) {
      step(whole, first);
      step(resumed, second);
    }
    expect(resumed.values.view).toEqual(whole.values.view);
  });
});

test('a state of another optimizer is refused and changes nothing', () => {
  const updater = new Updater(adam(), [parameterOf([1])]);
  const state = new Updater(sgd({ momentum: 0.5 }), [parameterOf([1])]);
  state.update();
  expect(() => updater.restore(state.state())).toThrow("expected 1 numbers in slot 'velocity' of w, got none");
  expect(updater.step).toBe(0);
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

/** argmin ½|w − a|² + λ|w|₁ is a, shrunk by λ. (Parikh and Boyd 2014) */
test('the proximal step finds the lasso solution with its exact zeros; the plain penalty finds no zeros', () => {
  const a = [1, -0.5, 0.05, -0.09, 0.3, 0.001];
  const lambda = 0.1;
  const solve = (regularizer: object) => {
    const parameter = parameterOf(
      a.map((v) => -2 * v),
      { regularizer },
    );
    const updater = new Updater(sgd({ learningRate: 0.1 }), [parameter]);
    for (let step = 0; step < 500; step++) {
      parameter.gradient.view.set(a.map((v, i) => parameter.values.view[i] - v));
      updater.update();
    }
    return Array.from(parameter.values.view);
  };
  const shrunk = a.map((v) => Math.sign(v) * Math.max(Math.abs(v) - lambda, 0));
  for (const regularizer of [proximalL1(lambda), l1(lambda, { proximal: true })]) {
    const w = solve(regularizer);
    for (const [i, v] of shrunk.entries()) expect(w[i]).toBeCloseTo(v, 5);
    expect(w.map((v) => v === 0)).toEqual(shrunk.map((v) => v === 0));
  }
  const plain = solve(l1(lambda));
  expect(plain.every((v) => v !== 0)).toBe(true);
  expect(Math.abs(plain[0] - 0.9)).toBeLessThan(1e-5);
});

test('under adam too the proximal step takes learningRate·λ after the update', () => {
  const [start, g] = [0.5, 0.3];
  const plain = parameterOf([start]);
  const proximal = parameterOf([start], { regularizer: proximalL1(0.2) });
  for (const parameter of [plain, proximal]) {
    parameter.gradient.view[0] = g;
    new Updater(adam({ learningRate: 0.01 }), [parameter]).update();
  }
  expect(proximal.values.view[0]).toBeCloseTo(plain.values.view[0] - 0.01 * 0.2, 6);
});

test('a configuration makes the optimizer again', () => {
  for (const make of Object.values(makers)) {
    const config = make().config?.();
    expect(config && optimizerOf(JSON.parse(JSON.stringify(config))).config?.()).toEqual(config);
  }
});

test('bad settings are refused', () => {
  expect(() => optimizerOf('adagrad' as 'adam')).toThrow("Unknown optimizer 'adagrad': expected one of sgd, rmsprop,");
  expect(() => adam({ learningRate: NaN })).toThrow('adam: expected learningRate to be a number from 0, got NaN');
  expect(() => adam({ beta1: 1 })).toThrow('adam: expected beta1 to lie in [0, 1), got 1');
  const updater = new Updater(sgd(), [parameterOf([1])]);
  updater.optimizer.learningRate = Number.POSITIVE_INFINITY;
  expect(() => updater.update()).toThrow('sgd: expected learningRate to be a number from 0, got Infinity');
});

test('moments are given back', () => {
  const parameter = parameterOf(new Float32Array(1000));
  parameter.gradient.view.fill(1);
  const before = memoryUsage().live;
  const updater = new Updater(adam(), [parameter]);
  updater.update();
  expect(memoryUsage().live).toBeGreaterThan(before);
  updater.dispose();
  expect(memoryUsage().live).toBe(before);
});
