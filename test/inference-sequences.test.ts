// Models of sequences run by inference against f64 loops: LSTMs with all their options, embeddings and masks, and what surrounds them.

import { describe, expect, test } from 'vitest';
import {
  compress,
  concatenate,
  conv1d,
  conv2d,
  dense,
  embedding,
  flatten,
  globalAveragePooling1d,
  globalMaxPooling1d,
  input,
  type Layer,
  lstm,
  model,
  prune,
  reshape,
  timeDistributed,
} from '../src/index.ts';
import { agrees, Drawing, kernel, normals, type Pattern, random, vector } from './inference-fixture.ts';

const batches = [1, 2, 4, 5, 32, 33, 70];
const patterns: Pattern[] = [
  { density: 1, block: 1 },
  { density: 0.3, block: 1 },
  { density: 0.1, block: 4 },
  { density: 0.15, block: 16 },
];

const tokens = (vocabulary: number) => (count: number) =>
  Float32Array.from({ length: count }, () => Math.floor(random.uniform() ** 2 * vocabulary));

describe.each([{ relaxed: true }, { relaxed: false }])('relaxed SIMD $relaxed', ({ relaxed }) => {
  for (const pattern of patterns) {
    const name = `density ${pattern.density} in blocks of ${pattern.block}`;

    test(`an LSTM's last output, ${name}`, () => {
      const draw = new Drawing(pattern);
      agrees(draw.model(draw.lstm(draw.input(11, 5), 5, 13)), batches, { relaxed });
    });

    test(`stacked LSTMs over more steps than a chunk, ${name}`, () => {
      const draw = new Drawing(pattern);
      const first = draw.lstm(draw.input(70, 6), 6, 17, { returnSequences: true });
      agrees(draw.model(draw.dense(draw.lstm(first, 17, 12), 12, 3, 'softmax')), [1, 2, 5, 33], { relaxed });
    });

    test(`masked steps keep the state, ${name}`, () => {
      const draw = new Drawing(pattern);
      const embedded = draw.embedding(draw.input(9), 6, 7, true);
      const sequence = draw.lstm(draw.layer('dropout', { rate: 0.5 }, [embedded]), 7, 10, { returnSequences: true });
      const last = draw.lstm(sequence, 10, 8);
      agrees(draw.model(sequence, last), batches, { relaxed }, tokens(6));
    });
  }

  const pattern = { density: 0.4, block: 1 };

  test.each(['tanh', 'relu', 'linear', 'sigmoid'])('activation %s', (activation) => {
    const draw = new Drawing(pattern);
    const config = { activation, returnSequences: true };
    agrees(draw.model(draw.lstm(draw.input(6, 4), 4, 9, config)), batches, { relaxed }, (n) => normals(n, 0.3));
  });

  test('a hard sigmoid, steps gone through backwards, all outputs', () => {
    const draw = new Drawing(pattern);
    const config = { recurrentActivation: 'hardSigmoid', goBackwards: true, returnSequences: true };
    agrees(draw.model(draw.lstm(draw.input(67, 4), 4, 9, config)), [1, 4, 33], { relaxed });
  });

  test('states out of one LSTM and into another', () => {
    const draw = new Drawing(pattern);
    const encoder = draw.lstm(draw.input(5, 4), 4, 9, { returnState: true });
    const from: [number, number][] = [
      [encoder, 1],
      [encoder, 2],
    ]; // prettier-ignore
    const decoder = draw.lstm([draw.input(7, 3), ...from], 3, 9, { returnSequences: true, returnState: true });
    const after = draw.layer('activation', { activation: 'relu' }, [[decoder, 1]]);
    agrees(draw.model(decoder, [decoder, 1], [decoder, 2], after, [encoder, 0]), batches, { relaxed });
  });

  test('masked, backwards, from a given state', () => {
    const draw = new Drawing(pattern);
    const [h, c] = [draw.input(6), draw.input(6)];
    const embedded = draw.embedding(draw.input(8), 5, 4, true);
    const lstm = draw.lstm([embedded, h, c], 4, 6, { goBackwards: true, returnState: true });
    const ids = tokens(5);
    agrees(draw.model(lstm, [lstm, 1], [lstm, 2]), batches, { relaxed }, (n, i) => (i === 2 ? ids(n) : normals(n)));
  });

  test('masked, backwards, all outputs: a mean, a sum and an LSTM leave out the steps that were padding', () => {
    const draw = new Drawing(pattern);
    const embedded = draw.embedding(draw.input(8), 5, 4, true);
    const back = draw.lstm(embedded, 4, 6, { goBackwards: true, returnSequences: true });
    const ahead = draw.lstm(embedded, 4, 6, { returnSequences: true });
    const means = [back, draw.layer('add', {}, [back, ahead])].map((from) =>
      draw.layer('globalAveragePooling1d', {}, [from]),
    );
    const turnedTwice = draw.lstm(back, 6, 3, { goBackwards: true, returnSequences: true });
    agrees(draw.model(...means, draw.lstm(turnedTwice, 3, 4)), batches, { relaxed }, tokens(5));
  });

  test('masks through add, concatenate and a mean over time', () => {
    const draw = new Drawing(pattern);
    const [left, right, bare] = [
      draw.embedding(draw.input(6), 4, 5, true),
      draw.embedding(draw.input(6), 4, 5, true),
      draw.embedding(draw.input(6), 4, 5),
    ];
    const sum = draw.layer('add', {}, [left, right]);
    const unmasked = draw.layer('add', {}, [left, bare]);
    const both = draw.layer('concatenate', {}, [left, right, bare]);
    const means = [left, sum, unmasked, both].map((from) => draw.layer('globalAveragePooling1d', {}, [from]));
    const largest = draw.layer('globalMaxPooling1d', {}, [both]);
    agrees(draw.model(...means, largest, draw.lstm(both, 15, 4)), batches, { relaxed }, tokens(4));
  });

  test.each([
    { padding: 'valid', strides: 1 },
    { padding: 'valid', strides: 3 },
    { padding: 'same', strides: 1 },
    { padding: 'same', strides: 2 },
    { padding: 'causal', strides: 1 },
    { padding: 'causal', strides: 2, activation: 'relu' },
  ])('conv1d %j', (config) => {
    const draw = new Drawing(pattern);
    const y = draw.conv1d(draw.input(19, 4), 5, 4, 7, config);
    const norm = draw.norm(y, 7);
    const means = draw.layer('globalAveragePooling1d', {}, [norm]);
    agrees(draw.model(y, means, draw.layer('globalMaxPooling1d', {}, [y])), batches, { relaxed });
  });

  test('layers at every step: dense, convolution, flatten, an LSTM', () => {
    const draw = new Drawing(pattern);
    const images = draw.input(3, 6, 5, 2);
    const conv = { kernel: kernel([3, 3, 2, 4], [3, 2, 0, 1], pattern), bias: vector(4) };
    const seen = draw.distributed(images, 'conv2d', { filters: 4, kernelSize: [3, 3], padding: 'same' }, conv);
    const flat = draw.distributed(draw.distributed(seen, 'maxPooling2d', { poolSize: [2, 2] }), 'flatten', {});
    const dense = { kernel: kernel([24, 8], [1, 0], pattern), bias: vector(8) };
    const features = draw.distributed(flat, 'dense', { units: 8, activation: 'relu' }, dense);
    agrees(draw.model(draw.lstm(features, 8, 5), seen), batches, { relaxed });

    const nested = new Drawing(pattern);
    const arrays = {
      kernel: kernel([4, 12], [1, 0], pattern),
      recurrentKernel: kernel([3, 12], [1, 0], pattern),
      bias: vector(12),
    };
    const inner = nested.distributed(nested.input(5, 6, 4), 'lstm', { units: 3 }, arrays);
    agrees(nested.model(nested.lstm(inner, 3, 4)), batches, { relaxed });
  });

  test('dense layers of a sequence, and an LSTM within a model', () => {
    const inner = new Drawing(pattern);
    const lstm = inner.lstm(inner.dense(inner.input(6, 5), 5, 7, 'tanh'), 7, 9, { returnSequences: true });
    const { graph } = inner.model(inner.dense(lstm, 9, 4));
    const draw = new Drawing(pattern);
    const embedded = draw.embedding(draw.input(6), 8, 5, true);
    const nested = draw.use({ type: 'model', name: 'inner', config: {}, arrays: {}, graph }, embedded);
    const again = draw.use(draw.layers.length - 1, embedded);
    const y = draw.layer('add', {}, [nested, again]);
    agrees(draw.model(draw.lstm(y, 4, 6)), batches, { relaxed }, tokens(8));
  });
});

