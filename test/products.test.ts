// Public products against f64 loops, in every form and at awkward sizes, and the laws that hold between them.

import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import {
  type AnyWayMatrix,
  gemm,
  gemv,
  type PanelMatrix,
  prepare,
  prepareDense,
  sddmm,
  spmm,
  spmmTransposed,
  spmv,
  spmvTransposed,
} from '../src/ops/index.ts';
import { CsrMatrix, type SparseMatrix } from '../src/tensor/index.ts';
import { awkward, type Dense, matrices, product, transposed } from './matrix-fixture.ts';

const csr = ({ data, ...sizes }: Dense) => CsrMatrix.fromDense(data, sizes);
const anyWayForms: Record<string, (dense: Dense) => AnyWayMatrix> = {
  csr,
  csc: (dense) => csr(dense).toCsc(),
  coo: (dense) => csr(dense).toCoo(),
};
const panelForms: Record<string, (dense: Dense) => PanelMatrix> = {
  ...anyWayForms,
  'blocks of 4': (dense) => csr(dense).toBlocks(4),
  'blocks of 8': (dense) => csr(dense).toBlocks(8),
  'blocks of 16': (dense) => csr(dense).toBlocks(16),
};
const forms: Record<string, (dense: Dense) => SparseMatrix> = {
  ...panelForms,
  'sell-4': (dense) => csr(dense).toSell4(),
};

/** f(sum + bias) of an oracle's rows. Numbers are quarters, so that f32 holds every sum exactly. */
const finished = (sums: Float64Array, rows: number, bias?: Float32Array, relu = false) =>
  Float32Array.from(sums, (sum, at) => {
    const y = sum + (bias?.[Math.floor(at / (sums.length / rows))] ?? 0);
    return relu ? Math.max(y, 0) : y + 0;
  });
const plain = (y: Float32Array) => y.map((value) => value + 0);
const widths = [0, 1, 2, 3, 4, 5, 8, 13, 33, 70, 131];

for (const [form, make] of Object.entries(panelForms)) {
  test.each(awkward)(`spmm, ${form}: %i×%i, density %f`, (rows, columns, density) => {
    const { dense, numbers } = matrices(rows * 50 + columns);
    const a = dense(rows, columns, density);
    const matrix = make(a);
    const prepared = prepare(matrix);
    for (const n of widths) {
      const [x, bias] = [numbers(columns * n), numbers(rows)];
      const sums = product(a.data, x, { m: rows, k: columns, n });
      expect(plain(spmm(matrix, x, { columns: n }))).toEqual(finished(sums, rows));
      const out = numbers(rows * n);
      expect(prepared.spmm(x, { columns: n, bias, activation: 'relu', out })).toBe(out);
      expect(plain(out)).toEqual(finished(sums, rows, bias, true));
      expect(plain(spmm(matrix, x, { columns: n, bias, relaxed: true }))).toEqual(finished(sums, rows, bias));
    }
    prepared.dispose();
  });
}

for (const [form, make] of Object.entries(anyWayForms)) {
  test.each(awkward)(
    `spmmTransposed, spmvTransposed and sddmm, ${form}: %i×%i, density %f`,
    (rows, columns, density) => {
      const { dense, numbers } = matrices(rows * 50 + columns);
      const a = dense(rows, columns, density);
      const matrix = make(a);
      const prepared = prepare(matrix);
      for (const n of widths) {
        const [x, bias] = [numbers(rows * n), numbers(columns)];
        const sums = product(transposed(a).data, x, { m: columns, k: rows, n });
        expect(plain(spmmTransposed(matrix, x, { columns: n }))).toEqual(finished(sums, columns));
        const fused = prepared.spmmTransposed(x, { columns: n, bias, activation: 'relu' });
        expect(plain(fused)).toEqual(finished(sums, columns, bias, true));
        if (n === 1) {
          expect(plain(spmvTransposed(matrix, x))).toEqual(finished(sums, columns));
          expect(plain(prepared.spmvTransposed(x, { bias }))).toEqual(finished(sums, columns, bias));
        }
        if (rows === 0 || columns === 0) continue;
        const z = numbers(columns * n);
        const all = product(x, transposed({ rows: columns, columns: n, data: z }).data, { m: rows, k: n, n: columns });
        const places = a.data.map((value, at) => (value === 0 ? 0 : all[at]));
        const gradient = sddmm(matrix, x, z);
        expect(gradient.constructor).toBe(matrix.constructor);
        expect(gradient.nnz).toBe(matrix.nnz);
        expect(plain(gradient.toDense())).toEqual(plain(places));
        expect(prepared.sddmm(x, z)).toEqual(gradient.values);
      }
      prepared.dispose();
    },
  );
}

