// Training to the bit: by the same seed, after a file, in a clone.

import { describe, expect, test } from 'vitest';
import { batchNormalization, dropout } from '../src/layers/index.ts';
import { customLoss } from '../src/losses/index.ts';
import { adam, customOptimizer, rmsprop, sgd } from '../src/optimizers/index.ts';
import { prune } from '../src/pruning/index.ts';
import { cloneModel, type FitOptions, loadModel } from '../src/training/index.ts';
import { bits, classifier, points } from './training-fixture.ts';

test('the same seed gives the same bits, another seed others', async () => {
  const { x, y } = points(150);
  const train = async (options: FitOptions, modelSeed = 4) => {
    const made = classifier(modelSeed, [dropout({ rate: 0.3 })]);
    await made.fit(x, y, { epochs: 3, ...options });
    return bits(made);
  };
  const first = await train({});
  expect(await train({})).toEqual(first);
  expect(await train({ seed: 4 })).toEqual(first);
  expect(await train({ seed: 5 })).not.toEqual(first);
  expect(await train({ shuffle: false })).not.toEqual(first);
});

describe.each(Object.entries({ adam, rmsprop: () => rmsprop({ momentum: 0.5 }), sgd: () => sgd({ momentum: 0.9 }) }))(
  'resumed with %s',
  (_, optimizer) => {
    test('training goes on bit for bit: dropout, statistics, masks, moments, order', async () => {
      const { x, y } = points(90);
      const make = () => {
        const made = classifier(2, [batchNormalization(), dropout({ rate: 0.2 })]);
        made.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
        return made;
      };
      const whole = make();
      await whole.fit(x, y, { epochs: 2 });
      prune(whole, { amount: 0.5 });
      const { history } = await whole.fit(x, y, { epochs: 5, initialEpoch: 2 });

      const half = make();
      await half.fit(x, y, { epochs: 2 });
      prune(half, { amount: 0.5 });
      await half.fit(x, y, { epochs: 3, initialEpoch: 2 });
      const resumed = await loadModel(half.toBytes());
      const rest = await resumed.fit(x, y, { epochs: 5, initialEpoch: 3 });
      expect(bits(resumed)).toEqual(bits(whole));
      expect(rest.history.loss).toEqual(history.loss.slice(1));
      expect(resumed.parameters[0].mask?.view).toEqual(whole.parameters[0].mask?.view);
    });

    test('three calls of one epoch are one call of three, through a file too; compile() begins anew', async () => {
      const { x, y } = points(90);
      const make = () => {
        const made = classifier(2, [dropout({ rate: 0.2 })]);
        made.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy' });
        return made;
      };
      const whole = make();
      await whole.fit(x, y, { epochs: 3 });
      const parts = make();
      await parts.fit(x, y, { epochs: 1 });
      await parts.fit(x, y, { epochs: 1 });
      const resumed = await loadModel(parts.toBytes());
      for (const each of [parts, resumed]) {
        await each.fit(x, y, { epochs: 1 });
        expect(bits(each)).toEqual(bits(whole));
      }
      const weights = make().getWeights();
      parts.setWeights(weights);
      parts.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy' });
      await parts.fit(x, y, { epochs: 3 });
      expect(bits(parts)).toEqual(bits(whole));
    });
  },
);

test('a model of custom parts comes back uncompiled, or goes on with them given anew', async () => {
  const { x, y } = points(40);
  const settings = () => ({
    optimizer: customOptimizer({
      name: 'heavy',
      slots: ['v'],
      update({ values, gradient, slots: { v }, learningRate }) {
        for (let i = 0; i < v.length; i++) {
          v[i] = 0.5 * v[i] + gradient[i];
          values[i] -= learningRate * v[i];
        }
      },
    }),
    loss: customLoss({
      name: 'nll',
      value: ([label], p) => -Math.log(p[label]),
      gradient: ([label], p) => p.map((v, c) => (c === label ? -1 / v : 0)),
      targetShape: () => [1],
    }),
  });
  const made = classifier();
  made.compile(settings());
  await made.fit(x, y, { epochs: 2 });
  const bytes = made.toBytes();
  const plain = await loadModel(bytes);
  expect(plain.isCompiled).toBe(false);
  await expect(plain.fit(x, y)).rejects.toThrow('sequential: not compiled: call compile({ optimizer, loss, metrics })');
  const resumed = await loadModel(bytes, { compile: settings() });
  await resumed.fit(x, y, { epochs: 4, initialEpoch: 2 });
  await made.fit(x, y, { epochs: 4, initialEpoch: 2 });
  expect(bits(resumed)).toEqual(bits(made));
  const fresh = await loadModel(bytes, { compile: { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' } });
  expect(fresh.compiled.updater.step).toBe(0);
});

test('without the optimizer a file is smaller and still compiled', async () => {
  const { x, y } = points(40);
  const made = classifier();
  await made.fit(x, y);
  const small = made.toBytes({ includeOptimizer: false });
  expect(small.length).toBeLessThan(0.75 * made.toBytes().length);
  expect((await loadModel(small)).evaluate(x, y)).toEqual(made.evaluate(x, y));
});

test('a clone has weights and masks of its own', async () => {
  const { x, y } = points(40);
  const made = classifier();
  prune(made, { amount: 0.4 });
  const clone = cloneModel(made);
  expect(bits(clone)).toEqual(bits(made));
  expect(clone.isCompiled).toBe(false);
  await made.fit(x, y);
  expect(bits(clone)).not.toEqual(bits(made));
  expect(clone.parameters[0].mask?.view).toEqual(made.parameters[0].mask?.view);
});
