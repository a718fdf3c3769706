// Dense layers, convolutions and their graphs against f64 loops: every pattern, batches of every remainder.

import { describe, test } from 'vitest';
import { agrees, batches, Drawing, type Pattern, vector } from './inference-fixture.ts';

const activationNames = 'relu leakyRelu sigmoid tanh softmax elu softplus gelu silu swish'.split(' ');
const patterns: Pattern[] = [
  { density: 1, block: 1 },
  { density: 0.5, block: 1 },
  { density: 0.1, block: 1 },
  { density: 0.1, block: 4 },
  { density: 0.15, block: 16 },
  { density: 0.02, block: 1 },
  { density: 0, block: 1 },
];

describe.each([{ relaxed: true }, { relaxed: false }])(
  'agrees with f64 loops, relaxed SIMD $relaxed',
  ({ relaxed }) => {
    for (const pattern of patterns) {
      const name = `density ${pattern.density} in blocks of ${pattern.block}`;

      test(`dense layers, ${name}`, () => {
        const draw = new Drawing(pattern);
        const hidden = draw.dense(draw.dense(draw.input(50), 50, 37, 'relu'), 37, 21, 'tanh', false);
        agrees(draw.model(draw.dense(hidden, 21, 10)), [...batches, 65, 129], { relaxed });
      });

      test(`the article's CNN in small, ${name}`, () => {
        const draw = new Drawing(pattern);
        let x = draw.conv(draw.input(14, 15, 1), [3, 3], 1, 9, { activation: 'relu' });
        x = draw.layer('maxPooling2d', {}, [x]);
        x = draw.conv(x, [3, 3], 9, 18, { activation: 'relu' });
        x = draw.layer('maxPooling2d', { poolSize: [2, 2] }, [x]);
        x = draw.layer('dropout', { rate: 0.5 }, [draw.layer('flatten', {}, [x])]);
        x = draw.dense(x, 2 * 2 * 18, 17, 'relu');
        agrees(draw.model(draw.dense(x, 17, 10)), batches, { relaxed });
      });

      test(`convolutions whose rows are whole vectors, ${name}`, () => {
        const draw = new Drawing(pattern);
        const x = draw.input(12, 12, 2);
        const a = draw.conv(x, [5, 5], 2, 7, { activation: 'relu' });
        const b = draw.conv(draw.layer('maxPooling2d', {}, [a]), [1, 1], 7, 3);
        const c = draw.conv(draw.conv(x, [4, 5], 2, 5), [2, 1], 5, 6);
        const narrow = draw.conv(x, [3, 9], 2, 4, { padding: 'same' });
        agrees(draw.model(a, b, c, narrow), [1, 2, 4, 5, 6, 8, 33], { relaxed });
      });

      test(`strides, same padding, junk columns read by everything, ${name}`, () => {
        const draw = new Drawing(pattern);
        const x = draw.input(9, 8, 3);
        const a = draw.conv(x, [3, 2], 3, 5, { padding: 'same', activation: 'leakyRelu' });
        const b = draw.conv(a, [3, 3], 5, 6, { strides: [2, 2], padding: 'same' });
        const c = draw.conv(a, [2, 3], 5, 6, { strides: [2, 1] });
        const d = draw.conv(x, [1, 1], 3, 5);
        const e = draw.conv(draw.conv(x, [3, 3], 3, 4), [2, 2], 4, 7, { padding: 'same' });
        const pooled = draw.layer('averagePooling2d', { poolSize: 3, strides: 2, padding: 'same' }, [e]);
        const sum = draw.layer('add', {}, [a, d]);
        const joined = draw.layer('concatenate', {}, [draw.conv(x, [2, 2], 3, 2), draw.conv(x, [2, 2], 3, 3)]);
        const soft = draw.layer('activation', { activation: 'softmax' }, [draw.conv(x, [3, 3], 3, 4)]);
        const flat = draw.dense(draw.layer('flatten', {}, [joined]), 8 * 7 * 5, 6);
        agrees(draw.model(b, c, sum, pooled, joined, soft, flat, e), [1, 2, 5, 8, 31, 33], { relaxed });
      });
    }
  },
);

