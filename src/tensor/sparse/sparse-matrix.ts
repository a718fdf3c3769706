// What the sparse matrices have in common. CSR is the hub: a form says how it becomes a CsrMatrix, and all other conversions follow.

import type { BlockMatrix } from './block-matrix.ts';
import type { BlockHeight } from './blocks.ts';
import type { CooMatrix } from './coo-matrix.ts';
import type { CscMatrix } from './csc-matrix.ts';
import type { CsrMatrix } from './csr-matrix.ts';
import type { Sell4Matrix } from './sell4-matrix.ts';

/** Indices of rows or columns: 16 bits where they fit (at most 65,536 of them), else 32. */
export type Indices = Uint16Array | Uint32Array;

/** Sizes of a matrix. */
export interface MatrixSizes {
  /** A whole number from 0. */
  readonly rows: number;
  /** A whole number from 0. */
  readonly columns: number;
}

/** How a dense matrix is read. */
export interface DenseSource extends MatrixSizes {
  /** Numbers of at most this size count as zero; default 0. NaN is kept. */
  readonly tolerance?: number;
}

/**
 * A rows × columns matrix of which only some numbers are stored, in ordinary JavaScript memory. Its arrays are its own (what
 * was handed in is copied) and were checked when it was made: the values may be changed, the indices may not.
 */
export abstract class SparseMatrix implements MatrixSizes {
  readonly rows: number;
  readonly columns: number;

  constructor({ rows, columns }: MatrixSizes) {
    this.rows = rows;
    this.columns = columns;
  }

  /** Numbers stored; in blocks and SELL-4, which fill up with zeros, those that are not zero. */
  abstract get nnz(): number;

  /** Stored numbers of all, 0 to 1; 0 for a matrix without rows or columns. */
  get density(): number {
    return this.nnz === 0 ? 0 : this.nnz / (this.rows * this.columns);
  }

  /** 1 − {@link density}: the fraction not stored. */
  get sparsity(): number {
    return 1 - this.density;
  }

  /** The same matrix by rows. Zeros that a block or SELL-4 filled up with are dropped. */
  abstract toCsr(): CsrMatrix;

  /** The matrix with rows and columns exchanged, in the same form. */
  abstract transpose(): SparseMatrix;

  /** The same matrix by columns. */
  toCsc(): CscMatrix {
    return this.toCsr().toCsc();
  }

  /** The same matrix as sorted triplets. */
  toCoo(): CooMatrix {
    return this.toCsr().toCoo();
  }

  /** The same matrix in blocks of `height` × 1 (4, 8 or 16 rows), filled up with zeros. @throws on another height. */
  toBlocks(height: BlockHeight): BlockMatrix {
    return this.toCsr().toBlocks(height);
  }

  /** The same matrix in SELL-4, the form for one vector. @throws {RangeError} when it has more than 16,384 columns. */
  toSell4(): Sell4Matrix {
    return this.toCsr().toSell4();
  }

  /** Row-major numbers, zeros where nothing is stored. @throws {RangeError} when they are more than an array holds. */
  toDense(): Float32Array<ArrayBuffer> {
    return this.toCsr().toDense();
  }

  /**
   * Whether two matrices, in whatever forms, have the same sizes and the same number at every place. A stored zero equals one
   * that is not stored, and NaN equals NaN.
   */
  equals(other: SparseMatrix): boolean {
    return this.toCsr().equals(other);
  }
}
