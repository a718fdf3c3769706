// Batch orthogonal matching pursuit: per signal, take the atom that the residual correlates with most, fit all taken atoms anew by
// least squares, until the residual is small or the atoms are enough. (Pati, Rezaiifar and Krishnaprasad 1993; Rubinstein,
// Zibulevsky and Elad 2008: neither residual nor dictionary is needed, only G = D·Dᵀ, c = D·x and ‖x‖².)
//
//   L·Lᵀ = G of the taken atoms, a row a step;   L·z = c of them, a number a step;   Lᵀ·a = z;   ‖residual‖² = ‖x‖² − ‖z‖²
//
// n atoms cost n²·atoms + n³/3 flops or so. The small triangles are f64, what runs over all atoms is f32.

import { bytes } from '../simd';
import { correlate } from './gram';

/** Below this a new atom lies in the span of those taken: G is only known to 1e-7. */
const DEPENDENT: f64 = 1e-6;

/** Correlations below this part of ‖x‖ are rounding. */
const ROUNDING: f64 = 1e-6;

/**
 * Signals [begin, end). Rows of gram and correlations have `pitch` floats, whole panels of 32, the ends zero. norms holds ‖x‖² in f64;
 * a signal stops at `limit` atoms or at ‖residual‖² ≤ tolerance. For each signal: atoms in ascending order and their numbers, in rows
 * of `limit`, and how many. scratch: 4·pitch + 8·limit·(limit + 4) bytes.
 */
export function omp_f32_gram(
  begin: i32,
  end: i32,
  pitch: i32,
  limit: i32,
  tolerance: f64,
  gram: usize,
  correlations: usize,
  norms: usize,
  atoms: usize,
  values: usize,
  counts: usize,
  scratch: usize,
): void {
  const width = bytes(limit);
  const triangle = scratch;
  const line = width << 1;
  const z = triangle + line * <usize>limit;
  const solution = z + line;
  const rows = solution + line;
  const coefs = rows + width;
  const residual = coefs + width;
  for (let s = begin; s < end; s++) {
    const c = correlations + bytes(pitch) * <usize>s;
    const norm = load<f64>(norms + (<usize>s << 3));
    const taken = atoms + width * <usize>s;
    let error = norm;
    let n = 0;
    while (n < limit && error > tolerance) {
      const largest = correlate(n, rows, coefs, gram, c, residual, pitch);
      if (<f64>largest * <f64>largest <= ROUNDING * ROUNDING * norm) break;
      const atom = find(residual, largest);
      if (contains(taken, n, atom)) break;
      const found = extend(n, atom, taken, gram, pitch, c, triangle, line, z);
      if (found < 0) break;
      store<u32>(taken + bytes(n), atom);
      store<u32>(rows + bytes(n), atom * pitch * 4);
      error -= found;
      n++;
      solve(n, triangle, line, z, solution);
      for (let i = 0; i < n; i++) store<f32>(coefs + bytes(i), -<f32>load<f64>(solution + (<usize>i << 3)));
    }
    store<u32>(counts + bytes(s), n);
    sorted(n, taken, solution, values + width * <usize>s);
  }
}

/** The first place of r where |r| is `largest`. */
function find(r: usize, largest: f32): i32 {
  const wanted = f32x4.splat(largest);
  let p = r;
  let mask = 0;
  while (!mask) {
    mask = i32x4.bitmask(f32x4.eq(f32x4.abs(v128.load(p)), wanted));
    p += 16;
  }
  return (<i32>(p - r - 16) >> 2) + ctz(mask);
}

function contains(taken: usize, n: i32, atom: i32): bool {
  for (let i = 0; i < n; i++) if (<i32>load<u32>(taken + bytes(i)) == atom) return true;
  return false;
}

/** Row n of the triangle and z; returns what the atom takes off the squared error, or −1 where it depends on the others. */
function extend(n: i32, atom: i32, taken: usize, gram: usize, pitch: i32, c: usize, triangle: usize, line: usize, z: usize): f64 {
  const products = gram + bytes(pitch) * <usize>atom;
  const row = triangle + line * <usize>n;
  let diagonal: f64 = load<f32>(products + bytes(atom));
  let right: f64 = load<f32>(c + bytes(atom));
  for (let i = 0; i < n; i++) {
    const above = triangle + line * <usize>i;
    let v: f64 = load<f32>(products + bytes(load<u32>(taken + bytes(i))));
    for (let j: usize = 0; j < <usize>i << 3; j += 8) v -= load<f64>(row + j) * load<f64>(above + j);
    v /= load<f64>(above + (<usize>i << 3));
    store<f64>(row + (<usize>i << 3), v);
    diagonal -= v * v;
    right -= v * load<f64>(z + (<usize>i << 3));
  }
  if (diagonal <= DEPENDENT) return -1;
  const length = sqrt(diagonal);
  right /= length;
  store<f64>(row + (<usize>n << 3), length);
  store<f64>(z + (<usize>n << 3), right);
  return right * right;
}

/** Lᵀ·a = z, from the last row up. */
function solve(n: i32, triangle: usize, line: usize, z: usize, a: usize): void {
  for (let i = n - 1; i >= 0; i--) {
    const column = <usize>i << 3;
    let v = load<f64>(z + column);
    for (let j = i + 1; j < n; j++) {
      v -= load<f64>(triangle + line * <usize>j + column) * load<f64>(a + (<usize>j << 3));
    }
    store<f64>(a + column, v / load<f64>(triangle + line * <usize>i + column));
  }
}

/** Atoms and numbers by ascending atom (insertion: they are few). */
function sorted(n: i32, taken: usize, a: usize, values: usize): void {
  for (let i = 0; i < n; i++) {
    const atom = load<u32>(taken + bytes(i));
    const value = <f32>load<f64>(a + (<usize>i << 3));
    let to = i;
    while (to > 0 && load<u32>(taken + bytes(to - 1)) > atom) {
      store<u32>(taken + bytes(to), load<u32>(taken + bytes(to - 1)));
      store<f32>(values + bytes(to), load<f32>(values + bytes(to - 1)));
      to--;
    }
    store<u32>(taken + bytes(to), atom);
    store<f32>(values + bytes(to), value);
  }
}
