// Sizes beyond all bounds: a few words of configuration must not ask for all the memory, or for an hour.

import { expect, test } from 'vitest';
import { encodeModel, type ModelDescription } from '../src/format/index.ts';
import { compress, concatenate, input, load } from '../src/index.ts';
import { Drawing } from './inference-fixture.ts';

const drawn = (...shape: number[]) => {
  const draw = new Drawing();
  return { draw, x: draw.input(...shape) };
};

const input1 = (size: number): ModelDescription => {
  const { draw, x } = drawn(size);
  return draw.model(draw.layer('activation', { activation: 'relu' }, [x]));
};

const image = (config: object): ModelDescription => {
  const { draw, x } = drawn(6, 6, 3);
  return draw.model(draw.conv(x, [5, 5], 3, 4, { padding: 'same', ...config }));
};

const pooled = (config: object): ModelDescription => {
  const { draw, x } = drawn(6, 6, 3);
  return draw.model(draw.layer('averagePooling2d', config, [x]));
};

const joined = (): ModelDescription => {
  const { draw, x } = drawn(4);
  let y = x;
  for (let i = 0; i < 60; i++) y = draw.layer('concatenate', {}, [y, y]);
  return draw.model(y);
};

test.each<[what: string, model: ModelDescription, message: string]>([
  ...[1e9, 4294967295, 1e300].map((size): [string, ModelDescription, string] => [
    `an input of ${size}`,
    input1(size),
    `input0: expected an input of 1 to 268435456 numbers, got the shape [${size}].`,
  ]),
  [
    'a dilated convolution',
    image({ dilationRate: 4096 }),
    'conv2d1: expected an input with its padding of 1 to 268435456 numbers, got the shape [16390, 16390, 3].',
  ],
  ['a convolution dilated more', image({ dilationRate: 2 ** 30 }), 'conv2d1: expected an input with its padding'],
  [
    'a large window',
    pooled({ poolSize: 2 ** 30, padding: 'same', strides: 1 }),
    'averagePooling2d1: expected an input',
  ],
  [
    'layers joined over and over',
    joined(),
    'concatenate27: expected an output of 1 to 268435456 numbers, got the shape [536870912].',
  ],
])('a file with %s is refused at once, and the layer named', (_, description, message) => {
  const bytes = encodeModel(description);
  expect(bytes.length).toBeLessThan(20000);
  const before = performance.now();
  for (const open of [() => load(bytes), () => compress({ describe: () => description })])
    expect(open).toThrow(message);
  expect(performance.now() - before).toBeLessThan(1000);
});

test('what fits is taken: a few pixels, far apart', () => {
  const net = compress({ describe: () => image({ dilationRate: 16 }) });
  expect(net.predict(new Float32Array(108)).shape).toEqual([1, 6, 6, 4]);
  net.dispose();
});

test('layers are refused when they are drawn, before there is a model', () => {
  let y = input({ shape: [4] });
  const join = () => {
    for (let i = 0; i < 60; i++) y = concatenate().apply([y, y]);
  };
  expect(join).toThrow('concatenate: expected an output of 1 to 268435456 numbers, got the shape [536870912].');
  expect(() => input({ shape: [2 ** 31] })).toThrow('input: expected a shape of 1 to 268435456 numbers');
});
