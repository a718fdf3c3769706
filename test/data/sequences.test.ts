// Sequences as arrays: padded and cut at either end, and one-hot.

import { describe, expect, test } from 'vitest';
import { oneHot, type PadOptions, padSequences } from '../../src/index.ts';

describe('padSequences', () => {
  const sequences = [[1], [2, 3], [4, 5, 6]];
  const padded = (options?: PadOptions) => {
    const { data, shape } = padSequences(sequences, options);
    return Array.from({ length: shape[0] }, (_, row) => [...data.subarray(row * shape[1], (row + 1) * shape[1])]);
  };

  // The first four are the examples of Keras' documentation.
  test.each<[PadOptions, number[][]]>([
    [
      {},
      [
        [0, 0, 1],
        [0, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      { value: -1 },
      [
        [-1, -1, 1],
        [-1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      { padding: 'post' },
      [
        [1, 0, 0],
        [2, 3, 0],
        [4, 5, 6],
      ],
    ],
    [
      { maxlen: 2 },
      [
        [0, 1],
        [2, 3],
        [5, 6],
      ],
    ],
    [
      { maxlen: 2, truncating: 'post' },
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ],
    [
      { maxlen: 2, truncating: 'post', padding: 'post' },
      [
        [1, 0],
        [2, 3],
        [4, 5],
      ],
    ],
    [
      { maxlen: 4, padding: 'post', value: 9 },
      [
        [1, 9, 9, 9],
        [2, 3, 9, 9],
        [4, 5, 6, 9],
      ],
    ],
  ])('%j', (options, expected) => expect(padded(options)).toEqual(expected));

  test('empty sequences are all filling; typed arrays and fractions pass', () => {
    const { data, shape } = padSequences([[], Float64Array.of(0.5), Int32Array.of(7, 8)], { value: -2 });
    expect(shape).toEqual([3, 2]);
    expect([...data]).toEqual([-2, -2, -2, 0.5, 7, 8]);
    expect(padSequences([])).toEqual({ data: new Float32Array(), shape: [0, 0] });
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a text', () => padSequences('abc' as never), /expected an array of sequences, got "abc"/],
    ['numbers', () => padSequences([1, 2] as never), /expected sequence 0 to be an array of numbers, got 1/],
    ['a string among them', () => padSequences([[1], 'ab' as never]), /expected sequence 1 to be an array of numbers/],
    ['NaN', () => padSequences([[1], [2, Number.NaN]]), /got NaN at position 1 of sequence 1/],
    ['a word', () => padSequences([['a' as never]]), /expected finite numbers, got a at position 0 of sequence 0/],
    ['maxlen 0', () => padSequences([[1]], { maxlen: 0 }), /expected maxlen to be a whole number from 1, got 0/],
    ['half a length', () => padSequences([[1]], { maxlen: 1.5 }), /maxlen/],
    [
      'another side',
      () => padSequences([[1]], { padding: 'left' as 'pre' }),
      /expected padding to be 'pre' or 'post', got "left"/,
    ],
    ['truncating there', () => padSequences([[1]], { truncating: 'mid' as 'pre' }), /expected truncating to be/],
    ['no value', () => padSequences([[1]], { value: Number.NaN }), /expected value to be a finite number/],
  ])('refuses %s', (_, call, message) => expect(call).toThrow(message));
});

describe('oneHot', () => {
  test('ids, with and without a shape and a number of classes', () => {
    expect(oneHot([0, 2, 1])).toEqual({ data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0), shape: [3, 3] });
    expect(oneHot(Uint8Array.of(1), 4)).toEqual({ data: Float32Array.of(0, 1, 0, 0), shape: [1, 4] });
    const { data, shape } = oneHot({ data: [0, 1, 1, 0], shape: [2, 2] }, 2);
    expect([...data]).toEqual([1, 0, 0, 1, 0, 1, 1, 0]);
    expect(shape).toEqual([2, 2, 2]);
  });

  test('refuses ids out of range, and nothing at all', () => {
    expect(() => oneHot([0, 3], 3)).toThrow('expected ids from 0 to 2, got 3 at position 1');
    expect(() => oneHot([-1], 3)).toThrow('got -1 at position 0');
    expect(() => oneHot([0.5], 3)).toThrow('got 0.5');
    expect(() => oneHot([])).toThrow('expected the largest id + 1 to be a whole number from 1, got 0');
    for (const [none, shown] of [
      [null, 'null'],
      [3, '3'],
      ['abc', '"abc"'],
      [{ data: null, shape: [1] }, 'null'],
    ] as const) {
      expect(() => oneHot(none as never)).toThrow(`oneHot: expected an array of ids, got ${shown}.`);
    }
    expect(() => oneHot([0], 0)).toThrow('expected numClasses to be a whole number from 1, got 0');
  });
});
