// Networks: order, names, shapes, sharing, description and back, the table.

import { expect, test } from 'vitest';
import { arena } from '../src/engine/index.ts';
import {
  add,
  batchNormalization,
  concatenate,
  conv2d,
  conv2dTranspose,
  dense,
  dropout,
  flatten,
  initializers,
  input,
  maxPooling2d,
  reshape,
} from '../src/layers/index.ts';
import { Network, rebuild } from '../src/model/index.ts';
import { proximalL1 } from '../src/regularizers/index.ts';
import { Batch, Tape, Tensor } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';

function branched(seed = 0): Network {
  const image = input({ shape: [8, 8, 1], name: 'image' });
  const extra = input({ shape: [4] });
  const left = conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu', name: 'left' }).apply(image);
  const right = conv2d({ filters: 3, kernelSize: 5, padding: 'same', useBias: false }).apply(image);
  let h = batchNormalization().apply(add().apply([left, right]));
  h = flatten().apply(maxPooling2d().apply(h));
  const shared = dense({ units: 4, activation: 'tanh', kernelRegularizer: proximalL1(0.002) });
  h = concatenate().apply([
    shared.apply(extra),
    shared.apply(dense({ units: 4 }).apply(dropout({ rate: 0.2 }).apply(h))),
  ]);
  return new Network({ inputs: [image, extra], outputs: dense({ units: 2, activation: 'softmax' }).apply(h), seed });
}

function answer(network: Network): Float32Array {
  const random = new Random(3);
  return arena.scope(() => {
    const batch = new Batch(5, 32, 1);
    const xs = network.inputs.map(({ shape }) => {
      const size = shape.reduce((a, b) => a * b);
      return Tensor.from(
        Float32Array.from({ length: 5 * size }, () => random.normal()),
        shape,
        batch,
      );
    });
    return network.forward(xs, new Tape())[0].toArray();
  });
}

test('layers without a name are named by type and number, in order of use', () => {
  expect(branched().layers.map(({ name }) => name)).toEqual([
    'dense', // the shared one, first used on the extra input
    'left',
    'conv2d',
    'add',
    'batchNormalization',
    'maxPooling2d',
    'flatten',
    'dropout',
    'dense_1',
    'concatenate',
    'dense_2',
  ]);
});

test('one seed gives the same weights, another gives others', () => {
  const weights = (seed: number) =>
    branched(seed)
      .getWeights()
      .map(({ data }) => Array.from(data));
  expect(weights(4)).toEqual(weights(4));
  expect(weights(4)).not.toEqual(weights(5));
});

test('a description rebuilds the same network: answers, names, regularizers, masks', () => {
  const network = branched(7);
  const kernel = network.getLayer('left').parameters[0];
  kernel.setMask(Float32Array.from({ length: kernel.length }, (_, i) => i % 2));
  for (const parameter of network.getLayer('batchNormalization').parameters) {
    parameter.write({ data: parameter.read().data.map((_, i) => 0.5 + i) });
  }
  const again = rebuild(network.describe(), (options) => new Network(options));
  expect(answer(again)).toEqual(answer(network));
  expect(again.seed).toBe(7);
  expect(again.describe()).toEqual(network.describe());
  expect(again.getLayer('left').parameters[0].mask?.view).toEqual(kernel.mask?.view);
  expect(again.getLayer('dense').parameters[0].regularizer?.config()).toEqual(proximalL1(0.002).config());
  expect(again.inputs[0].node.name).toBe('image');
});

test('a network is a layer: nested twice it shares its weights, and is described and rebuilt', () => {
  const x = input({ shape: [3] });
  const inner = new Network({ inputs: x, outputs: dense({ units: 3, activation: 'sigmoid' }).apply(x), name: 'inner' });
  const y = input({ shape: [3] });
  const outer = new Network({ inputs: y, outputs: inner.apply(inner.apply(y)) });
  expect(outer.parameters.map(({ length }) => length)).toEqual([9, 3]);
  const again = rebuild(outer.describe(), (options) => new Network(options));
  expect(answer(again)).toEqual(answer(outer));
  expect(again.layers).toHaveLength(1);
});

test('the table shows what Keras shows, with densities', () => {
  const x = input({ shape: [6, 6, 1] });
  let h = conv2d({ filters: 2, kernelSize: 3 }).apply(x);
  h = batchNormalization().apply(h);
  h = dense({ units: 10 }).apply(flatten().apply(h));
  const network = new Network({ inputs: x, outputs: h, name: 'small' });
  const kernel = network.getLayer('dense').parameters[0];
  kernel.setMask(Float32Array.from({ length: 320 }, (_, i) => (i % 4 === 0 ? 1 : 0)));
  let text = '';
  network.summary((table) => {
    text = table;
  });
  expect(text.split('\n').map((line) => line.replace(/[━─]+/, '-').replace(/ {2,}/g, ' | '))).toEqual([
    'Model: "small"',
    '-',
    'Layer (type) | Output shape | Params | Density | Connected to',
    '-',
    'input (input) | (None, 6, 6, 1) | 0',
    'conv2d (conv2d) | (None, 4, 4, 2) | 20 | 100.0% | input',
    'batchNormalization (batchNormalization) | (None, 4, 4, 2) | 8 | conv2d',
    'flatten (flatten) | (None, 32) | 0 | batchNormalization',
    'dense (dense) | (None, 10) | 330 | 25.0% | flatten',
    '-',
    'Total params: 358',
    'Trainable params: 354',
    'Non-trainable params: 4',
    'Kernel weights kept: 98 of 338 (29.0%; biases not counted)',
  ]);
});

