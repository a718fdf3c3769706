// dW += Σ_t dz_t·x_tᵀ over all steps of a sequence: the gradient of a matrix that every step multiplies by, [4·units, k]. With a pattern
// at the kept weights only.

import { arena, f32, kernels, u32 } from '../engine/index.ts';
import type { Parameter } from '../tensor/index.ts';
import { matrixSizes } from './dense.ts';
import type { Steps } from './steps.ts';

/** Adds to the kernel's gradient, of the rows of x from `row` on. */
export function addStepProducts(kernel: Parameter, dz: Steps, x: Steps, row: number): void {
  const { m, k } = matrixSizes(kernel);
  const { pattern } = kernel;
  const time = dz.count;
  arena.scope(() => {
    const kept = pattern && arena.allocate(4 * pattern.nnz);
    if (kept) f32(kept, pattern.nnz).fill(0);
    const offsets = arena.allocate(4 * k);
    for (const slab of dz.batch.slabs) {
      const n = slab.width;
      const [from, delta] = [x.at(slab, 0, row), dz.at(slab, 0)];
      const [xRow, dyRow] = [x.rows * n, m * n];
      if (kept) {
        const columns = pattern.offsets('columns', (column) => column).buffer;
        const rowptr = pattern.rowptr.buffer;
        kernels().sddmm_f32_csr(0, m, time, 1, n, n, rowptr, columns, delta, n, dyRow, 0, from, xRow, 0, kept, 1);
        continue;
      }
      u32(offsets, k).set(Uint32Array.from({ length: k }, (_, c) => c * n));
      const dw = kernel.gradient.buffer;
      kernels().sddmm_f32_dense(0, m, k, time, 1, n, delta, n, dyRow, 0, from, offsets, xRow, 0, dw, k, 1);
    }
    if (kept) pattern.scatterAdd(f32(kept, pattern.nnz), kernel.gradient.view);
  });
}
