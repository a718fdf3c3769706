// Sparse products with several columns, against the dense product of the same shape.

import { denseProduct, sparseProducts } from './kernel-entry.ts';
import type { Section } from './row.ts';
import { isPanel, type Selection, shapesOf, sparsitiesOf } from './selection.ts';

const shapes = [
  { m: 1024, k: 1024, n: 4 },
  { m: 1024, k: 1024, n: 16 },
  { m: 1024, k: 1024, n: 64 },
  { m: 300, k: 784, n: 32 },
  { m: 300, k: 784, n: 64 },
];
const sparsities = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98];
const forms = [
  { name: 'spmm_f32_csr', structure: 'unstructured', height: 1 },
  { name: 'spmm_f32_block4', structure: 'block4x1', height: 4 },
] as const;

export const spmm = (selection: Selection): Section => ({
  title: 'spmm: sparse products with several columns',
  groups: shapesOf(selection, shapes, isPanel).map((shape) => ({
    entries: (kernels, variant) => [
      denseProduct(kernels, variant, shape),
      ...sparseProducts(kernels, variant, {
        op: 'spmm',
        shape,
        forms,
        sparsities: sparsitiesOf(selection, sparsities),
      }),
    ],
  })),
});
