// The way back through a matrix that each step of a sequence multiplies by, some columns at a time: what can be prepared is prepared once, in
// the arena. Rows of the operands lie `pitch` apart. With a pattern the kept weights are visited alone. 2·weights·columns flops each.

import { arena, type Buffer, f32, kernels, none, u32 } from '../engine/index.ts';
import type { Parameter, Pattern } from '../tensor/index.ts';
import { gradientScratch, matrixSizes, packed } from './dense.ts';
import { gathered } from './sparse.ts';

/** Something of W with n columns of x and of y = W·x. */
export type StepProduct = (n: number, x: Buffer, xPitch: number, y: Buffer, yPitch: number) => void;

const placesOf = (pattern: Pattern, pitch: number): Buffer =>
  pattern.offsets(`rows ${pitch}`, (column) => column * pitch).buffer;

/** x += Wᵀ·y. */
export function transposedProduct(kernel: Parameter): StepProduct {
  const { m, k } = matrixSizes(kernel);
  const { pattern } = kernel;
  if (!pattern) {
    const { panels, buffer } = packed(kernel, true);
    return (n, x, xPitch, y, yPitch) =>
      kernels().gemm_f32_panels(0, panels, k, n, m, buffer, y, 8, yPitch, x, xPitch, 1, none, -Infinity);
  }
  const [values, rowptr] = [gathered(kernel, pattern), pattern.rowptr.buffer];
  return (n, x, xPitch, y, yPitch) =>
    kernels().spmm_f32_csr_transposed(0, m, n, rowptr, placesOf(pattern, xPitch), values, y, yPitch, x);
}

/** dW += y·xᵀ: `add` for some columns, `finish` after the last. */
export function stepGradient(kernel: Parameter): { add: StepProduct; finish(): void } {
  const { m, k } = matrixSizes(kernel);
  const { pattern, gradient } = kernel;
  if (!pattern) {
    const offsets = arena.allocate(4 * k);
    const scratch = arena.allocate(gradientScratch);
    let filledFor = 0;
    return {
      add(n, x, xPitch, y, yPitch) {
        if (filledFor !== xPitch) u32(offsets, k).set(Uint32Array.from({ length: k }, (_, c) => c * xPitch));
        filledFor = xPitch;
        kernels().sddmm_f32_dense(0, m, k, 1, 1, n, y, yPitch, x, offsets, 0, 0, gradient.buffer, k, 1, scratch);
      },
      finish() {},
    };
  }
  const [rowptr, kept] = [pattern.rowptr.buffer, arena.allocate(4 * pattern.nnz)];
  f32(kept, pattern.nnz).fill(0);
  return {
    add(n, x, xPitch, y, yPitch) {
      const places = placesOf(pattern, xPitch);
      kernels().sddmm_f32_csr(0, m, 1, 1, n, rowptr, places, y, yPitch, 0, 0, x, 0, 0, kept, 1);
    },
    finish: () => pattern.scatterAdd(f32(kept, pattern.nnz), gradient.view),
  };
}
