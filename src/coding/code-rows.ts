// The rows of a code matrix, gathered as signals are done.

import { CsrMatrix } from '../tensor/index.ts';

/** Rows of a CSR matrix that grow. */
export class CodeRows {
  readonly #columns: number;
  readonly #rowptr: number[] = [0];
  #colidx = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #nnz = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** One number of the row under way; columns ascend. */
  push(column: number, value: number): void {
    if (this.#nnz === this.#values.length) {
      this.#colidx = grown(this.#colidx, new Uint32Array(2 * this.#nnz));
      this.#values = grown(this.#values, new Float32Array(2 * this.#nnz));
    }
    this.#colidx[this.#nnz] = column;
    this.#values[this.#nnz++] = value;
  }

  endRow(): void {
    this.#rowptr.push(this.#nnz);
  }

  toCsr(): CsrMatrix {
    return new CsrMatrix({
      rows: this.#rowptr.length - 1,
      columns: this.#columns,
      rowptr: this.#rowptr,
      colidx: this.#colidx.subarray(0, this.#nnz),
      values: this.#values.subarray(0, this.#nnz),
    });
  }
}

function grown<T extends { set(source: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
