// Thousands of random matrices, each spoilt in one place: all are refused, with the place named, and no kernel runs. Sound ones pass.

import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import {
  gemm,
  gemv,
  type ProductOptions,
  prepare,
  prepareDense,
  sddmm,
  spmm,
  spmmTransposed,
  spmv,
  spmvTransposed,
} from '../src/ops/index.ts';
import { BlockMatrix, CooMatrix, CscMatrix, CsrMatrix, Sell4Matrix } from '../src/tensor/index.ts';
import { matrices } from './matrix-fixture.ts';

const calls = vi.hoisted(() => ({ count: 0 }));
vi.mock('../src/engine/index.ts', async (original) => {
  const engine = await original<typeof import('../src/engine/index.ts')>();
  const counted = new Proxy(engine.kernels(), {
    get: (target, name) => {
      if (name !== 'panel_rows') calls.count++;
      return Reflect.get(target, name);
    },
  });
  const all = () => counted;
  return { ...engine, kernels: all, plainKernels: all, fastKernels: all };
});

type Parts = Record<string, number | number[]>;
const { below, dense, numbers, uniform } = matrices(99);

/** Sound parts of each form that is made of arrays, the names of its pointers and indices, and their bounds. */
const forms: Record<
  string,
  { make: (parts: never) => unknown; parts: (csr: CsrMatrix) => Parts; pointers?: string; indices: string[] }
> = {
  CsrMatrix: {
    make: (parts) => new CsrMatrix(parts),
    parts: (csr) => ({ rowptr: [...csr.rowptr], colidx: [...csr.colidx], values: [...csr.values] }),
    pointers: 'rowptr',
    indices: ['colidx'],
  },
  CscMatrix: {
    make: (parts) => new CscMatrix(parts),
    parts: (csr) => {
      const csc = csr.toCsc();
      return { colptr: [...csc.colptr], rowidx: [...csc.rowidx], values: [...csc.values] };
    },
    pointers: 'colptr',
    indices: ['rowidx'],
  },
  BlockMatrix: {
    make: (parts) => new BlockMatrix(parts),
    parts: (csr) => {
      const { height, rowptr, colidx, values } = csr.toBlocks(([4, 8, 16] as const)[below(3)]);
      return { height, rowptr: [...rowptr], colidx: [...colidx], values: [...values] };
    },
    pointers: 'rowptr',
    indices: ['colidx'],
  },
  CooMatrix: {
    make: (parts) => new CooMatrix(parts),
    parts: (csr) => {
      const coo = csr.toCoo();
      return { rowidx: [...coo.rowidx], colidx: [...coo.colidx], values: [...coo.values] };
    },
    indices: ['rowidx', 'colidx'],
  },
};

const noIndex = [
  -1,
  0.5,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 1,
  '1',
  undefined,
  null,
  1n,
] as number[];
const noSize = [-1, 0.5, Number.NaN, Infinity, 2 ** 31, 2 ** 32 + 3, '3', undefined, null] as number[];
const pick = <T>(list: readonly T[]): T => list[below(list.length)];

/** Spoils sound parts in one place; returns what the message must contain, undefined where there is nothing to spoil. */
function spoil(parts: Parts, pointers: string | undefined, indices: string[]): string | undefined {
  const arrays = [...(pointers ? [pointers] : []), ...indices, 'values'];
  const way = below(8);
  if (way === 0) {
    const size = pick(['rows', 'columns']);
    parts[size] = pick(noSize);
    return `expected ${size}`;
  }
  if (way === 1) {
    const name = pick(arrays);
    const array = parts[name] as number[];
    if (below(2) && array.length > 0) array.pop();
    else array.push(1);
    return name === indices[0] || pointers === name ? '' : `expected ${name} to have`;
  }
  if (way === 2) {
    const name = pick(arrays);
    parts[name] = pick([undefined, null, 7, 'abcdef', {}]) as number;
    return name;
  }
  if (way === 3 || (way === 4 && !pointers)) {
    const name = pick(indices);
    const array = parts[name] as number[];
    if (array.length === 0) return undefined;
    const p = below(array.length);
    array[p] = pick(noIndex);
    return `${name}[${p}]`;
  }
  if (way === 4) {
    const array = parts[pointers as string] as number[];
    const p = below(array.length);
    array[p] = pick(noIndex);
    return `${pointers}[${p}]`;
  }
  const starts = pointers && (parts[pointers] as number[]);
  if (!starts) {
    const name = pick(indices);
    const array = parts[name] as number[];
    if (array.length === 0) return undefined;
    const p = below(array.length);
    array[p] = (name === 'rowidx' ? parts.rows : parts.columns) as number;
    return `${name}[${p}] is ${array[p]}`;
  }
  const array = parts[indices[0]] as number[];
  const long = starts.findIndex((start, i) => i > 0 && start - starts[i - 1] > 1);
  if (long < 0) return undefined;
  const p = starts[long] - 1;
  if (way === 5) {
    array[p] = array[p - 1];
    return `${indices[0]}[${p}]`;
  }
  if (way === 6) {
    [array[p], array[p - 1]] = [array[p - 1], array[p]];
    return `${indices[0]}[${p}]`;
  }
  starts[long - 1] = starts[long] + (long > 1 ? 1 : 0);
  if (long === 1) return `${pointers}[0] is ${starts[0]}`;
  if (starts[long - 1] > array.length) return `${pointers}[${long - 1}] is ${starts[long - 1]}`;
  return `${pointers}[${long}] is ${starts[long]} after ${starts[long - 1]}`;
}

