// What a training step does beside its products: kernels that pass over numbers once, at the sizes that the article's network
// has in a slab of 32 samples (first convolution: 32 channels of 26×26; 121,760 kernel weights).

import type { Kernels } from '../src/engine/index.ts';
import type { Sizes } from '../test/kernels/cases/case.ts';
import { kernelEntry } from './kernel-entry.ts';
import type { Section } from './row.ts';
import { fixedOf, type Selection } from './selection.ts';

const weights = 121_760;
const map = { channels: 32, pixels: 26 * 26, n: 32 };
const affine = { width: map.n, affine: 1 };
const length = map.channels * map.pixels * map.n;
const pool = { channels: 32, inRows: 26, inCols: 26, n: 32 };
const tiles = { same: 0, poolRows: 2, poolCols: 2, strideRows: 2, strideCols: 2 };
const classes = { features: 10, n: 32 };

/** Kernel, sizes, and what else its case wants to know. */
const passes: readonly (readonly [name: keyof Kernels, shape: Sizes, options: Sizes])[] = [
  ['adam_f32', { length: weights }, { t: 7 }],
  ['soft_threshold_f32', { length: weights }, { threshold: 0.001 }],
  ['l1_gradient_f32', { length: weights }, {}],
  ['bias_f32', { rows: 32, n: length / 32 }, { pad: 0, biased: 1, relu: 1 }],
  ['relu_backward_f32', { length }, {}],
  ['max_pool2d_f32', pool, tiles],
  ['max_pool2d_backward_f32', pool, tiles],
  ['batch_norm_f32', map, affine],
  ['batch_norm_backward_f32', map, affine],
  ['dropout_f32', { length }, { rate: 0.5 }],
  ['exp_f32', { length: 32_768 }, {}],
  ['sigmoid_f32', { length: 32_768 }, {}],
  ['tanh_f32', { length: 32_768 }, {}],
  ['softmax_f32', classes, {}],
  ['sparse_categorical_crossentropy_f32', classes, { width: 32, slope: 1 }],
];

export const elementwise = (selection: Selection): Section => ({
  title: 'elementwise: what is no product',
  groups: fixedOf(selection, passes).map(([name, shape, options]) => ({
    entries: (kernels, variant) => [
      kernelEntry(kernels, variant, name, { ...shape, ...options }, { op: 'elementwise', shape }),
    ],
  })),
});
