import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import type { LayerDescription } from '../src/format/index.ts';
import { compress, type Form, type InferenceOptions, load } from '../src/inference/index.ts';
import { agrees, bytesPerCall, Drawing, kernel, normals, type Pattern, vector } from './inference-fixture.ts';

const activationNames = 'relu leakyRelu sigmoid tanh softmax elu softplus gelu silu swish'.split(' ');
const batches = [1, 2, 3, 5, 8, 31, 32, 33, 64, 100];
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

describe('forms', () => {
  const pattern = { density: 0.2, block: 4 };
  const net = () => {
    const draw = new Drawing(pattern);
    const conv = draw.conv(draw.input(8, 8, 3), [3, 3], 3, 10, { activation: 'relu' });
    const strided = draw.conv(conv, [2, 2], 10, 6, { strides: 2 });
    return draw.model(draw.dense(draw.layer('flatten', {}, [strided]), 54, 19));
  };
  const vectors: Form[] = ['sell4', 'block8', 'block16', 'csc', 'column4', 'column8', 'column16'];
  const all: Form[] = ['dense', 'csr', 'block4', ...vectors];

  for (const form of all) {
    test(`${form}, asked for everywhere it exists, agrees`, () => {
      const description = net();
      const names = description.graph.layers.filter(({ arrays }) => arrays.kernel);
      const few = vectors.includes(form);
      const chosen = names.filter(({ type }) => !few || type === 'dense').map(({ name }) => [name, form]);
      const forms = Object.fromEntries(chosen);
      agrees(description, [1], { forms });
      const model = compress({ describe: () => description }, { forms });
      for (const { layer, form: got } of model.explain()) if (Object.hasOwn(forms, layer)) expect(got).toBe(form);
      if (!few) agrees(description, batches, { forms, batch: 64 });
    });
  }

  test('explain: every candidate has a predicted time, the chosen one the smallest, dense where dense is best', () => {
    for (const batch of [1, 64]) {
      for (const density of [1, 0.1]) {
        const draw = new Drawing({ density, block: 16 });
        const description = draw.model(draw.dense(draw.dense(draw.input(256), 256, 128, 'relu'), 128, 64));
        const model = compress({ describe: () => description }, { batch });
        for (const row of model.explain()) {
          const least = Math.min(...Object.values(row.microseconds));
          const mine = row.microseconds[row.form] ?? Infinity;
          expect(row.form === 'dense' ? 0.95 * mine : mine).toBeLessThanOrEqual(least);
          expect(row.form === 'dense').toBe(density === 1);
          expect(row.why).toMatch(/^\w.*\.$/);
          expect(row.density < row.breakEven).toBe(density < 1);
          expect(row.kept / row.weights).toBeCloseTo(row.density, 12);
          expect(Object.keys(row.microseconds)).toHaveLength(batch === 1 ? 10 : 3);
        }
        model.dispose();
      }
    }
  });

  test('sampleInputs: zeros are counted, columns of zero inputs are skipped where there are many, and a file knows', () => {
    const draw = new Drawing({ density: 0.1, block: 16 });
    const hidden = draw.dense(draw.input(1024), 1024, 512, 'relu');
    const description = draw.model(draw.dense(hidden, 512, 256));
    const samples = normals(20 * 1024).map((value, i) => (i % 10 < 9 ? 0 : value));
    const dense = compress({ describe: () => description }, { sampleInputs: [normals(20 * 1024)] });
    expect(dense.explain()[0]).toMatchObject({ form: 'block16', zeroInputs: 0 });
    const plain = compress({ describe: () => description });
    expect(plain.explain().map(({ zeroInputs }) => zeroInputs)).toEqual([0, 0.5]);
    expect(plain.explain()[1].why).toContain('50% of its inputs are taken to be 0, as after a ReLU');

    const model = compress({ describe: () => description }, { sampleInputs: [samples] });
    const rows = model.explain();
    expect(rows[0]).toMatchObject({ form: 'column16', zeroInputs: 0.9 });
    expect(rows[0].why).toContain('In the samples 90% of its inputs were 0.');
    expect(rows[1].zeroInputs).toBeGreaterThan(0.2);
    expect(rows[1].zeroInputs).toBeLessThan(0.8);
    expect(load(model.toBytes()).explain()).toEqual(rows);
    for (const x of [samples.subarray(0, 1024), normals(1024), new Float32Array(1024)]) {
      const [a, b] = [model.predict(x).data, dense.predict(x).data];
      const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      a.forEach((value, i) => {
        expect(Math.abs(value - b[i])).toBeLessThanOrEqual(1e-5 * largest);
      });
    }
    expect(() => compress({ describe: () => description }, { sampleInputs: [normals(9)] })).toThrow('1024');
  });

  test('a file remembers the forms, and answers with the same bits', () => {
    const description = net();
    const dense = description.graph.layers[description.graph.layers.length - 1].name;
    const model = compress({ describe: () => description }, { forms: { [dense]: 'csr' } });
    const again = load(model.toBytes());
    expect(again.explain()).toEqual(model.explain());
    for (const batch of [1, 3, 40]) {
      const x = normals(batch * 192);
      expect(again.predict(x)).toEqual(model.predict(x));
    }
    expect(again.toBytes()).toEqual(model.toBytes());
    expect(load(model.toBytes().slice().buffer).batch).toBe(1);
  });
});

