// shrink by hand: which indices go in small networks whose answer is known.

import { describe, expect, test } from 'vitest';
import {
  activation,
  add,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  flatten,
  input,
  maxPooling2d,
  reshape,
} from '../src/layers/index.ts';
import { shrink, shrinkReport } from '../src/pruning/index.ts';
import { model, sequential } from '../src/training/index.ts';
import { numbers, parameterOf } from './pruning-fixture.ts';
import { expectSame, removed, zero } from './shrink-fixture.ts';

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

test.each([
  [{ multiple: 3 }, 'expected multiple to be 4 or 8, got 3'],
  [{ minimum: 0 }, 'expected minimum to be a whole number from 1, got 0'],
  [{ minimum: 1.5 }, 'expected minimum to be a whole number from 1, got 1.5'],
  [{ least: 1 }, "unknown option 'least'"],
])('refused: %j', (options, message) => {
  expect(() => shrink(sequential([dense({ units: 2, inputShape: [3] })]), options as object)).toThrow(message);
});
