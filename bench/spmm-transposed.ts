// The gradient of a dense layer's input, Wᵀ·dY: the dense product of the transposed weights, and the sparse scatter.

import { densityOf, kernelEntry, showShape } from './kernel-entry.ts';
import type { Group } from './row.ts';

const shapes = [
  { m: 300, k: 784, n: 32 },
  { m: 300, k: 784, n: 64 },
];
const sparsities = [0.5, 0.7, 0.8, 0.9, 0.95];

export const spmmTransposed: Group[] = shapes.map((shape) => {
  const { m, k, n } = shape;
  const denseFlops = 2 * m * k * n;
  return {
    title: `spmmTransposed ${showShape(shape)}`,
    entries: (kernels, variant) => [
      kernelEntry(kernels, variant, 'gemm_f32_panels', { m: k, k: m, n }, { op: 'gemm', shape: { m: k, k: m, n } }),
      ...sparsities.map((sparsity) =>
        kernelEntry(
          kernels,
          variant,
          'spmm_f32_csr_transposed',
          { ...shape, density: densityOf(sparsity) },
          { op: 'spmmTransposed', shape, sparsity, structure: 'unstructured', denseFlops },
        ),
      ),
    ],
  };
});
