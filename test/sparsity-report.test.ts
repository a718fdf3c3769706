// Figures of small kernels counted by hand, and the sensitivity of a small classifier.

import { describe, expect, test } from 'vitest';
import {
  conv1d,
  conv2d,
  dense,
  embedding,
  flatten,
  globalAveragePooling1d,
  input,
  lstm,
  timeDistributed,
} from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import {
  magnitude,
  neurons,
  prune,
  random,
  sensitivity,
  sensitivityTable,
  sparsity,
  sparsityReport,
  sparsityTable,
  taylor,
} from '../src/pruning/index.ts';
import { model, sequential } from '../src/training/index.ts';
import { classifier, parameterOf, task } from './pruning-fixture.ts';

describe('sparsityReport', () => {
  const network = sequential(
    [
      conv2d({ filters: 6, kernelSize: 3, padding: 'same', strides: 2, name: 'conv', inputShape: [7, 5, 2] }),
      flatten(),
      dense({ units: 10, name: 'dense' }),
    ],
    { name: 'two' },
  );
  // Keras [3, 3, 2, 6]: filter 1 gone; tap (0, 0) of channel 1 gone in filters 0–3.
  const conv = parameterOf(network, 'conv');
  conv.write({
    data: conv.read().data.map((_, at) => {
      const [tap, channel, filter] = [Math.floor(at / 12), Math.floor(at / 6) % 2, at % 6];
      return filter === 1 || (tap === 0 && channel === 1 && filter < 4) ? 0 : 1;
    }),
  });
  // Keras [72, 10]: inputs 5 and 6 gone; units 0–7 see nothing of input 9, units 8 and 9 nothing of input 11.
  const matrix = parameterOf(network, 'dense');
  matrix.write({
    data: matrix.read().data.map((_, at) => {
      const [j, i] = [Math.floor(at / 10), at % 10];
      return j === 5 || j === 6 || (j === 9 && i < 8) || (j === 11 && i >= 8) ? 0 : 1;
    }),
  });
  const report = sparsityReport(network);

  test('a convolution by hand', () => {
    expect(report.layers[0]).toEqual({
      layer: 'conv',
      type: 'conv2d',
      parameter: 'kernel',
      shape: [3, 3, 2, 6],
      weights: 108,
      kept: 87,
      density: 87 / 108,
      macs: 108 * 4 * 3,
      keptMacs: 87 * 4 * 3,
      bytes: 432,
      savedBytes: report.layers[0].savedBytes,
      rows: { count: 6, empty: 1 },
      columns: { count: 18, empty: 0 },
      blocks: {
        '4x1': { count: 36, empty: 1 },
        '8x1': { count: 18, empty: 0 },
        '16x1': { count: 18, empty: 0 },
      },
    });
  });

  test('a dense layer by hand', () => {
    expect(report.layers[1]).toMatchObject({
      weights: 720,
      kept: 690,
      macs: 720,
      keptMacs: 690,
      rows: { count: 10, empty: 0 },
      columns: { count: 72, empty: 2 },
      blocks: {
        '4x1': { count: 216, empty: 2 * 3 + 2 + 1 },
        '8x1': { count: 144, empty: 2 * 2 + 1 + 1 },
        '16x1': { count: 72, empty: 2 },
      },
    });
  });

  test('the total is the sum, and agrees with sparsity()', () => {
    const { total } = report;
    expect(total).toMatchObject({ ...sparsity(network), macs: 2016, keptMacs: 87 * 12 + 690, bytes: 4 * 828 });
    expect(total.savedBytes).toBe(report.layers[0].savedBytes + report.layers[1].savedBytes);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('saved bytes are those that a file of the model grows by', () => {
    const file = (units: number) => {
      const made = sequential([dense({ units, useBias: false, name: 'd', inputShape: [50] })], { seed: 1 });
      prune(made, { amount: 0.9 });
      return { bytes: made.toBytes().length, saved: sparsityReport(made).total.savedBytes };
    };
    const [small, large] = [file(40), file(80)];
    expect(Math.abs(large.bytes - small.bytes - (large.saved - small.saved))).toBeLessThanOrEqual(16);
    expect(large.saved).toBeLessThan(0.13 * 4 * 50 * 80);
  });

  test('a shared layer counts once in weights and at every use in MACs, in models within too', () => {
    const x = input({ shape: [4] });
    const shared = dense({ units: 4, name: 'shared' });
    const inner = input({ shape: [4] });
    const nested = new Network({ inputs: inner, outputs: shared.apply(shared.apply(inner)), name: 'inner' });
    const whole = model({ inputs: x, outputs: nested.apply(nested.apply(x)) });
    const { layers, total } = sparsityReport(whole);
    expect(layers.map(({ layer, weights, macs }) => [layer, weights, macs])).toEqual([['inner/shared', 16, 64]]);
    expect(total.macs).toBe(64);
  });

  test('the table', () => {
    const lines = sparsityTable(report).split('\n');
    expect(lines.length).toBe(4);
    expect(lines[1]).toMatch(/^conv\/kernel +108 +87 +80\.6% +1,296 +1,044 +432 +\d+ +1 of 6 +– +1 of 36 +– +–$/);
    expect(lines[3]).toMatch(/^all +828 +777 +93\.8% +2,016/);
  });
});

describe('sensitivity', () => {
  const { x, y } = task();
  const data = { x, y };

  test('each layer alone, and the model as it was', async () => {
    const judged = classifier();
    await judged.fit(x, y, { epochs: 20 });
    prune(judged, { amount: { first: 0.3 } });
    const before = judged.toBytes();
    const seen: number[] = [];
    const report = await sensitivity(judged, {
      data,
      sparsities: [0.2, 0.6, 0.9],
      onProgress: ({ done, total }) => {
        expect(total).toBe(10);
        seen.push(done);
      },
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(judged.toBytes()).toEqual(before);
    expect(report.baseline).toBe(judged.evaluate(x, y).accuracy);
    expect(report.layers.map(({ layer }) => layer)).toEqual(['first', 'second', 'output']);
    const [first] = report.layers;
    expect(first.points[0].value).toBe(report.baseline);
    expect(first.points.map((point) => Number(point.sparsity.toFixed(2)))).toEqual([0.3, 0.6, 0.9]);
    prune(judged, { amount: { first: 0.9 } });
    expect(first.points[2].value).toBe(judged.evaluate(x, y).accuracy);
    expect(sensitivityTable(report).split('\n')[1]).toBe(
      `first     ${[report.baseline, ...first.points.map(({ value }) => value)].map((value) => value.toFixed(4)).join('  ')}`,
    );
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('other metrics, criteria that look at data, layers by name', async () => {
    const judged = classifier();
    await judged.fit(x, y, { epochs: 5 });
    const options = { data, sparsities: [0.8], metric: 'loss', layers: ['second'] };
    const worth = await sensitivity(judged, { ...options, criterion: taylor });
    const chance = await sensitivity(judged, { ...options, criterion: random });
    expect(worth.layers.length).toBe(1);
    expect(worth.layers[0].points[0].value).not.toBe(chance.layers[0].points[0].value);
  });

  test('an abort ends it, and the model is as it was', async () => {
    const judged = classifier();
    const before = judged.toBytes();
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 3) controller.abort(new Error('enough'));
    };
    const running = sensitivity(judged, { data, criterion: magnitude, onProgress, signal: controller.signal });
    await expect(running).rejects.toThrow('enough');
    expect(judged.toBytes()).toEqual(before);
  });

  test.each([
    [{ sparsities: [1] }, /\[0, 1\), got 1/],
    [{ sparsities: [] }, /sparsities to be an array of numbers, one or more, got \[\]/],
    [{ metric: 'f1' }, /expected a metric of 'sequential' \(loss, accuracy\), got 'f1'/],
    [{ layers: ['third'] }, /no layer 'third'/],
  ])('%j is refused', async (options, message) => {
    await expect(sensitivity(classifier(), { data, ...options })).rejects.toThrow(message);
  });

  test('a network that cannot be judged', async () => {
    const a = input({ shape: [3] });
    const plain = new Network({ inputs: a, outputs: dense({ units: 2 }).apply(a) });
    await expect(sensitivity(plain, { data })).rejects.toThrow('expected a model that was compiled');
  });
});

test('the report counts multiplications by steps', () => {
  const model = sequential([
    embedding({ inputDim: 20, outputDim: 6, name: 'table', inputShape: [8] }),
    conv1d({ filters: 5, kernelSize: 3, strides: 2, name: 'conv' }),
    timeDistributed({ layer: dense({ units: 4 }), name: 'each' }),
    lstm({ units: 7, returnSequences: true, name: 'it' }),
    globalAveragePooling1d(),
    dense({ units: 2, name: 'out' }),
  ]);
  prune(model, { structure: neurons, amount: { table: 0.5 } });
  const { layers } = sparsityReport(model);
  const macs = Object.fromEntries(layers.map((each) => [`${each.layer}/${each.parameter}`, each.macs]));
  expect(macs).toEqual({
    'table/embeddings': 0,
    'conv/kernel': 3 * 3 * 6 * 5,
    'each/kernel': 3 * 5 * 4,
    'it/kernel': 3 * 4 * 28,
    'it/recurrentKernel': 3 * 7 * 28,
    'out/kernel': 7 * 2,
  });
  expect(layers[0]).toMatchObject({ kept: 60, columns: { count: 6, empty: 3 }, rows: { count: 20, empty: 0 } });
});
