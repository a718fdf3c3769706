// Sparse coding: scikit-learn's codes, the conditions that a lasso's optimum meets, signals of few atoms found again exactly.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CsrMatrix, Dictionary, fista, ista, memoryUsage, omp, Random, reconstruct } from '../src/index.ts';
import { composed, composedOf, length, type Rows, residuals, rowsOf } from './coding-fixture.ts';

const golden = JSON.parse(readFileSync(new URL('golden/coding.json', import.meta.url), 'utf8')) as {
  features: number;
  dictionary: number[];
  signals: number[];
  nonzeros: Rows;
  error: Rows;
  lasso: Rows;
  lars: Rows;
};
const known = new Dictionary(golden.dictionary, { features: golden.features });

/** The same atoms, and numbers within `tolerance`. */
function expectCodes(codes: CsrMatrix, expected: Rows, tolerance: number): void {
  const rows = rowsOf(codes);
  expect(rows.map((row) => row.map(([atom]) => atom))).toEqual(expected.map((row) => row.map(([atom]) => atom)));
  rows.flat().forEach(([, value], i) => {
    expect(Math.abs(value - expected.flat()[i][1])).toBeLessThan(tolerance);
  });
}

describe('omp', () => {
  test("agrees with scikit-learn's orthogonal_mp_gram at three atoms", () => {
    expectCodes(omp(known, golden.signals, { nonzeros: 3 }), golden.nonzeros, 1e-5);
  });

  test('and at an error', () => expectCodes(omp(known, golden.signals, { error: 0.5 }), golden.error, 1e-5));

  test('finds signals of three spikes and cosines again, and takes no fourth', () => {
    // Their coherence is √(2/64): pursuit is exact below ½·(1 + 1/0.177) = 3.3 atoms. (Tropp 2004)
    const values = Array.from({ length: 128 }, (_, k) =>
      Array.from({ length: 64 }, (_, j) =>
        k < 64 ? Number(k === j) : Math.cos((Math.PI * (k - 64) * (j + 0.5)) / 64),
      ),
    );
    const dictionary = new Dictionary(values, { features: 64 });
    const { rows, signals } = composedOf(dictionary, 300, 3, new Random(2, 'spikes'));
    expectCodes(omp(dictionary, signals, { nonzeros: 8 }), rows, 1e-4);
  });

  test('stops at the first error below the wanted one', () => {
    const { dictionary, signals } = composed({ used: 10 });
    const error = 1.5;
    const codes = omp(dictionary, signals, { error });
    residuals(dictionary, signals, codes).forEach((left, s) => {
      expect(length(left)).toBeLessThan(error + 1e-4);
      const count = codes.rowptr[s + 1] - codes.rowptr[s];
      const fewer = omp(dictionary, signals.subarray(32 * s, 32 * s + 32), { nonzeros: count - 1 });
      expect(length(residuals(dictionary, signals.subarray(32 * s, 32 * s + 32), fewer)[0])).toBeGreaterThan(error);
    });
  });

  test('leaves a residual at right angles to the atoms it took', () => {
    const { dictionary, signals } = composed({ used: 12 });
    const codes = omp(dictionary, signals, { nonzeros: 6 });
    residuals(dictionary, signals, codes).forEach((left, s) => {
      for (const [k] of rowsOf(codes)[s]) {
        expect(Math.abs(dictionary.atom(k).reduce((sum, value, j) => sum + value * left[j], 0))).toBeLessThan(1e-5);
      }
    });
  });

  test('codes a zero signal with nothing, and repeated atoms once', () => {
    const { dictionary } = composed({ atoms: 4, features: 4 });
    const twice = new Dictionary([...dictionary.values, ...dictionary.values], { features: 4 });
    const codes = omp(twice, [0, 0, 0, 0, ...dictionary.atom(2)], { nonzeros: 4 });
    expect(rowsOf(codes).map((row) => row.map(([atom]) => atom))).toEqual([[], [2]]);
  });

  test('takes a tenth of the features unless told', () => {
    const { dictionary, signals } = composed({ used: 12 });
    expect(omp(dictionary, signals).nnz).toBe(3 * 300);
  });
});

