// shrink by hand: which indices go in small networks whose answer is known, what moves along, and what is refused.

import { describe, expect, test } from 'vitest';
import { shrunk } from '../examples/shrink.ts';
import { decodeModel } from '../src/format/index.ts';
import { compress } from '../src/inference/index.ts';
import {
  activation,
  add,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  flatten,
  input,
  Layer,
  maxPooling2d,
  reshape,
  squeezeExcitation,
} from '../src/layers/index.ts';
import { readMemos, registerLayer } from '../src/model/index.ts';
import { filters, neurons, prune, shrink, shrinkReport, shrinkTable } from '../src/pruning/index.ts';
import type { Shape, Tensor } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { cloneModel, loadModel, type Model, model, sequential } from '../src/training/index.ts';
import { parameterOf } from './pruning-fixture.ts';

/** Sets a kernel's weights where output or input channels are named to 0, and a mask over them; biases to `bias`. */
function zero(network: Model, layer: string, { outputs = [] as number[], inputs = [] as number[], bias = 0 }): void {
  const kernel = parameterOf(network, layer);
  const [k, m] = kernel.shape.slice(-2);
  const mask = Float32Array.from({ length: kernel.length }, (_, at) =>
    outputs.includes(at % m) || inputs.includes(Math.floor(at / m) % k) ? 0 : 1,
  );
  kernel.setMask(kernel.toStorage(mask));
  const values = parameterOf(network, layer, 'bias').values.view;
  for (const i of outputs) values[i] = bias;
}

const removed = (small: Model) =>
  Object.fromEntries(
    shrinkReport(small).layers.map(({ layer, inputs, outputs }) => [layer, [inputs.removed, outputs.removed]]),
  );

const numbers = (length: number, seed = 1): Float32Array => {
  const random = new Random(seed, 'numbers');
  return Float32Array.from({ length }, () => random.uniform(-1, 1));
};

function expectSame(small: Model, large: Model): void {
  const x = numbers(4 * large.inputs[0].shape.reduce((product, axis) => product * axis, 1));
  const [ours, theirs] = [small.predict(x).data, large.predict(x).data];
  const largest = Math.max(...theirs.map(Math.abs));
  for (const [i, value] of theirs.entries()) expect(Math.abs(value - ours[i])).toBeLessThanOrEqual(1e-5 * largest);
}

