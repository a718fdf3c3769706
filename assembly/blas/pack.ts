// Packing for gemm: operands are copied once into the order in which the register tile reads them.
//
//   A, panels of MR rows, k-major:       B, tiles of 8 columns, k-major:
//   [panel][k][MR], zeros below row m    [tile][k][8], zeros right of column n
//
// Memory-bound; a weight matrix is packed once per change, not once per product.

import { MR, NR, bytes } from '../simd';

/** Rows of a packed panel in this binary: packed operands belong to the binary that packed them. */
export function panel_rows(): i32 {
  return MR;
}

/** Panels [begin, end) of an m×k matrix whose element (i, kk) stands at a[i·rowStride + kk·colStride]: W or Wᵀ. */
export function pack_f32_a(
  begin: i32,
  end: i32,
  m: i32,
  k: i32,
  rowStride: i32,
  colStride: i32,
  a: usize,
  packed: usize,
): void {
  const step = bytes(colStride);
  for (let panel = begin; panel < end; panel++) {
    const first = panel * MR;
    const panelStart = packed + bytes(first) * <usize>k;
    if (first + MR <= m && (colStride == 1 || rowStride == 1)) {
      const corner = a + bytes(first) * <usize>rowStride;
      if (colStride == 1) packRows(k, corner, bytes(rowStride), panelStart);
      else packColumns(k, corner, step, panelStart);
      continue;
    }
    for (let row = 0; row < MR; row++) {
      let to = panelStart + bytes(row);
      const stop = to + bytes(MR) * <usize>k;
      if (first + row < m) {
        let from = a + bytes(first + row) * <usize>rowStride;
        while (to < stop) {
          store<f32>(to, load<f32>(from));
          from += step;
          to += MR << 2;
        }
      } else {
        while (to < stop) {
          store<f32>(to, 0);
          to += MR << 2;
        }
      }
    }
  }
}

/** A panel of whole rows, `pitch` bytes apart. */
function packRows(k: i32, p0: usize, pitch: usize, to: usize): void {
  let p1 = p0 + pitch;
  let p2 = p1 + pitch;
  let p3 = p2 + pitch;
  let p4 = p3 + pitch;
  let p5 = MR == 6 ? p4 + pitch : p4;
  const stop4 = p0 + bytes(k & ~3);
  const stop = p0 + bytes(k);
  while (p0 < stop4) {
    const a = v128.load(p0);
    const b = v128.load(p1);
    const c = v128.load(p2);
    const d = v128.load(p3);
    const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ab0, cd0, 0, 2));
    v128.store(to, v128.shuffle<f64>(ab0, cd0, 1, 3), 4 * MR);
    v128.store(to, v128.shuffle<f64>(ab1, cd1, 0, 2), 8 * MR);
    v128.store(to, v128.shuffle<f64>(ab1, cd1, 1, 3), 12 * MR);
    const e = v128.load(p4);
    if (MR == 6) {
      const f = v128.load(p5);
      const ef0 = v128.shuffle<f32>(e, f, 0, 4, 1, 5);
      const ef1 = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
      v128.store_lane<f64>(to, ef0, 0, 16);
      v128.store_lane<f64>(to, ef0, 1, 16 + 4 * MR);
      v128.store_lane<f64>(to, ef1, 0, 16 + 8 * MR);
      v128.store_lane<f64>(to, ef1, 1, 16 + 12 * MR);
      p5 += 16;
    } else {
      v128.store_lane<f32>(to, e, 0, 16);
      v128.store_lane<f32>(to, e, 1, 16 + 4 * MR);
      v128.store_lane<f32>(to, e, 2, 16 + 8 * MR);
      v128.store_lane<f32>(to, e, 3, 16 + 12 * MR);
    }
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    to += MR << 4;
  }
  while (p0 < stop) {
    store<f32>(to, load<f32>(p0));
    store<f32>(to, load<f32>(p1), 4);
    store<f32>(to, load<f32>(p2), 8);
    store<f32>(to, load<f32>(p3), 12);
    store<f32>(to, load<f32>(p4), 16);
    if (MR == 6) {
      store<f32>(to, load<f32>(p5), 20);
      p5 += 4;
    }
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    p4 += 4;
    to += MR << 2;
  }
}

/** A panel whose rows stand side by side, columns `step` bytes apart. */
function packColumns(k: i32, from: usize, step: usize, to: usize): void {
  const stop = to + bytes(MR) * <usize>k;
  while (to < stop) {
    v128.store(to, v128.load(from));
    if (MR == 6) store<u64>(to, load<u64>(from, 16), 16);
    else store<f32>(to, load<f32>(from, 16), 16);
    from += step;
    to += MR << 2;
  }
}

/** Tiles [begin, end) of a k×n matrix with rows of pitch ldb. */
export function pack_f32_b(begin: i32, end: i32, k: i32, n: i32, ldb: i32, b: usize, packed: usize): void {
  const pitch = bytes(ldb);
  for (let tile = begin; tile < end; tile++) {
    const first = tile * NR;
    const columns = min(NR, n - first);
    let from = b + bytes(first);
    let to = packed + bytes(first) * <usize>k;
    const stop = to + bytes(NR) * <usize>k;
    if (columns == NR) {
      while (to < stop) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        from += pitch;
        to += NR << 2;
      }
    } else {
      while (to < stop) {
        for (let j = 0; j < NR; j++) store<f32>(to + bytes(j), j < columns ? load<f32>(from + bytes(j)) : 0);
        from += pitch;
        to += NR << 2;
      }
    }
  }
}
