// Rows of a table that a step has touched: a mark for each row, and a list of the marked ones.

/** The rows of a table that a step has touched. */
export class RowSet {
  readonly #marks: Uint8Array;
  readonly #list: Uint32Array;
  #count = 0;

  /** No rows of `rows`. */
  constructor(rows: number) {
    this.#marks = new Uint8Array(rows);
    this.#list = new Uint32Array(rows);
  }

  add(row: number): void {
    if (this.#marks[row]) return;
    this.#marks[row] = 1;
    this.#list[this.#count++] = row;
  }

  addAll(): void {
    for (let row = 0; row < this.#marks.length; row++) this.add(row);
  }

  /** The rows, in the order in which they came; good until the next change. */
  get rows(): Uint32Array {
    return this.#list.subarray(0, this.#count);
  }

  clear(): void {
    for (const row of this.rows) this.#marks[row] = 0;
    this.#count = 0;
  }
}
