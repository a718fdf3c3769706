// Rows of a table as columns and back, as plain scalar loops: the oracle beside assembly/nn/embedding.ts.

import { get, index, put } from './scalar';

export function embedding_f32(begin: i32, end: i32, features: i32, ids: usize, table: usize, y: usize, ldy: i32): void {
  for (let j = begin; j < end; j++) {
    for (let f = 0; f < features; f++) put(y, f * ldy + j, get(table, index(ids, j) * features + f));
  }
}

export function embedding_backward_f32(
  begin: i32,
  end: i32,
  features: i32,
  ids: usize,
  dy: usize,
  lddy: i32,
  dtable: usize,
): void {
  for (let j = begin; j < end; j++) {
    for (let f = 0; f < features; f++) {
      const to = index(ids, j) * features + f;
      put(dtable, to, get(dtable, to) + get(dy, f * lddy + j));
    }
  }
}
