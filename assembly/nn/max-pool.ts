// y[c][r][q][·] = the largest of the window's x[c][i][j][·], and its gradient: all of dy goes to the first largest, windows read
// row by row. Maps are [channel][row][column][n]; channels [begin, end).
//
//   window of output (r, q): rows r·strideRows − padTop + [0, poolRows), columns likewise, cut at the border of the input
//
// Trusts that every window keeps at least one pixel. One load and one comparison a window pixel; the gradient finds the largest
// again, so nothing is remembered between the passes. A NaN is passed on where a window begins with it.

import { clearRows } from '../copy';
import { bytes, zero } from '../simd';

/** Pitches: xChannel, xRow of the input and yChannel, yRow of the output, in elements. */
export function max_pool2d_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                               poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                               x: usize, xChannel: i32, xRow: i32, y: usize, yChannel: i32, yRow: i32): void {
  const pitch = bytes(n);
  const rowPitch = bytes(xRow);
  const pairs = n == 1 && poolRows == 2 && poolCols == 2 && strideRows == 2 && strideCols == 2 && (padTop | padLeft) == 0;
  const wholeCols = min(cols, inCols >> 1);
  const wholeRows = pairs && wholeCols >= 4 ? min(rows, inRows >> 1) : 0;
  for (let c = begin; c < end; c++) {
    const from = x + bytes(xChannel) * (<usize>c);
    const map = y + bytes(yChannel) * (<usize>c);
    maxPairs(from, rowPitch, map, bytes(yRow), wholeRows, bytes(wholeCols));
    for (let r = 0; r < rows; r++) {
      const first = r < wholeRows ? wholeCols : 0;
      if (first == cols) continue;
      const top = r * strideRows - padTop;
      const i = max(top, 0);
      const height = min(top + poolRows, inRows) - i;
      const row = from + rowPitch * (<usize>i);
      let to = map + bytes(yRow) * (<usize>r) + pitch * (<usize>first);
      for (let q = first; q < cols; q++) {
        const left = q * strideCols - padLeft;
        const j = max(left, 0);
        const width = min(left + poolCols, inCols) - j;
        const window = row + pitch * (<usize>j);
        if (height == 2 && width == 2) maxSquare(window, rowPitch, pitch, to);
        else maxWindow(window, height, width, rowPitch, pitch, to);
        to += pitch;
      }
    }
  }
}

/** Windows of 2×2 side by side, one sample: rows of `length` bytes, at least 16. The last four outputs are pulled back over others. */
function maxPairs(x: usize, rowPitch: usize, y: usize, yPitch: usize, rows: i32, length: usize): void {
  const last = length - 16;
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < last; at += 16) maxPair(x + 2 * at, rowPitch, y + at);
    maxPair(x + 2 * last, rowPitch, y + last);
    x += 2 * rowPitch;
    y += yPitch;
  }
}

/** Four outputs from eight columns. */
// @ts-ignore: decorator
@inline
function maxPair(x: usize, rowPitch: usize, y: usize): void {
  const a = f32x4.pmax(v128.load(x), v128.load(x + rowPitch));
  const b = f32x4.pmax(v128.load(x, 16), v128.load(x + rowPitch, 16));
  v128.store(y, f32x4.pmax(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7)));
}

/** One 2×2 window over all samples. */
// @ts-ignore: decorator
@inline
function maxSquare(x: usize, rowPitch: usize, pitch: usize, y: usize): void {
  const stop = y + pitch;
  const limit = y + (pitch & ~15);
  let z = x + rowPitch;
  while (y < limit) {
    const upper = f32x4.pmax(v128.load(x), v128.load(x + pitch));
    const lower = f32x4.pmax(v128.load(z), v128.load(z + pitch));
    v128.store(y, f32x4.pmax(upper, lower));
    x += 16;
    z += 16;
    y += 16;
  }
  while (y < stop) {
    const upper = larger(load<f32>(x), load<f32>(x + pitch));
    store<f32>(y, larger(upper, larger(load<f32>(z), load<f32>(z + pitch))));
    x += 4;
    z += 4;
    y += 4;
  }
}

// @ts-ignore: decorator
@inline
function larger(a: f32, b: f32): f32 {
  return a < b ? b : a;
}

function maxWindow(x: usize, height: i32, width: i32, rowPitch: usize, pitch: usize, y: usize): void {
  const stop = y + pitch;
  const limit = y + (pitch & ~15);
  const across = pitch * (<usize>width);
  const down = rowPitch * (<usize>height);
  while (y < limit) {
    v128.store(y, largest(x, down, across, rowPitch, pitch));
    x += 16;
    y += 16;
  }
  while (y < stop) {
    store<f32>(y, largestScalar(x, down, across, rowPitch, pitch));
    x += 4;
    y += 4;
  }
}

/** The largest of a window, four samples; `down` and `across` are its extents in bytes. */
// @ts-ignore: decorator
@inline
function largest(x: usize, down: usize, across: usize, rowPitch: usize, pitch: usize): v128 {
  let m = v128.load(x);
  for (const bottom = x + down; x < bottom; x += rowPitch) {
    for (let p = x, right = x + across; p < right; p += pitch) m = f32x4.pmax(m, v128.load(p));
  }
  return m;
}

