// Convolutions in Winograd's tiles against the same ones by taps: outputs and all gradients of a layer, whose three samples are padded to
// whole vectors or not. The kernels themselves are tested in test/kernels.

import { describe, expect, test } from 'vitest';
import type { Job } from '../src/inference/choose.ts';
import { compress } from '../src/inference/index.ts';
import { Widths } from '../src/inference/width.ts';
import { conv2d, conv2dTranspose, dense, flatten, input, type Layer, timeDistributed } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { fasterTiling, windowOf } from '../src/ops/index.ts';
import { prune } from '../src/pruning/index.ts';
import { Batch, type Shape, sizeOf } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { sequential } from '../src/training/index.ts';
import { run } from './gradient-check.ts';
import { agrees, Drawing, normals } from './inference-fixture.ts';

const layers: Record<string, [Shape, () => Layer]> = {
  '3 × 3': [[11, 9, 12], () => conv2d({ filters: 16, kernelSize: 3, activation: 'relu' })],
  '5 × 5, same': [[10, 12, 12], () => conv2d({ filters: 13, kernelSize: 5, padding: 'same' })],
  '3 × 4 without bias': [[9, 11, 10], () => conv2d({ filters: 11, kernelSize: [3, 4], useBias: false })],
  transposed: [[8, 8, 12], () => conv2dTranspose({ filters: 10, kernelSize: 3, padding: 'same' })],
  'of every step': [[2, 9, 9, 12], () => timeDistributed({ layer: conv2d({ filters: 12, kernelSize: 3 }) })],
};

/** Outputs and gradients of three samples in slabs of multiples of `multiple`; of kernels so much is kept, and gradients of that only. */
function passes([shape, layer]: [Shape, () => Layer], multiple: number, keep = 1): Float32Array[] {
  const random = new Random(3);
  const draw = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
  const x = input({ shape });
  const network = new Network({ inputs: [x], outputs: layer().apply(x) });
  for (const parameter of network.parameters) {
    parameter.write({ data: draw(parameter.length) });
    if (keep < 1 && parameter.prunable) parameter.setMask(draw(parameter.length).map((u) => Number(u < 2 * keep - 1)));
  }
  const c = draw(3 * sizeOf(network.outputs[0].shape));
  const { output, gradients } = run(network, [draw(3 * sizeOf(shape))], c, new Batch(3, 32, multiple));
  const kept = network.parameters.map(({ gradient, mask }) => gradient.view.map((g, i) => g * (mask?.view[i] ?? 1)));
  return [output, ...gradients, ...kept];
}

test.each(Object.entries(layers))('%s: what taps give, within 1e-5, and not the same bits', (_, layer) => {
  const byTaps = passes(layer, 1);
  for (const [i, numbers] of passes(layer, 16).entries()) {
    const largest = Math.max(...byTaps[i].map(Math.abs));
    const worst = Math.max(...numbers.map((number, j) => Math.abs(number - byTaps[i][j])));
    expect(worst).toBeLessThanOrEqual(1e-5 * largest);
  }
  expect(passes(layer, 16)[0]).not.toEqual(byTaps[0]);
});

test.each(Object.entries(layers))('%s with 45%% of its weights: what these alone give', (_, layer) => {
  const byPattern = passes(layer, 1, 0.45);
  for (const [i, numbers] of passes(layer, 16, 0.45).entries()) {
    const largest = Math.max(...byPattern[i].map(Math.abs));
    expect(Math.max(...numbers.map((number, j) => Math.abs(number - byPattern[i][j])))).toBeLessThanOrEqual(
      1e-5 * largest,
    );
  }
});

test('pruned weights stay pruned where tiles multiply all of them', async () => {
  const model = sequential([
    conv2d({ filters: 16, kernelSize: 3, inputShape: [10, 10, 12] }),
    flatten(),
    dense({ units: 4, activation: 'softmax' }),
  ]);
  prune(model, { amount: 0.55, layers: [model.layers[0].name] });
  const [kernel] = model.parameters;
  const before = kernel.values.view.slice();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const random = new Random(9);
  const x = Float32Array.from({ length: 64 * 1200 }, () => random.uniform(-1, 1));
  await model.fit(
    x,
    Uint8Array.from({ length: 64 }, (_, i) => i % 4),
    { epochs: 2, batchSize: 32, verbose: 0 },
  );
  const pruned = before.map((w) => Number(w === 0));
  expect(pruned.reduce((a, b) => a + b)).toBe(Math.round(0.55 * before.length));
  expect(kernel.values.view.map((w) => Number(w === 0))).toEqual(pruned);
  expect(kernel.values.view).not.toEqual(before);
});

