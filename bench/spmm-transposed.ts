// The gradient of a dense layer's input, Wᵀ·dY: the dense product of the transposed weights, and the sparse scatter.

import { denseProduct, sparseProducts } from './kernel-entry.ts';
import type { Section } from './row.ts';
import { isPanel, type Selection, shapesOf, sparsitiesOf } from './selection.ts';

const shapes = [
  { m: 300, k: 784, n: 32 },
  { m: 300, k: 784, n: 64 },
];
const sparsities = [0.5, 0.7, 0.8, 0.9, 0.95];

export const spmmTransposed = (selection: Selection): Section => ({
  title: "spmmTransposed: gradients of a dense layer's input",
  groups: shapesOf(selection, shapes, isPanel).map((shape) => ({
    entries: (kernels, variant) => [
      denseProduct(kernels, variant, { m: shape.k, k: shape.m, n: shape.n }),
      ...sparseProducts(kernels, variant, {
        op: 'spmmTransposed',
        shape,
        forms: [{ name: 'spmm_f32_csr_transposed', structure: 'unstructured' }],
        sparsities: sparsitiesOf(selection, sparsities),
      }),
    ],
  })),
});
