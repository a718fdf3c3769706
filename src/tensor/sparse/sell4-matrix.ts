// SELL-4 as in sell4.ts: rows sorted by how much they store, four of them interleaved.

import { showValue } from '../numbers.ts';
import { indexArray, sound } from './check.ts';
import { CsrMatrix } from './csr-matrix.ts';
import { nowhere, recordBytes, sell4FromCsr } from './sell4.ts';
import { type DenseSource, SparseMatrix } from './sparse-matrix.ts';

/**
 * A sparse matrix in SELL-4 (sliced ELLPACK), the form in which unstructured weights multiply one vector. Short rows are filled up
 * with zeros at a column of theirs, which are multiplied too: an infinite or NaN operand may give NaN there.
 * Monakov, Lokhmotov, Avetisyan 2010; rows sorted: Kreutzer et al. 2014.
 */
export class Sell4Matrix extends SparseMatrix {
  /** First record of each slice of four rows, and past the last. */
  readonly slices: Uint32Array;
  /** 24 bytes each: four 32-bit floats, then their four 16-bit columns times four, little-endian. */
  readonly records: Uint8Array;
  /** The row of lane l of slice s is order[4s + l]; 2³² − 1 past the last row. */
  readonly order: Uint32Array;

  /** The same matrix in this form. @throws on what is no sparse matrix; {RangeError} when it has more than 16,384 columns. */
  constructor(matrix: SparseMatrix) {
    if (!(matrix instanceof SparseMatrix)) {
      throw new TypeError(`Sell4Matrix: expected a sparse matrix in another form, got ${showValue(matrix)}.`);
    }
    super(matrix);
    const { slices, records, order } = sell4FromCsr(matrix.toCsr());
    this.slices = slices;
    this.records = records;
    this.order = order;
  }

  /** The numbers of a dense row-major matrix that are not zero. @throws when `data` has not rows · columns elements. */
  static fromDense(data: ArrayLike<number>, source: DenseSource): Sell4Matrix {
    return new Sell4Matrix(CsrMatrix.fromDense(data, source));
  }

  override get nnz(): number {
    let count = 0;
    this.#each(() => count++);
    return count;
  }

  override transpose(): Sell4Matrix {
    return new Sell4Matrix(this.toCsr().transpose());
  }

  override toCsr(): CsrMatrix {
    const { rows, columns } = this;
    const rowptr = new Uint32Array(rows + 1);
    this.#each((row) => rowptr[row + 1]++);
    for (let i = 0; i < rows; i++) rowptr[i + 1] += rowptr[i];
    const next = rowptr.slice(0, rows);
    const colidx = indexArray(columns, rowptr[rows]);
    const values = new Float32Array(rowptr[rows]);
    this.#each((row, column, value) => {
      colidx[next[row]] = column;
      values[next[row]++] = value;
    });
    return new CsrMatrix({ rows, columns, rowptr, colidx, values }, sound);
  }

  override toSell4(): Sell4Matrix {
    return this;
  }

  /** Visits the numbers that are not zero, columns ascending within a row. */
  #each(visit: (row: number, column: number, value: number) => void): void {
    const view = new DataView(this.records.buffer, this.records.byteOffset);
    for (let lane = 0; lane < this.order.length; lane++) {
      if (this.order[lane] === nowhere) continue;
      for (let r = this.slices[lane >> 2]; r < this.slices[(lane >> 2) + 1]; r++) {
        const value = view.getFloat32(r * recordBytes + 4 * (lane & 3), true);
        const column = view.getUint16(r * recordBytes + 16 + 2 * (lane & 3), true) / 4;
        if (value !== 0) visit(this.order[lane], column, value);
      }
    }
  }
}
