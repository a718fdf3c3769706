// What a criterion may ask for and may answer; anything else is an error, and the model as it was.

import { expect, test } from 'vitest';
import { dense } from '../src/layers/index.ts';
import { criterion, magnitude, prune, taylor, wanda } from '../src/pruning/index.ts';
import { classifier, networkOf, parameterOf, task, zeros } from './pruning-fixture.ts';

test('an update of the wrong length or with NaN is an error, and the model as it was; targets are not looked at in vain', () => {
  const model = classifier();
  const { x, y } = task();
  const before = model.getWeights().map(({ data }) => [...data]);
  const updating = (update: (values: Float32Array) => ArrayLike<number>) =>
    criterion({
      score: magnitude,
      update: ({ values, layerName }) => (layerName === 'output' ? update(values) : values),
    });
  const wrong = (update: (values: Float32Array) => ArrayLike<number>, message: string) =>
    expect(() => prune(model, { criterion: updating(update), amount: 0.5 })).toThrow(message);
  wrong(() => [1], "output/kernel: the criterion's update() should return 48 numbers, it returned 1");
  wrong((values) => values.map(() => Number.NaN), 'NaN or infinite');
  expect(model.getWeights().map(({ data }) => [...data])).toEqual(before);
  expect(model.parameters.every(({ mask }) => mask === undefined)).toBe(true);
  prune(model, { criterion: wanda, amount: 0.5, data: { x, y } });
});

test('a criterion that needs data or a loss says so, and leaves the model as it was', () => {
  const model = classifier();
  const { x, y } = task();
  expect(() => prune(model, { criterion: taylor, amount: 0.5 })).toThrow(
    "needs 'gradients': expected samples as `data",
  );
  expect(() => prune(model, { criterion: taylor, amount: 0.5, data: { x } })).toThrow('expected data.y');
  expect(() => prune(model, { criterion: taylor, amount: 0.5, data: { x, y: y.slice(1) } })).toThrow(
    'expected 240 samples',
  );
  expect(() => prune(model, { criterion: taylor, amount: 0.5, data: { x, y, batchSize: 0 } })).toThrow('batchSize');
  expect(() => prune(networkOf(dense({ units: 2 })), { criterion: taylor, amount: 0.5, data: { x, y } })).toThrow(
    'compiled',
  );
  expect(() =>
    prune(model, { criterion: criterion({ needs: ['luck' as never], score: magnitude }), amount: 0.5 }),
  ).toThrow("'luck'");
  expect(zeros(parameterOf(model, 'first').values.view)).toBe(0);
});
