// y[m×n] = W[m×k]·x[k×n] + b, slab by slab. W is packed into panels of rows once per call, for all slabs.

import { arena, type Buffer, kernels, none, u32 } from '../engine/index.ts';
import { type Parameter, SparseTensor, Tensor } from '../tensor/index.ts';
import { denseGeometry } from './geometry.ts';
import { multiplyPanels, packedLength, panelCount } from './panels.ts';
import { sparseMultiply, sparseSample, sparseScatter } from './sparse.ts';
import { sparseInputBackward, sparseInputMultiply } from './sparse-input.ts';

/** Rows and columns of a parameter in storage: output features, and inputs to each. */
export function matrixSizes(kernel: Parameter): { m: number; k: number } {
  const m = kernel.shape[kernel.axes[0]];
  return { m, k: kernel.length / m };
}

/** A row-major matrix (or, with `transposed`, its transpose) in panels of rows, in the arena. */
export function packedMatrix(
  { buffer: from, m, k }: { buffer: Buffer; m: number; k: number },
  transposed = false,
): { panels: number; buffer: Buffer } {
  const [rows, columns, rowStride, columnStride] = transposed ? [k, m, 1, k] : [m, k, k, 1];
  const buffer = arena.allocate(4 * packedLength(kernels(), { m: rows, k: columns }));
  const panels = panelCount(kernels(), rows);
  kernels().pack_f32_a(0, panels, rows, columns, rowStride, columnStride, from, buffer);
  return { panels, buffer };
}

/** W or Wᵀ in panels of rows, in the arena. */
export const packed = (kernel: Parameter, transposed = false) =>
  packedMatrix({ ...matrixSizes(kernel), buffer: kernel.values.buffer }, transposed);

/** max(W·x + b, lower) of the channels of every pixel or step, [.., k] → [.., m]; with `lower` 0 that is ReLU. */
export function multiply(kernel: Parameter, x: Tensor, bias?: Parameter, lower = -Infinity): Tensor {
  const { m, k } = matrixSizes(kernel);
  const y = Tensor.allocate([...x.shape.slice(0, -1), m], x.batch);
  if (x instanceof SparseTensor) {
    sparseInputMultiply(kernel, x, y, bias, lower);
    return y;
  }
  if (kernel.pattern) {
    sparseMultiply(kernel, kernel.pattern, denseGeometry(x.pixels), x, y, bias, lower);
    return y;
  }
  arena.scope(() => {
    const w = packed(kernel);
    const epilogue = { bias: bias?.values.buffer ?? none, lower };
    for (const slab of x.batch.slabs) {
      multiplyPanels(kernels(), { m, k, n: x.pixels * slab.width }, w.buffer, x.slab(slab), y.slab(slab), epilogue);
    }
  });
  return y;
}

const plain = { bias: none, lower: -Infinity };

/** Bytes of scratch for the gradient of a dense matrix. */
export const gradientScratch = 4 * 32768;

/** Adds dy·xᵀ and Σdy to the gradients; returns Wᵀ·dy where x wants it. */
export function multiplyBackward(kernel: Parameter, x: Tensor, dy: Tensor, bias?: Parameter): Tensor | undefined {
  const { m, k } = matrixSizes(kernel);
  if (bias) addRowSums(dy, bias);
  if (x instanceof SparseTensor) {
    sparseInputBackward(kernel, x, dy);
    return undefined;
  }
  const geometry = denseGeometry(x.pixels);
  if (kernel.pattern) {
    const dx = x.needsGradient ? Tensor.zeros(x.shape, x.batch) : undefined;
    sparseSample(kernel, kernel.pattern, geometry, x, dy);
    if (dx) sparseScatter(kernel, kernel.pattern, geometry, dy, dx);
    return dx;
  }
  const dx = x.needsGradient ? Tensor.allocate(x.shape, x.batch) : undefined;
  arena.scope(() => {
    const offsets = arena.allocate(4 * k);
    const scratch = arena.allocate(gradientScratch);
    const dw = kernel.gradient.buffer;
    let filledFor = 0;
    for (const slab of x.batch.slabs) {
      const { rows, length, xRow, yChannel: n } = geometry.runs(slab.width);
      if (filledFor !== n) fillRowOffsets(offsets, k, n);
      filledFor = n;
      const [from, delta] = [x.slab(slab), dy.slab(slab)];
      kernels().sddmm_f32_dense(0, m, k, rows, 1, length, delta, n, from, offsets, xRow, 0, dw, k, 1, scratch);
    }
    if (!dx) return;
    const w = packed(kernel, true);
    for (const slab of x.batch.slabs) {
      multiplyPanels(
        kernels(),
        { m: k, k: m, n: x.pixels * slab.width },
        w.buffer,
        dy.slab(slab),
        dx.slab(slab),
        plain,
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
