// sddmm at the kept positions of a CSR: the gradient of sparse weights, and of nothing else.
//
//   dvalues[p] (+)= Σ over runs (r, q) of Σ_j dy[i·dyChannel + r·dyRow + q·dyCol + j] · x[colidx[p] + r·xRow + q·xCol + j]
//
// A dense layer has rows = cols = 1, length = n; a convolution has a run per output row (stride 1) or pixel.
// Four kept weights of a row at once: five loads for four multiply-adds, the four sums transposed together. The output
// row r is outermost, so that the rows of X stay in cache. 2·nnz·length flops per run. Trusts its input.

import { bytes, madd, sum, sums, zero } from '../simd';

/** Weight rows [begin, end); dvalues is overwritten, or added to with accumulate. */
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
  const channel = bytes(dyChannel);
  const toIndex = colidx - dvalues;
  const size = bytes(length);
  if (!accumulate) {
    let p = dvalues + (<usize>load<u32>(rowptr + bytes(begin)) << 2);
    const last = dvalues + (<usize>load<u32>(rowptr + bytes(end)) << 2);
    while (p < last) {
      store<f32>(p, 0);
      p += 4;
    }
  }
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < cols; q++) {
      const xRun = x + bytes(r) * <usize>xRow + bytes(q) * <usize>xCol;
      let d = dy + <usize>begin * channel + bytes(r) * <usize>dyRow + bytes(q) * <usize>dyCol;
      for (let i = begin; i < end; i++) {
        let p = dvalues + (<usize>load<u32>(rowptr + bytes(i)) << 2);
        const last = dvalues + (<usize>load<u32>(rowptr + bytes(i), 4) << 2);
        while (p + 12 < last) {
          const x0 = xRun + (<usize>load<u32>(p + toIndex) << 2);
          const x1 = xRun + (<usize>load<u32>(p + toIndex, 4) << 2);
          const x2 = xRun + (<usize>load<u32>(p + toIndex, 8) << 2);
          const x3 = xRun + (<usize>load<u32>(p + toIndex, 12) << 2);
          v128.store(p, f32x4.add(v128.load(p), dots4(size, d, x0, x1, x2, x3)));
          p += 16;
        }
        while (p < last) {
          store<f32>(p, load<f32>(p) + dot(size, d, xRun + (<usize>load<u32>(p + toIndex) << 2)));
          p += 4;
        }
        d += channel;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function dots4(size: usize, d: usize, x0: usize, x1: usize, x2: usize, x3: usize): v128 {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  let t0 = zero();
  let t1 = zero();
  let t2 = zero();
  let t3 = zero();
  const stop8 = d + (size & ~31);
  const stop4 = d + (size & ~15);
  const stop = d + size;
  while (d < stop8) {
    const d0 = v128.load(d);
    s0 = madd(d0, v128.load(x0), s0);
    s1 = madd(d0, v128.load(x1), s1);
    s2 = madd(d0, v128.load(x2), s2);
    s3 = madd(d0, v128.load(x3), s3);
    // Never taken: it keeps V8 from hoisting all the loads, and spilling them.
    if (x0 == 0) break;
    const d1 = v128.load(d, 16);
    t0 = madd(d1, v128.load(x0, 16), t0);
    t1 = madd(d1, v128.load(x1, 16), t1);
    t2 = madd(d1, v128.load(x2, 16), t2);
    t3 = madd(d1, v128.load(x3, 16), t3);
    d += 32;
    x0 += 32;
    x1 += 32;
    x2 += 32;
    x3 += 32;
  }
  if (d < stop4) {
    const d0 = v128.load(d);
    s0 = madd(d0, v128.load(x0), s0);
    s1 = madd(d0, v128.load(x1), s1);
    s2 = madd(d0, v128.load(x2), s2);
    s3 = madd(d0, v128.load(x3), s3);
    d += 16;
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
  }
  let s = sums(f32x4.add(s0, t0), f32x4.add(s1, t1), f32x4.add(s2, t2), f32x4.add(s3, t3));
  while (d < stop) {
    let column = v128.load32_zero(x0);
    column = v128.load_lane<f32>(x1, column, 1);
    column = v128.load_lane<f32>(x2, column, 2);
    column = v128.load_lane<f32>(x3, column, 3);
    s = madd(v128.load32_splat(d), column, s);
    d += 4;
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
  }
  return s;
}

function dot(size: usize, d: usize, x: usize): f32 {
  let s0 = zero();
  let s1 = zero();
  const stop8 = d + (size & ~31);
  const stop = d + size;
  while (d < stop8) {
    s0 = madd(v128.load(d), v128.load(x), s0);
    s1 = madd(v128.load(d, 16), v128.load(x, 16), s1);
    d += 32;
    x += 32;
  }
  let s = sum(f32x4.add(s0, s1));
  while (d < stop) {
    s += load<f32>(d) * load<f32>(x);
    d += 4;
    x += 4;
  }
  return s;
}
