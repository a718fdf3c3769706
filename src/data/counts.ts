// From what is counted in each text to a sparse matrix: a row for each text, columns ascending.

import { CsrMatrix } from '../tensor/index.ts';

/** Rows in the making. */
export class CountedRows {
  readonly #columns: number;
  readonly #counts: Uint32Array;
  #touched: number[] = [];
  readonly #rowptr: number[] = [0];
  readonly #colidx: number[] = [];
  readonly #values: number[] = [];

  constructor(columns: number) {
    this.#columns = columns;
    this.#counts = new Uint32Array(columns);
  }

  /** Counts a column once more in the row at hand. */
  add(column: number): void {
    if (this.#counts[column]++ === 0) this.#touched.push(column);
  }

  /** Ends the row: what was counted is stored with these weights, a weight of zero too. */
  endRow(weightOf: (count: number, column: number) => number): void {
    for (const column of Uint32Array.from(this.#touched).sort()) {
      this.#colidx.push(column);
      this.#values.push(weightOf(this.#counts[column], column));
      this.#counts[column] = 0;
    }
    this.#touched = [];
    this.#rowptr.push(this.#colidx.length);
  }

  toCsr(): CsrMatrix {
    const [rowptr, colidx, values] = [this.#rowptr, this.#colidx, this.#values];
    return new CsrMatrix({ rows: rowptr.length - 1, columns: this.#columns, rowptr, colidx, values });
  }
}