test('initializers: fans as Keras counts them, deviations as named', () => {
  const deviation = (name: keyof typeof initializers, shape: number[]) => {
    const values = initializers[name].values(shape, new Random(9));
    const mean = values.reduce((a, b) => a + b) / values.length;
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  };
  const dense = [300, 100];
  const conv = [3, 3, 20, 50];
  const near = (actual: number, expected: number) => expect(Math.abs(actual / expected - 1)).toBeLessThan(0.02);
  near(deviation('glorotUniform', dense), Math.sqrt(2 / 400));
  near(deviation('glorotNormal', conv), Math.sqrt(2 / (9 * 70)));
  near(deviation('heUniform', conv), Math.sqrt(2 / 180));
  near(deviation('heNormal', dense), Math.sqrt(2 / 300));
  near(deviation('randomNormal', dense), 0.05);
  near(deviation('randomUniform', dense), 0.05 / Math.sqrt(3));
  const limit = Math.max(...initializers.glorotUniform.values(dense, new Random(1)).map(Math.abs));
  expect(limit).toBeLessThanOrEqual(Math.sqrt(6 / 400));
  expect(limit).toBeGreaterThan(0.99 * Math.sqrt(6 / 400));
  expect(new Set(initializers.ones.values([3, 2], new Random(1)))).toEqual(new Set([1]));
});

test('what does not fit is refused with the layer, what was expected and what came', () => {
  const image = input({ shape: [8, 8, 3] });
  const errors: [() => unknown, string][] = [
    [() => dense({ units: 0 }), 'dense: expected units to be a whole number from 1, got 0'],
    [() => dense({ units: 2.5 }), 'whole number from 1, got 2.5'],
    [() => dense({ units: 2, name: 'head' }).apply(image), 'head: expected an input of shape [features]'],
    [
      () => dense({ units: 2, activation: 'mish' as 'relu' }),
      "Unknown activation 'mish': expected one of linear, relu",
    ],
    [() => dense({ units: 2, kernelInit: 'zeros' } as never), "dense: unknown option 'kernelInit'"],
    [
      () => dense({ units: 2, kernelInitializer: 'identity' as 'zeros' }).apply(input({ shape: [2] })),
      "Unknown initializer 'identity'",
    ],
    [
      () => conv2d({ filters: 2, kernelSize: 9 }).apply(image),
      'conv2d: expected an input of at least 9x9 pixels, got [8, 8, 3]',
    ],
    [
      () => conv2d({ filters: 2, kernelSize: 3, padding: 'full' as 'same' }),
      'padding to be one of valid, same, got "full"',
    ],
    [() => conv2d({ filters: 2, kernelSize: [3, 0] }), 'kernelSize to be a whole number from 1, got 0'],
    [() => conv2d({ filters: 2, kernelSize: 3 }).apply(input({ shape: [4] })), '[rows, columns, channels], got [4]'],
    [
      () => {
        const options = { kernelSize: 2, strides: 2, padding: 'same', outputPadding: 0 } as const;
        return conv2dTranspose({ filters: 3, ...options }).apply(input({ shape: [1, 4, 2] }));
      },
      'conv2dTranspose: expected outputPadding to leave an output of 1x1 pixels or more, got 0x6',
    ],
    [() => maxPooling2d({ poolSize: 9 }).apply(image), 'at least 9x9 pixels'],
    [
      () => reshape({ targetShape: [5, 5] }).apply(image),
      'reshape: expected an input of 25 numbers for [5, 5], got [8, 8, 3]',
    ],
    [() => dropout({ rate: 1 }), 'rate to be a number in [0, 1), got 1'],
    [() => batchNormalization({ momentum: 2 }), 'momentum to be a number in [0, 1], got 2'],
    [
      () => add().apply([image, input({ shape: [8, 8, 1] })]),
      'add: expected inputs of one shape, got [8, 8, 3] and [8, 8, 1]',
    ],
    [() => add().apply(image), 'add: expected two inputs or more, got 1'],
    [() => concatenate().apply([image, input({ shape: [8, 7, 3] })]), 'differ in the last axis only'],
    [() => input({ shape: [3, -1] }), 'input: expected a shape of positive whole numbers, got [3, -1]'],
    [
      () => new Network({ inputs: input({ shape: [2] }), outputs: dense({ units: 2 }).apply(input({ shape: [2] })) }),
      'not among `inputs`',
    ],
    [
      () => {
        const x = input({ shape: [2] });
        return new Network({ inputs: [x, x], outputs: dense({ units: 2 }).apply(x) });
      },
      'model: expected `inputs` that differ, got the one of shape [2] twice: name it once',
    ],
    [
      () => {
        const x = input({ shape: [2] });
        const h = dense({ units: 2, name: 'a' }).apply(x);
        return new Network({ inputs: x, outputs: dense({ units: 2, name: 'a' }).apply(h) });
      },
      "model: expected layers whose names differ, got two named 'a'",
    ],
    [
      () => branched().getLayer('none'),
      "expected the name of a layer (dense, left, conv2d, add, batchNormalization, maxPooling2d, flatten, dropout, dense_1, concatenate, dense_2), got 'none'",
    ],
    [() => branched().setWeights([]), 'expected 13 arrays of weights, got 0'],
  ];
  for (const [act, message] of errors) expect(act, message).toThrow(message);
});
