// A ReLU at the store, max(y, 0), must not hide a NaN: every product of NaNs is NaN, in every binary.

import { describe, expect, test } from 'vitest';
import { arena, type Kernels } from '../../src/engine/index.ts';
import { flavours, kernelsOf } from './binaries.ts';
import type { Sizes } from './cases/case.ts';
import { cases } from './cases/index.ts';
import { Workspace } from './cases/workspace.ts';

const matrix = { m: 18, k: 5, density: 1, biased: 1, relu: 1 };
const image = { channels: 2, height: 4, kernel: 2, filters: 7, stride: 1, biased: 1, relu: 1 };
const products: Partial<Record<keyof Kernels, Sizes[]>> = {
  gemm_f32_panels: [1, 7, 13].map((n) => ({ ...matrix, n })),
  gemv_f32_dense: [matrix],
  conv2d_f32_dense: [3, 6, 17, 29].map((width) => ({ ...image, width, n: 1 })),
  conv2d_f32_csr: [{ ...image, width: 9, height: 6, n: 1, density: 1 }],
  conv2d_f32_winograd: [
    { channels: 2, height: 6, width: 7, kernelRows: 3, kernelCols: 5, filters: 7, n: 4, biased: 1, relu: 1 },
  ],
  spmm_f32_csr: [1, 5, 63].map((n) => ({ ...matrix, n })),
  spmm_f32_block4: [1, 5, 13].map((n) => ({ ...matrix, n })),
  spmv_f32_csr: [matrix],
  spmv_f32_sell4: [matrix],
  spmv_f32_block4: [matrix],
  spmv_f32_block8: [matrix],
  spmv_f32_block16: [matrix],
  gemv_f32_columns: [matrix],
  spmv_f32_csc: [matrix],
  spmv_f32_column4: [matrix],
  spmv_f32_column8: [matrix],
  spmv_f32_column16: [matrix],
};

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (!kernels) return;
    test.each(Object.keys(products) as (keyof Kernels)[])('%s keeps NaN through its ReLU', (name) => {
      const kernelCase = cases.find((one) => one.name === name);
      for (const shape of products[name] ?? []) {
        arena.scope(() => {
          const workspace = new Workspace(kernels, { exact: false, number: () => Number.NaN });
          const call = kernelCase?.make(shape, workspace);
          call?.run(0, call.extent);
          expect(Array.from(call?.output.read() ?? []).filter((y) => !Number.isNaN(y))).toEqual([]);
          expect(call?.output.read().length).toBeGreaterThan(0);
        });
      }
    });
  });
}