for (const [form, make] of Object.entries(forms)) {
  test.each(awkward)(`spmv, ${form}: %i×%i, density %f`, (rows, columns, density) => {
    const { dense, numbers } = matrices(rows * 50 + columns + 1);
    const a = dense(rows, columns, density);
    const [x, bias] = [numbers(columns), numbers(rows)];
    const sums = product(a.data, x, { m: rows, k: columns, n: 1 });
    expect(plain(spmv(make(a), x))).toEqual(finished(sums, rows));
    const prepared = prepare(make(a));
    expect(plain(prepared.spmv(x, { bias }))).toEqual(finished(sums, rows, bias));
    expect(plain(prepared.spmv(x, { bias, activation: 'relu' }))).toEqual(finished(sums, rows, bias, true));
    prepared.dispose();
  });
}

describe('gemm and gemv', () => {
  const sizes = [
    [1, 1, 1],
    [3, 0, 2],
    [0, 4, 3],
    [3, 4, 0],
    [5, 7, 8],
    [6, 1, 65],
    [11, 13, 64],
    [17, 600, 71],
    [130, 33, 200],
    [7, 5000, 130],
  ];
  test.each(sizes)('%i×%i · ×%i', (m, k, n) => {
    const { numbers } = matrices(m + k + n);
    const [a, b, bias] = [numbers(m * k), numbers(k * n), numbers(m)];
    const sums = product(a, b, { m, k, n });
    expect(plain(gemm(a, b, { m, k, n }))).toEqual(finished(sums, m));
    expect(plain(gemm(a, b, { m, k, n, bias, activation: 'relu', relaxed: true }))).toEqual(
      finished(sums, m, bias, true),
    );
    const prepared = prepareDense(a, { m, k });
    for (let twice = 0; twice < 2; twice++) {
      expect(plain(prepared.gemm(b, { columns: n, bias }))).toEqual(finished(sums, m, bias));
    }
    if (k > 0) {
      const x = numbers(k);
      const vector = product(a, x, { m, k, n: 1 });
      expect(plain(gemv(a, x, { bias, activation: 'relu' }))).toEqual(finished(vector, m, bias, true));
      expect(plain(prepared.gemv(x))).toEqual(finished(vector, m));
    }
    prepared.dispose();
  });

  test('numbers that round end within 1e-6 of f64', () => {
    const { uniform } = matrices(4);
    const [m, k, n] = [150, 1100, 190];
    const [a, b] = [m * k, k * n].map((length) => Float32Array.from({ length }, () => 2 * uniform() - 1));
    const exact = product(a, b, { m, k, n });
    const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const y = gemm(a, b, { m, k, n });
    expect(Math.max(...y.map((value, at) => Math.abs(value - exact[at])))).toBeLessThan(1e-6 * largest);
  });
});

