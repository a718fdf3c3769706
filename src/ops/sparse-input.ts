// A dense layer of a sparse input: samples outermost, so that a sample's numbers pick rows of Wᵀ, of which only those of the features
// that occur are made.
//
//   Wᵀ[feature][m] of the features that occur;   Yᵀ[sample][m] = X·Wᵀ, by rows;   then Y is turned into slabs
//   dWᵀ[feature][m] = Xᵀ·dYᵀ, by scatter;   dW gets these columns, the others nothing
//
// 2·(stored numbers)·m flops each way, and a pass over the columns of W that occur.

import { arena, at, type Buffer, f32, kernels, none } from '../engine/index.ts';
import type { Parameter, SparseTensor, Tensor } from '../tensor/index.ts';

/** y = max(W·x + b, lower). */
export function sparseInputMultiply(
  kernel: Parameter,
  x: SparseTensor,
  y: Tensor,
  bias: Parameter | undefined,
  lower: number,
): void {
  const [m, k] = [y.features, x.features];
  const { rowptr, values, batch } = x;
  const { count, features } = x.occurring;
  arena.scope(() => {
    const wt = arena.allocate(4 * count * m);
    const yt = arena.allocate(4 * batch.size * m);
    kernels().take_columns_f32(0, count, m, k, features, kernel.values.buffer, wt);
    kernels().spmm_f32_csr(0, batch.size, m, rowptr, placesOf(x, m), values, wt, yt, m, 0, none, -Infinity);
    for (const slab of batch.slabs) {
      const to = y.slab(slab);
      kernels().turn_f32(slab.samples, 1, m, slab.width, at(yt, slab.first * m), to);
      kernels().bias_f32(0, m, slab.width, bias?.values.buffer ?? none, lower, to, slab.width);
    }
  });
}

/** Adds dy·xᵀ to the gradient. The input's own gradient is wanted by nobody. */
export function sparseInputBackward(kernel: Parameter, x: SparseTensor, dy: Tensor): void {
  const [m, k] = [dy.features, x.features];
  const { rowptr, values, batch } = x;
  const { count, features } = x.occurring;
  arena.scope(() => {
    const dwt = arena.allocate(4 * count * m);
    const dyt = arena.allocate(4 * batch.size * m);
    f32(dwt, count * m).fill(0);
    for (const slab of batch.slabs) {
      kernels().unturn_f32(slab.samples, 1, m, slab.width, dy.slab(slab), at(dyt, slab.first * m));
    }
    kernels().spmm_f32_csr_transposed(0, batch.size, m, rowptr, placesOf(x, m), values, dyt, m, dwt);
    kernels().add_columns_f32(0, count, m, k, features, dwt, kernel.gradient.buffer);
  });
}

/** In the arena, where the rows of Wᵀ begin that the stored numbers meet. */
function placesOf({ nnz, colidx }: SparseTensor, m: number): Buffer {
  const places = arena.allocate(4 * nnz);
  kernels().places_u32(0, nnz, m, colidx, places);
  return places;
}
