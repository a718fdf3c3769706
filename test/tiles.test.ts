// Convolutions in Winograd's tiles against the same ones by taps: outputs and all gradients of a layer, whose three samples are padded to
// whole vectors or not. The kernels themselves are tested in test/kernels.

import { expect, test } from 'vitest';
import { conv2d, conv2dTranspose, input, type Layer, timeDistributed } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { fasterTiling, windowOf } from '../src/ops/index.ts';
import { Batch, type Shape, sizeOf } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { run } from './gradient-check.ts';

const layers: Record<string, [Shape, () => Layer]> = {
  '3 × 3': [[11, 9, 12], () => conv2d({ filters: 16, kernelSize: 3, activation: 'relu' })],
  '5 × 5, same': [[10, 12, 12], () => conv2d({ filters: 13, kernelSize: 5, padding: 'same' })],
  '3 × 4 without bias': [[9, 11, 10], () => conv2d({ filters: 11, kernelSize: [3, 4], useBias: false })],
  transposed: [[8, 8, 12], () => conv2dTranspose({ filters: 10, kernelSize: 3, padding: 'same' })],
  'of every step': [[2, 9, 9, 12], () => timeDistributed({ layer: conv2d({ filters: 12, kernelSize: 3 }) })],
};

/** Outputs and gradients of three samples in slabs of multiples of `multiple`. */
function passes([shape, layer]: [Shape, () => Layer], multiple: number): Float32Array[] {
  const random = new Random(3);
  const draw = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
  const x = input({ shape });
  const network = new Network({ inputs: [x], outputs: layer().apply(x) });
  for (const parameter of network.parameters) parameter.write({ data: draw(parameter.length) });
  const c = draw(3 * sizeOf(network.outputs[0].shape));
  const { output, gradients } = run(network, [draw(3 * sizeOf(shape))], c, new Batch(3, 32, multiple));
  return [output, ...gradients, ...network.parameters.map(({ gradient }) => gradient.view.slice())];
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
