// Outputs and gradients of the layers against PyTorch (test/golden/layers.py), in Keras' shapes.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as layers from '../src/layers/index.ts';
import { input, type SymbolicTensor } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { type ActivationName, activations } from '../src/ops/index.ts';
import { Batch } from '../src/tensor/index.ts';
import { drawer, expectClose } from './golden-fixture.ts';
import { run } from './gradient-check.ts';

interface Golden {
  shapes: number[][];
  shape: number[];
  y: number[];
  gradients: number[][];
}
const golden = JSON.parse(readFileSync(new URL('golden/layers.json', import.meta.url), 'utf8')) as Record<
  string,
  Golden
>;

const { activation, averagePooling2d, batchNormalization, conv2d, conv2dTranspose, cropping2d } = layers;
const { dense, flatten, globalAveragePooling2d, globalMaxPooling2d, maxPooling2d, upSampling2d, zeroPadding2d } =
  layers;

const networks: Record<string, (x: SymbolicTensor) => SymbolicTensor> = {
  ...Object.fromEntries(
    (Object.keys(activations).filter((name) => name !== 'linear') as ActivationName[]).map((name) => [
      `dense ${name}`,
      (x: SymbolicTensor) => dense({ units: 4, activation: name }).apply(x),
    ]),
  ),
  'conv2d valid': (x) => conv2d({ filters: 4, kernelSize: [3, 2] }).apply(x),
  'conv2d same': (x) => conv2d({ filters: 3, kernelSize: [3, 4], padding: 'same' }).apply(x),
  'conv2d strides': (x) => conv2d({ filters: 3, kernelSize: [3, 2], strides: [2, 3] }).apply(x),
  'conv2d same strides': (x) => conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }).apply(x),
  'conv2d dilated': (x) => conv2d({ filters: 3, kernelSize: [3, 2], dilationRate: [2, 3] }).apply(x),
  'conv2d dilated same strides': (x) =>
    conv2d({ filters: 3, kernelSize: 3, strides: [2, 1], padding: 'same', dilationRate: 2 }).apply(x),
  'conv2dTranspose valid': (x) => conv2dTranspose({ filters: 2, kernelSize: [3, 2] }).apply(x),
  'conv2dTranspose same': (x) => conv2dTranspose({ filters: 3, kernelSize: [4, 3], padding: 'same' }).apply(x),
  'conv2dTranspose strides': (x) => conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }).apply(x),
  'conv2dTranspose same strides': (x) =>
    conv2dTranspose({ filters: 3, kernelSize: [3, 4], strides: 2, padding: 'same' }).apply(x),
  'conv2dTranspose gaps': (x) => conv2dTranspose({ filters: 3, kernelSize: [2, 1], strides: [3, 2] }).apply(x),
  'conv2dTranspose outputPadding': (x) =>
    conv2dTranspose({
      filters: 2,
      kernelSize: [5, 3],
      strides: [2, 3],
      padding: 'same',
      outputPadding: [1, 2],
    }).apply(x),
  'conv2dTranspose outputPadding valid': (x) =>
    conv2dTranspose({ filters: 2, kernelSize: [3, 2], strides: [2, 3], outputPadding: [1, 0] }).apply(x),
  'conv2dTranspose dilated': (x) =>
    conv2dTranspose({ filters: 2, kernelSize: [3, 2], padding: 'same', dilationRate: [2, 3] }).apply(x),
  upSampling2d: (x) => upSampling2d({ size: [2, 3] }).apply(x),
  'upSampling2d bilinear': (x) => upSampling2d({ size: [2, 3], interpolation: 'bilinear' }).apply(x),
  zeroPadding2d: (x) =>
    zeroPadding2d({
      padding: [
        [1, 2],
        [3, 0],
      ],
    }).apply(x),
  cropping2d: (x) =>
    cropping2d({
      cropping: [
        [3, 0],
        [1, 2],
      ],
    }).apply(x),
  globalAveragePooling2d: (x) => globalAveragePooling2d().apply(x),
  globalMaxPooling2d: (x) => globalMaxPooling2d({ keepdims: true }).apply(x),
  maxPooling2d: (x) => maxPooling2d().apply(x),
  'maxPooling2d same overlapping': (x) => maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x),
  averagePooling2d: (x) => averagePooling2d({ poolSize: [2, 3] }).apply(x),
  'averagePooling2d same overlapping': (x) => averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x),
  'batchNormalization features': (x) => batchNormalization().apply(x),
  'batchNormalization images': (x) => batchNormalization().apply(x),
  cnn: (x) => {
    let h = conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(x);
    h = maxPooling2d().apply(h);
    h = conv2d({ filters: 3, kernelSize: 2, strides: 2 }).apply(h);
    h = flatten().apply(activation({ activation: 'relu' }).apply(h));
    return dense({ units: 2, activation: 'tanh' }).apply(h);
  },
};

test('every golden case has a network here', () => {
  expect(Object.keys(networks).sort()).toEqual(Object.keys(golden).sort());
});

for (const [name, { shapes, shape, y, gradients }] of Object.entries(golden)) {
  // Slabs of 2 put the third sample in a slab of its own.
  for (const [slab, multiple] of [
    [32, 16],
    [2, 1],
  ]) {
    test(`${name}: outputs and gradients are PyTorch's, slabs of ${slab}`, () => {
      const draw = drawer(7);
      const operands = shapes.map((s) => draw(s.reduce((a, b) => a * b)));
      const x = input({ shape: shapes[0].slice(1) });
      const network = new Network({ inputs: x, outputs: networks[name](x) });
      const trainable = network.parameters.filter((parameter) => parameter.trainable);
      for (const [i, parameter] of trainable.entries())
        parameter.write({ data: operands[i + 1], shape: shapes[i + 1] });
      const result = run(network, [operands[0]], draw(y.length), new Batch(shape[0], slab, multiple));
      expect(network.outputs[0].shape).toEqual(shape.slice(1));
      expectClose(result.output, y, 'y');
      expectClose(result.gradients[0], gradients[0], 'dx');
      for (const [i, parameter] of trainable.entries()) {
        expectClose(parameter.toKeras(parameter.gradient.view), gradients[i + 1], `d${parameter.name}`);
      }
      network.dispose();
    });
  }
}
