// conv2d by Winograd's tiles (winograd.ts), stride 1: the same sums as conv2d.ts, conv2d-dx.ts and blas/sddmm.ts in fewer multiplications.
//
//   x [channel][row][column][n]            y [m][rows][cols][n]            u  filters, transformed (winograd-filters.ts)
//
//   for each group of tiles, 32 floats or a tile of n:  v [36][channel] ← the inputs of the tiles,  z [36][m] ← or dy of them
//     forward  z = U·v, y ← z          dx  v = Uᵀ·z, dx += v          dw  dU += z·vᵀ, for each of the 36 points
//
// Tiles beyond an edge go over a copy with zeros. 72·m·channels flops a tile and sample. Trusts its input: n is a multiple of 4, filters
// have 3 to 5 rows and columns; x has rows + sizeRows − 1 rows and cols + sizeCols − 1 columns. Scratch, in floats of the caller's
// thread, with `lanes` those of a group: 36·(lanes·(channels + m) + n + 36), and for dw 32,768 + channels + 7 more.

import { sddmm_f32_dense } from '../blas/sddmm';
import { gemm_f32_panels } from '../blas/gemm';
import { MR, bytes } from '../simd';
import { SIDE } from './winograd';
import { addTiles, deltaTiles, inputTiles, outputTiles } from './winograd-tiles';

/** Floats of a group of tiles, if one tile has fewer. */
const LANES: i32 = 32;

/** Tiles that are multiplied at once. */
// @ts-ignore: decorator
@inline
function groupOf(n: i32): i32 {
  return max(1, LANES / n);
}

/** Bytes from a point to the next: not the same lines of the cache. */
// @ts-ignore: decorator
@inline
function pitchOf(rows: i32, lanes: i32): usize {
  return bytes(rows * lanes + 16);
}

/** Rows of tiles [begin, end). y = max(bias + W·x, lower). */
export function conv2d_f32_winograd(
  begin: i32,
  end: i32,
  rows: i32,
  cols: i32,
  n: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  xRow: i32,
  xChannel: i32,
  yChannel: i32,
  u: usize,
  x: usize,
  y: usize,
  bias: usize,
  lower: f32,
  scratch: usize,
): void {
  const tall = SIDE + 1 - sizeRows;
  const wide = SIDE + 1 - sizeCols;
  const across = (cols + wide - 1) / wide;
  const xRows = rows + sizeRows - 1;
  const xCols = cols + sizeCols - 1;
  const size = bytes(n);
  const yRow = <usize>cols * size;
  const group = groupOf(n);
  const lanes = group * n;
  const vPitch = pitchOf(channels, lanes);
  const zPitch = pitchOf(m, lanes);
  const v = scratch;
  const z = v + 36 * vPitch;
  const tile = z + 36 * zPitch;
  const panels = (m + MR - 1) / MR;
  const uPitch = bytes(panels * MR) * <usize>channels;
  for (let first = begin * across; first < end * across; first += group) {
    const count = min(group, end * across - first);
    for (let i = 0; i < count; i++) {
      const row = ((first + i) / across) * tall;
      const col = ((first + i) % across) * wide;
      const from = x + bytes(row) * <usize>xRow + bytes(col * n);
      inputTiles(channels, from, bytes(xRow), bytes(xChannel), xRows - row, xCols - col, size, v + bytes(i * n), vPitch, lanes, tile);
    }
    for (let point: usize = 0; point < 36; point++) {
      gemm_f32_panels(0, panels, m, count * n, channels, u + point * uPitch, v + point * vPitch, 8, lanes, z + point * zPitch, lanes, 0, 0, -Infinity);
    }
    for (let i = 0; i < count; i++) {
      const row = ((first + i) / across) * tall;
      const col = ((first + i) % across) * wide;
      const to = y + <usize>(row * cols + col) * size;
      outputTiles(m, z + bytes(i * n), zPitch, lanes, tall, wide, to, yRow, bytes(yChannel), rows - row, cols - col, size, bias, lower, tile);
    }
  }
}

