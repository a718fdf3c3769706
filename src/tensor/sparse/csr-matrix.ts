// CSR: the stored numbers row after row, columns ascending.
//
//   rowptr  [rows + 1]   the numbers of row i are at rowptr[i] … rowptr[i + 1]
//   colidx  [nnz]        the column of each
//   values  [nnz]

import { checkNumber, checkWhole } from '../checks.ts';
import { checkKnown } from '../known-options.ts';
import { numbersOf } from '../numbers.ts';
import { BlockMatrix } from './block-matrix.ts';
import { type BlockHeight, blocksFromCsr } from './blocks.ts';
import {
  checkArea,
  checkedIndices,
  checkedLines,
  checkedSizes,
  checkedValues,
  checkLength,
  indexArray,
  type Sound,
  sound,
} from './check.ts';
import { CooMatrix } from './coo-matrix.ts';
import { CscMatrix } from './csc-matrix.ts';
import { csrFromDense } from './csr.ts';
import { Sell4Matrix } from './sell4-matrix.ts';
import { type DenseSource, type Indices, type MatrixSizes, SparseMatrix } from './sparse-matrix.ts';
import { turned } from './turned.ts';

/** What a {@link CsrMatrix} is made of. */
export interface CsrParts extends MatrixSizes {
  /** rows + 1 places, ascending from 0 to the number of stored numbers. */
  readonly rowptr: ArrayLike<number>;
  /** Ascending within each row. */
  readonly colidx: ArrayLike<number>;
  /** The numbers, row by row, in the order of `colidx`. */
  readonly values: ArrayLike<number>;
}

/** A sparse matrix by rows (compressed sparse row), the form that all products serve. */
export class CsrMatrix extends SparseMatrix {
  /** rows + 1 places in `values`: where each row begins, and the end. */
  readonly rowptr: Uint32Array;
  /** The column of each number, ascending within a row. */
  readonly colidx: Indices;
  /** The stored numbers, row by row. */
  readonly values: Float32Array;

  /**
   * Copies and checks the parts; the values are rounded to 32-bit floats and may be NaN or infinite.
   * @throws {RangeError | TypeError} naming the position: on sizes that are no whole numbers below 2³¹, arrays of the wrong length,
   * a row pointer that goes back, column indices out of range, out of order or repeated.
   */
  constructor(parts: CsrParts);
  /** @internal */
  constructor(parts: CsrParts, origin: Sound);
  constructor(parts: CsrParts, origin?: Sound) {
    const sizes = origin === sound ? parts : checkedSizes('CsrMatrix', parts);
    super(sizes);
    const { rowptr, colidx, values } = origin === sound ? (parts as CsrMatrix) : checked(sizes, parts);
    this.rowptr = rowptr;
    this.colidx = colidx;
    this.values = values;
  }

  /**
   * The numbers of a dense row-major matrix that are not zero.
   * @throws when `data` has not rows · columns elements, and on an unknown option.
   */
  static fromDense(data: ArrayLike<number>, source: DenseSource): CsrMatrix {
    const { rows, columns } = checkedSizes('CsrMatrix.fromDense', source);
    checkKnown('CsrMatrix.fromDense', source, ['rows', 'columns', 'tolerance']);
    const { tolerance = 0 } = source;
    checkNumber('CsrMatrix.fromDense', { tolerance }, 'a number from 0');
    checkArea('CsrMatrix.fromDense', { rows, columns });
    checkLength('CsrMatrix.fromDense', 'data', data, rows * columns, `, ${rows} × ${columns}`);
    const numbers = Float32Array.from(numbersOf('CsrMatrix.fromDense', 'data', data, rows * columns));
    const mask = Uint8Array.from(numbers, (value) => (Math.abs(value) <= tolerance ? 0 : 1));
    const { rowptr, colidx, values } = csrFromDense(numbers, rows, columns, mask);
    return new CsrMatrix({ rows, columns, rowptr, colidx: indexArray(columns, colidx), values }, sound);
  }

  override get nnz(): number {
    return this.values.length;
  }

  /** The same places with other numbers, nnz of them in the order of `values`. @throws on another length. */
  withValues(values: ArrayLike<number>): CsrMatrix {
    const { rows, columns, rowptr, colidx } = this;
    const copies = {
      rowptr: rowptr.slice(),
      colidx: colidx.slice(),
      values: checkedValues('CsrMatrix.withValues', values, this.nnz),
    };
    return new CsrMatrix({ rows, columns, ...copies }, sound);
  }

