// The way back from codes to signals.

import { spmm } from '../ops/index.ts';
import type { CsrMatrix } from '../tensor/index.ts';
import type { Dictionary } from './dictionary.ts';

/**
 * What the codes stand for: codes · D by the sparse product, 2·nnz·features flops.
 * @param codes signals × atoms.
 * @returns signals × features, row-major.
 * @throws when the codes have another number of atoms.
 */
export function reconstruct({ atoms, values, features }: Dictionary, codes: CsrMatrix): Float32Array<ArrayBuffer> {
  if (codes.columns !== atoms) {
    throw new RangeError(`reconstruct: expected codes of ${atoms} atoms, got ${codes.columns} columns.`);
  }
  return spmm(codes, values, { columns: features });
}
