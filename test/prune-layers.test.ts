// Whole layers pruned: the ones whose lack costs least, found by hand and by measure; what moves along; graphs of every kind.

import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import { add, conv2d, dense, flatten, input } from '../src/layers/index.ts';
import { adam } from '../src/optimizers/index.ts';
import { global, prune, pruneLayers, shrink, wholeLayers } from '../src/pruning/index.ts';
import { loadModel, type Model, model, sequential } from '../src/training/index.ts';
import { parameterOf, task } from './pruning-fixture.ts';

const { x, y } = task();
const held = task(240, 9);
const accuracy = (each: Model) => each.evaluate(held.x, held.y).accuracy;
const names = (each: Model) => each.layers.map(({ name }) => name);

/** Minus the largest difference to what `reference` says of a few samples. */
const likeness = (reference: Model, samples: Float32Array) => {
  const { data } = reference.predict(samples);
  return (each: Model) =>
    -each.predict(samples).data.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i])), 0);
};
const samples = (length: number) => Float32Array.from({ length }, (_, i) => Math.cos(i * i + 0.5));

/** A dense layer that is nearly the identity: off by `error`. */
function nearly(each: Model, name: string, error: number): void {
  const kernel = parameterOf(each, name);
  const [n] = kernel.shape;
  const at = (i: number) => (Math.floor(i / n) === i % n ? 1 : 0);
  kernel.write({ data: Float32Array.from({ length: n * n }, (_, i) => at(i) + error * Math.cos(7 * i)) });
}

function chain(): Model {
  const made = sequential([
    dense({ units: 6, name: 'in', inputShape: [4] }),
    ...['a', 'b', 'c'].map((name) => dense({ units: 6, name })),
    dense({ units: 6, name: 'out' }),
  ]);
  nearly(made, 'a', 0.02);
  nearly(made, 'b', 0.001);
  nearly(made, 'c', 0.3);
  return made;
}

describe('same-shape layers', () => {
  test('go in the order of what they cost, never an output', async () => {
    const large = chain();
    const evaluate = likeness(large, samples(40));
    const bytes = large.toBytes();
    const { model, before, after, removed } = await pruneLayers(large, { evaluate, count: 9 });
    expect(removed.map(({ layers }) => layers)).toEqual([['b'], ['a'], ['c']]);
    expect(names(model)).toEqual(['in', 'out']);
    expect(before === 0 && removed.every(({ value }, i) => value < (removed[i - 1]?.value ?? 0))).toBe(true);
    expect(after).toBe(evaluate(model));
    expect(large.toBytes()).toEqual(bytes);
  });

  test('only as far as the tolerance bears; without a gain the model given comes back', async () => {
    const large = chain();
    const evaluate = likeness(large, samples(40));
    const { removed } = await pruneLayers(large, { evaluate, count: 3 });
    const between = -(removed[0].value + removed[1].value) / 2;
    const some = await pruneLayers(large, { evaluate, tolerance: between });
    expect(names(some.model)).toEqual(['in', 'a', 'c', 'out']);
    const none = await pruneLayers(large, { evaluate, tolerance: 0 });
    expect([none.model === large, none.removed]).toEqual([true, []]);
  });

  test('`layers` and `skip` say which', async () => {
    const large = chain();
    const evaluate = likeness(large, samples(40));
    const left = await pruneLayers(large, { evaluate, count: 9, layers: ['a', 'b'], skip: ['b'] });
    expect(names(left.model)).toEqual(['in', 'b', 'c', 'out']);
  });

  test('images, shared layers and models within', async () => {
    const block = sequential(
      [conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'conv', inputShape: [5, 5, 3] })],
      {
        name: 'block',
      },
    );
    const twice = conv2d({ filters: 3, kernelSize: 1, name: 'twice' });
    const x = input({ shape: [5, 5, 3] });
    const outputs = dense({ units: 2, name: 'out' }).apply(flatten().apply(twice.apply(block.apply(twice.apply(x)))));
    const large = model({ inputs: x, outputs });
    const small = await pruneLayers(large, { evaluate: () => 0, count: 9 });
    expect(small.removed.map(({ layers }) => layers)).toEqual([['twice'], ['block/conv']]);
    expect(names(small.model)).toEqual(['flatten', 'out']);
    large.getLayer('out').parameters.forEach(({ values }, i) => {
      expect(small.model.getLayer('out').parameters[i].values.view).toEqual(values.view);
    });
  });
});

