// Direct sparse convolution of small images: Y[o] = max(W * x + bias, lower), W in CSR, colidx the taps' places in the padded input
// in units of `scale`. As spmm.ts, whose panels here are tiles of 4 image rows × 8 floats, so that no junk between rows is computed.
//
//   Y[o][r][j] = bias[o] + Σ_p values[p] · x[colidx[p]·scale + r·xRow + j],   r < rows,  j < length
//
// rows ≥ 4 (the last tile is pulled back over its neighbour), length a multiple of 8. 2·nnz·rows·length flops.
// Trusts its input. Y must not overlap x.

import { bytes, clamp, madd, zero } from '../simd';

/** Filters [begin, end); bias has a float per filter, or is 0 for none. */
export function conv2d_f32_csr(
  begin: i32,
  end: i32,
  rows: i32,
  length: i32,
  scale: i32,
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
  const down = bytes(xRow);
  const across = bytes(yRow);
  rowptr += bytes(begin);
  const stop = rowptr + bytes(end - begin);
  y += <usize>begin * bytes(yChannel);
  if (bias) bias += bytes(begin);
  for (let r = 0; r < rows; r += 4) {
    const first = min(r, rows - 4);
    const from = x + <usize>first * down;
    const to = y + <usize>first * across;
    for (let j = 0; j < length; j += 8) {
      tile(rowptr, stop, colidx, values, from + bytes(j), bytes(scale), down, to + bytes(j), across, bytes(yChannel), bias, lower);
    }
  }
}

function tile(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, pitch: usize, down: usize, y: usize, across: usize,
  channel: usize, bias: usize, lower: f32,
): void {
  while (rowptr < stop) {
    const first = <usize>load<u32>(rowptr) << 2;
    let p = values + first;
    let c = colidx + first;
    const last = values + (<usize>load<u32>(rowptr, 4) << 2);
    let s00 = zero();
    if (bias) {
      s00 = v128.load32_splat(bias);
      bias += 4;
    }
    let s01 = s00;
    let s10 = s00;
    let s11 = s00;
    let s20 = s00;
    let s21 = s00;
    let s30 = s00;
    let s31 = s00;
    while (p < last) {
      const x0 = x + <usize>load<u32>(c) * pitch;
      const w = v128.load32_splat(p);
      s00 = madd(w, v128.load(x0), s00);
      s01 = madd(w, v128.load(x0, 16), s01);
      const x1 = x0 + down;
      s10 = madd(w, v128.load(x1), s10);
      s11 = madd(w, v128.load(x1, 16), s11);
      // Never taken: it keeps V8 from hoisting all the loads, and spilling them.
      if (x0 == 0) break;
      const x2 = x1 + down;
      s20 = madd(w, v128.load(x2), s20);
      s21 = madd(w, v128.load(x2, 16), s21);
      const x3 = x2 + down;
      s30 = madd(w, v128.load(x3), s30);
      s31 = madd(w, v128.load(x3, 16), s31);
      p += 4;
      c += 4;
    }
    const floor = f32x4.splat(lower);
    let to = y;
    v128.store(to, clamp(s00, floor));
    v128.store(to, clamp(s01, floor), 16);
    to += across;
    v128.store(to, clamp(s10, floor));
    v128.store(to, clamp(s11, floor), 16);
    to += across;
    v128.store(to, clamp(s20, floor));
    v128.store(to, clamp(s21, floor), 16);
    to += across;
    v128.store(to, clamp(s30, floor));
    v128.store(to, clamp(s31, floor), 16);
    y += channel;
    rowptr += 4;
  }
}
