// Columns as rows and back, as plain scalar loops: the oracle beside assembly/blas/columns.ts.

import { get, index, put } from './scalar';

export function take_columns_f32(begin: i32, end: i32, m: i32, k: i32, columns: usize, w: usize, wt: usize): void {
  for (let c = begin; c < end; c++) {
    for (let i = 0; i < m; i++) put(wt, c * m + i, get(w, i * k + index(columns, c)));
  }
}

export function add_columns_f32(begin: i32, end: i32, m: i32, k: i32, columns: usize, wt: usize, w: usize): void {
  for (let c = begin; c < end; c++) {
    for (let i = 0; i < m; i++) {
      const to = i * k + index(columns, c);
      put(w, to, get(w, to) + get(wt, c * m + i));
    }
  }
}