describe('the indices removed', () => {
  test('dense: no way in with a bias, no way out, and a chain of both', () => {
    const large = sequential([
      dense({ units: 5, activation: 'tanh', name: 'a', inputShape: [4] }),
      dense({ units: 4, activation: 'relu', name: 'b' }),
      dense({ units: 2, name: 'c' }),
    ]);
    zero(large, 'a', { outputs: [1], bias: 0.7 });
    zero(large, 'c', { inputs: [0, 3] });
    const b = parameterOf(large, 'b');
    b.write({ data: b.read().data.map((value, at) => (Math.floor(at / 4) === 4 && at % 4 !== 0 ? 0 : value)) });
    const small = shrink(large);
    expect(removed(small)).toEqual({
      a: [[], [1, 4]],
      b: [
        [1, 4],
        [0, 3],
      ],
      c: [[0, 3], []],
    });
    expectSame(small, large);
    expect(small.predict(numbers(8)).data).not.toEqual(new Float32Array(4));
  });

  test('convolution: filters through batch norm and pooling into the features of flatten, channel by channel', () => {
    const large = sequential([
      conv2d({ filters: 4, kernelSize: 3, name: 'conv', inputShape: [6, 6, 2] }),
      batchNormalization({ name: 'norm' }),
      activation({ activation: 'relu' }),
      maxPooling2d(),
      flatten(),
      dense({ units: 3, name: 'out' }),
    ]);
    parameterOf(large, 'norm', 'movingMean').write({ data: [0.5, -0.5, 0.25, -0.25] });
    zero(large, 'conv', { outputs: [1, 2] });
    const small = shrink(large);
    expect(removed(small)).toEqual({
      conv: [[], [1, 2]],
      norm: [
        [1, 2],
        [1, 2],
      ],
      out: [[4, 5, 6, 7, 8, 9, 10, 11], []],
    });
    expectSame(small, large);
  });

  test('a constant before a border of zeros stays; behind a valid border it goes', () => {
    const of = (padding: 'same' | 'valid') => {
      const large = sequential([
        conv2d({ filters: 3, kernelSize: 1, name: 'a', inputShape: [5, 5, 1] }),
        conv2d({ filters: 2, kernelSize: 3, padding, name: 'b' }),
      ]);
      zero(large, 'a', { outputs: [2], bias: 0.5 });
      const small = shrink(large);
      expectSame(small, large);
      return removed(small).a[1];
    };
    expect(of('same')).toEqual([]);
    expect(of('valid')).toEqual([2]);
  });

  test('a residual sum keeps a channel while one of its operands needs it', () => {
    const build = () => {
      const x = input({ shape: [3] });
      const trunk = dense({ units: 4, name: 'trunk' }).apply(x);
      const branch = dense({ units: 4, name: 'branch', activation: 'relu' }).apply(trunk);
      return model({ inputs: x, outputs: dense({ units: 2, name: 'out' }).apply(add().apply([trunk, branch])) });
    };
    const one = build();
    zero(one, 'branch', { outputs: [2] });
    zero(one, 'out', { inputs: [0] });
    expect(removed(shrink(one))).toEqual({ trunk: [[], []], branch: [[], []], out: [[], []] });
    const both = build();
    zero(both, 'branch', { outputs: [2], inputs: [0] });
    zero(both, 'out', { inputs: [0] });
    const small = shrink(both);
    expect(removed(small)).toEqual({ trunk: [[], [0]], branch: [[0], [0]], out: [[0], []] });
    expectSame(small, both);
  });

  test('a residual branch of zeros goes whole, and the sum with it', () => {
    const x = input({ shape: [5, 5, 3] });
    const inside = conv2d({ filters: 6, kernelSize: 3, padding: 'same', name: 'in' }).apply(x);
    const branch = conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'back' }).apply(inside);
    const sum = add({ name: 'sum' }).apply([x, branch]);
    const large = model({ inputs: x, outputs: dense({ units: 2, name: 'out' }).apply(flatten().apply(sum)) });
    zero(large, 'back', { outputs: [0, 1, 2] });
    const small = shrink(large);
    expect(shrinkReport(small).removedLayers).toEqual(['in', 'back', 'sum']);
    expect(small.layers.map(({ name }) => name)).toEqual(['flatten', 'out']);
    expectSame(small, large);
  });

  test('concatenation: each branch loses its own; a branch of nothing goes when asked', () => {
    const build = () => {
      const x = input({ shape: [3] });
      const [a, b] = ['a', 'b'].map((name) => dense({ units: 3, activation: 'relu', name }).apply(x));
      const joined = concatenate({ name: 'joined' }).apply([a, b]);
      return model({ inputs: x, outputs: dense({ units: 2, name: 'out' }).apply(joined) });
    };
    const some = build();
    zero(some, 'out', { inputs: [1, 3] });
    expect(removed(shrink(some))).toEqual({ a: [[], [1]], b: [[], [0]], out: [[1, 3], []] });
    const all = build();
    zero(all, 'out', { inputs: [0, 1, 2] });
    expect(() => shrink(all)).toThrow(/none of the 3 units of 'a' reach an output: allowEmpty/);
    const small = shrink(all, { allowEmpty: true });
    expect(shrinkReport(small).removedLayers).toEqual(['a', 'joined']);
    expectSame(small, all);
  });

  test('a shared layer loses what no use needs', () => {
    const x = input({ shape: [4] });
    const shared = dense({ units: 3, activation: 'relu', name: 'shared' });
    const [a, b] = ['a', 'b'].map((name) => shared.apply(dense({ units: 4, activation: 'tanh', name }).apply(x)));
    const large = model({ inputs: x, outputs: dense({ units: 2, name: 'out' }).apply(concatenate().apply([a, b])) });
    zero(large, 'shared', { inputs: [3] });
    zero(large, 'out', { inputs: [0, 1, 3] });
    const small = shrink(large);
    expect(removed(small)).toEqual({ a: [[], [3]], b: [[], [3]], shared: [[3], [0]], out: [[0, 3], []] });
    expectSame(small, large);
  });

  test('reshape cuts an image anew: a filter goes with the channels it fills', () => {
    const large = sequential([
      conv2d({ filters: 4, kernelSize: 1, activation: 'relu', name: 'a', inputShape: [2, 2, 2] }),
      reshape({ targetShape: [2, 1, 8], name: 'cut' }),
      conv2d({ filters: 2, kernelSize: 1, name: 'b' }),
    ]);
    zero(large, 'b', { inputs: [2, 3, 4] });
    const small = shrink(large);
    expect(removed(small)).toEqual({ a: [[], [1]], b: [[2, 3], []] });
    expect(small.getLayer('cut').config()).toEqual({ targetShape: [2, 1, 6] });
    expectSame(small, large);
  });
});

