// spmv over SELL-4: rows sorted by length, four of them interleaved, so that the lanes run over rows and nothing is summed
// across lanes. 2·nnz flops and a few of padding.
//
//   slices  u32 [slice count + 1]: the records of slice s are slices[s] … slices[s+1]
//   records 24 bytes each:  | w0 f32 | w1 f32 | w2 f32 | w3 f32 | c0 u16 | c1 u16 | c2 u16 | c3 u16 |
//           lane l: a weight of the slice's row l and its column; rows shorter than the slice's longest are padded with
//           weight 0 at their last column (column 0 in an empty row)
//   rows    u32 [4 · slice count]: where lane l of slice s is stored: rows[4s + l]; 0xffffffff: nowhere
//
// At most 65536 columns. Trusts its input; y must not overlap x.

import { bytes, clampScalar, madd, zero } from '../simd';

/** Slices [begin, end); bias has a float per row of y, or is 0 for none. */
export function spmv_f32_sell4(
  begin: i32,
  end: i32,
  slices: usize,
  records: usize,
  rows: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
): void {
  for (let slice = begin; slice < end; slice++) {
    let p = records + <usize>load<u32>(slices + bytes(slice)) * 24;
    const stop = records + <usize>load<u32>(slices + bytes(slice), 4) * 24;
    const last = stop - 24;
    let s = zero();
    let t = zero();
    while (p < last) {
      s = madd(v128.load(p), gather(p, x), s);
      t = madd(v128.load(p, 24), gather(p + 24, x), t);
      p += 48;
    }
    if (p < stop) s = madd(v128.load(p), gather(p, x), s);
    s = f32x4.add(s, t);
    const to = rows + (<usize>slice << 4);
    put(load<u32>(to), y, bias, f32x4.extract_lane(s, 0), lower);
    put(load<u32>(to, 4), y, bias, f32x4.extract_lane(s, 1), lower);
    put(load<u32>(to, 8), y, bias, f32x4.extract_lane(s, 2), lower);
    put(load<u32>(to, 12), y, bias, f32x4.extract_lane(s, 3), lower);
  }
}

/** x at the four columns of a record. */
// @ts-ignore: decorator
@inline
function gather(p: usize, x: usize): v128 {
  let xs = f32x4.splat(load<f32>(x + (<usize>load<u16>(p, 16) << 2)));
  xs = f32x4.replace_lane(xs, 1, load<f32>(x + (<usize>load<u16>(p, 18) << 2)));
  xs = f32x4.replace_lane(xs, 2, load<f32>(x + (<usize>load<u16>(p, 20) << 2)));
  return f32x4.replace_lane(xs, 3, load<f32>(x + (<usize>load<u16>(p, 22) << 2)));
}

// @ts-ignore: decorator
@inline
function put(row: u32, y: usize, bias: usize, s: f32, lower: f32): void {
  if (row == u32.MAX_VALUE) return;
  const place = <usize>row << 2;
  if (bias) s += load<f32>(bias + place);
  store<f32>(y + place, clampScalar(s, lower));
}
