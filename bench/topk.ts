// The threshold that keeps the k largest of a million weights.

import { kernelEntry } from './kernel-entry.ts';
import type { Section } from './row.ts';
import { fixedOf, type Selection } from './selection.ts';

const shapes = [{ count: 1_000_000, k: 100_000 }];

export const topk = (selection: Selection): Section => ({
  title: 'topk: the k-th largest magnitude',
  groups: fixedOf(selection, shapes).map((shape) => ({
    entries: (kernels, variant) => [
      kernelEntry(kernels, variant, 'topk_threshold_f32', { ...shape, ties: 0 }, { op: 'topk', shape }),
    ],
  })),
});
