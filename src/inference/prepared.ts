// A layer's weights in the engine's memory, in the forms that its plans asked for; made at first use and kept.

import { type Buffer, f32, type Kernels, none, u8, u32 } from '../engine/index.ts';
import { filterPanels, packFilters, type Tiling } from '../ops/index.ts';
import { Store } from '../tensor/index.ts';
import { blocksFromCsr, sell4FromCsr, withColumns } from '../tensor/sparse/index.ts';
import { type ByRow, byColumn, fewWeights, groupsOf, tilesOf } from './by-column.ts';
import type { Weights } from './weights.ts';

/** A sparse matrix in memory. `rows` are the rows or block rows that the kernel counts. */
export interface SparseBuffers {
  readonly rows: number;
  readonly rowptr: Buffer;
  readonly colidx: Buffer;
  readonly values: Buffer;
}

/** A sparse matrix by columns in memory. */
export interface ColumnBuffers {
  readonly colptr: Buffer;
  readonly rowidx: Buffer;
  readonly values: Buffer;
  /** Of blocks whose columns are short, or none. */
  readonly groups: Buffer;
}

/** SELL-4 in memory. */
export interface SliceBuffers {
  readonly count: number;
  readonly slices: Buffer;
  readonly records: Buffer;
  readonly order: Buffer;
}

export class Prepared {
  readonly weights: Weights;
  readonly bias: Buffer;
  readonly #kernels: Kernels;
  readonly #stores: Store[] = [];
  readonly #made = new Map<string, unknown>();

  constructor(weights: Weights, kernels: Kernels) {
    this.weights = weights;
    this.#kernels = kernels;
    this.bias = weights.bias ? this.#floats(weights.bias) : none;
  }

  /** Row-major. */
  dense(): Buffer {
    return this.#once('dense', () => this.#floats(this.weights.values));
  }

  /** In tiles of columns (`gemv_f32_columns`), for one sample. */
  tiles(): Buffer {
    const { values, m, k } = this.weights;
    return this.#once('tiles', () => this.#floats(tilesOf(values, m, k)));
  }

  /** In panels of rows, for gemm and convolution. */
  panels(): { count: number; buffer: Buffer } {
    return this.#once('panels', () => {
      const { m, k } = this.weights;
      const rows = this.#kernels.panel_rows();
      const count = Math.ceil(m / rows);
      const source = new Store(m * k);
      source.view.set(this.weights.values);
      const buffer = this.#allocate(count * rows * k);
      this.#kernels.pack_f32_a(0, count, m, k, k, 1, source.buffer, buffer);
      source.dispose();
      return { count, buffer };
    });
  }

  /** At the points of tiles, in panels of rows, for convolution. */
  filters(tiling: Tiling): Buffer {
    return this.#once('filters', () => {
      const source = new Store(this.weights.values.length);
      source.view.set(this.weights.values);
      const buffer = this.#allocate(filterPanels(this.#kernels, tiling).length);
      packFilters(this.#kernels, tiling, source.buffer, buffer);
      source.dispose();
      return buffer;
    });
  }

  /** CSR; `columns` renames column j to a pixel offset, of `scale` floats each, and `key` tells one renaming from another. */
  csr(key = '', columns?: ArrayLike<number>, scale = 1): SparseBuffers {
    return this.#once(`csr ${key} ${scale}`, () => {
      const { csr, m } = this.weights;
      const { rowptr, values } = csr;
      const shared = this.#once('csr', () => ({ rowptr: this.#integers(rowptr), values: this.#floats(values) }));
      const { colidx } = columns ? withColumns(csr, columns) : csr;
      const places = scale === 1 ? colidx : colidx.map((j) => j * scale);
      return { ...shared, rows: m, colidx: this.#integers(places) };
    });
  }

  /** Blocks of `height` × 1; columns as in {@link csr}. */
  blocks(height: 4 | 8 | 16, key = '', columns?: ArrayLike<number>): SparseBuffers {
    return this.#once(`block${height} ${key}`, () => {
      const matrix = blocksFromCsr(this.weights.csr, height);
      return this.#sparse(Math.ceil(this.weights.m / height), columns ? withColumns(matrix, columns) : matrix);
    });
  }

  /** Weights (height 1) or blocks of `height` × 1 column after column. */
  columns(height: 1 | 4 | 8 | 16): ColumnBuffers {
    return this.#once(`columns${height}`, () => {
      const { csr, k } = this.weights;
      const byRow: ByRow = height === 1 ? csr : blocksFromCsr(csr, height);
      const { colptr, rowidx, values } = byColumn(byRow, k, height);
      const isGrouped = height > 1 && values.length <= fewWeights * k;
      return {
        colptr: this.#integers(colptr),
        rowidx: this.#integers(rowidx),
        values: this.#floats(values),
        groups: isGrouped ? this.#bytes(groupsOf(colptr)) : none,
      };
    });
  }

  sell4(): SliceBuffers {
    return this.#once('sell4', () => {
      const { slices, records, order } = sell4FromCsr(this.weights.csr);
      return {
        count: slices.length - 1,
        slices: this.#integers(slices),
        records: this.#bytes(records),
        order: this.#integers(order),
      };
    });
  }

  dispose(): void {
    for (const store of this.#stores) store.dispose();
  }

  #sparse(rows: number, matrix: { rowptr: Uint32Array; colidx: Uint32Array; values: Float32Array }): SparseBuffers {
    return {
      rows,
      rowptr: this.#integers(matrix.rowptr),
      colidx: this.#integers(matrix.colidx),
      values: this.#floats(matrix.values),
    };
  }

  #once<T>(key: string, make: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }

  #floats(values: Float32Array): Buffer {
    const buffer = this.#allocate(values.length);
    f32(buffer, values.length).set(values);
    return buffer;
  }

  #integers(values: Uint32Array): Buffer {
    const buffer = this.#allocate(values.length);
    u32(buffer, values.length).set(values);
    return buffer;
  }

  #bytes(values: Uint8Array): Buffer {
    const buffer = this.#allocate(Math.ceil(values.length / 4));
    u8(buffer, values.length).set(values);
    return buffer;
  }

  #allocate(length: number): Buffer {
    const store = new Store(length);
    this.#stores.push(store);
    return store.buffer;
  }
}
