// Joining activations: sums, and channels one after another. Channels are outermost in a slab, so that joining is copying.

import { at, type Buffer, kernels } from '../engine/index.ts';
import { Tensor } from '../tensor/index.ts';

/** a + b, element by element. */
export function add(a: Tensor, b: Tensor): Tensor {
  const sum = Tensor.allocate(a.shape, a.batch);
  kernels().add_f32(0, a.length, a.buffer, b.buffer, sum.buffer);
  return sum;
}

/** The tensors' channels one after another; all other axes agree. */
export function concatenate(tensors: readonly Tensor[]): Tensor {
  const [{ shape, batch }] = tensors;
  const channels = tensors.reduce((sum, tensor) => sum + tensor.channels, 0);
  const joined = Tensor.allocate([...shape.slice(0, -1), channels], batch);
  eachPart(joined, tensors, (part, whole, length) => kernels().scale_f32(0, length, 1, part, whole));
  return joined;
}

/** The way back of {@link concatenate}: each tensor's share of a gradient. */
export function split(joined: Tensor, like: readonly Tensor[]): Tensor[] {
  const parts = like.map(({ shape, batch }) => Tensor.allocate(shape, batch));
  eachPart(joined, parts, (part, whole, length) => kernels().scale_f32(0, length, 1, whole, part));
  return parts;
}

function eachPart(
  joined: Tensor,
  parts: readonly Tensor[],
  visit: (part: Buffer, whole: Buffer, length: number) => void,
): void {
  for (const slab of joined.batch.slabs) {
    let place = joined.slab(slab);
    for (const part of parts) {
      const length = part.features * slab.width;
      visit(part.slab(slab), place, length);
      place = at(place, length);
    }
  }
}
