// The sparse matrices: what they hold, how they become one another, and the laws of both.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  BlockMatrix,
  CooMatrix,
  CscMatrix,
  CsrMatrix,
  Sell4Matrix,
  type SparseMatrix,
} from '../src/tensor/sparse/index.ts';
import { awkward, type Dense, matrices, transposed } from './matrix-fixture.ts';

const forms: Record<string, (dense: Dense) => SparseMatrix> = {
  csr: ({ data, ...sizes }) => CsrMatrix.fromDense(data, sizes),
  csc: ({ data, ...sizes }) => CscMatrix.fromDense(data, sizes),
  coo: ({ data, ...sizes }) => CooMatrix.fromDense(data, sizes),
  'blocks of 4': ({ data, ...sizes }) => BlockMatrix.fromDense(data, { ...sizes, height: 4 }),
  'blocks of 8': ({ data, ...sizes }) => BlockMatrix.fromDense(data, { ...sizes, height: 8 }),
  'blocks of 16': ({ data, ...sizes }) => BlockMatrix.fromDense(data, { ...sizes, height: 16 }),
  'sell-4': ({ data, ...sizes }) => Sell4Matrix.fromDense(data, sizes),
};

const conversions: Record<string, (matrix: SparseMatrix) => SparseMatrix> = {
  toCsr: (matrix) => matrix.toCsr(),
  toCsc: (matrix) => matrix.toCsc(),
  toCoo: (matrix) => matrix.toCoo(),
  'toBlocks(4)': (matrix) => matrix.toBlocks(4),
  'toBlocks(8)': (matrix) => matrix.toBlocks(8),
  'toBlocks(16)': (matrix) => matrix.toBlocks(16),
  toSell4: (matrix) => matrix.toSell4(),
};

const count = (data: Float32Array) => data.reduce((sum, value) => sum + Number(value !== 0), 0);

for (const [form, make] of Object.entries(forms)) {
  describe(form, () => {
    test.each(awkward)('%i×%i, density %f: counts, dense, transposed', (rows, columns, density) => {
      const dense = matrices(rows + 100 * columns).dense(rows, columns, density);
      const matrix = make(dense);
      expect([matrix.rows, matrix.columns, matrix.nnz]).toEqual([rows, columns, count(dense.data)]);
      expect(matrix.density).toBeCloseTo(count(dense.data) / Math.max(1, rows * columns), 12);
      expect(matrix.density + matrix.sparsity).toBe(1);
      expect(matrix.toDense()).toEqual(dense.data);
      expect(matrix.transpose().toDense()).toEqual(transposed(dense).data);
      expect(matrix.transpose().transpose().equals(matrix)).toBe(true);
      expect(matrix.transpose().constructor).toBe(matrix.constructor);
    });

    test.each(Object.entries(conversions))('%s keeps every number, and the way back too', (_, convert) => {
      for (const [rows, columns, density] of awkward) {
        const dense = matrices(7 * rows + columns).dense(rows, columns, density);
        const matrix = make(dense);
        const other = convert(matrix);
        expect(other.toDense()).toEqual(dense.data);
        expect(other.equals(matrix) && matrix.equals(other)).toBe(true);
        for (const back of Object.values(conversions)) expect(back(other).toDense()).toEqual(dense.data);
      }
    });

    test('NaN and infinities are numbers like others', () => {
      const data = Float32Array.of(0, Number.NaN, 0, Infinity, 0, 0, 0, -Infinity);
      const matrix = make({ rows: 4, columns: 2, data });
      expect(matrix.nnz).toBe(3);
      expect(matrix.toDense()).toEqual(data);
      expect(matrix.equals(matrix.toCsr())).toBe(true);
    });

    test('differs from a matrix with another number, place or size', () => {
      const dense = matrices(3).dense(9, 6, 0.4);
      const matrix = make(dense);
      for (let at = 0; at < dense.data.length; at++) {
        const changed = dense.data.slice();
        changed[at] += 1;
        expect(matrix.equals(make({ ...dense, data: changed }))).toBe(false);
      }
      const empty = (rows: number, columns: number) => make({ rows, columns, data: new Float32Array(rows * columns) });
      expect(empty(2, 3).equals(empty(3, 2))).toBe(false);
    });
  });
}

test('CSR is what SciPy makes of triplets with repeats; CSC, COO and the transposed too', () => {
  const { cases } = JSON.parse(readFileSync(new URL('golden/matrices.json', import.meta.url), 'utf8'));
  expect(cases.length).toBeGreaterThan(3);
  for (const { rows, columns, triplets, csr, csc, transposed: other } of cases) {
    const coo = new CooMatrix({ rows, columns, ...triplets });
    const a = coo.toCsr();
    expect([[...a.rowptr], [...a.colidx], [...a.values]]).toEqual([csr.rowptr, csr.colidx, csr.values]);
    const b = coo.toCsc();
    expect([[...b.colptr], [...b.rowidx], [...b.values]]).toEqual([csc.colptr, csc.rowidx, csc.values]);
    const c = a.transpose();
    expect([[...c.rowptr], [...c.colidx], [...c.values]]).toEqual([other.rowptr, other.colidx, other.values]);
  }
});