// @ts-ignore: decorator
@inline
function largestScalar(x: usize, down: usize, across: usize, rowPitch: usize, pitch: usize): f32 {
  let m = load<f32>(x);
  for (const bottom = x + down; x < bottom; x += rowPitch) {
    for (let p = x, right = x + across; p < right; p += pitch) m = larger(m, load<f32>(p));
  }
  return m;
}

/**
 * dx has x's pitches and is overwritten, dy has y's. With rectified 1, x came out of a ReLU, whose gradient is taken too: what goes to a
 * window without a number above 0 is dropped.
 */
export function max_pool2d_backward_f32(begin: i32, end: i32, n: i32, inRows: i32, inCols: i32, rows: i32, cols: i32,
                                        poolRows: i32, poolCols: i32, strideRows: i32, strideCols: i32, padTop: i32, padLeft: i32,
                                        x: usize, xChannel: i32, xRow: i32, dy: usize, yChannel: i32, yRow: i32, dx: usize,
                                        rectified: i32): void {
  const pitch = bytes(n);
  const rowPitch = bytes(xRow);
  const apart = strideRows >= poolRows && strideCols >= poolCols && (n & 3) == 0;
  const squares = poolRows == 2 && poolCols == 2 && strideRows == 2 && strideCols == 2;
  const tiled = apart && squares && inRows == 2 * rows && inCols == 2 * cols;
  const below = i32x4.splat(rectified - 1);
  for (let c = begin; c < end; c++) {
    const map = bytes(xChannel) * (<usize>c);
    if (!tiled) clearRows(inRows, bytes(inCols * n), dx + map, rowPitch);
    for (let r = 0; r < rows; r++) {
      const top = r * strideRows - padTop;
      const i = max(top, 0);
      const height = min(top + poolRows, inRows) - i;
      const row = map + rowPitch * (<usize>i);
      let from = dy + bytes(yChannel) * (<usize>c) + bytes(yRow) * (<usize>r);
      for (let q = 0; q < cols; q++) {
        const left = q * strideCols - padLeft;
        const j = max(left, 0);
        const width = min(left + poolCols, inCols) - j;
        const window = row + pitch * (<usize>j);
        if (apart && height == 2 && width == 2) spreadSquare(x + window, from, dx + window, below, rowPitch, pitch);
        else spreadWindow(x + window, from, dx + window, below, height, width, rowPitch, pitch);
        from += pitch;
      }
    }
  }
}

/** dy where the largest is above 0, or `below` says that it counts all the same. */
// @ts-ignore: decorator
@inline
function passed(dy: usize, m: v128, below: v128): v128 {
  return v128.and(v128.load(dy), v128.or(f32x4.gt(m, zero()), below));
}

/** A 2×2 window that no other overlaps, of whole vectors: dx is stored, not added to. */
// @ts-ignore: decorator
@inline
function spreadSquare(x: usize, dy: usize, dx: usize, below: v128, rowPitch: usize, pitch: usize): void {
  const stop = x + pitch;
  while (x < stop) {
    const a = v128.load(x);
    const b = v128.load(x + pitch);
    const c = v128.load(x + rowPitch);
    const d = v128.load(x + rowPitch + pitch);
    const m = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
    const g = passed(dy, m, below);
    const isA = f32x4.eq(a, m);
    const isB = f32x4.eq(b, m);
    const isC = f32x4.eq(c, m);
    const isD = f32x4.eq(d, m);
    const aOrB = v128.or(isA, isB);
    v128.store(dx, v128.and(g, isA));
    v128.store(dx + pitch, v128.andnot(v128.and(g, isB), isA));
    v128.store(dx + rowPitch, v128.andnot(v128.and(g, isC), aOrB));
    v128.store(dx + rowPitch + pitch, v128.andnot(v128.and(g, isD), v128.or(aOrB, isC)));
    x += 16;
    dy += 16;
    dx += 16;
  }
}

function spreadWindow(x: usize, dy: usize, dx: usize, below: v128, height: i32, width: i32, rowPitch: usize, pitch: usize): void {
  const limit = x + (pitch & ~15);
  const rest = pitch & 15;
  const across = pitch * (<usize>width);
  const down = rowPitch * (<usize>height);
  while (x < limit) {
    const m = largest(x, down, across, rowPitch, pitch);
    let g = passed(dy, m, below);
    for (let i: usize = 0; i < down; i += rowPitch) {
      for (let p = i, right = i + across; p < right; p += pitch) {
        const is = f32x4.eq(v128.load(x + p), m);
        v128.store(dx + p, f32x4.add(v128.load(dx + p), v128.and(g, is)));
        g = v128.andnot(g, is);
      }
    }
    x += 16;
    dy += 16;
    dx += 16;
  }
  if (rest) spreadScalar(x, dy, dx, i32x4.extract_lane(below, 0) != 0, rest, down, across, rowPitch, pitch);
}

function spreadScalar(x: usize, dy: usize, dx: usize, below: bool, length: usize, down: usize, across: usize, rowPitch: usize,
                      pitch: usize): void {
  for (let s: usize = 0; s < length; s += 4) {
    const m = largestScalar(x + s, down, across, rowPitch, pitch);
    let found = !(below || m > 0);
    for (let i: usize = 0; i < down && !found; i += rowPitch) {
      for (let p = i + s, right = p + across; p < right; p += pitch) {
        if (load<f32>(x + p) == m) {
          store<f32>(dx + p, load<f32>(dx + p) + load<f32>(dy + s));
          found = true;
          break;
        }
      }
    }
  }
}
