// A sparse input of a network: a batch of samples of which only the numbers that are not zero are stored, one row of a CSR each.
// Of the features only those that occur in the batch are kept, under new numbers, so that work and memory hang on these alone:
//
//   features   u32 [count]         the features that occur, ascending
//   rowptr     u32 [samples + 1]
//   colidx     u32 [nnz]           places among `features`
//   values     f32 [nnz]

import { arena, type Buffer, f32, none, u32 } from '../engine/index.ts';
import type { Batch } from './batch.ts';
import type { CsrMatrix } from './sparse/index.ts';
import { Tensor } from './tensor.ts';

/** A network's sparse input, which dense layers multiply as it is; for all others it has no numbers to read. */
export class SparseTensor extends Tensor {
  /** Features that occur in the batch, and how many. */
  readonly occurring: { readonly count: number; readonly features: Buffer };
  readonly nnz: number;
  readonly rowptr: Buffer;
  readonly colidx: Buffer;
  readonly values: Buffer;

  /** The rows of `matrix` of these indices, as many as `batch` has, copied into the arena. */
  constructor(matrix: CsrMatrix, indices: Uint32Array, batch: Batch) {
    super([matrix.columns], batch, none, false);
    let nnz = 0;
    for (const i of indices) nnz += matrix.rowptr[i + 1] - matrix.rowptr[i];
    this.nnz = nnz;
    this.rowptr = arena.allocate(4 * (indices.length + 1));
    this.colidx = arena.allocate(4 * nnz);
    this.values = arena.allocate(4 * nnz);
    const features = arena.allocate(4 * Math.min(nnz, matrix.columns));

    const [rowptr, colidx, values] = [
      u32(this.rowptr, indices.length + 1),
      u32(this.colidx, nnz),
      f32(this.values, nnz),
    ];
    rowptr[0] = 0;
    for (const [sample, i] of indices.entries()) {
      const [first, last] = [matrix.rowptr[i], matrix.rowptr[i + 1]];
      colidx.set(matrix.colidx.subarray(first, last), rowptr[sample]);
      values.set(matrix.values.subarray(first, last), rowptr[sample]);
      rowptr[sample + 1] = rowptr[sample] + last - first;
    }
    this.occurring = {
      count: renumber(colidx, u32(features, Math.min(nnz, matrix.columns)), matrix.columns),
      features,
    };
  }

  override get buffer(): Buffer {
    throw new Error('A sparse input can feed dense layers only: make it dense with toDense() for the others.');
  }
}

/** Lists the distinct indices, ascending, and puts places in that list for them. Returns how many there are. */
function renumber(indices: Uint32Array, list: Uint32Array, below: number): number {
  const place = new Uint32Array(below);
  for (const index of indices) place[index] = 1;
  let count = 0;
  for (let index = 0; index < below; index++) {
    if (place[index] === 0) continue;
    list[count] = index;
    place[index] = count++;
  }
  for (let p = 0; p < indices.length; p++) indices[p] = place[indices[p]];
  return count;
}
