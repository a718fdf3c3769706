// Dense products with one vector: y = A·x, in cache and beyond it.

import { kernelEntry, showShape } from './kernel-entry.ts';
import type { Group } from './row.ts';

const shapes = [
  { m: 128, k: 784 },
  { m: 300, k: 784 },
  { m: 512, k: 512 },
  { m: 1024, k: 1024 },
  { m: 4096, k: 4096 },
];

export const gemv: Group[] = shapes.map((shape) => ({
  title: `gemv ${showShape(shape)}`,
  entries: (kernels, variant) => [kernelEntry(kernels, variant, 'gemv_f32_dense', shape, { op: 'gemv', shape })],
}));