test('repeats are summed in 64 bits, and a sum of zero stays stored', () => {
  const parts = {
    rows: 2,
    columns: 2,
    rowidx: [1, 0, 1, 1, 0],
    colidx: [0, 1, 0, 0, 1],
    values: [2 ** 24, 3, 1, 1, -3],
  };
  const coo = new CooMatrix(parts);
  expect([[...coo.rowidx], [...coo.colidx], [...coo.values]]).toEqual([
    [0, 1],
    [1, 0],
    [0, 2 ** 24 + 2],
  ]);
  expect(coo.equals(CsrMatrix.fromDense([0, 0, 2 ** 24 + 2, 0], { rows: 2, columns: 2 }))).toBe(true);
});

test('triplets of a matrix with far more rows than numbers are sorted too', () => {
  const { below, number } = matrices(5);
  const places = Array.from({ length: 300 }, () => [below(40) * 50_000_000, below(30) * 70_000_000, number()]);
  const [rowidx, colidx, values] = [0, 1, 2].map((part) => places.map((place) => place[part]));
  const coo = new CooMatrix({ rows: 2 ** 31 - 1, columns: 2 ** 31 - 1, rowidx, colidx, values });
  const sums = new Map<string, number>();
  for (const [i, j, value] of places) sums.set(`${i} ${j}`, (sums.get(`${i} ${j}`) ?? 0) + value);
  const found = Array.from(coo.values, (value, p) => [`${coo.rowidx[p]} ${coo.colidx[p]}`, value] as const);
  expect(new Map(found)).toEqual(sums);
  expect(found.length).toBe(sums.size);
  for (let p = 1; p < coo.nnz; p++) {
    const [before, after] = [coo.rowidx[p - 1] - coo.rowidx[p], coo.colidx[p - 1] - coo.colidx[p]];
    expect(before < 0 || (before === 0 && after < 0)).toBe(true);
  }
});

test('numbers within the tolerance count as zero, NaN never does', () => {
  const data = [0.5, -0.5, 0.25, -0.75, Number.NaN, 0];
  const kept = (tolerance?: number) => [...CsrMatrix.fromDense(data, { rows: 2, columns: 3, tolerance }).values];
  expect(kept()).toEqual([0.5, -0.5, 0.25, -0.75, Number.NaN]);
  expect(kept(0.5)).toEqual([-0.75, Number.NaN]);
  expect(() => kept(-1)).toThrow('tolerance');
});

test('indices take 16 bits up to 65,536 columns, 32 from there', () => {
  const row = (columns: number) =>
    new CsrMatrix({ rows: 1, columns, rowptr: [0, 2], colidx: [0, columns - 1], values: [1, 2] });
  expect(row(65536).colidx).toEqual(Uint16Array.of(0, 65535));
  expect(row(65537).colidx).toEqual(Uint32Array.of(0, 65536));
  expect(row(16384).toSell4().equals(row(16384))).toBe(true);
  expect(() => row(16385).toSell4()).toThrow('at most 16384 columns');
  for (const columns of [65536, 65537]) {
    expect(row(columns).transpose().transpose().equals(row(columns).toCoo())).toBe(true);
  }
});

test('slices and chosen rows', () => {
  const dense = matrices(11).dense(23, 9, 0.3);
  const matrix = CsrMatrix.fromDense(dense.data, { rows: dense.rows, columns: dense.columns });
  for (const [begin, end] of [
    [0, 23],
    [0, 0],
    [23, 23],
    [5, 6],
    [7, 20],
  ]) {
    const part = matrix.slice(begin, end);
    expect([part.rows, part.columns]).toEqual([end - begin, 9]);
    expect(part.toDense()).toEqual(dense.data.slice(9 * begin, 9 * end));
  }
  const rows = [3, 3, 22, 0, 7];
  expect([...matrix.take(rows).toDense()]).toEqual(rows.flatMap((i) => [...dense.data.slice(9 * i, 9 * i + 9)]));
  expect(matrix.take([]).rows).toBe(0);
  for (const range of [
    [-1, 2],
    [2, 1],
    [0, 24],
    [0.5, 2],
  ])
    expect(() => matrix.slice(range[0], range[1])).toThrow(
      /CsrMatrix.slice: expected (begin|end) to be a whole number from [02] to 23/,
    );
  expect(() => matrix.take([2, 23])).toThrow('rows[1] is 23');
});

test('the same places with other numbers', () => {
  const dense = matrices(12).dense(6, 7, 0.4);
  for (const form of ['csr', 'csc', 'coo']) {
    const matrix = forms[form](dense) as CsrMatrix | CscMatrix | CooMatrix;
    const doubled = matrix.withValues(matrix.values.map((value) => 2 * value));
    expect(doubled.toDense()).toEqual(dense.data.map((value) => 2 * value));
    expect(() => matrix.withValues([1])).toThrow(`expected values to have ${matrix.nnz} elements`);
  }
});

test('what is handed in is copied', () => {
  const parts = { rowptr: Uint32Array.of(0, 1), colidx: Uint32Array.of(1), values: Float32Array.of(5) };
  const matrix = new CsrMatrix({ rows: 1, columns: 2, ...parts });
  parts.colidx[0] = 99;
  parts.values[0] = 6;
  expect([...matrix.toDense()]).toEqual([0, 5]);
});
