// y[m×n] = W[m×k]·x[k×n] + b, slab by slab. W is packed into panels of rows once per call, for all slabs.

import { arena, type Buffer, kernels, none, u32 } from '../engine/index.ts';
import { type Parameter, SparseTensor, Tensor } from '../tensor/index.ts';
import { denseGeometry } from './geometry.ts';
import { sparseMultiply, sparseMultiplyBackward } from './sparse.ts';
import { sparseInputBackward, sparseInputMultiply } from './sparse-input.ts';

/** Rows and columns of a parameter in storage: output features, and inputs to each. */
export function matrixSizes(kernel: Parameter): { m: number; k: number } {
  const m = kernel.shape[kernel.axes[0]];
  return { m, k: kernel.length / m };
}

/** Elements of an m×k matrix packed into whole panels. */
const packedLength = (m: number, k: number): number =>
  Math.ceil(m / kernels().panel_rows()) * kernels().panel_rows() * k;

/** W (or, with `transposed`, Wᵀ) in panels of rows, in the arena. */
export function packed(kernel: Parameter, transposed = false): { panels: number; buffer: Buffer } {
  const { m, k } = matrixSizes(kernel);
  const [rows, columns, rowStride, columnStride] = transposed ? [k, m, 1, k] : [m, k, k, 1];
  const buffer = arena.allocate(4 * packedLength(rows, columns));
  const panels = Math.ceil(rows / kernels().panel_rows());
  kernels().pack_f32_a(0, panels, rows, columns, rowStride, columnStride, kernel.values.buffer, buffer);
  return { panels, buffer };
}

/** max(W·x + b, lower); with `lower` 0 that is ReLU. */
export function multiply(kernel: Parameter, x: Tensor, bias?: Parameter, lower = -Infinity): Tensor {
  const { m, k } = matrixSizes(kernel);
  const y = Tensor.allocate([m], x.batch);
  if (x instanceof SparseTensor) {
    sparseInputMultiply(kernel, x, y, bias, lower);
    return y;
  }
  if (kernel.pattern) {
    sparseMultiply(kernel, kernel.pattern, denseGeometry, x, y, bias, lower);
    return y;
  }
  arena.scope(() => {
    const w = packed(kernel);
    const b = bias?.values.buffer ?? none;
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      kernels().gemm_f32_panels(0, w.panels, m, n, k, w.buffer, x.slab(slab), 8, n, y.slab(slab), n, 0, b, lower);
    }
  });
  return y;
}

/** Adds dy·xᵀ and Σdy to the gradients; returns Wᵀ·dy where x wants it. */
export function multiplyBackward(kernel: Parameter, x: Tensor, dy: Tensor, bias?: Parameter): Tensor | undefined {
  const { m, k } = matrixSizes(kernel);
  if (bias) addRowSums(dy, bias);
  if (x instanceof SparseTensor) {
    sparseInputBackward(kernel, x, dy);
    return undefined;
  }
  if (kernel.pattern) {
    const dx = x.needsGradient ? Tensor.zeros(x.shape, x.batch) : undefined;
    sparseMultiplyBackward(kernel, kernel.pattern, denseGeometry, x, dy, dx);
    return dx;
  }
  const dx = x.needsGradient ? Tensor.allocate(x.shape, x.batch) : undefined;
  arena.scope(() => {
    const offsets = arena.allocate(4 * k);
    const dw = kernel.gradient.buffer;
    let filledFor = 0;
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      if (filledFor !== n) fillRowOffsets(offsets, k, n);
      filledFor = n;
      kernels().sddmm_f32_dense(0, m, k, 1, 1, n, dy.slab(slab), n, 0, 0, x.slab(slab), offsets, 0, 0, dw, k, 1);
    }
    if (!dx) return;
    const w = packed(kernel, true);
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      kernels().gemm_f32_panels(
        0,
        w.panels,
        k,
        n,
        m,
        w.buffer,
        dy.slab(slab),
        8,
        n,
        dx.slab(slab),
        n,
        0,
        none,
        -Infinity,
      );
    }
  });
  return dx;
}

/** Adds each channel's sum over pixels and samples to the bias' gradient. */
export function addRowSums(dy: Tensor, bias: Parameter): void {
  for (const slab of dy.batch.slabs) {
    const n = dy.pixels * slab.width;
    kernels().rowsum_f32(0, dy.channels, n, dy.slab(slab), n, bias.gradient.buffer, 1);
  }
}

function fillRowOffsets(offsets: Buffer, k: number, n: number): void {
  const view = u32(offsets, k);
  for (let i = 0; i < k; i++) view[i] = i * n;
}
