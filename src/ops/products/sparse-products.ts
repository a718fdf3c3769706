// Products of a sparse matrix with vectors and panels of ordinary numbers, with no layer around: spmm, spmv, their transposes, and
// sddmm. A function copies its matrix into the engine for the call; prepare() copies it once.

import { arena, type Kernels } from '../../engine/index.ts';
import {
  type BlockMatrix,
  type CooMatrix,
  type CscMatrix,
  type CsrMatrix,
  checkKnown,
  numbersOf,
  type SparseMatrix,
  Store,
} from '../../tensor/index.ts';
import { type Form, formOf } from './forms.ts';
import {
  checkOptions,
  columnsOf,
  kernelsFor,
  type Operand,
  operand,
  type PanelOptions,
  type ProductOptions,
  placed,
  result,
} from './operands.ts';

/** The forms that multiply a panel, by rows or by columns or in blocks. */
export type PanelMatrix = CsrMatrix | CscMatrix | CooMatrix | BlockMatrix;

/** The forms that serve all products. */
export type AnyWayMatrix = CsrMatrix | CscMatrix | CooMatrix;

type Numbers = ArrayLike<number>;

/** A sparse matrix whose numbers are in the engine. */
class Multiplier {
  readonly matrix: SparseMatrix;
  readonly #form: Form;
  readonly #kernels: Kernels;

  constructor(matrix: SparseMatrix, form: Form, kernels: Kernels) {
    this.matrix = matrix;
    this.#form = form;
    this.#kernels = kernels;
  }

  spmm<B extends ArrayBufferLike = ArrayBuffer>(x: Numbers, options: PanelOptions<B> = {}): Float32Array<B> {
    const { rows, columns } = this.matrix;
    return this.#panel('spmm', 'panel', x, { rows, inner: columns }, options);
  }

  spmmTransposed<B extends ArrayBufferLike = ArrayBuffer>(x: Numbers, options: PanelOptions<B> = {}): Float32Array<B> {
    const { rows, columns } = this.matrix;
    return this.#panel('spmmTransposed', 'transposed', x, { rows: columns, inner: rows }, options);
  }

  spmv<B extends ArrayBufferLike = ArrayBuffer>(x: Numbers, options: ProductOptions<B> = {}): Float32Array<B> {
    const { rows, columns } = this.matrix;
    checkOptions('spmv', options);
    const numbers = operand('spmv', 'x', x, columns, `one number for each of ${columns} columns`);
    return this.#product('spmv', 'vector', numbers, { rows, columns: 1 }, options);
  }

  spmvTransposed<B extends ArrayBufferLike = ArrayBuffer>(
    x: Numbers,
    options: ProductOptions<B> = {},
  ): Float32Array<B> {
    const { rows, columns } = this.matrix;
    checkOptions('spmvTransposed', options);
    const numbers = operand('spmvTransposed', 'x', x, rows, `one number for each of ${rows} rows`);
    return this.#product('spmvTransposed', 'transposed', numbers, { rows: columns, columns: 1 }, options);
  }

  sddmm<B extends ArrayBufferLike = ArrayBuffer>(
    dy: Numbers,
    x: Numbers,
    options: { out?: Float32Array<B> } = {},
  ): Float32Array<B> {
    checkKnown('sddmm', options, ['out']);
    const { rows, columns, nnz } = this.matrix;
    const run = this.#form.sampled ?? this.#refuse('sddmm');
    const [left, right] = [numbersOf('sddmm', 'dY', dy), numbersOf('sddmm', 'X', x)];
    const n =
      rows > 0 ? columnsOf('sddmm', 'dY', left, rows) : columns > 0 ? columnsOf('sddmm', 'X', right, columns) : 0;
    operand('sddmm', 'dY', left, rows * n, `${rows} × ${n}`);
    operand('sddmm', 'X', right, columns * n, `${columns} × ${n}`);
    return result('sddmm', { rows: nnz, columns: 1 }, options, (y) =>
      run(this.#kernels, n, placed(left), placed(right), y),
    );
  }

  #panel<B extends ArrayBufferLike>(
    who: string,
    way: 'panel' | 'transposed',
    x: Numbers,
    { rows, inner }: { rows: number; inner: number },
    options: PanelOptions<B>,
  ): Float32Array<B> {
    checkOptions(who, options, ['columns']);
    const numbers = numbersOf(who, 'X', x);
    return this.#product(
      who,
      way,
      numbers,
      { rows, columns: columnsOf(who, 'X', numbers, inner, options.columns) },
      options,
    );
  }

  #product<B extends ArrayBufferLike>(
    who: string,
    way: 'vector' | 'panel' | 'transposed',
    x: Operand,
    sizes: { rows: number; columns: number },
    options: ProductOptions<B>,
  ): Float32Array<B> {
    const run = this.#form[way] ?? this.#refuse(who);
    return result(who, sizes, options, (y, epilogue) => run(this.#kernels, sizes.columns, placed(x), y, epilogue));
  }

  #refuse(who: string): never {
    throw new Error(
      `${who}: a ${this.matrix.constructor.name} does not serve this product: convert it with toCsr() first.`,
    );
  }
}

/**
 * A sparse matrix copied into the engine by {@link prepare}, for many products. Later changes of the matrix do not reach it.
 * Its methods are the functions of the same names; arrays go in and come out as copies.
 */
