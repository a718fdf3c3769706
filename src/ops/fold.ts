// The steps of a sequence as samples of a larger batch, [time, ..] → [..], and back. Within a slab
//
//   x [channel][time][pixel][width]   →   y [channel][pixel][time · width]
//
// which is the same memory where a step has one pixel and the slab no padding; elsewhere runs of samples are moved.

import { arena, at } from '../engine/index.ts';
import { type Batch, type Slab, sizeOf, Tensor } from '../tensor/index.ts';
import { moveRuns } from './steps.ts';

const pixelsOf = ({ shape }: Tensor): number => sizeOf(shape.slice(1, -1));
const isSameMemory = (sequence: Tensor, folded: Batch): boolean =>
  pixelsOf(sequence) === 1 && folded.columns === sequence.shape[0] * sequence.batch.columns;

/** x's steps as samples, step by step. */
export function fold(x: Tensor): Tensor {
  const [time, ...shape] = x.shape;
  const folded = x.batch.folded(time);
  if (isSameMemory(x, folded)) return new Tensor(shape, folded, x.buffer, x.needsGradient);
  const bytes = 4 * sizeOf(shape) * folded.columns;
  const y = new Tensor(shape, folded, arena.allocate(bytes), x.needsGradient);
  y.view.fill(0);
  const pixels = pixelsOf(x);
  eachChannel(x, y, (slab, wide, channel) => {
    const [from, to] = [
      at(x.slab(slab), channel * time * pixels * slab.width),
      at(y.slab(wide), channel * pixels * wide.width),
    ];
    moveRuns(pixels, time, slab.samples, from, slab.width, pixels * slab.width, to, wide.width, slab.samples);
  });
  return y;
}

/** The way back of {@link fold}: samples as steps of the sequences of `batch`. */
export function unfold(y: Tensor, time: number, batch: Batch): Tensor {
  const shape = [time, ...y.shape];
  const same = new Tensor(shape, batch, y.buffer, y.needsGradient);
  if (isSameMemory(same, y.batch)) return same;
  const x = Tensor.zeros(shape, batch);
  const pixels = pixelsOf(x);
  eachChannel(x, y, (slab, wide, channel) => {
    const [from, to] = [
      at(y.slab(wide), channel * pixels * wide.width),
      at(x.slab(slab), channel * time * pixels * slab.width),
    ];
    moveRuns(pixels, time, slab.samples, from, wide.width, slab.samples, to, slab.width, pixels * slab.width);
  });
  return x;
}

function eachChannel(x: Tensor, y: Tensor, visit: (slab: Slab, wide: Slab, channel: number) => void): void {
  for (const [i, slab] of x.batch.slabs.entries()) {
    for (let channel = 0; channel < x.channels; channel++) visit(slab, y.batch.slabs[i], channel);
  }
}