for (const [name, { make, parts: partsOf, pointers, indices }] of Object.entries(forms)) {
  test(`${name}: 1500 spoilt matrices are refused, naming the place; the sound ones are not`, () => {
    calls.count = 0;
    let refused = 0;
    for (let round = 0; refused < 1500 && round < 5000; round++) {
      const { rows, columns, data } = dense(1 + below(12), 1 + below(12), uniform());
      const parts: Parts = { rows, columns, ...partsOf(CsrMatrix.fromDense(data, { rows, columns })) };
      expect((make(parts as never) as CsrMatrix).toDense()).toEqual(data);
      const message = spoil(parts, pointers, indices);
      if (message === undefined) continue;
      refused++;
      let thrown: unknown;
      try {
        make(parts as never);
      } catch (error) {
        thrown = error;
      }
      expect(thrown, inspect(parts)).toBeInstanceOf(Error);
      const text = (thrown as Error).message;
      expect(text).toMatch(new RegExp(`^${name}: .*\\.$`, 's'));
      expect(text).toContain(message);
    }
    expect(refused).toBe(1500);
    expect(calls.count).toBe(0);
  });
}

test('values that are no numbers, blocks of an odd height or with numbers below the last row', () => {
  const parts = { rows: 1, columns: 1, rowptr: [0, 1], colidx: [0], values: ['x'] as unknown as number[] };
  expect(() => new CsrMatrix(parts)).toThrow('values[0] is "x": expected a number');
  const blocks = { rows: 3, columns: 2, height: 4 as const, rowptr: [0, 1], colidx: [1], values: [1, 2, 3, 4] };
  expect(() => new BlockMatrix(blocks)).toThrow('values[3] is 4: expected 0 in a row past the last (2)');
  expect(() => new BlockMatrix({ ...blocks, height: 5 as 4 })).toThrow('blocks of 4, 8, 16 rows, got 5');
  expect(() => CsrMatrix.fromDense([1], { rows: 1, columns: 1 }).toBlocks(2 as 4)).toThrow('got 2');
  for (const parts of [undefined, null, 5])
    expect(() => new CsrMatrix(parts as never)).toThrow('CsrMatrix: expected { rows');
});

test('dense matrices of another size, or of more numbers than there are indices', () => {
  expect(() => CsrMatrix.fromDense([1, 2, 3], { rows: 2, columns: 2 })).toThrow(
    'expected data to have 4 elements, 2 × 2, got 3',
  );
  expect(() => CsrMatrix.fromDense([], { rows: 2 ** 20, columns: 2 ** 20 })).toThrow('more numbers than');
  const huge = new CooMatrix({ rows: 2 ** 20, columns: 2 ** 20, rowidx: [2 ** 20 - 1], colidx: [5], values: [1] });
  expect(() => huge.toDense()).toThrow('stay with a sparse form');
  expect(huge.toCsr().transpose().toCoo().colidx[0]).toBe(2 ** 20 - 1);
});

test('an option that a dense matrix is not read by', () => {
  const source = { rows: 1, columns: 2, tol: 3 } as { rows: number; columns: number };
  const message = "CsrMatrix.fromDense: unknown option 'tol': expected one of rows, columns, tolerance";
  for (const form of [CsrMatrix, CscMatrix, CooMatrix, Sell4Matrix]) {
    expect(() => form.fromDense([1, 5], source)).toThrow(message);
  }
  expect(() => BlockMatrix.fromDense([1, 5], { ...source, height: 4 })).toThrow(message);
});

