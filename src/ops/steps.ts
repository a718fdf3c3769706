// What a recurrent layer computes step by step, in the order of time: [slab][step][row][width], so that a step's rows lie together.
// Tensors of sequences are [slab][feature][time][width].

import { arena, at, type Buffer, kernels, u32 } from '../engine/index.ts';
import { type Batch, type Slab, sizeOf, Tensor } from '../tensor/index.ts';

/** `count` steps of `rows` rows each, in the arena, their content undefined. */
export class Steps {
  readonly rows: number;
  readonly count: number;
  readonly batch: Batch;
  readonly #buffer: Buffer;

  constructor(rows: number, count: number, batch: Batch) {
    this.rows = rows;
    this.count = count;
    this.batch = batch;
    this.#buffer = arena.allocate(4 * rows * count * batch.columns);
  }

  /** Where row `row` of step `step` begins. */
  at(slab: Slab, step: number, row = 0): Buffer {
    return at(this.#buffer, (slab.first * this.count + step * slab.width) * this.rows + row * slab.width);
  }

  /** Rows [row, row + features) of all of x's steps, from the last one on with `backwards`, into steps from `first` on; or out of them. */
  exchange(x: Tensor, direction: 'in' | 'out', { row = 0, first = 0, backwards = false }): void {
    const [time, features] = x.shape;
    for (const slab of x.batch.slabs) {
      const n = slab.width;
      const sequence = at(x.slab(slab), backwards ? (time - 1) * n : 0);
      const [outer, inner] = [time * n, backwards ? -n : n];
      const [here, step] = [this.at(slab, first, row), this.rows * n];
      if (direction === 'in') moveRuns(features, time, n, sequence, outer, inner, here, n, step);
      else moveRuns(features, time, n, here, n, step, sequence, outer, inner);
    }
  }
}

/** The steps of a sequence, [time, ..], from the last to the first. */
export function reversed(x: Tensor): Tensor {
  const [time] = x.shape;
  const turned = Tensor.allocate(x.shape, x.batch);
  for (const slab of x.batch.slabs) {
    const n = slab.width;
    const last = at(x.slab(slab), (time - 1) * n);
    moveRuns(sizeOf(x.shape) / time, time, n, last, time * n, -n, turned.slab(slab), time * n, n);
  }
  return turned;
}

/** The same at each of `time` steps: [features] → [time, features]. */
export function repeated(x: Tensor, time: number): Tensor {
  const y = Tensor.allocate([time, x.features], x.batch);
  for (const slab of x.batch.slabs) {
    const n = slab.width;
    moveRuns(x.features, time, n, x.slab(slab), n, 0, y.slab(slab), time * n, n);
  }
  return y;
}

/** to[o·toOuter + i·toInner + j] = from[o·fromOuter + i·fromInner + j] for runs j < length, o < outer, i < inner. */
export function moveRuns(
  outer: number,
  inner: number,
  length: number,
  from: Buffer,
  fromOuter: number,
  fromInner: number,
  to: Buffer,
  toOuter: number,
  toInner: number,
): void {
  arena.scope(() => {
    const offsets = arena.allocate(4 * outer);
    u32(offsets, outer).set(Uint32Array.from({ length: outer }, (_, o) => o * fromOuter));
    kernels().im2col_f32(0, inner, 1, length, outer, offsets, from, fromInner, 0, to, toOuter, toInner, 0);
  });
}

/** `length` floats in another place. */
export const copyFloats = (length: number, from: Buffer, to: Buffer): void =>
  kernels().scale_f32(0, length, 1, from, to);