  /** Rows [begin, end), by default to the last. @throws {RangeError} when they are not all there. */
  slice(begin: number, end: number = this.rows): CsrMatrix {
    checkWhole('CsrMatrix.slice', { begin }, 0, this.rows);
    checkWhole('CsrMatrix.slice', { end }, begin, this.rows);
    const [first, last] = [this.rowptr[begin], this.rowptr[end]];
    const rowptr = this.rowptr.slice(begin, end + 1).map((start) => start - first);
    const { columns, colidx, values } = this;
    return new CsrMatrix(
      { rows: end - begin, columns, rowptr, colidx: colidx.slice(first, last), values: values.slice(first, last) },
      sound,
    );
  }

  /** The rows of these indices, in this order; a row may come more than once. @throws {RangeError} on an index that is no row. */
  take(rows: ArrayLike<number>): CsrMatrix {
    const who = 'CsrMatrix.take';
    const taken = checkedIndices(who, 'rows', rows, checkLength(who, 'rows', rows), this.rows);
    const rowptr = new Uint32Array(taken.length + 1);
    for (let i = 0; i < taken.length; i++) {
      rowptr[i + 1] = rowptr[i] + this.rowptr[taken[i] + 1] - this.rowptr[taken[i]];
    }
    const nnz = rowptr[taken.length];
    const [colidx, values] = [indexArray(this.columns, nnz), new Float32Array(nnz)];
    for (let i = 0; i < taken.length; i++) {
      const [first, last] = [this.rowptr[taken[i]], this.rowptr[taken[i] + 1]];
      colidx.set(this.colidx.subarray(first, last), rowptr[i]);
      values.set(this.values.subarray(first, last), rowptr[i]);
    }
    return new CsrMatrix({ rows: taken.length, columns: this.columns, rowptr, colidx, values }, sound);
  }

  override transpose(): CsrMatrix {
    const { pointers: rowptr, indices: colidx, values } = this.#byColumn();
    return new CsrMatrix({ rows: this.columns, columns: this.rows, rowptr, colidx, values }, sound);
  }

  override toCsr(): CsrMatrix {
    return this;
  }

  override toCsc(): CscMatrix {
    const { pointers: colptr, indices: rowidx, values } = this.#byColumn();
    return new CscMatrix({ rows: this.rows, columns: this.columns, colptr, rowidx, values }, sound);
  }

  override toCoo(): CooMatrix {
    const { rows, columns, rowptr, colidx, values } = this;
    const rowidx = indexArray(rows, values.length);
    for (let i = 0; i < rows; i++) rowidx.fill(i, rowptr[i], rowptr[i + 1]);
    return new CooMatrix({ rows, columns, rowidx, colidx: colidx.slice(), values: values.slice() }, sound);
  }

  override toBlocks(height: BlockHeight): BlockMatrix {
    BlockMatrix.checkHeight('toBlocks', height);
    return new BlockMatrix(blocksFromCsr(this, height), sound);
  }

  override toSell4(): Sell4Matrix {
    return new Sell4Matrix(this);
  }

  override toDense(): Float32Array<ArrayBuffer> {
    const { rows, columns, rowptr, colidx, values } = this;
    checkArea('toDense', this);
    const dense = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let p = rowptr[i]; p < rowptr[i + 1]; p++) dense[i * columns + colidx[p]] = values[p];
    }
    return dense;
  }

  override equals(other: SparseMatrix): boolean {
    if (!(other instanceof SparseMatrix) || other.rows !== this.rows || other.columns !== this.columns) return false;
    const b = other.toCsr();
    for (let i = 0; i < this.rows; i++) {
      let [p, q] = [this.rowptr[i], b.rowptr[i]];
      const [stop, stopB] = [this.rowptr[i + 1], b.rowptr[i + 1]];
      while (p < stop || q < stopB) {
        const column = p < stop ? this.colidx[p] : this.columns;
        const columnB = q < stopB ? b.colidx[q] : this.columns;
        const value = column <= columnB ? this.values[p++] : 0;
        const valueB = columnB <= column ? b.values[q++] : 0;
        if (value !== valueB && !(Number.isNaN(value) && Number.isNaN(valueB))) return false;
      }
    }
    return true;
  }

  #byColumn() {
    return turned({ pointers: this.rowptr, indices: this.colidx, values: this.values }, this.columns);
  }
}

function checked({ rows, columns }: MatrixSizes, { rowptr, colidx, values }: CsrParts) {
  const who = 'CsrMatrix';
  const names = { pointerName: 'rowptr', indexName: 'colidx', line: 'row' };
  const lines = checkedLines({ who, lines: rows, places: columns, ...names, pointers: rowptr, indices: colidx });
  const numbers = checkedValues(who, values, lines.indices.length, ', as colidx has');
  return { rowptr: lines.pointers, colidx: lines.indices, values: numbers };
}
