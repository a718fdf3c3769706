// Sparse coding: scikit-learn's codes, the conditions that a lasso's optimum meets, signals of few atoms found again exactly,
// dictionaries that fit, patches that go back to their picture.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  CsrMatrix,
  Dictionary,
  dctDictionary,
  extractPatches2d,
  fista,
  ista,
  ksvd,
  memoryUsage,
  omp,
  Random,
  reconstruct,
  reconstructFromPatches2d,
} from '../src/index.ts';

type Rows = [atom: number, value: number][][];
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

const rowsOf = (codes: CsrMatrix): Rows =>
  Array.from({ length: codes.rows }, (_, i) =>
    Array.from(codes.colidx.subarray(codes.rowptr[i], codes.rowptr[i + 1]), (atom, p): [number, number] => [
      atom,
      codes.values[codes.rowptr[i] + p],
    ]),
  );

/** The same atoms, and numbers within `tolerance`. */
function expectCodes(codes: CsrMatrix, expected: Rows, tolerance: number): void {
  const rows = rowsOf(codes);
  expect(rows.map((row) => row.map(([atom]) => atom))).toEqual(expected.map((row) => row.map(([atom]) => atom)));
  rows.flat().forEach(([, value], i) => {
    expect(Math.abs(value - expected.flat()[i][1])).toBeLessThan(tolerance);
  });
}

/** A dictionary of random directions, and signals of `used` of its atoms each, of weights from 1 to 2 and either sign. */
function composed({ atoms = 96, features = 32, count = 300, used = 3, seed = 1 } = {}) {
  const random = new Random(seed, 'composed');
  const values = Float32Array.from({ length: atoms * features }, () => random.normal());
  return composedOf(new Dictionary(values, { features }), count, used, random);
}

function composedOf(dictionary: Dictionary, count: number, used: number, random: Random) {
  const { atoms } = dictionary;
  const rows = Array.from({ length: count }, () => {
    const chosen = random
      .shuffle(Uint32Array.from({ length: atoms }, (_, k) => k))
      .slice(0, used)
      .sort();
    return Array.from(chosen, (k): [number, number] => [k, random.uniform(1, 2) * (random.uniform() < 0.5 ? -1 : 1)]);
  });
  const codes = new CsrMatrix({
    rows: count,
    columns: atoms,
    rowptr: Array.from({ length: count + 1 }, (_, i) => i * used),
    colidx: rows.flat().map(([k]) => k),
    values: rows.flat().map(([, value]) => value),
  });
  return { dictionary, rows, signals: reconstruct(dictionary, codes) };
}

/** x − a·D, f64, for each signal. */
function residuals({ features, values }: Dictionary, signals: ArrayLike<number>, codes: CsrMatrix): Float64Array[] {
  return rowsOf(codes).map((row, s) =>
    Float64Array.from({ length: features }, (_, j) =>
      row.reduce((left, [k, value]) => left - value * values[k * features + j], signals[s * features + j]),
    ),
  );
}

const length = (x: Float64Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

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

describe('patches', () => {
  const grid = { rows: 7, columns: 9, size: [3, 4], stride: 2 } as const;
  const image = Float32Array.from({ length: 63 }, (_, i) => i);

  test('lie row by row, the last at the border', () => {
    const patches = extractPatches2d(image, grid);
    const corners = Array.from({ length: patches.length / 12 }, (_, i) => patches[12 * i]);
    expect(corners).toEqual([0, 2, 4, 5, 18, 20, 22, 23, 36, 38, 40, 41]);
    expect(Array.from(patches.subarray(0, 12))).toEqual([0, 1, 2, 3, 9, 10, 11, 12, 18, 19, 20, 21]);
  });

  test('make their picture again', () => {
    expect(Array.from(reconstructFromPatches2d(extractPatches2d(image, grid), grid))).toEqual(Array.from(image));
  });

  test('are averaged where they overlap, and with a picture of a weight', () => {
    const line = { rows: 1, columns: 3, size: [1, 2] } as const;
    expect(Array.from(reconstructFromPatches2d([1, 2, 4, 6], line))).toEqual([1, 3, 6]);
    const blended = reconstructFromPatches2d([1, 2, 4, 6], line, { image: [3, 3, 0], weight: 2 });
    expect(Array.from(blended)).toEqual([Math.fround(7 / 3), 3, 2]);
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
    ['atom 1 is zero', () => new Dictionary([1, 0, 0, 0], { features: 2 })],
    ['got 3 numbers, not a multiple of 2', () => new Dictionary([1, 0, 1], { features: 2 })],
    ['expected finite numbers, got NaN', () => new Dictionary([1, Number.NaN], { features: 2 })],
    ['expected features to be a whole number from 1, got 0', () => new Dictionary([1], { features: 0 })],
    ['expected atoms to be a square number from 64', () => dctDictionary({ atoms: 200 })],
    [
      'expected nonzeros to be a whole number from 1 to 8, the atoms, got 9',
      () => omp(dictionary, signals, { nonzeros: 9 }),
    ],
    ['expected error to be 0 or more, got -1', () => omp(dictionary, signals, { error: -1 })],
    ['got 5 numbers, not a multiple of 4', () => omp(dictionary, [1, 2, 3, 4, 5])],
    ['expected finite numbers, got Infinity at position 1', () => omp(dictionary, [1, Infinity, 3, 4])],
    ['expected numbers up to', () => omp(dictionary, [1, 1e30, 3, 4])],
    ['expected lambda to be a number from 0, got -1', () => fista(dictionary, signals, { lambda: -1 })],
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
    ['a patch of 8 × 8 does not fit a picture of 4 × 9', () => extractPatches2d([], { rows: 4, columns: 9, size: 8 })],
    [
      'expected a grey picture of 4 × 4, 16 numbers, got 48',
      () => extractPatches2d(new Float32Array(48), { rows: 4, columns: 4, size: 2 }),
    ],
    [
      'expected 9 patches of 2 × 2, 36 numbers, got 3',
      () => reconstructFromPatches2d([1, 2, 3], { rows: 4, columns: 4, size: 2 }),
    ],
    [
      "expected the blend's weight",
      () =>
        reconstructFromPatches2d(
          new Float32Array(4),
          { rows: 2, columns: 2, size: 2 },
          { image: [1, 2, 3, 4], weight: -1 },
        ),
    ],
  ])('%s', (message, call) => expect(call).toThrow(message));

  test.each<[string, Parameters<typeof ksvd>[1]]>([
    ['expected an initial dictionary, or how many atoms and features', {}],
    ['expected at least 9 signals that are not zero for 9 atoms, got 3', { atoms: 9, features: 4 }],
    ['expected iterations', { atoms: 2, features: 4, iterations: 0 }],
    ['expected nonzeros to be a whole number from 1 to 2', { atoms: 2, features: 4, nonzeros: 3 }],
  ])('ksvd: %s', async (message, options) => {
    await expect(ksvd(signals, options)).rejects.toThrow(message);
  });
});
