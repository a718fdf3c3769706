// gemm: C = max(A·B + bias, lower), or C += A·B. A is m×k, packed in panels; B is k×n; C is m×n, rows of pitch ldc.
// 2·m·n·k flops. Blocks of k stay in cache as the tile of B (16 KB) and the panels of A (245 KB) that it meets.
//
//   B packed:     bTile = 8·k, bRow = 8         B as it is:   bTile = 8, bRow = its pitch
//
// Trusts its input; C must not overlap A or B.

import { MR, NR, bytes } from '../simd';
import { tile1, tile4, tile8 } from './tile';

/** Of k: a tile of B of this height fits in half of the first-level cache. */
const K_BLOCK: i32 = 512;

/** Panels of A that stay in the second-level cache while the tiles of B pass by. */
const PANEL_BLOCK: i32 = 24;

/**
 * Rows of the panels [begin, end) of C. Element (kk, 8·t + j) of B stands at b[t·bTile + kk·bRow + j]; plain rows of B are
 * not read past column n. With accumulate C is added to, without it begins at bias (one per row, or 0 for none).
 */
export function gemm_f32_panels(
  begin: i32,
  end: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  b: usize,
  bTile: i32,
  bRow: i32,
  c: usize,
  ldc: i32,
  accumulate: i32,
  bias: usize,
  lower: f32,
): void {
  const pitch = bytes(ldc);
  const row = bytes(bRow);
  const tile = bytes(bTile);
  const full = n - (n % NR);
  const rest = n - full;
  const pullBack = rest > 0 && full > 0 && !accumulate && bTile == NR && k <= K_BLOCK;
  let done = 0;
  do {
    const depth = min(k - done, K_BLOCK);
    const add = accumulate | i32(done > 0);
    const floor: f32 = done + depth == k ? lower : -Infinity;
    const bBlock = b + bytes(done) * <usize>bRow;
    for (let first = begin; first < end; first += PANEL_BLOCK) {
      const last = min(end, first + PANEL_BLOCK);
      let bt = bBlock;
      for (let j = 0; j < full; j += NR) {
        for (let p = first; p < last; p++) {
          const i = p * MR;
          const panel = a + bytes(MR) * (<usize>p * <usize>k + <usize>done);
          const ct = c + <usize>i * pitch + bytes(j);
          tile8(depth, panel, bt, row, ct, pitch, min(MR, m - i), add, bias && bias + bytes(i), floor);
        }
        bt += tile;
      }
      if (!rest) continue;
      for (let p = first; p < last; p++) {
        const i = p * MR;
        const rows = min(MR, m - i);
        const panel = a + bytes(MR) * (<usize>p * <usize>k + <usize>done);
        const ci = c + <usize>i * pitch;
        const biasRow = bias && bias + bytes(i);
        if (pullBack) {
          tile8(depth, panel, bBlock + bytes(n - NR), row, ci + bytes(n - NR), pitch, rows, add, biasRow, floor);
          continue;
        }
        let j = 0;
        if (rest >= 4) {
          tile4(depth, panel, bt, row, ci + bytes(full), pitch, rows, add, biasRow, floor);
          j = 4;
        }
        for (; j < rest; j++) {
          tile1(depth, panel, bt + bytes(j), row, ci + bytes(full + j), pitch, rows, add, biasRow, floor);
        }
      }
    }
    done += depth;
  } while (done < k);
}
