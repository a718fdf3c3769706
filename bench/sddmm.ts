// The gradient of a dense layer's weights: all of it, and at the kept positions only.

import type { Kernels } from '../src/engine/index.ts';
import { kernelEntry, type Product, sparseProducts } from './kernel-entry.ts';
import type { Entry, Section, Variant } from './row.ts';
import { isPanel, type Selection, shapesOf, sparsitiesOf } from './selection.ts';

const shapes = [
  { m: 300, k: 784, n: 32 },
  { m: 300, k: 784, n: 64 },
  { m: 512, k: 128, n: 64 },
];
const sparsities = [0.5, 0.7, 0.8, 0.9, 0.95];

/** dY·Xᵀ in full: a dense layer is a convolution over an image of one pixel. */
export function denseGradient(kernels: Kernels, variant: Variant, shape: Product): Entry {
  const { m, k, n } = shape;
  const image = { channels: k, height: 1, width: 1, kernel: 1, filters: m, n, stride: 1 };
  return kernelEntry(kernels, variant, 'sddmm_f32_dense', image, { op: 'sddmm', shape: { ...shape } });
}

export const sddmm = (selection: Selection): Section => ({
  title: "sddmm: gradients of a dense layer's weights",
  groups: shapesOf(selection, shapes, isPanel).map((shape) => ({
    entries: (kernels, variant) => [
      denseGradient(kernels, variant, shape),
      ...sparseProducts(kernels, variant, {
        op: 'sddmm',
        shape,
        forms: [{ name: 'sddmm_f32_csr', structure: 'unstructured' }],
        sparsities: sparsitiesOf(selection, sparsities),
        more: { rows: 1, cols: 1 },
      }),
    ],
  })),
});
