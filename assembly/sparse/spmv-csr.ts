// spmv: y = max(A·x + bias, lower) for a CSR matrix and one vector: batch 1.
// Four kept weights at a time, x gathered lane by lane. 2·nnz flops. SELL-4 and the block forms are faster; this one needs
// no second structure. Trusts its input; y must not overlap x.

import { bytes, clampScalar, madd, sum, zero } from '../simd';

/** Rows [begin, end) of y; bias has a float per row, or is 0 for none. */
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
  const toIndex = colidx - values;
  for (let i = begin; i < end; i++) {
    let p = values + (<usize>load<u32>(rowptr + bytes(i)) << 2);
    const last = values + (<usize>load<u32>(rowptr + bytes(i), 4) << 2);
    const last4 = p + ((last - p) & ~15);
    let s4 = zero();
    while (p < last4) {
      let xs = v128.load32_zero(x + (<usize>load<u32>(p + toIndex) << 2));
      xs = v128.load_lane<f32>(x + (<usize>load<u32>(p + toIndex, 4) << 2), xs, 1);
      xs = v128.load_lane<f32>(x + (<usize>load<u32>(p + toIndex, 8) << 2), xs, 2);
      xs = v128.load_lane<f32>(x + (<usize>load<u32>(p + toIndex, 12) << 2), xs, 3);
      s4 = madd(v128.load(p), xs, s4);
      p += 16;
    }
    let s = sum(s4);
    while (p < last) {
      s += load<f32>(p) * load<f32>(x + (<usize>load<u32>(p + toIndex) << 2));
      p += 4;
    }
    if (bias) s += load<f32>(bias + bytes(i));
    store<f32>(y + bytes(i), clampScalar(s, lower));
  }
}
