// Sparse products with one vector, batch 1, against the dense one of the same shape.

import { denseVectorProduct } from './gemv.ts';
import { sparseProducts } from './kernel-entry.ts';
import type { Section } from './row.ts';
import { isVector, type Selection, shapesOf, sparsitiesOf } from './selection.ts';

const shapes = [
  { m: 300, k: 784, n: 1 },
  { m: 1024, k: 1024, n: 1 },
];
const sparsities = [0.5, 0.7, 0.8, 0.9, 0.95];
const forms = [
  { name: 'spmv_f32_csr', structure: 'unstructured', height: 1 },
  { name: 'spmv_f32_sell4', structure: 'unstructured', height: 1 },
  { name: 'spmv_f32_block4', structure: 'block4x1', height: 4 },
  { name: 'spmv_f32_block8', structure: 'block8x1', height: 8 },
  { name: 'spmv_f32_block16', structure: 'block16x1', height: 16 },
] as const;

export const spmv = (selection: Selection): Section => ({
  title: 'spmv: sparse products with one vector',
  groups: shapesOf(selection, shapes, isVector).map((shape) => ({
    entries: (kernels, variant) => [
      denseVectorProduct(kernels, variant, shape),
      ...sparseProducts(kernels, variant, {
        op: 'spmv',
        shape,
        forms,
        sparsities: sparsitiesOf(selection, sparsities),
      }),
    ],
  })),
});
