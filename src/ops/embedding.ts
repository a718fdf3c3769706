// A row of a table for each token: ids [time] → [time, features]. Ids come as floats, stored [slab][time][width] as any tensor, so that
// column j of a slab's [feature][time·width] is token j of its ids.

import { arena, at, type Buffer, kernels, u32 } from '../engine/index.ts';
import { type Parameter, Tensor } from '../tensor/index.ts';

/** {@link readTokens}, into the arena. */
export function tokenIds(x: Tensor, rows: number, layer: string): Buffer {
  const ids = arena.allocate(4 * x.length);
  readTokens(x.view, u32(ids, x.length), rows, layer);
  return ids;
}

/** Ids as whole numbers. @throws RangeError when one is not a whole number from 0 to `rows` − 1. */
export function readTokens(tokens: Float32Array, ids: Uint32Array, rows: number, layer: string): void {
  for (let i = 0; i < ids.length; i++) {
    const id = tokens[i];
    if (!(id >= 0 && id < rows && Math.floor(id) === id)) throw tokenError(layer, id, rows);
    ids[i] = id;
  }
}

/** The error for an id outside of 0 to `rows` − 1, or between them. */
export const tokenError = (who: string, id: number, rows: number): RangeError =>
  new RangeError(
    `${who}: expected token ids from 0 to ${rows - 1}, whole numbers, got ${id}: ` +
      'raise inputDim to the size of the vocabulary, or give the tokenizer numWords.',
  );

/** y[f][j] = table[ids[j]][f]. */
export function embed(table: Parameter, x: Tensor, ids: Buffer): Tensor {
  const [, features] = table.shape;
  const y = Tensor.allocate([...x.shape, features], x.batch);
  for (const slab of x.batch.slabs) {
    const n = x.features * slab.width;
    kernels().embedding_f32(0, n, features, idsOf(ids, x, slab.first), table.values.buffer, y.slab(slab), n);
  }
  return y;
}

/** Adds each token's dy to the gradient of its row, and the rows of true samples' tokens to those touched. */
export function embedBackward(table: Parameter, dy: Tensor, x: Tensor, ids: Buffer): void {
  const [, features] = table.shape;
  const { gradient, touchedRows } = table;
  for (const slab of x.batch.slabs) {
    const { samples, width } = slab;
    const n = x.features * width;
    const from = idsOf(ids, x, slab.first);
    const view = u32(from, n);
    for (let step = 0; step < n; step += width) {
      for (let j = step; j < step + samples; j++) touchedRows?.add(view[j]);
    }
    kernels().embedding_backward_f32(0, n, features, from, dy.slab(slab), n, gradient.buffer);
  }
}

const idsOf = (ids: Buffer, { features }: Tensor, first: number): Buffer => at(ids, first * features);
