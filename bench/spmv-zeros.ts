// Products with one vector of which a share is 0, as after a ReLU: kernels that walk the weights by column and skip the columns
// of zero inputs, and blocks by row, which multiply them, against the dense product, which multiplies them all. Rates count all kept
// weights, skipped ones too. Inputs change from call to call, as in use: of one the processor would learn by heart where its zeros
// are.

import { denseVectorProduct } from './gemv.ts';
import { kernelEntry, sparseProducts } from './kernel-entry.ts';
import type { Section } from './row.ts';
import { isVector, type Selection, shapesOf, sparsitiesOf } from './selection.ts';

const shapes = [
  { m: 1024, k: 1024, n: 1 },
  { m: 300, k: 784, n: 1 },
];
const shares = [0.5, 0.8];
const forms = [
  { name: 'spmv_f32_csc', structure: 'unstructured', height: 1 },
  { name: 'spmv_f32_column4', structure: 'block4x1', height: 4 },
  { name: 'spmv_f32_column8', structure: 'block8x1', height: 8 },
  { name: 'spmv_f32_column16', structure: 'block16x1', height: 16 },
  { name: 'spmv_f32_block16', structure: 'block16x1', height: 16 },
] as const;

export const spmvZeros = (selection: Selection): Section => ({
  title: 'spmv of vectors with zeros, which are skipped',
  groups: shapesOf(selection, shapes, isVector).flatMap((sizes) =>
    shares.map((zeros) => ({
      entries: (kernels, variant) => {
        const shape = { ...sizes, zeros };
        return [
          denseVectorProduct(kernels, variant, sizes),
          kernelEntry(
            kernels,
            variant,
            'gemv_f32_columns',
            { ...shape, inputs: 1024, density: 1 },
            { op: 'gemv', shape },
          ),
          ...sparseProducts(kernels, variant, {
            op: 'spmv',
            shape,
            forms,
            sparsities: sparsitiesOf(selection, [0.9]),
            more: { inputs: 1024 },
          }),
        ];
      },
    })),
  ),
});