test('triplets cost by their number alone, turned too; what keeps a pointer for each row says so', () => {
  const size = 2 ** 31 - 1;
  const places = { rowidx: [7, size - 1, size - 1], colidx: [size - 1, 3, 9] };
  const huge = new CooMatrix({ rows: size, columns: size, ...places, values: [1, 2, 3] });
  const { rowidx, colidx, values } = huge.transpose();
  expect([[...rowidx], [...colidx], [...values]]).toEqual([
    [3, 9, size - 1],
    [size - 1, size - 1, 7],
    [2, 3, 1],
  ]);
  const told = /of 2147483647 rows or columns keeps a pointer for each, 8\.6 GB: .*stay with triplets/;
  expect(() => huge.toCsr()).toThrow(told);
  const wide = new CooMatrix({ rows: 2, columns: size, rowidx: [1], colidx: [5], values: [1] });
  expect(() => wide.toCsc()).toThrow(told);
});

test('operands that do not fit are refused before a kernel runs', () => {
  const { rows, columns, data } = dense(6, 4, 0.5);
  const csr = CsrMatrix.fromDense(data, { rows, columns });
  const [x, y] = [numbers(4 * 3), numbers(6 * 3)];
  const prepared = prepare(csr);
  const refusals: [run: () => unknown, message: string][] = [
    [() => spmm(csr, numbers(13)), 'spmm: expected X to be 4 rows, a multiple of 4 numbers, got 13'],
    [() => spmm(csr, x, { columns: 4 }), 'spmm: expected X to be 4 × 4 numbers, got 12'],
    [() => spmm(csr, x, { columns: -3 }), 'spmm: expected columns to be a whole number from 0, got -3'],
    [() => spmm(csr, undefined as never), 'spmm: expected X to be an array of numbers, got undefined'],
    [() => spmm(csr, 'abcd' as never), 'expected X to be an array'],
    [
      () => spmm(csr, x, { bias: numbers(4) }),
      'spmm: expected bias to be one number for each row of the result, 6 numbers, got 4',
    ],
    [() => spmm(csr, x, { out: numbers(17) }), 'spmm: expected out to be 6 × 3, 18 numbers, got 17'],
    [() => spmm(csr, x, { out: [] as never }), 'expected out to be a Float32Array'],
    [() => spmm(csr, x, { activation: 'tanh' as 'relu' }), "expected activation to be 'linear' or 'relu', got 'tanh'"],
    [() => spmm(csr, x, { alpha: 2 } as ProductOptions), "spmm: unknown option 'alpha'"],
    [
      () => spmm(csr.toSell4() as never, x),
      'spmm: a Sell4Matrix does not serve this product: convert it with toCsr() first',
    ],
    [() => spmmTransposed(csr.toBlocks(4) as never, y), 'spmmTransposed: a BlockMatrix does not serve this product'],
    [() => spmm({ rows: 1 } as never, x), 'spmm: expected a CsrMatrix, CscMatrix'],
    [() => spmv(csr, numbers(5)), 'spmv: expected x to be one number for each of 4 columns, 4 numbers, got 5'],
    [() => spmvTransposed(csr, numbers(5)), 'one number for each of 6 rows'],
    [() => prepared.spmv(numbers(5)), 'got 5'],
    [() => sddmm(csr, y, numbers(8)), 'sddmm: expected X to be 4 × 3, 12 numbers, got 8'],
    [() => sddmm(csr, numbers(17), x), 'sddmm: expected dY to be 6 rows'],
    [() => sddmm(csr.toBlocks(4) as never, y, x), 'sddmm: a BlockMatrix does not serve'],
    [() => gemm(data, x, { m: 6, k: 4, n: 2 }), 'gemm: expected B to be 4 × 2, 8 numbers, got 12'],
    [() => gemm(data, x, { m: 6, k: 5, n: 3 }), 'gemm: expected A to be 6 × 5'],
    [() => gemm(data, x, { m: 2 ** 32 + 6, k: 4, n: 3 }), 'expected m to be a whole number from 0 to 2147483647'],
    [() => gemm(data, x, { m: 6, k: 4 } as never), 'expected n to be'],
    [() => gemv(data, numbers(5)), 'gemv: expected A in rows of 5 numbers, as x has, got 24'],
    [() => gemv(data, []), 'expected x to have numbers'],
    [() => prepareDense(data, { m: 5, k: 4 }), 'prepareDense: expected A to be 5 × 4, 20 numbers, got 24'],
  ];
  calls.count = 0;
  for (const [run, message] of refusals) expect(run).toThrow(message);
  expect(calls.count).toBe(0);
  expect(spmm(csr, x).length).toBe(18);
  expect(calls.count).toBeGreaterThan(0);
  prepared.dispose();
});