test('a calibrated model of tokens', () => {
  const draw = new Drawing({ density: 0.1, block: 1 });
  const description = draw.model(draw.dense(draw.lstm(draw.embedding(draw.input(12), 9, 4), 4, 6), 6, 2));
  agrees(description, [1, 5], { calibrate: true }, tokens(9));
});

test('steps of steps: timeDistributed within timeDistributed', () => {
  const x = input({ shape: [3, 4, 6, 5, 2] });
  const each = (layer: Layer) => timeDistributed({ layer: timeDistributed({ layer }) });
  const seen = each(conv2d({ filters: 3, kernelSize: 3, strides: 2, activation: 'relu' })).apply(x);
  const features = each(dense({ units: 5, activation: 'tanh' })).apply(each(flatten()).apply(seen));
  const words = timeDistributed({ layer: lstm({ units: 4 }) }).apply(features);
  const trained = model({ inputs: x, outputs: [seen, lstm({ units: 3 }).apply(words)] });
  const fast = compress(trained);
  for (const batch of [1, 2, 5, 33]) {
    const data = normals(batch * 720);
    const [a, b] = [fast.predictAll([data]), trained.predictAll(data)];
    for (const [i, { data, shape }] of a.entries()) {
      const largest = b[i].data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(shape).toEqual(b[i].shape);
      for (const [j, value] of data.entries()) {
        expect(Math.abs(value - b[i].data[j])).toBeLessThanOrEqual(1e-5 * largest);
      }
    }
  }
});

