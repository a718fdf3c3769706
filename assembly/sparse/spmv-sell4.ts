// spmv over SELL-4: rows sorted by length, four of them interleaved, so that the lanes run over rows and nothing is summed
// across lanes. 2·nnz flops and a few of padding.
//
//   slices  u32 [slice count + 1]: the records of slice s are slices[s] … slices[s+1]
//   records 24 bytes each:  | w0 f32 | w1 f32 | w2 f32 | w3 f32 | c0 u16 | c1 u16 | c2 u16 | c3 u16 |
//           lane l: a weight of the slice's row l and its column in bytes, 4·column; rows shorter than the slice's longest are padded
//           with weight 0 at their last column (column 0 in an empty row)
//   rows    u32 [4 · slice count]: where lane l of slice s is stored: rows[4s + l]; 0xffffffff: nowhere
//
// x is copied to a fixed place first: there an offset alone is an address, and a record costs a quarter less than with x added to each.
// At most 16384 columns. Trusts its input; y must not overlap x.

import { bytes, clamp, clampScalar, madd, zero } from '../simd';

/** 64 KiB below the heap, see src/engine/memory.ts. */
const X: usize = 262144;

/** Slices [begin, end) of a matrix of k columns; bias has a float per row of y, or is 0 for none. */
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
  memory.copy(X, x, bytes(k));
  const floor = f32x4.splat(lower);
  for (let slice = begin; slice < end; slice++) {
    let p = records + <usize>load<u32>(slices + bytes(slice)) * 24;
    const stop = records + <usize>load<u32>(slices + bytes(slice), 4) * 24;
    const last = stop - 48;
    let s = zero();
    let t = zero();
    let u = zero();
    while (p < last) {
      s = madd(v128.load(p), gather(p), s);
      t = madd(v128.load(p, 24), gather(p + 24), t);
      u = madd(v128.load(p, 48), gather(p + 48), u);
      p += 72;
    }
    while (p < stop) {
      s = madd(v128.load(p), gather(p), s);
      p += 24;
    }
    s = f32x4.add(s, f32x4.add(t, u));
    const to = rows + (<usize>slice << 4);
    if (load<u32>(to, 12) == u32.MAX_VALUE) putFew(to, y, bias, s, lower);
    else put(to, y, bias, s, floor);
  }
}

/** x at the four columns of a record. */
// @ts-ignore: decorator
@inline
function gather(p: usize): v128 {
  const low = load<u32>(p, 16);
  const high = load<u32>(p, 20);
  let xs = v128.load32_zero(<usize>(low & 0xffff), X);
  xs = v128.load_lane<f32>(<usize>(low >> 16), xs, 1, X);
  xs = v128.load_lane<f32>(<usize>(high & 0xffff), xs, 2, X);
  return v128.load_lane<f32>(<usize>(high >> 16), xs, 3, X);
}

// @ts-ignore: decorator
@inline
function put(to: usize, y: usize, bias: usize, s: v128, floor: v128): void {
  const row0 = <usize>load<u32>(to) << 2;
  const row1 = <usize>load<u32>(to, 4) << 2;
  const row2 = <usize>load<u32>(to, 8) << 2;
  const row3 = <usize>load<u32>(to, 12) << 2;
  if (bias) {
    let b = v128.load32_zero(bias + row0);
    b = v128.load_lane<f32>(bias + row1, b, 1);
    b = v128.load_lane<f32>(bias + row2, b, 2);
    s = f32x4.add(s, v128.load_lane<f32>(bias + row3, b, 3));
  }
  s = clamp(s, floor);
  v128.store_lane<f32>(y + row0, s, 0);
  v128.store_lane<f32>(y + row1, s, 1);
  v128.store_lane<f32>(y + row2, s, 2);
  v128.store_lane<f32>(y + row3, s, 3);
}

/** The last slice, whose last lanes have no row. */
function putFew(to: usize, y: usize, bias: usize, s: v128, lower: f32): void {
  for (; load<u32>(to) != u32.MAX_VALUE; to += 4) {
    const place = <usize>load<u32>(to) << 2;
    let value = f32x4.extract_lane(s, 0);
    if (bias) value += load<f32>(bias + place);
    store<f32>(y + place, clampScalar(value, lower));
    s = v128.shuffle<f32>(s, s, 1, 2, 3, 0);
  }
}
