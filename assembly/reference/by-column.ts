// The products with one vector that skip zero inputs, as plain scalar loops over all of them: the oracle beside
// assembly/blas/gemv-tiles.ts and assembly/sparse/spmv-csc.ts. The sums stand in y.

import { finished, get, index, put } from './scalar';

export function gemv_f32_columns(m: i32, k: i32, a: usize, x: usize, y: usize, bias: usize, lower: f32, scratch: usize): void {
  for (let i = 0; i < m; i++) {
    const first = i & ~31;
    const height = m - first > 16 ? 32 : 16;
    let sum: f32 = 0;
    for (let j = 0; j < k; j++) sum += get(a, first * k + j * height + (i - first)) * get(x, j);
    put(y, i, finished(sum, bias, i, lower));
  }
}

function columns(height: i32, m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                 lower: f32): void {
  for (let i = 0; i < m; i++) put(y, i, 0);
  for (let j = 0; j < k; j++) {
    for (let p = index(colptr, j); p < index(colptr, j + 1); p++) {
      for (let h = 0; h < height; h++) {
        const i = index(rowidx, p) + h;
        if (i < m) put(y, i, get(y, i) + get(values, p * height + h) * get(x, j));
      }
    }
  }
  for (let i = 0; i < m; i++) put(y, i, finished(get(y, i), bias, i, lower));
}

export function spmv_f32_csc(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, x: usize, y: usize, bias: usize,
                             lower: f32, scratch: usize): void {
  columns(1, m, k, colptr, rowidx, values, x, y, bias, lower);
}

export function spmv_f32_column4(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, groups: usize, x: usize, y: usize,
                                 bias: usize, lower: f32, scratch: usize): void {
  columns(4, m, k, colptr, rowidx, values, x, y, bias, lower);
}

export function spmv_f32_column8(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, groups: usize, x: usize, y: usize,
                                 bias: usize, lower: f32, scratch: usize): void {
  columns(8, m, k, colptr, rowidx, values, x, y, bias, lower);
}

export function spmv_f32_column16(m: i32, k: i32, colptr: usize, rowidx: usize, values: usize, groups: usize, x: usize, y: usize,
                                  bias: usize, lower: f32, scratch: usize): void {
  columns(16, m, k, colptr, rowidx, values, x, y, bias, lower);
}
