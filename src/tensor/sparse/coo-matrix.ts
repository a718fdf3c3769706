// COO: triplets (row, column, number), sorted by row, then column, no place twice.

import {
  checkedIndices,
  checkedSizes,
  checkedValues,
  checkLength,
  indexArray,
  pointersOf,
  type Sound,
  sound,
} from './check.ts';
import { CsrMatrix } from './csr-matrix.ts';
import { type DenseSource, type Indices, type MatrixSizes, SparseMatrix } from './sparse-matrix.ts';

/** What a {@link CooMatrix} is made of: three arrays of one length. */
export interface CooParts extends MatrixSizes {
  /** The row of each number. */
  readonly rowidx: ArrayLike<number>;
  /** The column of each number. */
  readonly colidx: ArrayLike<number>;
  /** The numbers, in the order of their places. */
  readonly values: ArrayLike<number>;
}

/** A sparse matrix as triplets (coordinate form). */
export class CooMatrix extends SparseMatrix {
  /** The row of each number, ascending. */
  readonly rowidx: Indices;
  /** The column of each number, ascending within a row. */
  readonly colidx: Indices;
  /** The stored numbers. */
  readonly values: Float32Array;

  /**
   * Triplets in any order. Numbers of the same place are summed, as SciPy does it when it leaves COO; a sum of 0 stays stored.
   * @throws {RangeError | TypeError} naming the position: on sizes that are no whole numbers below 2³¹, arrays of different
   * lengths, indices out of range.
   */
  constructor(parts: CooParts);
  /** @internal */
  constructor(parts: CooParts, origin: Sound);
  constructor(parts: CooParts, origin?: Sound) {
    const sizes = origin === sound ? parts : checkedSizes('CooMatrix', parts);
    super(sizes);
    const { rowidx, colidx, values } = origin === sound ? (parts as CooMatrix) : summed(sizes, checked(sizes, parts));
    this.rowidx = rowidx;
    this.colidx = colidx;
    this.values = values;
  }

  /** The numbers of a dense row-major matrix that are not zero. @throws when `data` has not rows · columns elements. */
  static fromDense(data: ArrayLike<number>, source: DenseSource): CooMatrix {
    return CsrMatrix.fromDense(data, source).toCoo();
  }

  override get nnz(): number {
    return this.values.length;
  }

  /** The same places with other numbers, nnz of them in the order of `values`. @throws on another length. */
  withValues(values: ArrayLike<number>): CooMatrix {
    const { rows, columns, rowidx, colidx } = this;
    const copies = {
      rowidx: rowidx.slice(),
      colidx: colidx.slice(),
      values: checkedValues('CooMatrix.withValues', values, this.nnz),
    };
    return new CooMatrix({ rows, columns, ...copies }, sound);
  }

  override transpose(): CooMatrix {
    const { rows, columns, rowidx, colidx, values } = this;
    const order = sortedBy(colidx, columns, counting(values.length));
    const parts = { rowidx: inOrder(colidx, order), colidx: inOrder(rowidx, order), values: inOrder(values, order) };
    return new CooMatrix({ rows: columns, columns: rows, ...parts }, sound);
  }

  override toCsr(): CsrMatrix {
    const { rows, columns, rowidx } = this;
    const rowptr = pointersOf(rows);
    for (let p = 0; p < rowidx.length; p++) rowptr[rowidx[p] + 1]++;
    for (let i = 0; i < rows; i++) rowptr[i + 1] += rowptr[i];
    return new CsrMatrix({ rows, columns, rowptr, colidx: this.colidx.slice(), values: this.values.slice() }, sound);
  }

  override toCoo(): CooMatrix {
    return this;
  }
}

interface Triplets {
  readonly rowidx: Indices;
  readonly colidx: Indices;
  readonly values: Float32Array;
}

function checked({ rows, columns }: MatrixSizes, { rowidx, colidx, values }: CooParts): Triplets {
  const who = 'CooMatrix';
  const count = checkLength(who, 'rowidx', rowidx);
  const why = ', as rowidx has';
  checkLength(who, 'colidx', colidx, count, why);
  return {
    rowidx: checkedIndices(who, 'rowidx', rowidx, count, rows),
    colidx: checkedIndices(who, 'colidx', colidx, count, columns),
    values: checkedValues(who, values, count, why),
  };
}

/** Sorted, repeats summed in the order they came, in 64 bits, and rounded once. */
function summed({ rows, columns }: MatrixSizes, triplets: Triplets): Triplets {
  const { rowidx, colidx, values } = triplets;
  if (isSorted(triplets)) return triplets;
  const order = sortedBy(rowidx, rows, sortedBy(colidx, columns, counting(values.length)));
  const result = {
    rowidx: indexArray(rows, values.length),
    colidx: indexArray(columns, values.length),
    values: new Float32Array(values.length),
  };
  let last = -1;
  let sum = 0;
  for (const p of order) {
    const isRepeat = last >= 0 && result.rowidx[last] === rowidx[p] && result.colidx[last] === colidx[p];
    if (!isRepeat) {
      last++;
      result.rowidx[last] = rowidx[p];
      result.colidx[last] = colidx[p];
    }
    sum = isRepeat ? sum + values[p] : values[p];
    result.values[last] = sum;
  }
  const count = last + 1;
  return {
    rowidx: result.rowidx.slice(0, count),
    colidx: result.colidx.slice(0, count),
    values: result.values.slice(0, count),
  };
}

function isSorted({ rowidx, colidx }: Triplets): boolean {
  for (let p = 1; p < rowidx.length; p++) {
    if (rowidx[p] < rowidx[p - 1] || (rowidx[p] === rowidx[p - 1] && colidx[p] <= colidx[p - 1])) return false;
  }
  return true;
}

const counting = (length: number): Uint32Array => Uint32Array.from({ length }, (_, p) => p);

const inOrder = <A extends Indices | Float32Array>(from: A, order: Uint32Array): A =>
  from.map((_, at) => from[order[at]]) as A;

/** `order` sorted by keys[p] < bound, those with the same key left as they are. */
function sortedBy(keys: Indices, bound: number, order: Uint32Array): Uint32Array {
  const rank = new Uint32Array(order.length);
  if (bound > 4 * order.length + 65536) {
    // Counting would cost more than comparing.
    for (let at = 0; at < order.length; at++) rank[order[at]] = at;
    return order.slice().sort((a, b) => keys[a] - keys[b] || rank[a] - rank[b]);
  }
  const next = new Uint32Array(bound + 1);
  for (let p = 0; p < keys.length; p++) next[keys[p] + 1]++;
  for (let key = 0; key < bound; key++) next[key + 1] += next[key];
  for (const p of order) rank[next[keys[p]]++] = p;
  return rank;
}