describe.each([{ relaxed: true }, { relaxed: false }])('compressed, relaxed SIMD $relaxed', ({ relaxed }) => {
  test('what f64 loops give, after pruned convolutions that leave columns between rows, and says so', () => {
    const draw = new Drawing({ density: 0.4, block: 1 });
    const x = draw.input(12, 11, 3);
    const pruned = draw.conv(x, [3, 3], 3, 12, { activation: 'relu' });
    const first = draw.conv(pruned, [3, 4], 12, 14, { padding: 'same', activation: 'relu' });
    const description = draw.model(first, draw.conv(first, [5, 5], 14, 16, { padding: 'same' }));
    const [a, b, c] = description.graph.layers.slice(1).map(({ name }) => name);
    const forms = { [a]: 'csr', [b]: 'dense', [c]: 'dense' } as const;
    agrees(description, [1, 4, 5, 8, 12, 31, 32, 36, 39, 64], { forms, relaxed });
    const why = (batch: number) =>
      compress({ describe: () => description }, { forms, batch })
        .explain()
        .map((row) => row.why.includes("Winograd's tiles"));
    expect(why(1)).toEqual([false, false, false]);
    expect(why(32)).toEqual([false, true, true]);
    expect(why(15)).toEqual([false, true, true]);
  });

  test('a batch of no whole vectors is filled up with zeros: the same bits, whatever came before, and the answers alone', () => {
    const draw = new Drawing();
    const x = draw.input(11, 10, 12);
    const y = draw.conv(x, [3, 3], 12, 16, { activation: 'relu' });
    const model = compress({ describe: () => draw.model(y) }, { relaxed });
    const [size, room] = [11 * 10 * 12, 9 * 8 * 16];
    const samples = normals(12 * size);
    const filled = samples.map((value, i) => (i < 9 * size ? value : 0));
    const expected = model.predict(filled).data.subarray(0, 9 * room);
    expect(() => model.predict(samples.map((value, i) => (i === 11 * size ? Number.NaN : value)))).toThrow('got NaN');
    expect(model.predict(samples.subarray(0, 9 * size)).data).toEqual(expected);
    expect(model.predict([...samples.subarray(0, 9 * size)]).data).toEqual(expected);
    model.dispose();
  });
});

test('a batch is filled up where the products then take less by a tenth, and only up to whole vectors', () => {
  const costs = [0, 10, 20, 30, 32, 60, 60, 60, 56, 63, 63, 63, 56];
  const asked: number[] = [];
  const jobs = (width: number) => {
    asked.push(width);
    return new Map([['conv', { width } as unknown as Job]]);
  };
  const widths = new Widths(jobs, (job) => costs[(job as unknown as { width: number }).width]);
  expect([1, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((samples) => widths.of(samples))).toEqual([
    1, 4, 5, 6, 7, 8, 12, 12, 12, 12,
  ]);
  const before = asked.length;
  expect([9, 5].map((samples) => widths.of(samples))).toEqual([12, 5]);
  expect(asked.length).toBe(before);
});

test('tiles are taken where they are faster and can be: plain steps, 3 to 5 taps a side, whole vectors of samples', () => {
  const tiling = (size: number, { strides = 1, dilation = 1, n = 32, channels = 32 } = {}) => {
    const window = windowOf([20, 20], [size, size], [strides, strides], 'valid', [dilation, dilation]);
    return fasterTiling(window, { m: 32, k: channels * size * size }, [n]);
  };
  expect([3, 4, 5].map((size) => tiling(size)?.rows)).toEqual([5, 6, 8]);
  for (const size of [1, 2, 6, 7]) expect(tiling(size)).toBeUndefined();
  expect(tiling(3, { strides: 2 })).toBeUndefined();
  expect(tiling(3, { dilation: 2 })).toBeUndefined();
  expect(tiling(3, { n: 6 })).toBeUndefined();
  expect(tiling(3, { channels: 1 })).toBeUndefined();
});