export class PreparedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly #stores: Store[] = [];
  #multiplier: Multiplier | undefined;

  /** @internal */
  constructor(matrix: SparseMatrix, relaxed?: boolean) {
    const form = formOf('prepare', matrix, (elements) => {
      const store = new Store(elements);
      this.#stores.push(store);
      return store.buffer;
    });
    this.rows = matrix.rows;
    this.columns = matrix.columns;
    this.#multiplier = new Multiplier(matrix, form, kernelsFor(relaxed));
  }

  /** A·X, as {@link spmm}. */
  spmm<B extends ArrayBufferLike = ArrayBuffer>(
    x: Numbers,
    options?: Omit<PanelOptions<B>, 'relaxed'>,
  ): Float32Array<B> {
    return this.#live.spmm(x, options);
  }

  /** Aᵀ·X, as {@link spmmTransposed}. */
  spmmTransposed<B extends ArrayBufferLike = ArrayBuffer>(
    x: Numbers,
    options?: Omit<PanelOptions<B>, 'relaxed'>,
  ): Float32Array<B> {
    return this.#live.spmmTransposed(x, options);
  }

  /** A·x, as {@link spmv}. */
  spmv<B extends ArrayBufferLike = ArrayBuffer>(
    x: Numbers,
    options?: Omit<ProductOptions<B>, 'relaxed'>,
  ): Float32Array<B> {
    return this.#live.spmv(x, options);
  }

  /** Aᵀ·x, as {@link spmvTransposed}. */
  spmvTransposed<B extends ArrayBufferLike = ArrayBuffer>(
    x: Numbers,
    options?: Omit<ProductOptions<B>, 'relaxed'>,
  ): Float32Array<B> {
    return this.#live.spmvTransposed(x, options);
  }

  /** The numbers of dY·Xᵀ at A's places, in the order of its `values`, as {@link sddmm}. */
  sddmm<B extends ArrayBufferLike = ArrayBuffer>(
    dy: Numbers,
    x: Numbers,
    options?: { out?: Float32Array<B> },
  ): Float32Array<B> {
    return this.#live.sddmm(dy, x, options);
  }

  /** Gives the engine's memory back at once; it also goes back when the object is garbage. */
  dispose(): void {
    for (const store of this.#stores) store.dispose();
    this.#multiplier = undefined;
  }

  get #live(): Multiplier {
    if (this.#multiplier) return this.#multiplier;
    throw new Error('This prepared matrix was disposed of; prepare() the matrix again to use it.');
  }
}

/**
 * Copies a matrix into the engine, so that products with it do not. 4 to 12 bytes a stored number, until `dispose()`.
 * @param options.relaxed whether its products use relaxed SIMD where the machine has it, different in the last bits; default false.
 * @throws on what is no sparse matrix, and on unknown options.
 */
export function prepare(matrix: SparseMatrix, options: { relaxed?: boolean } = {}): PreparedMatrix {
  checkKnown('prepare', options, ['relaxed']);
  return new PreparedMatrix(matrix, options.relaxed);
}

/** Runs one product with a matrix that is in the engine for its duration only. */
const once = <T>(who: string, matrix: SparseMatrix, options: { relaxed?: boolean }, run: (a: Multiplier) => T): T =>
  arena.scope(() => {
    const form = formOf(who, matrix, (elements) => arena.allocate(4 * elements));
    return run(new Multiplier(matrix, form, kernelsFor(options?.relaxed)));
  });

/**
 * Y = f(A·X + bias). A is m×k; X is k×n and Y m×n, row-major.
 * @throws when X or bias or out does not fit A, on unknown options, and for SELL-4, which multiplies vectors only.
 */
export const spmm = <B extends ArrayBufferLike = ArrayBuffer>(
  a: PanelMatrix,
  x: ArrayLike<number>,
  options: PanelOptions<B> = {},
): Float32Array<B> => once('spmm', a, options, (matrix) => matrix.spmm(x, options));

/** Y = f(Aᵀ·X + bias). A is m×k; X is m×n and Y k×n, row-major. @throws as {@link spmm}, and for blocks. */
export const spmmTransposed = <B extends ArrayBufferLike = ArrayBuffer>(
  a: AnyWayMatrix,
  x: ArrayLike<number>,
  options: PanelOptions<B> = {},
): Float32Array<B> => once('spmmTransposed', a, options, (matrix) => matrix.spmmTransposed(x, options));

/** y = f(A·x + bias), in every form. A is m×k; x has k numbers, y m. @throws as {@link spmm}. */
export const spmv = <B extends ArrayBufferLike = ArrayBuffer>(
  a: SparseMatrix,
  x: ArrayLike<number>,
  options: ProductOptions<B> = {},
): Float32Array<B> => once('spmv', a, options, (matrix) => matrix.spmv(x, options));

/** y = f(Aᵀ·x + bias). A is m×k; x has m numbers, y k. @throws as {@link spmmTransposed}. */
export const spmvTransposed = <B extends ArrayBufferLike = ArrayBuffer>(
  a: AnyWayMatrix,
  x: ArrayLike<number>,
  options: ProductOptions<B> = {},
): Float32Array<B> => once('spmvTransposed', a, options, (matrix) => matrix.spmvTransposed(x, options));

/**
 * The product of dense matrices at sparse places only: dY·Xᵀ where `pattern` (m×k) stores a number, whatever that number is; the
 * gradient of A in Y = A·X. dY is m×n and X k×n, row-major.
 * @returns a matrix of the same form and places.
 * @throws when dY and X do not fit the pattern and one another, on unknown options, for blocks and SELL-4.
 */
export function sddmm<M extends AnyWayMatrix>(
  pattern: M,
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  options: { relaxed?: boolean } = {},
): M {
  checkKnown('sddmm', options, ['relaxed']);
  const values = once('sddmm', pattern, options, (matrix) => matrix.sddmm(dy, x));
  return pattern.withValues(values) as M;
}