describe('memory', () => {
  const net = () => {
    const draw = new Drawing({ density: 0.2, block: 1 });
    const conv = draw.conv(draw.input(12, 12, 1), [3, 3], 1, 16, { activation: 'relu', padding: 'same' });
    const flat = draw.layer('flatten', {}, [draw.layer('maxPooling2d', {}, [conv])]);
    return draw.model(draw.dense(flat, 576, 10));
  };

  test('dispose gives everything back; afterwards predict says so', () => {
    const before = memoryUsage().live;
    const model = compress({ describe: net });
    const x = normals(144 * 70);
    for (const batch of [1, 70, 3, 4, 5, 6, 7, 8]) model.predict(x.subarray(0, 144 * batch));
    expect(memoryUsage().live).toBeGreaterThan(before);
    model.dispose();
    expect(memoryUsage().live).toBe(before);
    expect(() => model.predict(x.subarray(0, 144))).toThrow('was disposed of');
  });

  test('predict(x, out) writes to out, returns the same object, and needs no more memory', () => {
    const model = compress({ describe: net });
    const [x, out] = [normals(144), new Float32Array(10)];
    const first = model.predict(x, out);
    const { live } = memoryUsage();
    const expected = [...out];
    for (let i = 0; i < 1000; i++) expect(model.predict(x, out)).toBe(first);
    expect([...out]).toEqual(expected);
    expect(first.data).toBe(out);
    expect(memoryUsage().live).toBe(live);
    expect(bytesPerCall(() => model.predict(x, out))).toBeLessThan(16);
    expect([...model.predict([...x]).data]).toEqual(expected);
  });

  test('results stay right when the memory grows in between', () => {
    const model = compress({ describe: net });
    const [x, out] = [normals(144), new Float32Array(10)];
    const expected = [...model.predict(x, out).data];
    const others = Array.from({ length: 30 }, () => compress({ describe: net }));
    for (const other of others) other.predict(normals(144 * 64));
    expect([...model.predict(x, out).data]).toEqual(expected);
    for (const other of others) other.dispose();
  });
});

