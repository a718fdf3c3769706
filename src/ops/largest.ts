// The k largest numbers of each sample, over all its features; the others become 0. Slabs are turned so that a sample is a row.

import { arena, f32, kernels } from '../engine/index.ts';
import { Tensor } from '../tensor/index.ts';

/** Floats of scratch that a row of so many numbers needs. */
export const largestScratch = (features: number): number => 4096 + features;

/** x where it is among the k largest of its sample, 0 elsewhere; of equals the first in Keras order. */
export function keepLargest(x: Tensor, k: number): Tensor {
  const y = Tensor.allocate(x.shape, x.batch);
  const { features, pixels, channels } = x;
  arena.scope(() => {
    const scratch = arena.allocate(4 * largestScratch(features));
    for (const slab of x.batch.slabs) {
      const rows = arena.allocate(4 * features * slab.samples);
      kernels().unturn_f32(slab.samples, pixels, channels, slab.width, x.slab(slab), rows);
      kernels().keep_topk_f32(0, slab.samples, features, k, rows, rows, scratch);
      f32(y.slab(slab), features * slab.width).fill(0);
      kernels().turn_f32(slab.samples, pixels, channels, slab.width, rows, y.slab(slab));
    }
  });
  return y;
}

/** dy where y was kept. */
export function keepLargestBackward(y: Tensor, dy: Tensor): Tensor {
  const dx = Tensor.allocate(dy.shape, dy.batch);
  kernels().mask_f32(0, dy.length, y.buffer, dy.buffer, dx.buffer);
  return dx;
}
