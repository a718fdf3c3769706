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
