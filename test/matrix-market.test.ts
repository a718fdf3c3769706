// Matrix Market against SciPy: its files read here, ours read there (test/golden/matrix-market.py).

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError, type MatrixMarketOptions, readMatrixMarket, writeMatrixMarket } from '../src/format/index.ts';
import { CooMatrix, CsrMatrix, type SparseMatrix } from '../src/tensor/sparse/index.ts';
import { awkward, matrices } from './matrix-fixture.ts';

interface Golden {
  name: string;
  text: string;
  shape: [number, number];
  data: (number | string)[];
}

const read = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8');
const golden: { cases: Golden[]; ours: Golden[] } = JSON.parse(read('matrix-market.json'));
const numbers = (data: (number | string)[]) =>
  // SciPy mirrors 0 into −0.
  Float32Array.from(
    data,
    (value) => (typeof value === 'number' ? value : Number(value.replace('inf', 'Infinity'))) + 0,
  );

describe('reads what SciPy writes', () => {
  test.each(golden.cases)('$name', ({ text, shape, data }) => {
    for (const source of [text, new TextEncoder().encode(text), text.replaceAll('\n', '\r\n')]) {
      const matrix = readMatrixMarket(source);
      expect([matrix.rows, matrix.columns]).toEqual(shape);
      expect(matrix.toDense()).toEqual(numbers(data));
    }
  });
});

const { data } = matrices(8).dense(5, 5, 0.4);
const square = CsrMatrix.fromDense(data, { rows: 5, columns: 5 });
const sum = (sign: number) => {
  const other = square.transpose().toDense();
  return CsrMatrix.fromDense(
    data.map((value, at) => value + sign * other[at]),
    { rows: 5, columns: 5 },
  );
};
const odd = [0.1, -1 / 3, 1e-40, 3.4028234663852886e38, 16777217, 1e21, Number.NaN, -Infinity];
const written: [SparseMatrix, MatrixMarketOptions?][] = [
  [square, { comment: 'a comment\nof two lines' }],
  [square.toBlocks(4), { format: 'array' }],
  [square, { field: 'pattern' }],
  [sum(1), { symmetry: 'symmetric' }],
  [sum(-1), { symmetry: 'skew-symmetric' }],
  [sum(1), { symmetry: 'symmetric', format: 'array' }],
  [sum(-1), { symmetry: 'skew-symmetric', format: 'array' }],
  [square.withValues(square.values.map((value) => 4 * value)), { field: 'integer' }],
  [CsrMatrix.fromDense(odd, { rows: 2, columns: 4 })],
  [CsrMatrix.fromDense([], { rows: 0, columns: 3 })],
];

test('SciPy reads what is written', async () => {
  const ours = written.map((given) => writeMatrixMarket(...given)).join('---\n');
  await expect(ours).toMatchFileSnapshot('golden/ours.mtx');
  expect(golden.ours.length).toBe(written.length);
  for (const [p, { shape, data: dense }] of golden.ours.entries()) {
    const [matrix, options] = written[p];
    expect([matrix.rows, matrix.columns]).toEqual(shape);
    const expected = matrix.toDense().map((value) => (options?.field === 'pattern' ? Number(value !== 0) : value));
    expect(numbers(dense)).toEqual(expected);
  }
});

test.each(awkward)('%i×%i, density %f: written and read again, bit for bit', (rows, columns, density) => {
  const { uniform, dense } = matrices(rows * 31 + columns);
  const values = dense(rows, columns, density).data.map((value) => value * 10 ** (60 * uniform() - 30));
  const matrix = CsrMatrix.fromDense(values, { rows, columns });
  for (const format of ['coordinate', 'array'] as const) {
    expect(readMatrixMarket(writeMatrixMarket(matrix, { format })).toDense()).toEqual(values);
  }
});

test('repeats are summed, comments and empty lines skipped, FORTRAN exponents read', () => {
  const text =
    '%%matrixmarket MATRIX coordinate Double general\n%\n\n2 2 3\n% here too\n1 2 .5\n\n1 2 1.5D0\n 2  1\t-2.E+1 \n';
  expect(readMatrixMarket(text).toDense()).toEqual(Float32Array.of(0, 2, -20, 0));
});

