// Rows taken and put back, as plain scalar loops: the oracle beside assembly/blas/rows.ts.

import { get, index, put } from './scalar';

export function take_rows_f32(begin: i32, end: i32, width: i32, rows: usize, table: usize, part: usize): void {
  for (let r = begin; r < end; r++) {
    for (let j = 0; j < width; j++) put(part, r * width + j, get(table, index(rows, r) * width + j));
  }
}

export function put_rows_f32(begin: i32, end: i32, width: i32, rows: usize, part: usize, table: usize): void {
  for (let r = begin; r < end; r++) {
    for (let j = 0; j < width; j++) put(table, index(rows, r) * width + j, get(part, r * width + j));
  }
}