describe('laws', () => {
  const { uniform, dense } = matrices(21);
  const uniforms = (length: number) => Float32Array.from({ length }, () => 2 * uniform() - 1);
  const a = csr({ ...dense(60, 45, 0.2), data: dense(60, 45, 0.2).data.map((value) => value * (0.5 + uniform())) });
  const close = (found: Float32Array, expected: ArrayLike<number>) => {
    const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let at = 0; at < found.length; at++) expect(Math.abs(found[at] - expected[at])).toBeLessThan(1e-6 * largest);
  };
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, at) => sum + value * y[at], 0);

  test('A·(x + y) = A·x + A·y', () => {
    const [x, y] = [uniforms(45), uniforms(45)];
    const [ax, ay] = [spmv(a, x), spmv(a, y)];
    close(
      spmv(
        a,
        x.map((value, at) => value + y[at]),
      ),
      ax.map((value, at) => value + ay[at]),
    );
  });

  test('(A·X)ᵀ = Xᵀ·Aᵀ', () => {
    const x = { rows: 45, columns: 9, data: uniforms(45 * 9) };
    const y = transposed({ rows: 60, columns: 9, data: spmm(a, x.data) });
    close(y.data, gemm(transposed(x).data, a.transpose().toDense(), { m: 9, k: 45, n: 60 }));
    close(y.data, product(transposed(x).data, a.transpose().toDense(), { m: 9, k: 45, n: 60 }));
  });

  test('⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩', () => {
    const [x, y] = [uniforms(45), uniforms(60)];
    expect(dot(spmv(a, x), y)).toBeCloseTo(dot(x, spmvTransposed(a, y)), 5);
  });

  test('the gradient of ⟨A·X, dY⟩ for A is sddmm', () => {
    const [x, dy] = [uniforms(45 * 6), uniforms(60 * 6)];
    const gradient = sddmm(a, dy, x);
    for (const p of [0, 17, a.nnz - 1]) {
      const moved = (step: number) => a.withValues(a.values.map((value, at) => (at === p ? value + step : value)));
      const slope = (dot(spmm(moved(0.5), x), dy) - dot(spmm(moved(-0.5), x), dy)) / 1;
      expect(slope).toBeCloseTo(gradient.values[p], 4);
    }
  });

  test('a transposed CSR is the CSC of the same arrays', () => {
    const x = uniforms(60 * 5);
    close(spmmTransposed(a, x), spmm(a.transpose(), x));
    close(spmmTransposed(a.toCsc(), x), spmm(a.transpose().toCsc(), x));
  });
});

test('NaN and infinities of the matrix reach the rows they stand in, through the ReLU too', () => {
  const data = [Number.NaN, 0, 0, Infinity, -Infinity, 1, 0, 0];
  for (const make of Object.values(forms)) {
    const matrix = make({ rows: 4, columns: 2, data: Float32Array.from(data) });
    expect([...spmv(matrix, [1, 1])]).toEqual([Number.NaN, Infinity, -Infinity, 0]);
    expect([...spmv(matrix, [1, 1], { activation: 'relu' })]).toEqual([Number.NaN, Infinity, 0, 0]);
    expect([...spmv(matrix, [1, 0])]).toEqual([Number.NaN, Number.NaN, -Infinity, 0]);
  }
  for (const make of Object.values(panelForms)) {
    const y = spmm(make({ rows: 4, columns: 2, data: Float32Array.from(data) }), new Float32Array(10).fill(1));
    expect([...y.filter((_, at) => at % 5 === 3)]).toEqual([Number.NaN, Infinity, -Infinity, 0]);
  }
});

test('a prepared matrix gives its memory back, once, and is not usable any more', () => {
  const a = csr(matrices(2).dense(50, 40, 0.3));
  spmv(a, new Float32Array(40));
  const before = memoryUsage().live;
  const handles = [prepare(a), prepare(a.toBlocks(8)), prepare(a.toSell4())];
  const dense = prepareDense(a.toDense(), { m: 50, k: 40 });
  for (const handle of handles) handle.spmv(new Float32Array(40));
  dense.gemm(new Float32Array(40));
  expect(memoryUsage().live).toBeGreaterThan(before);
  for (const handle of [...handles, dense, ...handles]) handle.dispose();
  expect(memoryUsage().live).toBe(before);
  for (const handle of handles) expect(() => handle.spmv(new Float32Array(40))).toThrow('disposed of');
  expect(() => dense.gemv(new Float32Array(40))).toThrow('disposed of');
});

test('a prepared matrix keeps the numbers it was made with; a function reads them anew', () => {
  const a = csr({ rows: 1, columns: 2, data: Float32Array.of(1, 2) });
  const prepared = prepare(a);
  a.values[1] = 5;
  expect([...prepared.spmv([1, 1])]).toEqual([3]);
  expect([...spmv(a, [1, 1])]).toEqual([6]);
  prepared.dispose();
});

test('the result may be the operand', () => {
  const a = csr({ rows: 2, columns: 2, data: Float32Array.of(0, 1, 2, 0) });
  const x = Float32Array.of(3, 4);
  spmv(a, x, { out: x });
  expect([...x]).toEqual([4, 6]);
});
