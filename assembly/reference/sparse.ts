// The sparse products as plain scalar loops: the oracle beside assembly/sparse.

import { finished, get, index, put } from './scalar';

export function spmm_f32_csr(
  begin: i32,
  end: i32,
  length: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  ldy: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
  for (let i = begin; i < end; i++) {
    for (let j = 0; j < length; j++) {
      let sum: f32 = accumulate ? get(y, i * ldy + j) : 0;
      for (let p = index(rowptr, i); p < index(rowptr, i + 1); p++) {
        sum += get(values, p) * get(x, index(colidx, p) + j);
      }
      put(y, i * ldy + j, finished(sum, bias, i, lower));
    }
  }
}

export function spmm_f32_block4(
  begin: i32,
  end: i32,
  m: i32,
  length: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  ldy: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
  for (let i = 4 * begin; i < min(m, 4 * end); i++) {
    for (let j = 0; j < length; j++) {
      let sum: f32 = accumulate ? get(y, i * ldy + j) : 0;
      for (let p = index(rowptr, i / 4); p < index(rowptr, i / 4 + 1); p++) {
        sum += get(values, 4 * p + (i % 4)) * get(x, index(colidx, p) + j);
      }
      put(y, i * ldy + j, finished(sum, bias, i, lower));
    }
  }
}

export function conv2d_f32_csr(
  begin: i32,
  end: i32,
  rows: i32,
  length: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  xRow: i32,
  y: usize,
  yRow: i32,
  yChannel: i32,
  bias: usize,
  lower: f32,
): void {
  for (let r = 0; r < rows; r++) {
    const from = x + 4 * <usize>(r * xRow);
    const to = y + 4 * <usize>(r * yRow);
    spmm_f32_csr(begin, end, length, rowptr, colidx, values, from, to, yChannel, 0, bias, lower);
  }
}

export function spmm_f32_csr_transposed(
  begin: i32,
  end: i32,
  length: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  dy: usize,
  lddy: i32,
  dx: usize,
): void {
  for (let i = begin; i < end; i++) {
    for (let p = index(rowptr, i); p < index(rowptr, i + 1); p++) {
      for (let j = 0; j < length; j++) {
        const to = index(colidx, p) + j;
        put(dx, to, get(dx, to) + get(values, p) * get(dy, i * lddy + j));
      }
    }
  }
}

export function sddmm_f32_csr(
  begin: i32,
  end: i32,
  rows: i32,
  cols: i32,
  length: i32,
  rowptr: usize,
  colidx: usize,
  dy: usize,
  dyChannel: i32,
  dyRow: i32,
  dyCol: i32,
  x: usize,
  xRow: i32,
  xCol: i32,
  dvalues: usize,
  accumulate: i32,
): void {
  for (let i = begin; i < end; i++) {
    for (let p = index(rowptr, i); p < index(rowptr, i + 1); p++) {
      let sum: f32 = accumulate ? get(dvalues, p) : 0;
      for (let r = 0; r < rows; r++) {
        for (let q = 0; q < cols; q++) {
          for (let j = 0; j < length; j++) {
            const d = get(dy, i * dyChannel + r * dyRow + q * dyCol + j);
            sum += d * get(x, index(colidx, p) + r * xRow + q * xCol + j);
          }
        }
      }
      put(dvalues, p, sum);
    }
  }
}

export function places_u32(begin: i32, end: i32, pitch: i32, columns: usize, places: usize): void {
  for (let p = begin; p < end; p++) store<u32>(places + 4 * <usize>p, index(columns, p) * pitch);
}

export function spmv_f32_csr(
  begin: i32,
  end: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  for (let i = begin; i < end; i++) {
    let sum: f32 = 0;
    for (let p = index(rowptr, i); p < index(rowptr, i + 1); p++) sum += get(values, p) * get(x, index(colidx, p));
    put(y, i, finished(sum, bias, i, lower));
  }
}

export function spmv_f32_sell4(
  begin: i32,
  end: i32,
  k: i32,
  slices: usize,
  records: usize,
  rows: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  for (let lane = 4 * begin; lane < 4 * end; lane++) {
    const row = index(rows, lane);
    if (row == -1) continue;
    let sum: f32 = 0;
    for (let r = index(slices, lane / 4); r < index(slices, lane / 4 + 1); r++) {
      const record = records + 24 * <usize>r;
      sum += get(record, lane % 4) * get(x, load<u16>(record + 16 + 2 * <usize>(lane % 4)) / 4);
    }
    put(y, row, finished(sum, bias, row, lower));
  }
}

function blocks(
  height: i32,
  begin: i32,
  end: i32,
  m: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  for (let i = height * begin; i < min(m, height * end); i++) {
    let sum: f32 = 0;
    for (let p = index(rowptr, i / height); p < index(rowptr, i / height + 1); p++) {
      sum += get(values, height * p + (i % height)) * get(x, index(colidx, p));
    }
    put(y, i, finished(sum, bias, i, lower));
  }
}

export function spmv_f32_block4(
  begin: i32,
  end: i32,
  m: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  blocks(4, begin, end, m, rowptr, colidx, values, x, y, bias, lower);
}

export function spmv_f32_block8(
  begin: i32,
  end: i32,
  m: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  blocks(8, begin, end, m, rowptr, colidx, values, x, y, bias, lower);
}

export function spmv_f32_block16(
  begin: i32,
  end: i32,
  m: i32,
  rowptr: usize,
  colidx: usize,
  values: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  blocks(16, begin, end, m, rowptr, colidx, values, x, y, bias, lower);
}