test('widths: a multiple, a minimum; the lowest of the dead stay', () => {
  const large = sequential([
    dense({ units: 12, activation: 'relu', name: 'a', inputShape: [4] }),
    dense({ units: 2, name: 'out' }),
  ]);
  zero(large, 'out', { inputs: [0, 2, 4, 5, 6, 7, 9] });
  const kept = (options: Parameters<typeof shrink>[1]) => removed(shrink(large, options)).a[1];
  expect(kept({})).toEqual([0, 2, 4, 5, 6, 7, 9]);
  expect(kept({ multiple: 4 })).toEqual([5, 6, 7, 9]);
  expect(kept({ multiple: 8 })).toEqual([5, 6, 7, 9]);
  expect(kept({ minimum: 7 })).toEqual([4, 5, 6, 7, 9]);
  expect(kept({ minimum: 9, multiple: 8 })).toEqual([]);
});

class Twice extends Layer {
  readonly type = 'twice';
  override outputShapes([shape]: readonly Shape[]): Shape[] {
    return [shape];
  }
  override forward([x]: readonly Tensor[]): Tensor[] {
    const y = x.copy();
    y.view.forEach((value, i, all) => {
      all[i] = 2 * value + 1;
    });
    return [y];
  }
  override backward(): undefined[] {
    return [undefined];
  }
  override config() {
    return {};
  }
}
registerLayer('twice', () => new Twice());

describe('layers of which nothing is known', () => {
  const build = (middle: Layer) => {
    const large = sequential([
      conv2d({ filters: 4, kernelSize: 1, activation: 'relu', name: 'a', inputShape: [2, 2, 2] }),
      conv2d({ filters: 4, kernelSize: 1, activation: 'relu', name: 'b' }),
      middle,
      conv2d({ filters: 2, kernelSize: 1, name: 'out' }),
    ]);
    zero(large, 'a', { outputs: [2] });
    zero(large, 'b', { outputs: [2] });
    return large;
  };

  test.each([
    ['a layer of one’s own', () => new Twice()],
    ['squeeze and excitation', () => squeezeExcitation()],
  ])('%s keeps its channels, and is listed', (_, make) => {
    const large = build(make());
    const small = shrink(large);
    expect(removed(small)).toEqual({ a: [[], [2]], b: [[2], []], out: [[], []] });
    const [{ type }] = large.layers.slice(2);
    expect(shrinkReport(small).skipped).toEqual([{ layer: type, reason: expect.stringContaining(`'${type}'`) }]);
    expectSame(small, large);
    expect(() => shrink(large, { strict: true })).toThrow(`shrink: '${type}': what a layer of type`);
  });

  test('softmax in between keeps its channels', () => {
    const large = build(activation({ activation: 'softmax' }));
    const small = shrink(large, { strict: true });
    expect(removed(small)).toEqual({ a: [[], [2]], b: [[2], []], out: [[], []] });
    expectSame(small, large);
  });
});

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
    expect(small.compiled.updater.state()).toEqual({ step: 0, learningRate: 0.001, slots: [] });
    small.optimizer.learningRate = 1;
    expect(build('adam').optimizer.learningRate).toBe(0.001);
  });
});

test('the table names every layer and the indices it lost', () => {
  const large = sequential([
    conv2d({ filters: 8, kernelSize: 3, name: 'conv', inputShape: [5, 5, 1] }),
    flatten(),
    dense({ units: 2, name: 'out' }),
  ]);
  prune(large, { structure: filters, amount: { conv: 0.5 } });
  const gone = Array.from({ length: 8 }, (_, i) => i).filter((i) =>
    parameterOf(large, 'conv')
      .read()
      .data.every((value, at) => at % 8 !== i || value === 0),
  );
  expect(gone.length).toBe(4);
  const { layers } = shrinkReport(shrink(large));
  expect(layers[0].outputs).toEqual({ before: 8, after: 4, removed: gone });
  const table = shrinkTable(shrinkReport(shrink(large)));
  expect(table).toContain('conv (conv2d)');
  expect(table).toContain('Parameters: 226 → 114');
});