describe('bad input', () => {
  const draw = new Drawing();
  const description = draw.model(draw.dense(draw.input(4), 4, 3));
  const model = compress({ describe: () => description });

  test('shapes, counts, NaN, infinities', () => {
    expect(() => model.predict(new Float32Array(5))).toThrow('expected the shape [batch, 4], got 5 numbers');
    expect(() => model.predict([])).toThrow('empty batch');
    expect(() => model.predict({ data: new Float32Array(8), shape: [2, 2, 2] })).toThrow(
      'expected the shape [batch, 4]',
    );
    expect(() => model.predict(new Float32Array(4), new Float32Array(2))).toThrow('room for 3 numbers, got 2');
    expect(() => model.predict(new Float32Array(8), new Float32Array(2))).toThrow('room for 6 numbers');
    expect(() => model.predict([1, 2, Number.NaN, 4])).toThrow("input 'input0': expected finite numbers, got NaN");
    expect(() => model.predict(Float32Array.of(1, -Infinity, 0, 4), new Float32Array(3))).toThrow('got -Infinity');
    expect(() => model.predictAll([])).toThrow('m');
  });

  test('options', () => {
    const name = description.graph.layers[1].name;
    const make = (options: InferenceOptions) => () => compress({ describe: () => description }, options);
    expect(make({ batch: 0 })).toThrow('batch');
    expect(make({ forms: { nothing: 'csr' } })).toThrow(`no layer 'nothing' with weights, expected one of ${name}`);
    expect(make({ forms: { [name]: 'zip' as Form } })).toThrow(`${name}: expected its form to be one of dense, csr`);
    expect(make({ forms: { [name]: 'sell4' }, batch: 8 })).toThrow('expected its form to be one of dense, csr, block4');
  });

  test('layers that are unknown or do not fit are named', () => {
    const one = (change: (layer: LayerDescription) => LayerDescription) => () => {
      const fresh = new Drawing();
      const node = fresh.conv(fresh.input(6, 6, 2), [3, 3], 2, 4);
      fresh.layers[1] = change(fresh.layers[1]);
      compress({ describe: () => fresh.model(node) });
    };
    expect(one((layer) => ({ ...layer, type: 'gru', name: 'memory' }))).toThrow(
      "memory: inference models cannot run a layer of type 'gru'",
    );
    expect(one((layer) => ({ ...layer, type: 'toString' }))).toThrow('cannot run');
    expect(one((layer) => ({ ...layer, type: 'dense' }))).toThrow('conv2d1: expected the axes');
    expect(one((layer) => ({ ...layer, arrays: {} }))).toThrow("conv2d1: expected an array 'kernel', got none");
    const other = kernel([3, 3, 5, 4], [3, 2, 0, 1], { density: 1, block: 1 });
    expect(one((layer) => ({ ...layer, arrays: { kernel: other } }))).toThrow('expected an input of 5 channels');
    const bias = vector(9);
    expect(one((layer) => ({ ...layer, arrays: { ...layer.arrays, bias } }))).toThrow("'bias' to have 4 numbers");
    expect(one((layer) => ({ ...layer, config: { strides: 0 } }))).toThrow('strides to be a positive whole number');
    expect(one((layer) => ({ ...layer, config: { padding: 'full' } }))).toThrow('padding to be one of valid, same');
    expect(one((layer) => ({ ...layer, config: { activation: 'constructor' } }))).toThrow('activation to be one of');
    const large = kernel([7, 3, 2, 4], [3, 2, 0, 1], { density: 1, block: 1 });
    expect(one((layer) => ({ ...layer, arrays: { kernel: large } }))).toThrow('at least 7x3 pixels');
  });

  test('a model nested without end is refused, not unrolled', () => {
    let { graph } = description;
    for (let level = 0; level < 20; level++) {
      const outer = new Drawing();
      let node = outer.input(4);
      const layer = { type: 'model', name: `level${level}`, config: {}, arrays: {}, graph };
      node = outer.use(layer, node);
      for (let use = 0; use < 9; use++) node = outer.use(1, node);
      graph = outer.model(node).graph;
    }
    expect(() => compress({ describe: () => ({ name: 'm', graph }) })).toThrow(/at most|features|shape/);
  });
});