test('trained models and their compressed selves agree', () => {
  const tokensIn = input({ shape: [20] });
  const embedded = embedding({ inputDim: 30, outputDim: 6, maskZero: true }).apply(tokensIn);
  const sequence = lstm({ units: 12, returnSequences: true, dropout: 0.2, recurrentDropout: 0.2 }).apply(embedded);
  const [, h, c] = lstm({ units: 9, returnState: true, activation: 'relu' }).applyAll(sequence);
  const back = lstm({ units: 9, goBackwards: true, unitForgetBias: false }).apply([sequence, h, c]);
  const steps = timeDistributed({ layer: dense({ units: 5, activation: 'tanh' }) }).apply(sequence);
  const conv = conv1d({ filters: 4, kernelSize: 3, padding: 'causal' }).apply(steps);
  const pooled = [globalAveragePooling1d().apply(steps), globalMaxPooling1d().apply(conv)];
  const trained = model({ inputs: tokensIn, outputs: concatenate().apply([back, ...pooled]) });
  prune(trained, { amount: 0.5 });
  const fast = compress(trained);
  for (const batch of [1, 5, 64]) {
    const x = tokens(30)(batch * 20);
    const [a, b] = [fast.predict(x).data, trained.predict(x).data];
    const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    a.forEach((value, i) => {
      expect(Math.abs(value - b[i])).toBeLessThanOrEqual(1e-5 * largest);
    });
  }
});

