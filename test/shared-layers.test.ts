// A layer in two places of a network: its parameters serve inputs of the features it was built for, and no others.

import { expect, test } from 'vitest';
import * as layers from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import type { Shape } from '../src/tensor/index.ts';

const { input, Layer } = layers;

/** The layer, an input it is built for, and one of other features. */
const withParameters: Record<string, readonly [() => layers.Layer, Shape, Shape]> = {
  batchNormalization: [() => layers.batchNormalization(), [4], [64]],
  'batchNormalization of images': [() => layers.batchNormalization(), [5, 5, 4], [5, 5, 3]],
  conv1d: [() => layers.conv1d({ filters: 2, kernelSize: 2 }), [6, 4], [6, 3]],
  conv2d: [() => layers.conv2d({ filters: 2, kernelSize: 2 }), [6, 6, 4], [6, 6, 8]],
  conv2dTranspose: [() => layers.conv2dTranspose({ filters: 2, kernelSize: 2 }), [6, 6, 4], [6, 6, 8]],
  dense: [() => layers.dense({ units: 2 }), [4], [5]],
  lstm: [() => layers.lstm({ units: 2 }), [6, 4], [6, 5]],
  squeezeExcitation: [() => layers.squeezeExcitation(), [6, 6, 4], [6, 6, 8]],
  timeDistributed: [() => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), [6, 4], [6, 5]],
  'timeDistributed batchNormalization': [
    () => layers.timeDistributed({ layer: layers.batchNormalization() }),
    [6, 4],
    [6, 64],
  ],
  model: [
    () => {
      const x = input({ shape: [4] });
      return new Network({ inputs: x, outputs: layers.dense({ units: 2 }).apply(x) });
    },
    [4],
    [5],
  ],
};

/** Layers that have none, and the embedding, whose inputs are numbers without features. */
const others = [
  'activation',
  'activityRegularization',
  'add',
  'averagePooling2d',
  'concatenate',
  'cropping2d',
  'dropout',
  'embedding',
  'flatten',
  'globalAveragePooling1d',
  'globalAveragePooling2d',
  'globalMaxPooling1d',
  'globalMaxPooling2d',
  'kSparse',
  'leakyRelu',
  'maxPooling2d',
  'reshape',
  'upSampling2d',
  'zeroPadding2d',
];

test('every layer stands in one of the two lists', () => {
  const factories = Object.entries(layers).filter(([, f]) => typeof f === 'function' && f !== Layer && f !== input);
  const listed = [...Object.keys(withParameters).filter((name) => name in layers), ...others];
  expect(factories.map(([name]) => name).sort()).toEqual(listed.sort());
});

for (const [name, [make, first, second]] of Object.entries(withParameters)) {
  test(`${name}, built for [${first}], takes another such input and not [${second}]`, () => {
    const layer = make();
    for (let use = 0; use < 2; use++) layer.apply(input({ shape: first }));
    expect(layer.parameters.length).toBeGreaterThan(0);
    expect(() => layer.apply(input({ shape: second }))).toThrow(
      /: expected (an input of 4 (features|channels)|inputs of shape \[4\]), got /,
    );
    layer.dispose();
  });
}
