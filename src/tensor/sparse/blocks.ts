// Blocks of height × 1: `height` consecutive output rows that keep the same columns share one index.
//
//   block row b = rows height·b … height·b + height − 1
//   rowptr  u32 [block rows + 1]      its blocks are rowptr[b] … rowptr[b + 1]
//   colidx  u32 [blocks]              the column of each, ascending
//   values  f32 [blocks][height]      0 where a row keeps nothing there, and in rows past the last

import type { CsrArrays } from './csr.ts';
import type { Indices } from './sparse-matrix.ts';

/** Rows of a block. */
export type BlockHeight = 4 | 8 | 16;

/** The heights a block may have, lowest first. */
export const blockHeights: readonly BlockHeight[] = [4, 8, 16];

export interface Blocks {
  readonly height: BlockHeight;
  readonly rows: number;
  readonly columns: number;
  readonly rowptr: Uint32Array;
  readonly colidx: Uint32Array;
  readonly values: Float32Array;
}

/** Blocks of all columns that any of their rows keeps; lossless, and compact where the rows agree. */
export function blocksFromCsr(csr: CsrArrays, height: BlockHeight): Blocks {
  const { rows, columns } = csr;
  const blockRows = Math.ceil(rows / height);
  const rowptr = new Uint32Array(blockRows + 1);
  const colidx: number[] = [];
  for (let b = 0; b < blockRows; b++) {
    for (const j of columnsOf(csr, b * height, height)) colidx.push(j);
    rowptr[b + 1] = colidx.length;
  }
  const values = new Float32Array(colidx.length * height);
  for (let i = 0; i < rows; i++) {
    let block = rowptr[Math.floor(i / height)];
    for (let p = csr.rowptr[i]; p < csr.rowptr[i + 1]; p++) {
      while (colidx[block] !== csr.colidx[p]) block++;
      values[block * height + (i % height)] = csr.values[p];
    }
  }
  return { height, rows, columns, rowptr, colidx: Uint32Array.from(colidx), values };
}

/** How many blocks of `height` × 1 hold all that is kept. */
export function countBlocks({ rows, columns, rowptr, colidx }: CsrArrays, height: BlockHeight): number {
  const last = new Int32Array(columns).fill(-1);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const block = Math.floor(i / height);
    for (let p = rowptr[i]; p < rowptr[i + 1]; p++) {
      if (last[colidx[p]] === block) continue;
      last[colidx[p]] = block;
      count++;
    }
  }
  return count;
}

/** The columns that any of the rows first … first + height − 1 keeps, ascending. */
function columnsOf({ rows, rowptr, colidx }: CsrArrays, first: number, height: number): Indices {
  const kept = colidx.slice(rowptr[first], rowptr[Math.min(rows, first + height)]).sort();
  let count = 0;
  for (const j of kept) if (count === 0 || kept[count - 1] !== j) kept[count++] = j;
  return kept.subarray(0, count);
}
