// Dictionaries: the DCT, complete and overcomplete; K-SVD, which finds what signals were composed of.

import { describe, expect, test } from 'vitest';
import { Dictionary, dctDictionary, ksvd } from '../src/index.ts';
import { composed, length, residuals } from './coding-fixture.ts';

describe('dictionaries', () => {
  test("the complete DCT is orthogonal, and its rows are JPEG's", () => {
    const { gram, values } = dctDictionary({ size: 4, atoms: 16 });
    gram.forEach((value, i) => {
      expect(value).toBeCloseTo(i % 17 === 0 ? 1 : 0, 5);
    });
    for (let k = 0; k < 4; k++) {
      for (let j = 0; j < 4; j++) {
        const scale = (k === 0 ? 1 : Math.SQRT2) / 2;
        expect(values[k * 16 + j]).toBeCloseTo(0.5 * scale * Math.cos((Math.PI * k * (j + 0.5)) / 4), 6);
      }
    }
  });

  test('the overcomplete DCT: a constant atom, the others of mean zero in each changing direction', () => {
    const dictionary = dctDictionary({ size: 8, atoms: 121 });
    expect([dictionary.atoms, dictionary.features]).toEqual([121, 64]);
    for (const value of dictionary.atom(0)) expect(value).toBeCloseTo(1 / 8, 6);
    for (let k = 1; k < 121; k++) expect(dictionary.atom(k).reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
  });

  test('the largest eigenvalue is one: of an orthogonal basis 1, of copies their number', () => {
    expect(dctDictionary({ size: 4, atoms: 16 }).largestEigenvalue).toBeCloseTo(1, 1);
    expect(new Dictionary([3, 4, 6, 8, -3, -4], { features: 2 }).largestEigenvalue).toBeCloseTo(3, 1);
  });

  test('K-SVD finds most atoms that signals were composed of', async () => {
    const { dictionary, signals } = composed({ atoms: 30, features: 20, count: 1500, used: 3 });
    const { dictionary: learned, history } = await ksvd(signals, {
      atoms: 30,
      features: 20,
      nonzeros: 3,
      iterations: 40,
    });
    const found = Array.from({ length: 30 }, (_, k) => dictionary.atom(k)).filter((atom) =>
      Array.from({ length: 30 }, (_, j) => learned.atom(j)).some(
        (other) => Math.abs(atom.reduce((sum, value, i) => sum + value * other[i], 0)) > 0.99,
      ),
    );
    expect(found.length).toBeGreaterThanOrEqual(27);
    expect(history.length).toBe(40);
    expect(history[39].error).toBeLessThan(0.5 * history[0].error);
  });

  test('K-SVD reports the error that its codes leave, the same on every run', async () => {
    const { signals } = composed({ atoms: 30, features: 20, count: 400, used: 4 });
    const learn = () => ksvd(signals, { atoms: 24, features: 20, nonzeros: 3, iterations: 3, seed: 5 });
    const { dictionary, codes, history } = await learn();
    const left = residuals(dictionary, signals, codes).reduce((sum, one) => sum + length(one) ** 2, 0);
    if (history[2].replaced === 0) expect(Math.sqrt(left / signals.length)).toBeCloseTo(history[2].error, 5);
    expect(history[2].error).toBeLessThan(history[0].error);
    expect(Array.from((await learn()).dictionary.values)).toEqual(Array.from(dictionary.values));
  });

  test('K-SVD gives unused and doubled atoms to the signals it codes worst', async () => {
    const { signals } = composed({ features: 16, count: 200 });
    const first = Array.from({ length: 16 }, (_, j) => Number(j === 0));
    const initial = new Dictionary([first, first, first], { features: 16 });
    const { dictionary, history } = await ksvd(signals, { initial, nonzeros: 1, iterations: 1 });
    expect(history[0].replaced).toBe(2);
    for (const k of [1, 2]) {
      const isSignal = Array.from({ length: 200 }, (_, s) => signals.subarray(16 * s, 16 * s + 16)).some(
        (x) =>
          Math.abs(dictionary.atom(k).reduce((sum, value, j) => sum + value * x[j], 0)) / length(Float64Array.from(x)) >
          0.9999,
      );
      expect(isSignal).toBe(true);
    }
  });

  test('K-SVD stops after the iteration in which it is aborted', async () => {
    const { signals } = composed({ count: 60 });
    const signal = { aborted: false };
    const { history } = await ksvd(signals, {
      atoms: 20,
      features: 32,
      iterations: 10,
      signal,
      onIteration: ({ iteration }) => {
        signal.aborted = iteration === 2;
      },
    });
    expect(history.length).toBe(2);
  });
});

describe('bad input', () => {
  test.each<[string, () => unknown]>([
    ['atom 1 is zero', () => new Dictionary([1, 0, 0, 0], { features: 2 })],
    ['got 3 numbers, not a multiple of 2', () => new Dictionary([1, 0, 1], { features: 2 })],
    ['expected finite numbers, got NaN', () => new Dictionary([1, Number.NaN], { features: 2 })],
    ['expected features to be a whole number from 1, got 0', () => new Dictionary([1], { features: 0 })],
    ['expected atoms to be a square number from 64', () => dctDictionary({ atoms: 200 })],
  ])('%s', (message, call) => expect(call).toThrow(message));

  const { signals } = composed({ atoms: 8, features: 4, count: 3, used: 1 });
  test.each<[string, Parameters<typeof ksvd>[1]]>([
    ['expected an initial dictionary, or how many atoms and features', {}],
    ['expected at least 9 signals that are not zero for 9 atoms, got 3', { atoms: 9, features: 4 }],
    ['expected iterations', { atoms: 2, features: 4, iterations: 0 }],
    ['expected nonzeros to be a whole number from 1 to 2', { atoms: 2, features: 4, nonzeros: 3 }],
  ])('ksvd: %s', async (message, options) => {
    await expect(ksvd(signals, options)).rejects.toThrow(message);
  });
});
