// What moves along when a network is shrunk: the optimizer and its moments, masks, the state of a pruning run.

import { describe, expect, test } from 'vitest';
import { dense } from '../src/layers/index.ts';
import { neurons, prune, shrink } from '../src/pruning/index.ts';
import { loadModel, type Model, sequential } from '../src/training/index.ts';
import { numbers } from './pruning-fixture.ts';
import { expectSame, removed, zero } from './shrink-fixture.ts';

describe('what moves along', () => {
  const x = numbers(64 * 6);
  const y = Float32Array.from({ length: 64 }, (_, i) => i % 3);
  const build = (optimizer: Parameters<Model['compile']>[0]['optimizer']) => {
    const large = sequential(
      [
        dense({ units: 12, activation: 'relu', name: 'a', inputShape: [6] }),
        dense({ units: 9, activation: 'tanh', name: 'b' }),
        dense({ units: 3, name: 'out' }),
      ],
      { seed: 4 },
    );
    large.compile({
      optimizer,
      loss: { name: 'sparseCategoricalCrossentropy', fromLogits: true },
      metrics: ['accuracy'],
    });
    return large;
  };

  test.each(['adam', 'rmsprop', { name: 'sgd', momentum: 0.9, learningRate: 0.05 }] as const)(
    'training goes on as it would: %j, units that nobody reads',
    async (optimizer) => {
      const large = build(optimizer);
      await large.fit(x, y, { epochs: 2 });
      zero(large, 'b', { inputs: [0, 3, 4, 11] });
      zero(large, 'out', { inputs: [1, 5] });
      large.optimizer.learningRate *= 0.5;
      const small = shrink(large);
      expect(removed(small).b).toEqual([
        [0, 3, 4, 11],
        [1, 5],
      ]);
      const [ours, theirs] = [small, large].map((each) => each.compiled.updater.state());
      expect([ours.step, ours.learningRate]).toEqual([4, theirs.learningRate]);
      for (const each of [small, large]) await each.fit(x, y, { epochs: 3, seed: 9 });
      expectSame(small, large);
      expect(small.evaluate(x, y).loss).toBeCloseTo(large.evaluate(x, y).loss, 5);
      expect(large.compiled.updater.step).toBe(10);
      const slots = small.compiled.updater.state().slots[2];
      const before = large.compiled.updater.state().slots[2];
      for (const [name, numbers] of Object.entries(slots)) {
        const kept = [0, 2, 3, 4, 6, 7, 8].flatMap((i) =>
          [1, 2, 5, 6, 7, 8, 9, 10].map((j) => before[name][i * 12 + j]),
        );
        expect(numbers.length).toBe(56);
        for (const [i, value] of kept.entries()) expect(numbers[i]).toBeCloseTo(value, 5);
      }
    },
  );

  test('masks: pruned weights of what is left stay zero in training', async () => {
    const large = build('adam');
    prune(large, { amount: 0.5 });
    prune(large, { structure: neurons, amount: { b: 0.7 } });
    const small = shrink(large);
    const zeros = small.parameters.map(({ values, mask }) => mask && values.view.map((value) => (value === 0 ? 1 : 0)));
    await small.fit(x, y, { epochs: 2 });
    for (const [i, { values, mask }] of small.parameters.entries()) {
      if (mask) expect(values.view.map((value) => (value === 0 ? 1 : 0))).toEqual(zeros[i]);
    }
    expect(zeros.filter((mask) => mask?.includes(1)).length).toBe(3);
  });

  test('through a file, and a model that was never compiled', async () => {
    const large = build('adam');
    await large.fit(x, y);
    zero(large, 'out', { inputs: [1] });
    const small = shrink(large);
    const read = await loadModel(small.toBytes());
    expect(read.predict(x).data).toEqual(small.predict(x).data);
    expect(read.compiled.updater.state()).toEqual(small.compiled.updater.state());
    const plain = sequential([dense({ units: 2, inputShape: [3] })]);
    expect(shrink(plain).isCompiled).toBe(false);
  });

  test('an optimizer that has not stepped yet', () => {
    const small = shrink(build('adam'));
    expect(small.compiled.updater.state()).toEqual({ step: 0, epochs: 0, learningRate: 0.001, slots: [] });
    small.optimizer.learningRate = 1;
    expect(build('adam').optimizer.learningRate).toBe(0.001);
  });
});
