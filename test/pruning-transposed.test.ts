// Pruning and shrinking where a kernel's outputs are not its last axis: transposed convolutions, and the U-Net they make.

import { expect, test } from 'vitest';
import {
  activation,
  batchNormalization,
  concatenate,
  conv2d,
  conv2dTranspose,
  input,
  maxPooling2d,
} from '../src/layers/index.ts';
import {
  apoz,
  batchNormScale,
  block4x1,
  type Criterion,
  channels,
  filters,
  geometricMedian,
  kernelSlices,
  matrixColumns,
  obs,
  prune,
  type Structure,
  shrink,
  shrinkReport,
  sparsityReport,
  wanda,
} from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';
import { model, sequential } from '../src/training/index.ts';
import { maskOf, networkOf, parameterOf } from './pruning-fixture.ts';

const transposed = () =>
  networkOf(
    conv2dTranspose({ filters: 8, kernelSize: [3, 2], strides: 2, inputShape: [4, 5, 6], name: 'up' }),
    batchNormalization({ name: 'norm' }),
    activation({ activation: 'relu' }),
  );

/** [row, column, out, in] of a place in Keras order. */
const indexOf = (at: number): [row: number, column: number, out: number, channel: number] => [
  Math.floor(at / 96),
  Math.floor(at / 48) % 2,
  Math.floor(at / 6) % 8,
  at % 6,
];

const unitOf: [string, Structure, (index: readonly number[]) => string][] = [
  ['filters', filters, ([, , out]) => `${out}`],
  ['channels', channels, ([, , , channel]) => `${channel}`],
  ['kernelSlices', kernelSlices, ([, , out, channel]) => `${out} ${channel}`],
  ['matrixColumns', matrixColumns, ([row, column, , channel]) => `${row} ${column} ${channel}`],
  ['block4x1', block4x1, ([row, column, out, channel]) => `${row} ${column} ${Math.floor(out / 4)} ${channel}`],
];

test.each(unitOf)('%s of a transposed convolution go whole', (_, structure, key) => {
  const network = transposed();
  prune(network, { amount: 0.5, structure });
  const kept = new Map<string, Set<number>>();
  for (const [at, bit] of maskOf(parameterOf(network, 'up')).entries()) {
    const unit = key(indexOf(at));
    kept.set(unit, (kept.get(unit) ?? new Set()).add(bit));
  }
  const bits = [...kept.values()];
  expect(bits.every(({ size }) => size === 1)).toBe(true);
  expect(bits.filter((set) => set.has(0))).toHaveLength(bits.length / 2);
});

test.each<[string, Criterion]>([
  ['batchNormScale', batchNormScale],
  ['apoz', apoz],
  ['geometricMedian', geometricMedian],
])('%s tells outputs of a transposed convolution apart', (name, criterion) => {
  const network = transposed();
  const random = new Random(4);
  const kernel = parameterOf(network, 'up');
  // Output 3 is one that each of the three wants to go: small scale, silent, and the mean of the others.
  const values = kernel.read().data.map((_, at) => (indexOf(at)[2] === 3 ? 0 : random.normal()));
  kernel.write({ data: values });
  parameterOf(network, 'norm', 'gamma').write({ data: [1, 1, 1, 0.1, 1, 1, 1, 1] });
  parameterOf(network, 'norm', 'beta').write({ data: [0, 0, 0, -1, 0, 0, 0, 0] });
  const x = Float32Array.from({ length: 3 * 120 }, () => random.normal());
  const data = { x, y: new Float32Array(3 * 9 * 10 * 8) };
  prune(network, { amount: 1 / 8, criterion, structure: filters, ...(name === 'apoz' && { data }) });
  const mask = maskOf(kernel);
  expect(mask.every((bit, at) => bit === (indexOf(at)[2] === 3 ? 0 : 1))).toBe(true);
});

test('multiply-accumulates of a transposed convolution: weights × input pixels', () => {
  const [row] = sparsityReport(transposed()).layers;
  expect(row).toMatchObject({ type: 'conv2dTranspose', weights: 3 * 2 * 8 * 6, macs: 3 * 2 * 8 * 6 * 4 * 5 });
  expect(row.rows.count).toBe(8);
  expect(row.columns.count).toBe(36);
});

