// CSC: the stored numbers column after column, rows ascending. The arrays are those of the transposed matrix' CSR.
//
//   colptr  [columns + 1]   the numbers of column j are at colptr[j] … colptr[j + 1]
//   rowidx  [nnz]           the row of each
//   values  [nnz]

import { checkedLines, checkedSizes, checkedValues, type Sound, sound } from './check.ts';
import { CsrMatrix } from './csr-matrix.ts';
import { type DenseSource, type Indices, type MatrixSizes, SparseMatrix } from './sparse-matrix.ts';
import { turned } from './turned.ts';

/** What a {@link CscMatrix} is made of. */
export interface CscParts extends MatrixSizes {
  /** columns + 1 places, ascending from 0 to the number of stored numbers. */
  readonly colptr: ArrayLike<number>;
  /** Ascending within each column. */
  readonly rowidx: ArrayLike<number>;
  /** The numbers, column by column, in the order of `rowidx`. */
  readonly values: ArrayLike<number>;
}

/** A sparse matrix by columns (compressed sparse column). */
export class CscMatrix extends SparseMatrix {
  /** columns + 1 places in `values`: where each column begins, and the end. */
  readonly colptr: Uint32Array;
  /** The row of each number, ascending within a column. */
  readonly rowidx: Indices;
  /** The stored numbers, column by column. */
  readonly values: Float32Array;

  /** Copies and checks the parts. @throws {RangeError | TypeError} naming the position, as CsrMatrix does. */
  constructor(parts: CscParts);
  /** @internal */
  constructor(parts: CscParts, origin: Sound);
  constructor(parts: CscParts, origin?: Sound) {
    const sizes = origin === sound ? parts : checkedSizes('CscMatrix', parts);
    super(sizes);
    const { colptr, rowidx, values } = origin === sound ? (parts as CscMatrix) : checked(sizes, parts);
    this.colptr = colptr;
    this.rowidx = rowidx;
    this.values = values;
  }

  /** The numbers of a dense row-major matrix that are not zero. @throws when `data` has not rows · columns elements. */
  static fromDense(data: ArrayLike<number>, source: DenseSource): CscMatrix {
    return CsrMatrix.fromDense(data, source).toCsc();
  }

  override get nnz(): number {
    return this.values.length;
  }

  /** The same places with other numbers, nnz of them in the order of `values`. @throws on another length. */
  withValues(values: ArrayLike<number>): CscMatrix {
    const { rows, columns, colptr, rowidx } = this;
    const copies = {
      colptr: colptr.slice(),
      rowidx: rowidx.slice(),
      values: checkedValues('CscMatrix.withValues', values, this.nnz),
    };
    return new CscMatrix({ rows, columns, ...copies }, sound);
  }

  override transpose(): CscMatrix {
    const { pointers: colptr, indices: rowidx, values } = this.#byRow();
    return new CscMatrix({ rows: this.columns, columns: this.rows, colptr, rowidx, values }, sound);
  }

  override toCsr(): CsrMatrix {
    const { pointers: rowptr, indices: colidx, values } = this.#byRow();
    return new CsrMatrix({ rows: this.rows, columns: this.columns, rowptr, colidx, values }, sound);
  }

  override toCsc(): CscMatrix {
    return this;
  }

  #byRow() {
    return turned({ pointers: this.colptr, indices: this.rowidx, values: this.values }, this.rows);
  }
}

function checked({ rows, columns }: MatrixSizes, { colptr, rowidx, values }: CscParts) {
  const who = 'CscMatrix';
  const names = { pointerName: 'colptr', indexName: 'rowidx', line: 'column' };
  const lines = checkedLines({ who, lines: columns, places: rows, ...names, pointers: colptr, indices: rowidx });
  const numbers = checkedValues(who, values, lines.indices.length, ', as rowidx has');
  return { colptr: lines.pointers, rowidx: lines.indices, values: numbers };
}
