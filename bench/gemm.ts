// Dense products: C = A·B, A packed in panels once. From 256 columns on B is packed too, which is not timed.

import { denseProduct } from './kernel-entry.ts';
import type { Section } from './row.ts';
import { isPanel, type Selection, shapesOf } from './selection.ts';

const shapes = [
  { m: 256, k: 256, n: 256 },
  { m: 512, k: 512, n: 512 },
  { m: 1024, k: 1024, n: 1024 },
  { m: 300, k: 784, n: 64 },
  { m: 500, k: 800, n: 64 },
  { m: 512, k: 128, n: 64 },
  { m: 1024, k: 1024, n: 32 },
];

export const gemm = (selection: Selection): Section => ({
  title: 'gemm: dense products',
  groups: shapesOf(selection, shapes, isPanel).map((shape) => ({
    entries: (kernels, variant) => [denseProduct(kernels, variant, shape)],
  })),
});
