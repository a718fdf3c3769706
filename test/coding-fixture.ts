// What the tests of sparse coding share: signals of few atoms, and what codes leave of them.

import { CsrMatrix, Dictionary, Random, reconstruct } from '../src/index.ts';

export type Rows = [atom: number, value: number][][];

export const rowsOf = (codes: CsrMatrix): Rows =>
  Array.from({ length: codes.rows }, (_, i) =>
    Array.from(codes.colidx.subarray(codes.rowptr[i], codes.rowptr[i + 1]), (atom, p): [number, number] => [
      atom,
      codes.values[codes.rowptr[i] + p],
    ]),
  );

/** A dictionary of random directions, and signals of `used` of its atoms each, of weights from 1 to 2 and either sign. */
export function composed({ atoms = 96, features = 32, count = 300, used = 3, seed = 1 } = {}) {
  const random = new Random(seed, 'composed');
  const values = Float32Array.from({ length: atoms * features }, () => random.normal());
  return composedOf(new Dictionary(values, { features }), count, used, random);
}

export function composedOf(dictionary: Dictionary, count: number, used: number, random: Random) {
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
export function residuals(
  { features, values }: Dictionary,
  signals: ArrayLike<number>,
  codes: CsrMatrix,
): Float64Array[] {
  return rowsOf(codes).map((row, s) =>
    Float64Array.from({ length: features }, (_, j) =>
      row.reduce((left, [k, value]) => left - value * values[k * features + j], signals[s * features + j]),
    ),
  );
}

export const length = (x: Float64Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
