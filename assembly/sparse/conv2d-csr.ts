// Direct sparse convolution of small images: Y[o] = max(W * x + bias, lower), W in CSR, colidx the taps' places in the padded input,
// in elements. As spmm.ts, whose panels here are tiles of image rows, so that no junk between rows is computed: of 3 rows × 12
// floats (the last one or two of 2), or of 4 rows × 8 for the last one or two tiles across where these leave less over.
//
//   Y[o][r][j] = bias[o] + Σ_p values[p] · x[colidx[p] + r·xRow + j],   r < rows,  j < length
//
// rows ≥ 4, length ≥ 8: the last tile, down or across, is pulled back over its neighbour. 2·nnz·rows·length flops.
// Trusts its input. Y must not overlap x.

import { bytes, clamp, madd, zero } from '../simd';

/** Filters [begin, end); bias has a float per filter, or is 0 for none. */
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
  const down = bytes(xRow);
  const across = bytes(yRow);
  const channel = bytes(yChannel);
  rowptr += bytes(begin);
  const stop = rowptr + bytes(end - begin);
  y += <usize>begin * channel;
  if (bias) bias += bytes(begin);
  let j = 0;
  while (j < length) {
    const vectors = (length - j + 3) >> 2;
    if (vectors == 2 || vectors == 4) {
      const from = bytes(min(j, length - 8));
      eights(rows, rowptr, stop, colidx, values, x + from, down, y + from, across, channel, bias, lower);
      j += 8;
    } else {
      const from = bytes(max(0, min(j, length - 12)));
      const third = bytes(min(8, length - 4));
      twelves(rows, rowptr, stop, colidx, values, x + from, down, third, y + from, across, channel, bias, lower);
      j += 12;
    }
  }
}

function eights(
  rows: i32, rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, down: usize, y: usize, across: usize,
  channel: usize, bias: usize, lower: f32,
): void {
  const stopRow = x + <usize>(rows - 3) * down;
  while (x < stopRow) {
    tile4x8(rowptr, stop, colidx, values, x, down, y, across, channel, bias, lower);
    x += down << 2;
    y += across << 2;
  }
  const over = <usize>-rows & 3;
  if (over) tile4x8(rowptr, stop, colidx, values, x - over * down, down, y - over * across, across, channel, bias, lower);
}

function twelves(
  rows: i32, rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, down: usize, third: usize, y: usize,
  across: usize, channel: usize, bias: usize, lower: f32,
): void {
  while (rows > 4 || rows == 3) {
    tile3x12(rowptr, stop, colidx, values, x, down, third, y, across, channel, bias, lower);
    x += 3 * down;
    y += 3 * across;
    rows -= 3;
  }
  if (rows == 0) return;
  tile2x12(rowptr, stop, colidx, values, x, down, third, y, across, channel, bias, lower);
  if (rows == 2) return;
  tile2x12(rowptr, stop, colidx, values, x + 2 * down, down, third, y + 2 * across, across, channel, bias, lower);
}

function tile3x12(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, down: usize, third: usize, y: usize,
  across: usize, channel: usize, bias: usize, lower: f32,
): void {
  tile12(3, rowptr, stop, colidx, values, x, down, third, y, across, channel, bias, lower);
}

function tile2x12(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, down: usize, third: usize, y: usize,
  across: usize, channel: usize, bias: usize, lower: f32,
): void {
  tile12(2, rowptr, stop, colidx, values, x, down, third, y, across, channel, bias, lower);
}

/** Two or three rows of 8 floats and of 4 more, which are `third` bytes on: nearer than 32 where a row has less than 12. */
// @ts-ignore: decorator
@inline
function tile12(
  rows: i32, rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, down: usize, third: usize, y: usize,
  across: usize, channel: usize, bias: usize, lower: f32,
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
    let s02 = s00;
    let s10 = s00;
    let s11 = s00;
    let s12 = s00;
    let s20 = s00;
    let s21 = s00;
    let s22 = s00;
    while (p < last) {
      const x0 = x + (<usize>load<u32>(c) << 2);
      const w = v128.load32_splat(p);
      s00 = madd(w, v128.load(x0), s00);
      s01 = madd(w, v128.load(x0, 16), s01);
      s02 = madd(w, v128.load(x0 + third), s02);
      const x1 = x0 + down;
      // Never taken: it keeps V8 from hoisting all the loads, and spilling them.
      if (x0 == 0) break;
      s10 = madd(w, v128.load(x1), s10);
      s11 = madd(w, v128.load(x1, 16), s11);
      s12 = madd(w, v128.load(x1 + third), s12);
      if (rows > 2) {
        const x2 = x1 + down;
        if (x1 == 0) break;
        s20 = madd(w, v128.load(x2), s20);
        s21 = madd(w, v128.load(x2, 16), s21);
        s22 = madd(w, v128.load(x2 + third), s22);
      }
      p += 4;
      c += 4;
    }
    const floor = f32x4.splat(lower);
    let to = y;
    v128.store(to, clamp(s00, floor));
    v128.store(to, clamp(s01, floor), 16);
    v128.store(to + third, clamp(s02, floor));
    to += across;
    v128.store(to, clamp(s10, floor));
    v128.store(to, clamp(s11, floor), 16);
    v128.store(to + third, clamp(s12, floor));
    if (rows > 2) {
      to += across;
      v128.store(to, clamp(s20, floor));
      v128.store(to, clamp(s21, floor), 16);
      v128.store(to + third, clamp(s22, floor));
    }
    y += channel;
    rowptr += 4;
  }
}

function tile4x8(
  rowptr: usize, stop: usize, colidx: usize, values: usize, x: usize, down: usize, y: usize, across: usize,
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
      const x0 = x + (<usize>load<u32>(c) << 2);
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