describe('the indices removed stay with the model', () => {
  const shrunkOnce = () => {
    const large = sequential([
      dense({ units: 12, activation: 'relu', name: 'a', inputShape: [6] }),
      dense({ units: 9, activation: 'relu', name: 'b' }),
      dense({ units: 2, name: 'out' }),
    ]);
    prune(large, { structure: neurons, amount: { a: 0.5 } });
    return shrink(large);
  };

  test('through files, copies, compression and a second shrinking', async () => {
    const once = shrunkOnce();
    const report = shrinkReport(once);
    expect(report.layers[0].outputs.removed.length).toBe(6);
    const loaded = await loadModel(once.toBytes());
    expect(shrinkReport(loaded)).toEqual(report);
    expect(shrinkReport(cloneModel(loaded))).toEqual(report);
    const memos = readMemos(decodeModel(compress(loaded).toBytes()));
    expect(shrinkReport({ name: 'compressed', memos })).toEqual(report);
    prune(loaded, { structure: neurons, amount: { b: { count: 18 } } });
    const twice = shrinkReport(await loadModel(shrink(loaded).toBytes()));
    expect(twice.previous).toEqual(report);
    expect(twice.layers[1].outputs.removed.length).toBe(3);
    expect(shrinkTable(twice).startsWith(`${shrinkTable(report)}\n\n`)).toBe(true);
  });

  test('what is no report is refused', () => {
    const report = shrinkReport(shrunkOnce());
    const read = (data: unknown) => shrinkReport({ name: 'm', memos: new Map([['shrink', () => ({ data })]]) });
    expect(read(report)).toEqual(report);
    const [first, ...rest] = report.layers;
    for (const data of [
      null,
      {},
      { ...report, removedLayers: 'b' },
      { ...report, previous: {} },
      { ...report, layers: [{ ...first, outputs: { before: 3, after: 2, removed: [0.5] } }, ...rest] },
    ]) {
      expect(() => read(data)).toThrow('damaged: what it says of a shrinking is no report');
    }
  });

  test('and the state of a pruning run is sliced as the weights are', () => {
    const large = sequential([
      dense({ units: 12, activation: 'relu', name: 'a', inputShape: [6] }),
      dense({ units: 2, name: 'out' }),
    ]);
    prune(large, { structure: neurons, amount: { a: 0.5 } });
    const kernel = parameterOf(large, 'a');
    large.memos.set('pruning', () => ({ data: { step: 7 }, weights: { 'a/kernel': kernel.values.view.slice() } }));
    const small = shrink(large);
    expect(small.memos.get('pruning')?.()).toEqual({
      data: { step: 7 },
      weights: { 'a/kernel': parameterOf(small, 'a').values.view.slice() },
    });
  });
});

test('the example: as good as the masked model, a third of its size, and it learns on', async () => {
  const { model, small, before, after, tuned } = await shrunk();
  expect(before).toBeGreaterThan(0.7);
  expect(after).toBe(before);
  expect(tuned).toBeGreaterThan(after);
  const length = (each: Model) => each.parameters.reduce((sum, parameter) => sum + parameter.length, 0);
  expect(length(small)).toBeLessThan(length(model) / 3);
});

describe('bad input', () => {
  const large = sequential([dense({ units: 2, inputShape: [3] })]);
  test.each([
    [{ multiple: 3 }, 'expected multiple to be 4 or 8, got 3'],
    [{ minimum: 0 }, 'expected minimum to be a positive whole number, got 0'],
    [{ minimum: 1.5 }, 'expected minimum to be a positive whole number, got 1.5'],
    [{ least: 1 }, "unknown option 'least'"],
  ])('%j', (options, message) => expect(() => shrink(large, options as object)).toThrow(message));

  test('no report of a model that shrink did not make', () => {
    expect(() => shrinkReport(large)).toThrow('expected a model that shrink() made');
  });

  test('a layer of one’s own that is not registered', () => {
    class Unknown extends Twice {
      override readonly type = 'unknown-here' as 'twice';
    }
    const model = sequential([dense({ units: 2, inputShape: [3] }), new Unknown()]);
    expect(() => shrink(model)).toThrow("registerLayer('unknown-here'");
  });
});