test('padding changes nothing that a reader of masks makes of an LSTM that goes backwards', () => {
  const build = (time: number) => {
    const x = input({ shape: [time] });
    const embedded = embedding({ inputDim: 5, outputDim: 3, maskZero: true }).apply(x);
    const back = lstm({ units: 4, goBackwards: true, returnSequences: true }).apply(embedded);
    const outputs = [globalAveragePooling1d().apply(back), lstm({ units: 2 }).apply(back)];
    return model({ inputs: x, outputs: concatenate().apply(outputs), seed: 3 });
  };
  const [bare, padded] = [build(3), build(6)];
  const expected = bare.predict([1, 2, 3]).data;
  expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-3);
  for (const each of [padded, compress(bare), compress(padded)]) {
    const x = each.inputs[0].shape[0] === 3 ? [1, 2, 3] : [1, 2, 3, 0, 0, 0];
    for (const [i, y] of each.predict(x).data.entries()) expect(y).toBeCloseTo(expected[i], 6);
  }
});

test('a reshape to the shape that is there drops the mask, as in training', () => {
  const x = input({ shape: [4] });
  const rows = embedding({ inputDim: 5, outputDim: 3, maskZero: true }).apply(x);
  const mean = globalAveragePooling1d().apply(reshape({ targetShape: [4, 3] }).apply(rows));
  const trained = model({ inputs: x, outputs: mean, seed: 3 });
  const expected = trained.predict([1, 2, 0, 0]).data;
  for (const [i, y] of compress(trained).predict([1, 2, 0, 0]).data.entries()) expect(y).toBeCloseTo(expected[i], 6);
});

describe('bad input', () => {
  const draw = new Drawing();
  const description = draw.model(draw.lstm(draw.embedding(draw.input(4), 10, 3), 3, 5));
  const [, embedding, lstm] = draw.layers;

  test.each([10, -1, 2.5])('token %f is refused by the layer’s name, and the model goes on', (token) => {
    const model = compress({ describe: () => description });
    const good = Float32Array.of(1, 2, 3, 9);
    const before = model.predict(good).data;
    expect(() => model.predict(Float32Array.of(1, 2, token, 0))).toThrow(
      `${embedding.name}: expected token ids from 0 to 9, whole numbers, got ${token}`,
    );
    expect(model.predict(good).data).toEqual(before);
  });

  /** The description with one layer otherwise. */
  const changed = (layer: typeof lstm, config: object, arrays: object = {}) => ({
    describe: () => ({
      name: 'm',
      graph: {
        ...description.graph,
        layers: draw.layers.map((one) =>
          one === layer ? { ...one, config: { ...one.config, ...config }, arrays: { ...one.arrays, ...arrays } } : one,
        ),
      },
    }),
  });

  test.each([
    ['expected activation to be one of tanh, relu, linear, sigmoid', { activation: 'swish' }, {}],
    ['expected returnSequences to be true or false, got 1', { returnSequences: 1 }, {}],
    ["expected an array 'recurrentKernel'", {}, { recurrentKernel: undefined }],
    ['expected kernels of 4·6 outputs', {}, { recurrentKernel: kernel([6, 20], [1, 0], draw.pattern) }],
    ['expected an input of 4 features', {}, { kernel: kernel([4, 20], [1, 0], draw.pattern) }],
    [
      "expected 'kernel' to have 2 axes",
      {},
      { kernel: { ...kernel([3, 20], [1, 0], draw.pattern), shape: [3, 20, 1] } },
    ],
    ["expected 'bias' to have 20 numbers", {}, { bias: vector(19) }],
  ])('an LSTM: %s', (message, config, arrays) => {
    expect(() => compress(changed(lstm, config, arrays))).toThrow(`${lstm.name}: ${message}`);
  });

  test('a table without rows, and a timeDistributed without a layer', () => {
    expect(() => compress(changed(embedding, {}, { embeddings: kernel([10, 3], [1, 0], draw.pattern) }))).toThrow(
      "expected the axes of 'embeddings'",
    );
    const other = new Drawing();
    const model = other.model(other.layer('timeDistributed', { layer: 'dense' }, [other.input(3, 2)]));
    expect(() => compress({ describe: () => model })).toThrow('expected layer to be one with a type and a config');
  });
});
