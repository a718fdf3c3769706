// The threshold that keeps the k largest of a million weights.

import { kernelEntry, showShape } from './kernel-entry.ts';
import type { Group } from './row.ts';

const shape = { count: 1_000_000, k: 100_000 };

export const topk: Group[] = [
  {
    title: `topk ${showShape(shape)}`,
    entries: (kernels, variant) => [
      kernelEntry(kernels, variant, 'topk_threshold_f32', { ...shape, ties: 0 }, { op: 'topk', shape }),
    ],
  },
];
