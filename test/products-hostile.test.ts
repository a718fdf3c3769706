// What JavaScript lets through where numbers are expected: nested arrays, strings, holes, bigints; arrays that say something else at
// the second look; arrays transferred elsewhere. One clear error, or the numbers of the first look; never a trap, nothing leaks.

import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import {
  gemm,
  gemv,
  prepare,
  prepareDense,
  sddmm,
  spmm,
  spmmTransposed,
  spmv,
  spmvTransposed,
} from '../src/ops/index.ts';
import { CooMatrix, CsrMatrix, Sell4Matrix } from '../src/tensor/index.ts';
import { matrices } from './matrix-fixture.ts';

const sizes = { rows: 2, columns: 3 };
const make = () => CsrMatrix.fromDense([1, 0, 2, 0, 3, 0], sizes);
const csr = make();
const x = [1, 2, 3];

describe('operands that are no arrays of numbers', () => {
  const operands: [what: string, x: unknown, message: RegExp][] = [
    ['rows in rows', [[1], [2], [3]], /[xX]\[0\] is \[1\]: expected a number/],
    ['strings', [1, '2', 3], /[xX]\[1\] is "2": expected a number/],
    ['null', [1, 2, null], /[xX]\[2\] is null/],
    ['holes', new Array(3), /[xX]\[0\] is undefined/],
    ['bigints', [1n, 2n, 3n], /[xX]\[0\] is 1n/],
    [
      'an array of bigints',
      BigInt64Array.of(1n, 2n, 3n),
      /expected [xX] to be an array of numbers, got a BigInt64Array/,
    ],
    ['a matrix', csr, /expected [xX] to be an array of numbers, got a CsrMatrix/],
    ['a function of three arguments', (a: number, _b: number, _c: number) => a, /array of numbers, got a function/],
    ['text', '123', /array of numbers, got "123"/],
    ['nothing', undefined, /array of numbers, got undefined/],
  ];
  test.each(operands)('%s', (_, operand, message) => {
    const prepared = prepare(csr);
    const dense = prepareDense(csr.toDense(), { m: 2, k: 3 });
    const { live } = memoryUsage();
    const given = operand as number[];
    const calls = [
      () => spmm(csr, given),
      () => spmv(csr, given),
      () => spmv(csr.toSell4(), given),
      () => spmmTransposed(csr.transpose(), given),
      () => spmvTransposed(csr.transpose(), given),
      () => sddmm(csr, [1, 2], given),
      () => prepared.spmv(given),
      () => gemv(csr.toDense(), given),
      () => dense.gemv(given),
    ];
    for (const call of calls) expect(call).toThrow(message);
    const named = (name: string) => new RegExp(message.source.replace('[xX]', name));
    expect(() => sddmm(csr, given, x)).toThrow(named('dY'));
    expect(() => spmm(csr, x, { bias: given ?? 'none' })).toThrow(/bias/);
    expect(() => gemv(given, [1])).toThrow(named('A'));
    expect(() => gemm(given, x, { m: 1, k: 3, n: 1 })).toThrow(named('A'));
    expect(() => gemm(x, given, { m: 1, k: 3, n: 1 })).toThrow(named('B'));
    expect(() => prepareDense(given, { m: 1, k: 3 })).toThrow(named('A'));
    expect(memoryUsage().live).toBe(live);
    prepared.dispose();
    dense.dispose();
  });

  test('what is like an array will do', () => {
    expect([...spmv(csr, { length: 3, 0: 1, 1: 2, 2: 3 })]).toEqual([7, 6]);
    expect([...spmv(csr, Uint8Array.from(x))]).toEqual([7, 6]);
    expect([...spmv(csr, new Float64Array(new SharedArrayBuffer(24)))]).toEqual([0, 0]);
  });
});

test('options that nobody reads, and no options at all', () => {
  const given = (options: unknown) => options as never;
  const unknown: [call: () => unknown, who: string][] = [
    [() => spmv(csr, x, given({ columns: 3 })), 'spmv'],
    [() => spmvTransposed(csr, [1, 2], given({ columns: 1 })), 'spmvTransposed'],
    [() => sddmm(csr, [1, 2], x, given({ out: new Float32Array(3) })), 'sddmm'],
    [() => prepare(csr, given({ relax: true })), 'prepare'],
    [() => prepareDense([1], given({ m: 1, k: 1, n: 1 })), 'prepareDense'],
  ];
  for (const [call, who] of unknown)
    expect(call).toThrow(new RegExp(`^${who}: unknown option '\\w+': expected one of`));
  const none: (() => unknown)[] = [
    () => spmm(csr, x, given(null)),
    () => prepare(csr, given(null)),
    () => gemm([1], [1], given(undefined)),
    () => prepareDense([1], given(undefined)),
  ];
  for (const call of none) expect(call).toThrow(/expected an object of options \(.*\), got (null|undefined)/);
});

