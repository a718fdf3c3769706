// What block structure a pattern of kept weights has: how full blocks of 4×1, 8×1 and 16×1 would be.

import { type BlockHeight, blockHeights, countBlocks } from './blocks.ts';
import type { CsrArrays } from './csr.ts';

export interface Structure {
  /** Weights kept. */
  readonly nnz: number;
  /** Kept weights of all, 0 to 1. */
  readonly density: number;
  /** Kept weights per weight that blocks of that height would store, 0 to 1; 1 where nothing is kept. */
  readonly fill: Readonly<Record<BlockHeight, number>>;
  /** The tallest block that wastes nothing (rows past the last one count as kept), 1 where there is none. */
  readonly block: 1 | BlockHeight;
}

/** Looks at a pattern once per height. */
export function structureOf(csr: CsrArrays): Structure {
  const nnz = csr.colidx.length;
  const fill = { 4: 1, 8: 1, 16: 1 };
  let block: Structure['block'] = 1;
  for (const height of blockHeights) {
    const places = countBlocks(csr, height) * height - pastTheEnd(csr, height);
    if (places > 0) fill[height] = nnz / places;
    if (places === nnz) block = height;
  }
  return { nnz, density: nnz / (csr.rows * csr.columns), fill, block };
}

/** Places of the last block row that lie below the matrix. */
function pastTheEnd({ rows, rowptr, colidx }: CsrArrays, height: number): number {
  const inside = rows % height;
  if (inside === 0) return 0;
  return new Set(colidx.subarray(rowptr[rows - inside], rowptr[rows])).size * (height - inside);
}