describe('graphs', () => {
  test('batch normalization: folded, not folded, after junk columns, without gamma', () => {
    const draw = new Drawing({ density: 0.3, block: 1 });
    const x = draw.input(7, 7, 2);
    const folded = draw.layer('activation', { activation: 'relu' }, [draw.norm(draw.conv(x, [3, 3], 2, 6), 6)]);
    const after = draw.norm(draw.conv(x, [2, 2], 2, 4, { activation: 'relu' }), 4, { epsilon: 0.01 });
    const shared = draw.conv(x, [3, 3], 2, 6);
    const twice = draw.layer('add', {}, [draw.norm(shared, 6), shared]);
    const variance = vector(2, Float32Array.of(0.5, 2));
    const bare = draw.layer('batchNormalization', {}, [x], { movingMean: vector(2), movingVariance: variance });
    const dense = draw.norm(draw.dense(draw.layer('flatten', {}, [bare]), 98, 5, 'linear', false), 5);
    agrees(draw.model(folded, after, twice, dense), batches);
  });

  test('every activation, in layers and of layers, also where the input is read again', () => {
    const draw = new Drawing();
    const x = draw.input(6, 6, 1);
    const outputs = [...activationNames, 'linear'].flatMap((activation) => {
      const y = draw.conv(x, [2, 2], 1, 3, { activation });
      return [y, draw.layer('activation', { activation }, [y]), draw.layer('activation', { activation }, [x])];
    });
    const leaky = draw.layer('leakyRelu', { negativeSlope: 0.7 }, [draw.layer('leakyRelu', {}, [x])]);
    agrees(draw.model(...outputs, leaky), [1, 3, 8, 33]);
  });

  test('pools with overlapping windows and odd sizes', () => {
    const draw = new Drawing();
    const x = draw.conv(draw.input(9, 11, 2), [2, 2], 2, 3);
    const pools = [
      { poolSize: 2 },
      { poolSize: [3, 2], strides: [2, 1] },
      { poolSize: 3, strides: 2, padding: 'same' },
      { poolSize: [1, 4], strides: 3 },
    ];
    const outputs = pools.flatMap((config) =>
      ['maxPooling2d', 'averagePooling2d'].map((type) => draw.layer(type, config, [x])),
    );
    agrees(draw.model(...outputs), [1, 2, 8, 33]);
  });

  test('several inputs, a shared layer, a nested model used twice, an input that is an output', () => {
    const pattern = { density: 0.2, block: 4 };
    const inside = new Drawing(pattern);
    const inner = inside.model(inside.dense(inside.dense(inside.input(12), 12, 8, 'relu'), 8, 12));
    const draw = new Drawing(pattern);
    const [a, b] = [draw.input(12), draw.input(12)];
    const sum = draw.layer('add', {}, [a, b, a]);
    const nested = draw.use({ type: 'model', name: 'inner', config: {}, arrays: {}, graph: inner.graph }, sum);
    const again = draw.use(draw.nodes[nested].layer, nested);
    const shared = draw.dense(again, 12, 12, 'sigmoid');
    const more = draw.use(draw.nodes[shared].layer, shared);
    agrees(draw.model(draw.layer('concatenate', {}, [more, a, shared]), b, nested), batches);
  });

  test('reshape to an image and back, dense layers along the last axis', () => {
    const draw = new Drawing({ density: 0.4, block: 1 });
    const image = draw.layer('reshape', { targetShape: [4, 3, 5] }, [draw.input(60)]);
    const sequence = draw.layer('reshape', { targetShape: [6, 10] }, [image]);
    const along = draw.dense(sequence, 10, 7, 'relu');
    agrees(draw.model(draw.conv(image, [2, 2], 5, 3), along, draw.dense(image, 5, 2)), batches);
  });

  test('layers of one row, one column, one channel, one unit', () => {
    const draw = new Drawing({ density: 0.5, block: 1 });
    const x = draw.input(1, 9, 2);
    const row = draw.conv(x, [1, 3], 2, 4);
    const one = draw.conv(draw.input(5, 5, 1), [5, 5], 1, 1);
    const column = draw.conv(draw.input(6, 1, 1), [2, 1], 1, 3, { padding: 'same' });
    agrees(draw.model(row, one, column, draw.dense(draw.layer('flatten', {}, [one]), 1, 1)), batches);
  });
});
