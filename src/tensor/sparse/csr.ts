// CSR: the kept weights of a rows × columns matrix, row after row, columns ascending.
//
//   rowptr  u32 [rows + 1]   the weights of row i are rowptr[i] … rowptr[i + 1]
//   colidx  u32 [nnz]        the column of each
//   values  f32 [nnz]
//
// Building one costs a pass over the dense matrix.

import type { Indices } from './sparse-matrix.ts';

/** The arrays of a CSR, whoever holds them. A stored number may be 0. */
export interface CsrArrays {
  readonly rows: number;
  readonly columns: number;
  readonly rowptr: Uint32Array;
  readonly colidx: Indices;
  readonly values: Float32Array;
}

/** A layer's kept weights, with indices as kernels read them. */
export interface Csr extends CsrArrays {
  readonly colidx: Uint32Array;
}

/** The weights of a dense row-major matrix that `mask` keeps (where it is not 0), or without a mask those that are not 0. */
export function csrFromDense(
  dense: ArrayLike<number>,
  rows: number,
  columns: number,
  mask: ArrayLike<number> = dense,
): Csr {
  const rowptr = new Uint32Array(rows + 1);
  for (let i = 0, at = 0, nnz = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) if (mask[at] !== 0) nnz++;
    rowptr[i + 1] = nnz;
  }
  const colidx = new Uint32Array(rowptr[rows]);
  const values = new Float32Array(rowptr[rows]);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0, at = i * columns; p < rowptr[i + 1]; j++, at++) {
      if (mask[at] === 0) continue;
      colidx[p] = j;
      values[p++] = dense[at];
    }
  }
  return { rows, columns, rowptr, colidx, values };
}
