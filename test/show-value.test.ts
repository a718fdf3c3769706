// Values in error messages: NaN is not null, text is told from numbers, and no message grows with what was given.

import { expect, test } from 'vitest';
import { averagePooling2d, conv2d, dense, lstm, maxPooling2d, reshape, zeroPadding2d } from '../src/index.ts';
import { showValue } from '../src/tensor/index.ts';

test.each<[value: unknown, shown: string]>([
  [NaN, 'NaN'],
  [-Infinity, '-Infinity'],
  [undefined, 'undefined'],
  [null, 'null'],
  [3n, '3n'],
  [true, 'true'],
  ['3', '"3"'],
  ['a\nb', '"a\\nb"'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 3, 'a function'],
  [{ count: 3 }, 'an object'],
  [new Map(), 'a Map'],
  [Promise.resolve(), 'a Promise'],
  [new Error('e'), 'an Error'],
  [Object.create(null), 'an object'],
  [{ length: -4 }, 'an object of length -4'],
  [{ length: {} }, 'an object'],
  [new Float32Array(3), 'a Float32Array'],
  [[], '[]'],
  [[3, '3', NaN], '[3, "3", NaN]'],
  [new Array(2), '[undefined, undefined]'],
  [[[1, 2], [[3]]], '[[1, 2], [an array]]'],
  [[1, 2, 3, 4, 5], 'an array'],
])('%s', (value, shown) => expect(showValue(value)).toBe(shown));

test('an array within itself has an end', () => {
  const endless: unknown[] = [];
  endless.push(endless);
  expect(showValue(endless)).toBe('[[an array]]');
});

test.each<[make: () => unknown, message: string]>([
  [() => dense({ units: NaN }), 'dense: expected units to be a whole number from 1, got NaN.'],
  [() => dense({ units: '8' as never }), 'got "8".'],
  [() => lstm({ units: Infinity }), 'got Infinity.'],
  [() => lstm({ units: 3, dropout: '0.5' as never }), 'dropout to be a number in [0, 1), got "0.5".'],
  [() => conv2d({ filters: 3n as never, kernelSize: 3 }), 'got 3n.'],
  [() => conv2d({ filters: 3, kernelSize: [3, NaN] }), 'kernelSize to be a whole number from 1, got NaN.'],
  [
    () => conv2d({ filters: 3, kernelSize: undefined as never }),
    'a whole number from 1 or [rows, columns], got undefined.',
  ],
  [() => maxPooling2d({ poolSize: [2, 2, 2] as never }), 'a whole number from 1 or [rows, columns], got [2, 2, 2].'],
  [() => averagePooling2d({ padding: (() => 'same') as never }), 'one of valid, same, got a function.'],
  [() => zeroPadding2d({ padding: NaN }), 'got NaN.'],
  [() => reshape({ targetShape: [2, NaN] }), 'a shape of positive whole numbers, got [2, NaN].'],
])('%s', (make, message) => expect(make).toThrow(message));
