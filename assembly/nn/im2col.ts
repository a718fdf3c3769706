// im2col: Y[t][run] = X[offsets[t] + run]: every tap of a convolution as a row of its own, so that the convolution is a
// plain product. Runs and offsets as in conv2d.ts. Memory-bound: taps·rows·cols·length floats copied.

import { copy } from '../copy';
import { bytes } from '../simd';

/** Rows of runs [begin, end): y[t·yTap + r·yRow + q·yCol + j] = x[offsets[t] + r·xRow + q·xCol + j], j < length. */
export function im2col_f32(
  begin: i32,
  end: i32,
  cols: i32,
  length: i32,
  taps: i32,
  offsets: usize,
  x: usize,
  xRow: i32,
  xCol: i32,
  y: usize,
  yTap: i32,
  yRow: i32,
  yCol: i32,
): void {
  const size = bytes(length);
  for (let t = 0; t < taps; t++) {
    const tap = x + (<usize>load<u32>(offsets + bytes(t)) << 2);
    const row = y + bytes(t) * <usize>yTap;
    for (let r = begin; r < end; r++) {
      let from = tap + bytes(r) * <usize>xRow;
      let to = row + bytes(r) * <usize>yRow;
      for (let q = 0; q < cols; q++) {
        copy(to, from, size);
        from += bytes(xCol);
        to += bytes(yCol);
      }
    }
  }
}
