// What an inference model is given, and where it puts its answer: sparse matrices as their dense arrays, all else that is not right
// refused with one clear error, and the engine's memory given back.

import { describe, expect, test } from 'vitest';
import {
  add,
  CsrMatrix,
  compress,
  conv2d,
  dense,
  input,
  load,
  memoryUsage,
  model,
  prune,
  type SparseMatrix,
  sequential,
} from '../src/index.ts';
import { matrices } from './matrix-fixture.ts';

const features = 9;
const source = matrices(23);
const trained = sequential(
  [dense({ units: 12, activation: 'relu', inputShape: [features] }), dense({ units: 3, name: 'last' })],
  { seed: 1 },
);
prune(trained, { amount: 0.5 });

function samples(count: number) {
  const { data } = source.dense(count, features, 0.3);
  return { data, matrix: CsrMatrix.fromDense(data, { rows: count, columns: features }) };
}

describe('a sparse matrix is read as its dense array', () => {
  test.each([1, 2, 3, 4, 63, 64, 65, 131])('%i samples, in every form', (count) => {
    const compressed = compress(trained);
    const { data, matrix } = samples(count);
    const expected = compressed.predict(data);
    const forms: SparseMatrix[] = [matrix, matrix.toCsc(), matrix.toCoo(), matrix.toBlocks(4), matrix.toSell4()];
    for (const form of forms) expect(compressed.predict(form)).toEqual(expected);
    const out = new Float32Array(3 * count);
    expect(compressed.predict(matrix, out).data).toBe(out);
    expect(out).toEqual(expected.data);
    compressed.dispose();
  });

  test('beside a dense one, and as a typical sample', () => {
    const [a, b] = [input({ shape: [features], name: 'a' }), input({ shape: [2], name: 'b' })];
    const joined = add().apply([dense({ units: 4 }).apply(a), dense({ units: 4 }).apply(b)]);
    const two = compress(model({ inputs: [a, b], outputs: joined }));
    const { data, matrix } = samples(5);
    const other = source.numbers(10);
    expect(two.predictAll([matrix, other])).toEqual(two.predictAll([data, other]));
    expect(() => two.predictAll([matrix, other.slice(2)])).toThrow('as many samples each, got 5 and 4');
    expect(() => two.predictAll([matrix])).toThrow('an array for each of its inputs, [a, b], got a list of 1');
    two.dispose();
    const [sparse, full] = [matrix, data].map((x) => compress(trained, { sampleInputs: [x] }));
    expect(sparse.explain()).toEqual(full.explain());
    sparse.dispose();
    full.dispose();
  });

  test('but not where samples are images, of another width, or none', () => {
    const compressed = compress(trained);
    const image = compress(sequential([conv2d({ filters: 2, kernelSize: 3, inputShape: [3, 3, 1] })]));
    const { matrix } = samples(6);
    expect(() => image.predict(matrix)).toThrow('expected the shape [batch, 3, 3, 1], got a sparse matrix of 6 × 9');
    expect(() => compressed.predict(matrix.transpose())).toThrow('got a sparse matrix of 9 × 6');
    expect(() => compressed.predict(matrix.slice(0, 0))).toThrow('got a sparse matrix of 0 × 9');
    image.dispose();
    compressed.dispose();
  });
});

test('a number that is not finite is named by its place in the whole batch', () => {
  const compressed = compress(trained);
  const { data } = samples(100);
  data[70 * features + 4] = Number.NaN;
  const matrix = CsrMatrix.fromDense(data, { rows: 100, columns: features });
  const message = `input 'input': expected finite numbers, got NaN at position ${70 * features + 4};`;
  expect(() => compressed.predict(data)).toThrow(message);
  expect(() => compressed.predict(matrix)).toThrow(message);
  compressed.dispose();
});

const { data } = samples(1);
const refused: [what: string, x: unknown, message: RegExp][] = [
  ['a number', 5, /expected an array of numbers, got 5\./],
  ['text', 'abcdefghi', /expected an array of numbers, got "abcdefghi"/],
  ['nothing', undefined, /expected .*, got undefined/],
  ['strings', [...data].map(String), /expected numbers, got ".*" at position 0/],
  ['null among numbers', [1, null, 3, 4, 5, 6, 7, 8, 9], /expected numbers, got null at position 1/],
  ['null in a nested array', [[1, null, 3, 4, 5, 6, 7, 8, 9]], /expected numbers, got null at position 1/],
  ['bigints', new BigInt64Array(features), /expected numbers, got 0n at position 0/],
  ['a list of typed arrays', [data, data], /expected numbers, got a Float32Array at position 0/],
  ['a shape that is none', { data, shape: 9 }, /expected a shape of whole numbers, got 9/],
  ['a shape of fractions', { data, shape: [0.5, 18] }, /expected a shape of whole numbers, got \[0\.5, 18\]/],
];

test.each(refused)('%s is refused, by the trained model too', (_, x, message) => {
  const compressed = compress(trained);
  compressed.predict(data);
  const { live } = memoryUsage();
  for (const each of [compressed, trained]) expect(() => each.predict(x as number[])).toThrow(message);
  expect(() => compressed.predict(x as number[], new Float32Array(3))).toThrow(message);
  expect(() => compress(trained, { sampleInputs: [x as number[]] })).toThrow(message);
  expect(memoryUsage().live).toBe(live);
  compressed.dispose();
});

test('an out that is no Float32Array of the right length is refused, and so is a list of too many or few', () => {
  const compressed = compress(trained);
  const outs: [out: unknown, got: string][] = [
    [new Float32Array(2), 'got 2 numbers'],
    [new Float64Array(3), 'got a Float64Array'],
    [new Uint8Array(3), 'got a Uint8Array'],
    [[0, 0, 0], 'got \\[0, 0, 0\\]'],
  ];
  for (const [out, got] of outs) {
    for (const x of [data, [...data]]) {
      expect(() => compressed.predict(x, out as Float32Array)).toThrow(
        new RegExp(`^sequential: .*expected room for 3 numbers, a Float32Array, ${got}\\.$`),
      );
    }
    expect(() => trained.predict(data, { out: out as Float32Array })).toThrow(/expected an `out` of 3 numbers/);
  }
  expect(() => compressed.predictAll([data], [])).toThrow('an array for each of its outputs, [last], got a list of 0');
  expect(() => compressed.predictAll(undefined as never)).toThrow('got undefined');
  compressed.dispose();
});

test('what is refused leaves nothing behind', () => {
  const { live } = memoryUsage();
  const spoilt = samples(300).data;
  spoilt[2000] = Infinity;
  expect(() => compress(trained, { sampleInputs: [spoilt] })).toThrow('got Infinity at position 2000');
  expect(() => compress(trained, { forms: null as never })).toThrow(
    'expected forms as a plain object, forms by layer, got null',
  );
  expect(() => compress(undefined as never)).toThrow('compress: expected a model, got undefined');
  expect(() => compress(samples(1).matrix as never)).toThrow('compress: expected a model, got a CsrMatrix.');
  for (const bytes of [undefined, 'abc', 5, [1]]) expect(() => load(bytes as never)).toThrow('bytes of a model file');
  expect(memoryUsage().live).toBe(live);
});