describe('fista and ista', () => {
  test.each([fista, ista])("agree with scikit-learn's lasso by coordinate descent and by LARS", (solve) => {
    const codes = solve(known, golden.signals, { lambda: 0.3, tolerance: 1e-7, iterations: 20000 });
    expectCodes(codes, golden.lars, 2e-3);
    expectCodes(codes, golden.lasso, 2e-3);
  });

  test('meet the conditions of the optimum: λ·sign at atoms in use, at most λ elsewhere', () => {
    const { dictionary, signals } = composed({ used: 5, count: 40 });
    const lambda = 0.4;
    const codes = fista(dictionary, signals, { lambda, tolerance: 0, iterations: 3000 });
    expect(codes.nnz).toBeGreaterThan(0);
    residuals(dictionary, signals, codes).forEach((left, s) => {
      const inUse = new Map(rowsOf(codes)[s]);
      for (let k = 0; k < dictionary.atoms; k++) {
        const product = dictionary.atom(k).reduce((sum, value, j) => sum + value * left[j], 0);
        const value = inUse.get(k);
        if (value === undefined) expect(Math.abs(product)).toBeLessThan(lambda + 1e-3);
        else expect(Math.abs(product - lambda * Math.sign(value))).toBeLessThan(1e-3);
      }
    });
  });

  test('use no atom where λ is above every correlation', () => {
    const { dictionary, signals } = composed();
    expect(fista(dictionary, signals, { lambda: 100 }).nnz).toBe(0);
  });

  test('go on from a start: at the optimum at once, where zeros need more', () => {
    const { dictionary, signals } = composed({ count: 20 });
    const options = { lambda: 0.2, tolerance: 1e-6 };
    const optimum = fista(dictionary, signals, options);
    expect(fista(dictionary, signals, { ...options, start: optimum, iterations: 1 }).equals(optimum)).toBe(true);
    expect(fista(dictionary, signals, { ...options, iterations: 1 }).equals(optimum)).toBe(false);
  });

  test('FISTA needs fewer iterations than ISTA for a lower objective', () => {
    const { dictionary, signals } = composed({ used: 6, count: 50 });
    const [lambda, iterations] = [0.1, 40];
    const objective = (codes: CsrMatrix) =>
      residuals(dictionary, signals, codes).reduce((sum, left) => sum + 0.5 * length(left) ** 2, 0) +
      lambda * codes.values.reduce((sum, value) => sum + Math.abs(value), 0);
    const [fast, slow] = [fista, ista].map((solve) =>
      objective(solve(dictionary, signals, { lambda, iterations, tolerance: 0 })),
    );
    expect(fast).toBeLessThan(slow);
  });
});

test('memory returned', () => {
  const { dictionary, signals } = composed();
  const run = () => {
    omp(dictionary, signals, { nonzeros: 4 });
    fista(dictionary, signals, { lambda: 0.5 });
  };
  run();
  const before = memoryUsage();
  for (let i = 0; i < 5; i++) run();
  expect(memoryUsage()).toEqual(before);
});

describe('bad input', () => {
  const { dictionary, signals } = composed({ atoms: 8, features: 4, count: 3, used: 1 });
  test.each<[string, () => unknown]>([
    ['expected nonzeros to be a whole number from 1 to 8, got 9', () => omp(dictionary, signals, { nonzeros: 9 })],
    ['expected error to be a number from 0, got -1', () => omp(dictionary, signals, { error: -1 })],
    ['got 5 numbers, not a multiple of 4', () => omp(dictionary, [1, 2, 3, 4, 5])],
    ['expected finite numbers, got Infinity at position 1', () => omp(dictionary, [1, Infinity, 3, 4])],
    ['expected numbers up to', () => omp(dictionary, [1, 1e30, 3, 4])],
    ['expected lambda to be a finite number from 0, got -1', () => fista(dictionary, signals, { lambda: -1 })],
    ['expected iterations', () => ista(dictionary, signals, { lambda: 1, iterations: 0 })],
    ['expected tolerance', () => ista(dictionary, signals, { lambda: 1, tolerance: -1 })],
    [
      'expected start to be a CsrMatrix of 3 signals × 8 atoms',
      () => fista(dictionary, signals, { lambda: 1, start: CsrMatrix.fromDense([1, 2], { rows: 1, columns: 2 }) }),
    ],
    [
      'expected codes of 8 atoms, got 2',
      () => reconstruct(dictionary, CsrMatrix.fromDense([1, 2], { rows: 1, columns: 2 })),
    ],
  ])('%s', (message, call) => expect(call).toThrow(message));
});
