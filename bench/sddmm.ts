// The gradient of a dense layer's weights: all of it, and at the kept positions only.

import { densityOf, kernelEntry, showShape } from './kernel-entry.ts';
import type { Group } from './row.ts';

const shapes = [
  { m: 300, k: 784, n: 32 },
  { m: 300, k: 784, n: 64 },
  { m: 512, k: 128, n: 64 },
];
const sparsities = [0.5, 0.7, 0.8, 0.9, 0.95];

export const sddmm: Group[] = shapes.map((shape) => {
  const { m, k, n } = shape;
  const denseFlops = 2 * m * k * n;
  const image = { channels: k, height: 1, width: 1, kernel: 1, filters: m, n, stride: 1 };
  return {
    title: `sddmm ${showShape(shape)}`,
    entries: (kernels, variant) => [
      kernelEntry(kernels, variant, 'sddmm_f32_dense', image, { op: 'sddmm', shape }),
      ...sparsities.map((sparsity) =>
        kernelEntry(
          kernels,
          variant,
          'sddmm_f32_csr',
          { ...shape, rows: 1, cols: 1, density: densityOf(sparsity) },
          { op: 'sddmm', shape, sparsity, structure: 'unstructured', denseFlops },
        ),
      ),
    ],
  };
});