const head = '%%MatrixMarket matrix coordinate real general\n';
const bad: [text: string, message: string][] = [
  ['', "line 1: expected '%%MatrixMarket matrix coordinate real general'"],
  ['1 2 3', 'line 1: expected'],
  [
    '%%MatrixMarket matrix coordinate complex general\n1 1 0',
    "expected the field to be real or integer or pattern, got 'complex'",
  ],
  ['%%MatrixMarket matrix coordinate real hermitian\n1 1 0', "got 'hermitian'"],
  ['%%MatrixMarket matrix array pattern general\n1 1', "got 'pattern'"],
  ['%%MatrixMarket vector coordinate real general\n', "got 'vector'"],
  [`${head}`, 'expected rows, columns, entries'],
  [`${head}2 2`, "line 2: expected rows, columns, entries as whole numbers below 2^31, got '2 2'"],
  [`${head}2 -2 1`, 'whole numbers'],
  [`${head}2147483648 2 1`, 'whole numbers below 2^31'],
  [`${head}2 2 2\n1 1 1`, 'line 3: expected 2 entries, got 1'],
  [`${head}2 2 1\n1 1 1\n2 2 2`, "line 4: expected the end of the file after 1 entries, got '2 2 2'"],
  [`${head}2 2 1\n0 1 1`, "line 3: expected the row to be a whole number from 1 to 2, got '0'"],
  [`${head}2 2 1\n1 3 1`, "the column to be a whole number from 1 to 2, got '3'"],
  [`${head}2 2 1\n1 1.5 1`, "got '1.5'"],
  [`${head}2 2 1\n1 4294967297 1`, "got '4294967297'"],
  [`${head}2 2 1\n1 1`, 'expected row, column and a number'],
  [`${head}2 2 1\n1 1 one`, "expected a number, got 'one'"],
  [`${head}2 2 1\n1 1 0x10`, "expected a number, got '0x10'"],
  ['%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1.5', "expected a whole number, got '1.5'"],
  ['%%MatrixMarket matrix coordinate pattern general\n1 1 1\n1 1 1', 'expected row and column'],
  ['%%MatrixMarket matrix coordinate real symmetric\n2 3 0', 'expected a symmetric matrix to be square, got 2 × 3'],
  [
    '%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n1 2 1',
    'line 3: expected entries of a symmetric matrix below',
  ],
  ['%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 1', 'skew-symmetric matrix below the diagonal'],
  ['%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n', 'expected 4 numbers, got 3'],
  ['%%MatrixMarket matrix array real general\n1 1\n1 2', 'expected 1 numbers, got more'],
  ['%%MatrixMarket matrix array real general\n1 1\n1\n2', 'expected the end of the file'],
  ['%%MatrixMarket matrix array integer general\n1 1\n1.5', "line 3: expected a whole number, got '1.5'"],
  ['%%MatrixMarket matrix array integer symmetric\n1 1\ninf', "expected a whole number, got 'inf'"],
];

test.each(bad)('refuses %j', (text, message) => {
  expect(() => readMatrixMarket(text)).toThrow(FormatError);
  expect(() => readMatrixMarket(text)).toThrow(message);
});

test('refuses to write what the header would not say', () => {
  const matrix = CsrMatrix.fromDense([1, 0.5, 0, 1], { rows: 2, columns: 2 });
  expect(() => writeMatrixMarket(matrix, { symmetry: 'symmetric' })).toThrow(
    'not symmetric: row 1, column 2 is 0.5, row 2, column 1 is 0',
  );
  expect(() => writeMatrixMarket(matrix, { symmetry: 'skew-symmetric' })).toThrow(
    'not skew-symmetric: row 1, column 1 is 1',
  );
  expect(() => writeMatrixMarket(matrix, { field: 'integer' })).toThrow('row 1, column 2 is 0.5, not a whole number');
  expect(() => writeMatrixMarket(matrix, { field: 'pattern', format: 'array' })).toThrow('not a pattern');
  expect(() =>
    writeMatrixMarket(new CooMatrix({ rows: 1, columns: 2, rowidx: [], colidx: [], values: [] }), {
      symmetry: 'symmetric',
    }),
  ).toThrow('is square');
  expect(() => writeMatrixMarket(matrix, { field: 'complex' as 'real' })).toThrow("got 'complex'");
});

test('a triangle that would lose an entry is not written', () => {
  const one = (place: [number, number], value: number) =>
    new CooMatrix({ rows: 2, columns: 2, rowidx: [place[0]], colidx: [place[1]], values: [value] });
  expect(() => writeMatrixMarket(one([1, 1], Number.NaN), { symmetry: 'skew-symmetric' })).toThrow(
    'not skew-symmetric: row 2, column 2 is NaN',
  );
  expect(() => writeMatrixMarket(one([0, 1], 0), { symmetry: 'symmetric', field: 'pattern' })).toThrow(
    'not symmetric: row 1, column 2 is stored, row 2, column 1 is not.',
  );
  expect(() => writeMatrixMarket(one([1, 1], 0), { symmetry: 'skew-symmetric', field: 'pattern' })).toThrow(
    'a pattern has no signs',
  );
  // Places alone: numbers need not be mirrored.
  const both = new CooMatrix({ rows: 2, columns: 2, rowidx: [0, 1], colidx: [1, 0], values: [0, 3] });
  expect(writeMatrixMarket(both, { symmetry: 'symmetric', field: 'pattern' })).toMatch(/\n2 2 1\n2 1\n$/);
});

test('what is neither text nor bytes, no sparse matrix, or an option that nobody reads is refused', () => {
  for (const source of [null, undefined, 5, {}, ['%%MatrixMarket']]) {
    expect(() => readMatrixMarket(source as never)).toThrow(FormatError);
    expect(() => readMatrixMarket(source as never)).toThrow("expected a file's text or its bytes, got");
  }
  const bytes = new TextEncoder().encode(writeMatrixMarket(square));
  expect(readMatrixMarket(bytes.buffer as never).equals(square)).toBe(true);
  for (const matrix of [null, undefined, [1], {}]) {
    expect(() => writeMatrixMarket(matrix as never)).toThrow('writeMatrixMarket: expected a sparse matrix, got');
  }
  expect(() => writeMatrixMarket(square, { symmetric: true } as never)).toThrow("unknown option 'symmetric'");
  expect(() => writeMatrixMarket(square, null as never)).toThrow('expected an object of options');
});

test('every line of a comment is one, however lines end', () => {
  const text = writeMatrixMarket(square, { comment: 'a\r\nb\rc\n\nd' });
  expect(text.split('\n').slice(1, 6)).toEqual(['% a', '% b', '% c', '%', '% d']);
  expect(text).not.toContain('\r');
});

test('two thousand million empty columns are not walked through', () => {
  const matrix = readMatrixMarket('%%MatrixMarket matrix array real general\n0 2147483647\n');
  expect([matrix.rows, matrix.columns, matrix.nnz]).toEqual([0, 2147483647, 0]);
});
