// Products of dense matrices on ordinary arrays: gemm and gemv.

import { arena, type Buffer, type Kernels } from '../../engine/index.ts';
import { checkKnown, checkWhole, numbersOf, Store } from '../../tensor/index.ts';
import { type GemmSizes, multiplyPanels, packedLength, panelCount } from '../panels.ts';
import {
  checkOptions,
  columnsOf,
  type Epilogue,
  inParts,
  kernelsFor,
  operand,
  type PanelOptions,
  type ProductOptions,
  placed,
  result,
} from './operands.ts';

/** What {@link prepareDense} takes: A is m×k. */
export interface PreparedSizes {
  /** Rows of A. */
  m: number;
  /** Columns of A. */
  k: number;
  /** Whether products use relaxed SIMD where the machine has it, different in the last bits; default false. */
  relaxed?: boolean;
}

/** y = max(A·x + bias, lower). A is row-major. */
export function multiplyVector(
  kernels: Kernels,
  { m, k }: { m: number; k: number },
  a: Buffer,
  x: Buffer,
  y: Buffer,
  { bias, lower }: Epilogue,
): void {
  inParts(m, m * k, (begin, end) => kernels.gemv_f32_dense(begin, end, k, a, k, x, y, bias, lower));
}

/** A row-major matrix in the engine, packed into `packed`. */
function pack(kernels: Kernels, { m, k }: { m: number; k: number }, a: Buffer, packed: Buffer): void {
  inParts(panelCount(kernels, m), m * k, (begin, end) => kernels.pack_f32_a(begin, end, m, k, k, 1, a, packed));
}

/** Kernels take signed 32-bit sizes. */
const largestSize = 2 ** 31 - 1;

/** A dense matrix copied into the engine by {@link prepareDense}, for many products. */
export class PreparedDense {
  readonly m: number;
  readonly k: number;
  readonly #kernels: Kernels;
  readonly #rows: Store;
  #panels: Store | undefined;
  #disposed = false;

  /** @internal */
  constructor(a: ArrayLike<number>, options: PreparedSizes) {
    checkKnown('prepareDense', options, ['m', 'k', 'relaxed']);
    const { m, k, relaxed } = options;
    checkWhole('prepareDense', { m, k }, 0, largestSize);
    const numbers = operand('prepareDense', 'A', a, m * k, `${m} × ${k}`);
    this.m = m;
    this.k = k;
    this.#kernels = kernelsFor(relaxed);
    this.#rows = new Store(m * k);
    this.#rows.view.set(numbers);
  }

  /** A·B, as {@link gemm}; n is the length of B by k, or `columns`. A is packed at the first call. */
  gemm<B extends ArrayBufferLike = ArrayBuffer>(
    b: ArrayLike<number>,
    options: Omit<PanelOptions<B>, 'relaxed'> = {},
  ): Float32Array<B> {
    this.#check();
    checkOptions('gemm', options, ['columns']);
    const { m, k } = this;
    const numbers = numbersOf('gemm', 'B', b);
    const n = columnsOf('gemm', 'B', numbers, k, options.columns);
    if (!this.#panels) {
      this.#panels = new Store(packedLength(this.#kernels, this));
      pack(this.#kernels, this, this.#rows.buffer, this.#panels.buffer);
    }
    const panels = this.#panels.buffer;
    return result('gemm', { rows: m, columns: n }, options, (c, epilogue) =>
      multiplyPanels(this.#kernels, { m, k, n }, panels, placed(numbers), c, epilogue),
    );
  }

  /** A·x, as {@link gemv}. */
  gemv<B extends ArrayBufferLike = ArrayBuffer>(
    x: ArrayLike<number>,
    options: Omit<ProductOptions<B>, 'relaxed'> = {},
  ): Float32Array<B> {
    this.#check();
    checkOptions('gemv', options);
    const numbers = operand('gemv', 'x', x, this.k, `one number for each of ${this.k} columns`);
    return result('gemv', { rows: this.m, columns: 1 }, options, (y, epilogue) =>
      multiplyVector(this.#kernels, this, this.#rows.buffer, placed(numbers), y, epilogue),
    );
  }

  /** Gives the engine's memory back at once; it also goes back when the object is garbage. */
  dispose(): void {
    this.#rows.dispose();
    this.#panels?.dispose();
    this.#disposed = true;
  }

  #check(): void {
    if (this.#disposed) throw new Error('This prepared matrix was disposed of; prepareDense() it again to use it.');
  }
}

/**
 * Copies a dense m×k row-major matrix into the engine, so that products with it do not. 4 bytes a number, 8 once gemm packed it.
 * @throws when `a` has not m·k numbers, and on unknown options.
 */
export const prepareDense = (a: ArrayLike<number>, sizes: PreparedSizes): PreparedDense => new PreparedDense(a, sizes);

/**
 * C = f(A·B + bias). A is m×k, B k×n and C m×n, row-major; the bias has m numbers, one for each row.
 * @throws when an array does not have the size that m, k and n say, and on unknown options.
 */
export function gemm<B extends ArrayBufferLike = ArrayBuffer>(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  sizes: GemmSizes & ProductOptions<B>,
): Float32Array<B> {
  checkOptions('gemm', sizes, ['m', 'k', 'n']);
  const { m, k, n, ...options } = sizes;
  checkWhole('gemm', { m, k, n }, 0, largestSize);
  const left = operand('gemm', 'A', a, m * k, `${m} × ${k}`);
  const right = operand('gemm', 'B', b, k * n, `${k} × ${n}`);
  const kernels = kernelsFor(options.relaxed);
  return result('gemm', { rows: m, columns: n }, options, (c, epilogue) => {
    const panels = arena.allocate(4 * packedLength(kernels, { m, k }));
    arena.scope(() => pack(kernels, { m, k }, placed(left), panels));
    multiplyPanels(kernels, { m, k, n }, panels, placed(right), c, epilogue);
  });
}

/**
 * y = f(A·x + bias). A is row-major with as many columns as x has numbers; y and the bias have a number for each of its rows.
 * @throws when A is no whole number of such rows, and on unknown options.
 */
export function gemv<B extends ArrayBufferLike = ArrayBuffer>(
  a: ArrayLike<number>,
  x: ArrayLike<number>,
  options: ProductOptions<B> = {},
): Float32Array<B> {
  checkOptions('gemv', options);
  const [left, right] = [numbersOf('gemv', 'A', a), numbersOf('gemv', 'x', x)];
  const k = right.length;
  if (k === 0) throw new RangeError('gemv: expected x to have numbers, one for each column of A, got 0.');
  const m = left.length / k;
  if (!Number.isInteger(m))
    throw new RangeError(`gemv: expected A in rows of ${k} numbers, as x has, got ${left.length}.`);
  const kernels = kernelsFor(options.relaxed);
  return result('gemv', { rows: m, columns: 1 }, options, (y, epilogue) =>
    multiplyVector(kernels, { m, k }, placed(left), placed(right), y, epilogue),
  );
}