test('a U-Net shrinks through transposed convolution and skip', () => {
  const x = input({ shape: [8, 8, 2] });
  const left = conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'left' }).apply(x);
  const deep = conv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu', name: 'deep' });
  const up = conv2dTranspose({
    filters: 5,
    kernelSize: 3,
    strides: 2,
    padding: 'same',
    activation: 'relu',
    name: 'up',
  });
  const joined = concatenate().apply([up.apply(deep.apply(maxPooling2d().apply(left))), left]);
  const large = model({ inputs: x, outputs: conv2d({ filters: 3, kernelSize: 1, name: 'out' }).apply(joined) });
  const silence = (layer: string, axis: number, gone: readonly number[]) => {
    const kernel = parameterOf(large, layer);
    const stride = kernel.shape.slice(axis + 1).reduce((product, side) => product * side, 1);
    const values = kernel
      .read()
      .data.map((w, at) => (gone.includes(Math.floor(at / stride) % kernel.shape[axis]) ? 0 : w));
    kernel.write({ data: values });
  };
  silence('deep', 3, [1, 4]);
  silence('up', 2, [0, 3]);
  silence('out', 2, [2, 6]); // channel 2 of up, channel 1 of left: left is read by deep as well
  const small = shrink(large);
  const removed = Object.fromEntries(
    shrinkReport(small).layers.map(({ layer, inputs, outputs }) => [layer, [inputs.removed, outputs.removed]]),
  );
  expect(removed).toEqual({
    left: [[], []],
    deep: [[], [1, 4]],
    up: [
      [1, 4],
      [0, 2, 3],
    ],
    out: [[0, 2, 3], []],
  });
  const random = new Random(2);
  const samples = Float32Array.from({ length: 3 * 128 }, () => random.normal());
  const [ours, theirs] = [small.predict(samples).data, large.predict(samples).data];
  const largest = Math.max(...theirs.map(Math.abs));
  expect(Math.max(...theirs.map((value, i) => Math.abs(value - ours[i])))).toBeLessThanOrEqual(1e-5 * largest);
});

/**
 * A transposed convolution and the plain one that does the same on its input with zeros between the pixels and around them: a window with
 * the taps turned around, inputs and outputs exchanged.
 */
function equivalents(padding: 'valid' | 'same', outputPadding?: readonly [number, number]) {
  const [rows, columns, channels, filters, size, strides] = [4, 3, 2, 3, [3, 2], [2, 1]];
  const random = new Random(5, 'equivalents');
  const up = sequential([
    conv2dTranspose({
      filters,
      kernelSize: [3, 2],
      strides: [2, 1],
      padding,
      outputPadding,
      inputShape: [rows, columns, channels],
      name: 'c',
    }),
  ]);
  const [height, width] = up.outputs[0].shape;
  const tall = height + size[0] - 1;
  const wide = width + size[1] - 1;
  const plain = sequential([conv2d({ filters, kernelSize: [3, 2], inputShape: [tall, wide, channels], name: 'c' })]);
  const kernel = parameterOf(up, 'c').read().data;
  const turned = (at: number): number => {
    const [tap, channel, out] = [
      Math.floor(at / (channels * filters)),
      Math.floor(at / filters) % channels,
      at % filters,
    ];
    return ((size[0] * size[1] - 1 - tap) * filters + out) * channels + channel;
  };
  plain.setWeights([
    { shape: [...size, channels, filters], data: Float32Array.from(kernel, (_, at) => kernel[turned(at)]) },
    ...up.getWeights().slice(1),
  ]);
  const samples = 6;
  const x = Float32Array.from({ length: samples * rows * columns * channels }, () => random.normal());
  const spread = new Float32Array(samples * tall * wide * channels);
  // Keras cuts of what all pixels reach the odd row at the end.
  const before = [0, 1].map((axis) => {
    const reached = ([rows, columns][axis] - 1) * strides[axis] + size[axis];
    return padding === 'valid' ? 0 : Math.floor(Math.max(0, reached - [height, width][axis]) / 2);
  });
  for (let i = 0; i < x.length; i++) {
    const [sample, pixel, channel] = [
      Math.floor(i / (rows * columns * channels)),
      Math.floor(i / channels),
      i % channels,
    ];
    const row = (Math.floor(pixel / columns) % rows) * strides[0] + size[0] - 1 - before[0];
    const column = (pixel % columns) * strides[1] + size[1] - 1 - before[1];
    if (row < tall && column < wide) spread[((sample * tall + row) * wide + column) * channels + channel] = x[i];
  }
  return { up, plain, x, spread, turned };
}

const paddings: ['valid' | 'same', [number, number] | undefined][] = [
  ['valid', undefined],
  ['valid', [1, 0]],
  ['same', undefined],
  ['same', [0, 0]],
];

for (const [padding, outputPadding] of paddings) {
  test.each([
    ['wanda', wanda],
    ['obs', obs()],
  ] as [string, Criterion][])(
    `%s sees the inputs of a transposed convolution, ${padding}, output padding ${outputPadding}`,
    (_, criterion) => {
      const { up, plain, x, spread, turned } = equivalents(padding, outputPadding);
      const [y, same] = [up.predict(x), plain.predict(spread)];
      expect(same.shape).toEqual(y.shape);
      for (const [i, value] of y.data.entries()) expect(same.data[i]).toBeCloseTo(value, 5);
      const [first, second] = [
        prune(up, { criterion, amount: 0.5, data: { x } }),
        prune(plain, { criterion, amount: 0.5, data: { x: spread } }),
      ];
      expect(first.skipped).toEqual([]);
      expect(second.skipped).toEqual([]);
      const [ours, theirs] = [parameterOf(up, 'c'), parameterOf(plain, 'c')];
      const mask = maskOf(ours);
      expect(mask.filter((bit) => bit === 0).length).toBe(18);
      expect(maskOf(theirs)).toEqual(mask.map((_, at) => mask[turned(at)]));
      const values = ours.read().data;
      for (const [at, value] of theirs.read().data.entries()) expect(value).toBeCloseTo(values[turned(at)], 4);
    },
  );
}
