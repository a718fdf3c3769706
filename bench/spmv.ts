// Sparse products with one vector, batch 1, against the dense one of the same shape.

import { densityOf, kernelEntry, showShape } from './kernel-entry.ts';
import type { Group } from './row.ts';

const shapes = [
  { m: 300, k: 784 },
  { m: 1024, k: 1024 },
];
const sparsities = [0.5, 0.7, 0.8, 0.9, 0.95];
const forms = [
  { name: 'spmv_f32_csr', structure: 'unstructured', height: 1 },
  { name: 'spmv_f32_sell4', structure: 'unstructured', height: 1 },
  { name: 'spmv_f32_block4', structure: 'block4x1', height: 4 },
  { name: 'spmv_f32_block8', structure: 'block8x1', height: 8 },
  { name: 'spmv_f32_block16', structure: 'block16x1', height: 16 },
] as const;

export const spmv: Group[] = shapes.map((shape) => {
  const denseFlops = 2 * shape.m * shape.k;
  return {
    title: `spmv ${showShape(shape)}`,
    entries: (kernels, variant) => [
      kernelEntry(kernels, variant, 'gemv_f32_dense', shape, { op: 'gemv', shape }),
      ...forms.flatMap(({ name, structure, height }) =>
        sparsities.map((sparsity) =>
          kernelEntry(
            kernels,
            variant,
            name,
            { ...shape, n: 1, density: densityOf(sparsity), height },
            { op: 'spmv', shape: { ...shape, n: 1 }, sparsity, structure, denseFlops },
          ),
        ),
      ),
    ],
  };
});