/** Rows of tiles [begin, end). dx += Wᵀ·dy; u are the filters transposed. */
export function conv2d_dx_f32_winograd(
  begin: i32,
  end: i32,
  rows: i32,
  cols: i32,
  n: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  xRow: i32,
  xChannel: i32,
  yChannel: i32,
  u: usize,
  dy: usize,
  dx: usize,
  scratch: usize,
): void {
  const tall = SIDE + 1 - sizeRows;
  const wide = SIDE + 1 - sizeCols;
  const across = (cols + wide - 1) / wide;
  const xRows = rows + sizeRows - 1;
  const xCols = cols + sizeCols - 1;
  const size = bytes(n);
  const yRow = <usize>cols * size;
  const group = groupOf(n);
  const lanes = group * n;
  const vPitch = pitchOf(channels, lanes);
  const zPitch = pitchOf(m, lanes);
  const v = scratch;
  const z = v + 36 * vPitch;
  const tile = z + 36 * zPitch;
  const panels = (channels + MR - 1) / MR;
  const uPitch = bytes(panels * MR) * <usize>m;
  for (let first = begin * across; first < end * across; first += group) {
    const count = min(group, end * across - first);
    for (let i = 0; i < count; i++) {
      const row = ((first + i) / across) * tall;
      const col = ((first + i) % across) * wide;
      const from = dy + <usize>(row * cols + col) * size;
      deltaTiles(m, from, yRow, bytes(yChannel), rows - row, cols - col, tall, wide, size, z + bytes(i * n), zPitch, lanes, tile);
    }
    for (let point: usize = 0; point < 36; point++) {
      gemm_f32_panels(0, panels, channels, count * n, m, u + point * uPitch, z + point * zPitch, 8, lanes, v + point * vPitch, lanes, 0, 0, -Infinity);
    }
    for (let i = 0; i < count; i++) {
      const row = ((first + i) / across) * tall;
      const col = ((first + i) % across) * wide;
      const to = dx + bytes(row) * <usize>xRow + bytes(col * n);
      addTiles(channels, v + bytes(i * n), vPitch, lanes, to, bytes(xRow), bytes(xChannel), xRows - row, xCols - col, size, tile);
    }
  }
}

/** Output channels [begin, end). du += dy·xᵀ at each point, in the layout of winograd-filters.ts; past the last channel it holds no gradient. */
export function conv2d_dw_f32_winograd(
  begin: i32,
  end: i32,
  rows: i32,
  cols: i32,
  n: i32,
  m: i32,
  channels: i32,
  sizeRows: i32,
  sizeCols: i32,
  xRow: i32,
  xChannel: i32,
  yChannel: i32,
  x: usize,
  dy: usize,
  du: usize,
  scratch: usize,
): void {
  const tall = SIDE + 1 - sizeRows;
  const wide = SIDE + 1 - sizeCols;
  const across = (cols + wide - 1) / wide;
  const xRows = rows + sizeRows - 1;
  const xCols = cols + sizeCols - 1;
  const size = bytes(n);
  const yRow = <usize>cols * size;
  const group = groupOf(n);
  const lanes = group * n;
  const vPitch = pitchOf(channels, lanes);
  const outputs = end - begin;
  const zPitch = pitchOf(outputs, lanes);
  const v = scratch;
  const z = v + 36 * vPitch;
  const tile = z + 36 * zPitch;
  const offsets = tile + 36 * size + 576;
  const width = (channels + 7) & ~7;
  const room = offsets + bytes(width);
  for (let c = 0; c < width; c++) store<u32>(offsets + bytes(c), min(c, channels - 1) * lanes);
  const total = across * ((rows + tall - 1) / tall);
  for (let first = 0; first < total; first += group) {
    const count = min(group, total - first);
    for (let i = 0; i < count; i++) {
      const row = ((first + i) / across) * tall;
      const col = ((first + i) % across) * wide;
      const from = x + bytes(row) * <usize>xRow + bytes(col * n);
      inputTiles(channels, from, bytes(xRow), bytes(xChannel), xRows - row, xCols - col, size, v + bytes(i * n), vPitch, lanes, tile);
      const delta = dy + bytes(begin) * <usize>yChannel + <usize>(row * cols + col) * size;
      deltaTiles(outputs, delta, yRow, bytes(yChannel), rows - row, cols - col, tall, wide, size, z + bytes(i * n), zPitch, lanes, tile);
    }
    for (let point: usize = 0; point < 36; point++) {
      const to = du + point * bytes(m * width + 16) + bytes(begin * width);
      sddmm_f32_dense(0, outputs, width, 1, 1, count * n, z + point * zPitch, lanes, v + point * vPitch, offsets, 0, 0, to, width, 1, room);
    }
  }
}
