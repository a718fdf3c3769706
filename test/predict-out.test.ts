// Where answers go: into the array given, whatever memory it shares, and not before all are known.

import { describe, expect, test } from 'vitest';
import { compress, dense, input, model, sequential, upSampling2d } from '../src/index.ts';

/** Each pixel becomes four: where an answer is four times its sample, those of the first samples lie over the samples that follow. */
const grows = sequential([input({ shape: [2, 2, 1] }), upSampling2d({ size: 2 })]);
const net = compress(grows);

const counting = (length: number) => Float32Array.from({ length }, (_, i) => i + 1);

describe('an answer written over its own samples', () => {
  for (const count of [1, 2, 3, 4, 32, 33, 40, 70]) {
    test(`${count} samples`, () => {
      const expected = grows.predict(counting(4 * count)).data;
      const ways = [net.predict.bind(net), (x: Float32Array, out: Float32Array) => grows.predict(x, { out })];
      for (const predict of ways) {
        const out = new Float32Array(16 * count);
        const x = out.subarray(0, 4 * count);
        x.set(counting(4 * count));
        expect(predict(x, out).data).toBe(out);
        expect(out).toEqual(expected);
      }
    });
  }

  test('two inputs, each where the other answer goes', () => {
    const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
    const twisted = model({
      inputs: [a, b],
      outputs: [dense({ units: 3 }).apply(b), dense({ units: 3 }).apply(a)],
      seed: 2,
    });
    const crossed = compress(twisted);
    for (const count of [1, 3, 5, 70]) {
      const xs = [counting(3 * count), counting(3 * count).map(Math.sqrt)];
      const expected = crossed.predictAll(xs.map((x) => x.slice()));
      expect(crossed.predictAll(xs, xs)).toEqual(expected);
      expect(xs).toEqual(expected.map(({ data }) => data));
    }
    crossed.dispose();
  });
});

describe('an array for the answer that', () => {
  const x = input({ shape: [2] });
  const outputs = ['left', 'right'].map((name) => dense({ units: 2, name }).apply(x));
  const two = compress(model({ inputs: x, outputs }));
  const room = new Float32Array(8);

  test.each([
    ['the same', room.subarray(0, 4), room.subarray(0, 4)],
    ['a part', room.subarray(0, 4), room.subarray(3, 7)],
  ])('shares memory with that of another output is refused: %s', (_, ...outs) => {
    const expected =
      "expected outs that share no memory, got those of 'left' and 'right' in one place: give each its own.";
    expect(() => two.predictAll([counting(4)], outs)).toThrow(expected);
  });

  test('lies beside it is filled', () => {
    const expected = two.predictAll([counting(4)]);
    two.predictAll([counting(4)], [room.subarray(0, 4), room.subarray(4)]);
    expect([...room]).toEqual(expected.flatMap(({ data }) => [...data]));
  });

  test.each([0, false, null, '', [1], new Float64Array(16)])('is none is refused: %o', (out) => {
    const wrong = out as unknown as Float32Array;
    expect(() => net.predict(counting(4), wrong)).toThrow('expected room for 16 numbers, a Float32Array, got');
    expect(() => net.predict([...counting(4)], wrong)).toThrow('expected room for 16 numbers, a Float32Array, got');
    expect(() => grows.predict(counting(4), { out: wrong })).toThrow('`out` of 16 numbers, a Float32Array, got');
    expect(() => two.predictAll([[1, 2]], out as never)).toThrow(
      'expected a list with an array for each of its outputs, [left, right], got',
    );
  });

  test('has another length is refused, and both are told', () => {
    expect(() => net.predict(counting(4), room)).toThrow(
      'expected room for 16 numbers, a Float32Array, got 8 numbers.',
    );
    expect(() => grows.predict(counting(4), { out: room })).toThrow('16 numbers, a Float32Array, got 8 numbers.');
  });

  test('was to have an answer for samples of which one holds no number is left as it was', () => {
    for (const predict of [net.predict.bind(net), (x: Float32Array, out: Float32Array) => grows.predict(x, { out })]) {
      const samples = counting(4 * 70);
      samples[4 * 69] = Number.NaN;
      const out = new Float32Array(16 * 70).fill(7);
      expect(() => predict(samples, out)).toThrow('got NaN at position 276');
      expect(out.every((value) => value === 7)).toBe(true);
    }
  });
});

test('a list where an array is expected, and the other way, are told apart', () => {
  const x = counting(4);
  const expected =
    'expected numbers, got a Float32Array at position 0; give one array of all samples, not a list of arrays';
  expect(() => grows.predict([x])).toThrow(expected);
  expect(() => grows.predictAll([x])).toThrow(expected);
  expect(() => net.predict([x] as never)).toThrow(expected);
  expect(() => net.predictAll(x as never)).toThrow(
    'expected a list with an array for each of its inputs, [input], got a Float32Array.',
  );
  expect(() => net.predictAll([...x] as never)).toThrow('its inputs, [input], got a list of 4.');
});
