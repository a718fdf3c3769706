// A layer's weights in the engine's memory, in the forms that its plans asked for; made at first use and kept.

import { type Buffer, type Kernels, none, u32 } from '../engine/index.ts';
import { filterPanels, packFilters, type Tiling } from '../ops/index.ts';
import { blocksFromCsr, type Csr, sell4FromCsr } from '../tensor/sparse/index.ts';
import { type ByRow, byColumn, fewWeights, groupsOf, tilesOf } from './by-column.ts';
import { Shelf } from './shelf.ts';
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
  /** What serves every plan. */
  readonly #shelf: Shelf;
  /** Where columns' operands begin, which hangs on the width of a plan. */
  readonly #places: Shelf;

  constructor(weights: Weights, kernels: Kernels, shelf = new Shelf(), places = shelf) {
    const { bias } = weights;
    this.weights = weights;
    this.bias = bias ? shelf.once('bias', () => shelf.floats(bias)) : none;
    this.#kernels = kernels;
    this.#shelf = shelf;
    this.#places = places;
  }

  /** The same for one plan: to dispose of it frees only what serves no other. */
  forPlan(): Prepared {
    return new Prepared(this.weights, this.#kernels, this.#shelf, new Shelf());
  }

  /** Row-major. */
  dense(): Buffer {
    return this.#shelf.once('dense', (shelf) => shelf.floats(this.weights.values));
  }

  /** In tiles of columns (`gemv_f32_columns`), for one sample. */
  tiles(): Buffer {
    const { values, m, k } = this.weights;
    return this.#shelf.once('tiles', (shelf) => shelf.floats(tilesOf(values, m, k)));
  }

  /** In panels of rows, for gemm and convolution. */
  panels(): { count: number; buffer: Buffer } {
    return this.#shelf.once('panels', (shelf) => {
      const { m, k } = this.weights;
      const rows = this.#kernels.panel_rows();
      const count = Math.ceil(m / rows);
      const buffer = shelf.room(count * rows * k);
      this.#withValues((values) => this.#kernels.pack_f32_a(0, count, m, k, k, 1, values, buffer));
      return { count, buffer };
    });
  }

  /** At the points of tiles, in panels of rows, for convolution. */
  filters(tiling: Tiling): Buffer {
    return this.#shelf.once('filters', (shelf) => {
      const buffer = shelf.room(filterPanels(this.#kernels, tiling).length);
      this.#withValues((values) => packFilters(this.#kernels, tiling, values, buffer));
      return buffer;
    });
  }

  /**
   * CSR; colidx says where the operand of column j begins: at j·ldx floats, or where `columns` are given (`key` tells one choice of them
   * from another) at columns[j]·ldx.
   */
  csr(key?: string, columns?: ArrayLike<number>, ldx?: number): SparseBuffers {
    return this.#placed('csr', () => this.weights.csr, key, columns, ldx);
  }

  /** Blocks of `height` × 1; colidx as in {@link csr}. */
  blocks(height: 4 | 8 | 16, key?: string, columns?: ArrayLike<number>, ldx?: number): SparseBuffers {
    return this.#placed(`block${height}`, () => blocksFromCsr(this.weights.csr, height), key, columns, ldx);
  }

  /** Weights (height 1) or blocks of `height` × 1 column after column. */
  columns(height: 1 | 4 | 8 | 16): ColumnBuffers {
    return this.#shelf.once(`columns${height}`, (shelf) => {
      const { csr, k } = this.weights;
      const byRow: ByRow = height === 1 ? csr : blocksFromCsr(csr, height);
      const { colptr, rowidx, values } = byColumn(byRow, k, height);
      const isGrouped = height > 1 && values.length <= fewWeights * k;
      return {
        colptr: shelf.integers(colptr),
        rowidx: shelf.integers(rowidx),
        values: shelf.floats(values),
        groups: isGrouped ? shelf.bytes(groupsOf(colptr)) : none,
      };
    });
  }

  sell4(): SliceBuffers {
    return this.#shelf.once('sell4', (shelf) => {
      const { slices, records, order } = sell4FromCsr(this.weights.csr);
      return {
        count: slices.length - 1,
        slices: shelf.integers(slices),
        records: shelf.bytes(records),
        order: shelf.integers(order),
      };
    });
  }

  dispose(): void {
    this.#places.dispose();
  }

  /** The weights row by row are in memory while `use` works. */
  #withValues(use: (values: Buffer) => void): void {
    const shelf = new Shelf();
    try {
      use(shelf.floats(this.weights.values));
    } finally {
      shelf.dispose();
    }
  }

  #placed(
    form: string,
    make: () => Pick<Csr, 'rowptr' | 'colidx' | 'values'>,
    key = '',
    columns?: ArrayLike<number>,
    ldx = 1,
  ): SparseBuffers {
    const matrix = this.#shelf.once(form, (shelf) => {
      const { rowptr, colidx, values } = make();
      return {
        rows: rowptr.length - 1,
        nnz: colidx.length,
        rowptr: shelf.integers(rowptr),
        colidx: shelf.integers(colidx),
        values: shelf.floats(values),
      };
    });
    if (!columns && ldx === 1) return matrix;
    return this.#places.once(`${form} ${key} ${ldx}`, (shelf) => {
      const places = u32(matrix.colidx, matrix.nnz).map((j) => (columns ? columns[j] : j) * ldx);
      return { ...matrix, colidx: shelf.integers(places) };
    });
  }
}