describe('branches of residual sums', () => {
  const residual = () => {
    const x = input({ shape: [6, 6, 2] });
    let tensor = conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'stem' }).apply(x);
    for (const block of ['one', 'two']) {
      const inner = conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu', name: `${block}_in` });
      const back = conv2d({ filters: 4, kernelSize: 1, name: `${block}_back` });
      tensor = add({ name: `${block}_sum` }).apply([tensor, back.apply(inner.apply(tensor))]);
    }
    return model({ inputs: x, outputs: dense({ units: 2, name: 'out' }).apply(flatten().apply(tensor)) });
  };

  test('the branch that adds least goes whole, and the sum with it', async () => {
    const large = residual();
    for (const name of ['one_back', 'two_back']) {
      const { values } = parameterOf(large, name);
      values.view.set(values.view.map((w) => w * (name === 'two_back' ? 0.01 : 1)));
    }
    const evaluate = likeness(large, samples(72 * 3));
    const { model: small, removed } = await pruneLayers(large, { evaluate, count: 1 });
    expect(removed[0].layers).toEqual(['two_in', 'two_back']);
    expect(names(small)).toEqual(['stem', 'one_in', 'one_back', 'one_sum', 'flatten', 'out']);
    const branch = parameterOf(large, 'two_back');
    branch.setMask(new Float32Array(branch.length));
    const masked = large.predict(samples(72 * 3)).data;
    expect(small.predict(samples(72 * 3)).data).toEqual(masked);
  });

  test('as a structure: the lowest mean |w| of all goes, and shrink takes its branch', () => {
    const large = residual();
    const { values } = parameterOf(large, 'two_back');
    values.view.set(values.view.map((w) => w / 1000));
    prune(large, { structure: wholeLayers, scope: global, amount: { count: 12 }, allowEmpty: true });
    expect(names(shrink(large))).toEqual(['stem', 'one_in', 'one_back', 'one_sum', 'flatten', 'out']);
  });
});

describe('in training', () => {
  const deep = async () => {
    const made = sequential(
      [
        dense({ units: 16, activation: 'relu', name: 'in', inputShape: [12] }),
        ...['a', 'b'].map((name) => dense({ units: 16, activation: 'relu', name })),
        dense({ units: 3, activation: 'softmax', name: 'out' }),
      ],
      { seed: 4 },
    );
    made.compile({
      optimizer: adam({ learningRate: 0.01 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    await made.fit(x, y, { epochs: 10 });
    return made;
  };

  test('masks, settings and moments move along, and training gets back what was lost', async () => {
    const large = await deep();
    prune(large, { amount: 0.5 });
    const {
      model: small,
      before,
      removed,
      after,
    } = await pruneLayers(large, {
      evaluate: accuracy,
      count: 1,
      train(each) {
        const [kernel] = each.getLayer('in').parameters;
        expect(kernel.mask?.view).toEqual(large.getLayer('in').parameters[0].mask?.view);
        expect(each.compiled.updater.step).toBe(large.compiled.updater.step);
        expect(each.compiled.updater.state().slots[0]).toEqual(large.compiled.updater.state().slots[0]);
        return each.fit(x, y, { epochs: 10 });
      },
    });
    expect(removed.length).toBe(1);
    expect(after).toBeGreaterThan(before - 0.05);
    expect(after).toBe(accuracy(small));
    expect(accuracy(await loadModel(small.toBytes()))).toBe(after);
  });

  test('what is tried is given back', async () => {
    const large = await deep();
    await pruneLayers(large, { evaluate: accuracy, count: 1 }).then(({ model }) => model.dispose());
    const before = memoryUsage().live;
    const { model: small } = await pruneLayers(large, { evaluate: accuracy, count: 2 });
    small.dispose();
    await expect(
      pruneLayers(large, {
        evaluate(each) {
          if (each !== large) throw new Error('no figure');
          return 1;
        },
        count: 1,
      }),
    ).rejects.toThrow('no figure');
    expect(memoryUsage().live).toBe(before);
  });

  test.each([
    [{}, 'expected a count of layers, or a tolerance, got neither'],
    [{ count: 0 }, 'expected count to be a whole number from 1 or Infinity, got 0'],
    [{ tolerance: -1 }, 'expected tolerance to be a number from 0, got -1'],
    [{ count: 1, skip: ['z'] }, "there is no layer 'z'"],
    [{ count: 1, evaluate: () => NaN }, 'expected evaluate() to give a number, got NaN'],
  ])('bad input: %j', async (options, message) => {
    await expect(pruneLayers(chain(), { evaluate: () => 1, ...options })).rejects.toThrow(message);
  });
});
