// spmm transposed: dX += Aᵀ·dY by scatter, for the gradient to the input. The same CSR as the forward pass serves.
//
//   dx[colidx[p] + j] += values[p] · dy[i·lddy + j],   p in rowptr[i] … rowptr[i+1],  j < length
//
// A panel of a row of dY stays in registers while its kept weights scatter it; panels of 32, 8, 4 and 1 floats outermost.
// 2·nnz·length flops. Trusts its input; the caller zeroes dX; threads must not share dX.

import { bytes, madd } from '../simd';

/** Rows [begin, end) of dY. */
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
  const row = bytes(lddy);
  rowptr += bytes(begin);
  const stop = rowptr + bytes(end - begin);
  dy += <usize>begin * row;
  let j = 0;
  for (; j + 32 <= length; j += 32) panel32(rowptr, stop, colidx, values, dy + bytes(j), row, dx + bytes(j));
  for (; j + 8 <= length; j += 8) panel8(rowptr, stop, colidx, values, dy + bytes(j), row, dx + bytes(j));
  if (j + 4 <= length) {
    panel4(rowptr, stop, colidx, values, dy + bytes(j), row, dx + bytes(j));
    j += 4;
  }
  for (; j < length; j++) panel1(rowptr, stop, colidx, values, dy + bytes(j), row, dx + bytes(j));
}

function panel32(
  rowptr: usize, stop: usize, colidx: usize, values: usize, dy: usize, row: usize, dx: usize,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    const d0 = v128.load(dy);
    const d1 = v128.load(dy, 16);
    const d2 = v128.load(dy, 32);
    const d3 = v128.load(dy, 48);
    const d4 = v128.load(dy, 64);
    const d5 = v128.load(dy, 80);
    const d6 = v128.load(dy, 96);
    const d7 = v128.load(dy, 112);
    while (p < last) {
      const to = dx + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      v128.store(to, madd(w, d0, v128.load(to)));
      v128.store(to, madd(w, d1, v128.load(to, 16)), 16);
      v128.store(to, madd(w, d2, v128.load(to, 32)), 32);
      v128.store(to, madd(w, d3, v128.load(to, 48)), 48);
      v128.store(to, madd(w, d4, v128.load(to, 64)), 64);
      v128.store(to, madd(w, d5, v128.load(to, 80)), 80);
      v128.store(to, madd(w, d6, v128.load(to, 96)), 96);
      v128.store(to, madd(w, d7, v128.load(to, 112)), 112);
      p += 4;
      c += 4;
    }
    dy += row;
    rowptr += 4;
  }
}

function panel8(
  rowptr: usize, stop: usize, colidx: usize, values: usize, dy: usize, row: usize, dx: usize,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    const d0 = v128.load(dy);
    const d1 = v128.load(dy, 16);
    while (p < last) {
      const to = dx + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      v128.store(to, madd(w, d0, v128.load(to)));
      v128.store(to, madd(w, d1, v128.load(to, 16)), 16);
      p += 4;
      c += 4;
    }
    dy += row;
    rowptr += 4;
  }
}

function panel4(
  rowptr: usize, stop: usize, colidx: usize, values: usize, dy: usize, row: usize, dx: usize,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    const d = v128.load(dy);
    while (p < last) {
      const to = dx + (<usize>load<u32>(c) << 2);
      v128.store(to, madd(v128.load32_splat(p), d, v128.load(to)));
      p += 4;
      c += 4;
    }
    dy += row;
    rowptr += 4;
  }
}

function panel1(
  rowptr: usize, stop: usize, colidx: usize, values: usize, dy: usize, row: usize, dx: usize,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    const d = load<f32>(dy);
    while (p < last) {
      const to = dx + (<usize>load<u32>(c) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(p) * d);
      p += 4;
      c += 4;
    }
    dy += row;
    rowptr += 4;
  }
}