test('what is no sparse matrix is named', () => {
  for (const none of [undefined, null, {}, [1]]) {
    const given = none as never;
    for (const call of [() => spmm(given, x), () => sddmm(given, [1, 2], x), () => prepare(given)]) {
      expect(call).toThrow(/expected a CsrMatrix, .* got (undefined|null|an object|\[1\])\./);
    }
    expect(() => new Sell4Matrix(given)).toThrow('Sell4Matrix: expected a sparse matrix');
  }
});

/** `array`, which says another length from the `looks`-th look on. */
function fickle(array: number[], looks: number, length: number): number[] {
  let look = 0;
  return new Proxy(array, {
    get: (target, key) => (key === 'length' && ++look > looks ? length : Reflect.get(target, key)),
  });
}

test.each([1, 2, 3, 4, 5, 6])('what differs from the %i. look on is as it was at the first', (looks) => {
  for (const length of [0, 1, 1e6]) {
    const spoilt = (array: number[]) => fickle(array, looks, length);
    expect([...spmm(csr, spoilt(x), { bias: spoilt([1, 2]) })]).toEqual([8, 8]);
    const parts = { ...sizes, rowptr: [0, 2, 3], colidx: [0, 2, 1], values: [1, 2, 3] };
    for (const name of ['rowptr', 'colidx', 'values'] as const) {
      const matrix = new CsrMatrix({ ...parts, [name]: spoilt(parts[name]) });
      expect(matrix.equals(csr)).toBe(true);
      expect([matrix.nnz, ...spmm(matrix, x)]).toEqual([3, 7, 6]);
    }
    const triplets = { ...sizes, rowidx: [1, 0, 0], colidx: [1, 2, 0], values: [3, 2, 1] };
    for (const name of ['rowidx', 'colidx', 'values'] as const) {
      expect(new CooMatrix({ ...triplets, [name]: spoilt(triplets[name]) }).equals(csr)).toBe(true);
    }
    let look = 0;
    const get = () => (++look > looks ? length : 3);
    const source = Object.defineProperty({ ...parts }, 'columns', { get, enumerable: true });
    expect(new CsrMatrix(source).equals(csr)).toBe(true);
  }
});

test('a matrix whose arrays were transferred, or given other places, is refused', () => {
  const transfer = ({ buffer }: Float32Array | Uint32Array | Uint16Array | Uint8Array) =>
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  for (const name of ['rowptr', 'colidx', 'values'] as const) {
    const matrix = make();
    transfer(matrix[name]);
    for (const call of [() => spmm(matrix, x), () => spmv(matrix, x), () => prepare(matrix)]) {
      expect(call).toThrow('The arrays of this matrix are not as they were when it was made');
    }
  }
  const [longer, slices, blocks] = [make(), make().toSell4(), make().toBlocks(8)];
  longer.rowptr[2] = 4e9;
  transfer(slices.records);
  transfer(blocks.values);
  for (const matrix of [longer, slices, blocks]) expect(() => spmv(matrix, x)).toThrow('make it anew');
  const operand = Float32Array.from(x);
  transfer(operand);
  expect(() => spmv(csr, operand)).toThrow('3 numbers, got 0');
});

test.each([4, 8, 16] as const)('what prepare() copied stays, in blocks of %i too', (height) => {
  const { data, ...shape } = matrices(4).dense(33, 9, 0.5);
  const blocks = CsrMatrix.fromDense(data, shape).toBlocks(height);
  const panel = matrices(5).numbers(27);
  const [product, vector] = [spmm(blocks, panel), spmv(blocks, panel.slice(0, 9))];
  const prepared = prepare(blocks);
  blocks.values.fill(0);
  expect(prepared.spmm(panel)).toEqual(product);
  expect(prepared.spmv(panel.slice(0, 9))).toEqual(vector);
  prepared.dispose();
});
