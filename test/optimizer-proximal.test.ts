// The proximal step after an update: exact zeros, where the plain penalty has none.

import { expect, test } from 'vitest';
import { adam, sgd, Updater } from '../src/optimizers/index.ts';
import { l1, proximalL1 } from '../src/regularizers/index.ts';
import { parameterOf } from './optimizer-fixture.ts';

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
