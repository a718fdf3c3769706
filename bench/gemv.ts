// Dense products with one vector: y = A·x, in cache and beyond it. What is too large for any cache is timed beside plain
// reading of as many bytes, the count of what is not zero, which does nothing else.

import type { Kernels } from '../src/engine/index.ts';
import { kernelEntry, type Product } from './kernel-entry.ts';
import type { Entry, Section, Variant } from './row.ts';
import { isVector, type Selection, shapesOf } from './selection.ts';

const shapes = [
  { m: 128, k: 784, n: 1 },
  { m: 300, k: 784, n: 1 },
  { m: 512, k: 512, n: 1 },
  { m: 1024, k: 1024, n: 1 },
  { m: 4096, k: 4096, n: 1 },
];

/** Bytes that no cache of this decade holds for one core. */
const beyondCache = 48e6;

/** Row by row, or with the weights packed once in tiles of columns, as inference has them: what sparse products are compared with. */
export const denseVectorProduct = (
  kernels: Kernels,
  variant: Variant,
  shape: Product,
  name: 'gemv_f32_dense' | 'gemv_f32_columns' = 'gemv_f32_columns',
): Entry =>
  kernelEntry(
    kernels,
    variant,
    name,
    { ...shape, density: 1 },
    { op: 'gemv', shape: { ...shape }, bytes: 4 * shape.m * shape.k },
  );

export const gemv = (selection: Selection): Section => ({
  title: 'gemv: dense products with one vector',
  groups: shapesOf(selection, shapes, isVector).map((shape) => ({
    entries: (kernels, variant) => {
      const length = shape.m * shape.k;
      const bytes = 4 * length;
      const read = () =>
        kernelEntry(
          kernels,
          variant,
          'count_nonzero_f32',
          { length },
          { op: 'bandwidth', shape: { ...shape }, bytes, denseFlops: 0 },
        );
      const products = (['gemv_f32_dense', 'gemv_f32_columns'] as const).map((name) =>
        denseVectorProduct(kernels, variant, shape, name),
      );
      return bytes > beyondCache ? [...products, { ...read(), flops: 0 }] : products;
    },
  })),
});
