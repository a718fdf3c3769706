// Blocks of height × 1 as in blocks.ts: `height` consecutive rows share the columns they store.

import { type BlockHeight, type Blocks, blockHeights } from './blocks.ts';
import { checkedLines, checkedSizes, checkedValues, indexArray, type Sound, sound } from './check.ts';
import { CsrMatrix } from './csr-matrix.ts';
import { type DenseSource, type Indices, type MatrixSizes, SparseMatrix } from './sparse-matrix.ts';

/** What a {@link BlockMatrix} is made of. */
export interface BlockParts extends MatrixSizes {
  /** Rows of a block: 4, 8 or 16. */
  readonly height: BlockHeight;
  /** ⌈rows / height⌉ + 1 places, ascending from 0 to the number of blocks. */
  readonly rowptr: ArrayLike<number>;
  /** The column of each block, ascending within a block row. */
  readonly colidx: ArrayLike<number>;
  /** `height` numbers for each block; 0 in the rows past the last. */
  readonly values: ArrayLike<number>;
}

/**
 * A sparse matrix in blocks of `height` × 1, the form of weights pruned in such blocks. What a block holds besides the numbers it
 * was made of are zeros; they are multiplied too, so that an infinite or NaN operand gives NaN there, as in a dense product.
 */
export class BlockMatrix extends SparseMatrix {
  /** Rows of a block: 4, 8 or 16. */
  readonly height: BlockHeight;
  /** ⌈rows / height⌉ + 1 places: where each row of blocks begins, and the end. */
  readonly rowptr: Uint32Array;
  /** The column of each block, ascending within a row of blocks. */
  readonly colidx: Indices;
  /** `height` numbers for each block. */
  readonly values: Float32Array;

  /** Copies and checks the parts. @throws {RangeError | TypeError} naming the position, as CsrMatrix does; on another height. */
  constructor(parts: BlockParts);
  /** @internal */
  constructor(parts: BlockParts | Blocks, origin: Sound);
  constructor(parts: BlockParts, origin?: Sound) {
    const sizes = origin === sound ? parts : checkedSizes('BlockMatrix', parts);
    super(sizes);
    const { height, rowptr, colidx, values } = origin === sound ? (parts as BlockMatrix) : checked(sizes, parts);
    this.height = height;
    this.rowptr = rowptr;
    this.colidx = colidx;
    this.values = values;
  }

  /** The blocks of a dense row-major matrix that hold a number. @throws when `data` has not rows · columns elements. */
  static fromDense(data: ArrayLike<number>, source: DenseSource & { readonly height: BlockHeight }): BlockMatrix {
    const { height, ...sizes } = { ...source };
    return CsrMatrix.fromDense(data, sizes).toBlocks(height);
  }

  /** @internal */
  static checkHeight(who: string, height: number): void {
    if ((blockHeights as readonly number[]).includes(height)) return;
    throw new RangeError(`${who}: expected blocks of ${blockHeights.join(', ')} rows, got ${height}.`);
  }

  /** Blocks stored. */
  get blocks(): number {
    return this.colidx.length;
  }

  override get nnz(): number {
    let count = 0;
    for (const value of this.values) if (value !== 0) count++;
    return count;
  }

  override transpose(): BlockMatrix {
    return this.toCsr().transpose().toBlocks(this.height);
  }

  override toCsr(): CsrMatrix {
    const { rows, columns, height, values } = this;
    const rowptr = new Uint32Array(rows + 1);
    const colidx = indexArray(columns, this.nnz);
    const kept = new Float32Array(colidx.length);
    let count = 0;
    for (let i = 0; i < rows; i++) {
      const block = Math.floor(i / height);
      for (let b = this.rowptr[block]; b < this.rowptr[block + 1]; b++) {
        const value = values[b * height + (i % height)];
        if (value === 0) continue;
        colidx[count] = this.colidx[b];
        kept[count++] = value;
      }
      rowptr[i + 1] = count;
    }
    return new CsrMatrix({ rows, columns, rowptr, colidx, values: kept }, sound);
  }

  override toBlocks(height: BlockHeight): BlockMatrix {
    return height === this.height ? this : super.toBlocks(height);
  }
}

function checked({ rows, columns }: MatrixSizes, { height, rowptr, colidx, values }: BlockParts) {
  const who = 'BlockMatrix';
  BlockMatrix.checkHeight(who, height);
  const names = { pointerName: 'rowptr', indexName: 'colidx', line: 'block row' };
  const blockRows = Math.ceil(rows / height);
  const lines = checkedLines({ who, lines: blockRows, places: columns, ...names, pointers: rowptr, indices: colidx });
  const numbers = checkedValues(who, values, lines.indices.length * height, `, ${height} for each block`);
  const inLast = rows % height;
  for (let b = lines.pointers[blockRows - 1]; inLast > 0 && b < lines.indices.length; b++) {
    for (let p = b * height + inLast; p < (b + 1) * height; p++) {
      if (numbers[p] === 0) continue;
      throw new RangeError(`${who}: values[${p}] is ${numbers[p]}: expected 0 in a row past the last (${rows - 1}).`);
    }
  }
  return { height, rowptr: lines.pointers, colidx: lines.indices, values: numbers };
}
