// Where the kept weights of a masked matrix are: CSR without values. Row i keeps positions [rowptr[i], rowptr[i + 1]).

import { Store } from './store.ts';

/** Sets of places kept at once: a layer in training needs a few, one for each width of slab; odd batches come and go. */
const mostOffsets = 8;

/** Where a masked parameter keeps its weights. */
export class Pattern {
  readonly rows: number;
  readonly nnz: number;
  /** u32, rows + 1 of them. */
  readonly rowptr: Store;
  /** Column of each kept weight: an input feature, or a tap of a convolution. */
  readonly columns: Uint32Array;
  /** Index of each kept weight in the dense storage. */
  readonly positions: Uint32Array;
  readonly #offsets = new Map<string, Store>();

  /**
   * @param mask in storage order, 1 where a weight is kept.
   * @param order the place in storage of each number of the row-major matrix; default the same.
   */
  constructor(mask: ArrayLike<number>, rows: number, order?: Uint32Array) {
    const width = mask.length / rows;
    const kept: number[] = [];
    this.rowptr = new Store(rows + 1);
    const rowptr = new Uint32Array(rows + 1);
    for (let i = 0; i < rows; i++) {
      for (let position = i * width; position < (i + 1) * width; position++)
        if (mask[order?.[position] ?? position]) kept.push(position);
      rowptr[i + 1] = kept.length;
    }
    this.rowptr.words.set(rowptr);
    this.rows = rows;
    this.nnz = kept.length;
    this.positions = Uint32Array.from(kept, (position) => order?.[position] ?? position);
    this.columns = Uint32Array.from(kept, (position) => position % width);
  }

  /**
   * u32, the place of each kept weight's operand as `place` gives it for a column; made once for each `key`. Good until the next call:
   * the oldest goes where there are too many.
   */
  offsets(key: string, place: (column: number) => number): Store {
    let offsets = this.#offsets.get(key);
    if (!offsets) {
      if (this.#offsets.size === mostOffsets) this.#dropOldest();
      offsets = new Store(this.nnz);
      offsets.words.set(this.columns.map(place));
      this.#offsets.set(key, offsets);
    }
    return offsets;
  }

  #dropOldest(): void {
    const [[key, offsets]] = this.#offsets;
    offsets.dispose();
    this.#offsets.delete(key);
  }

  /** out[p] = dense[positions[p]]. */
  gather(dense: Float32Array, out: Float32Array): void {
    const { positions } = this;
    for (let p = 0; p < positions.length; p++) out[p] = dense[positions[p]];
  }

  /** dense[positions[p]] += kept[p]. */
  scatterAdd(kept: Float32Array, dense: Float32Array): void {
    const { positions } = this;
    for (let p = 0; p < positions.length; p++) dense[positions[p]] += kept[p];
  }

  dispose(): void {
    this.rowptr.dispose();
    for (const offsets of this.#offsets.values()) offsets.dispose();
    this.#offsets.clear();
  }
}
