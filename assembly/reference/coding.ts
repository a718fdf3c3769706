// Sparse coding as plain scalar loops in f64, the least squares of a pursuit by Gauss elimination.

import { get, index, put } from './scalar';

/** c[j] − Σ a[i]·G[i][j] over the atoms in use. */
function correlation(j: i32, pitch: i32, gram: usize, c: usize, a: usize): f64 {
  let r: f64 = get(c, j);
  for (let i = 0; i < pitch; i++) {
    const value = get(a, i);
    if (value != 0) r -= <f64>value * <f64>get(gram, i * pitch + j);
  }
  return r;
}

export function omp_f32_gram(begin: i32, end: i32, pitch: i32, limit: i32, tolerance: f64, gram: usize, correlations: usize,
                             norms: usize, atoms: usize, values: usize, counts: usize, scratch: usize): void {
  for (let s = begin; s < end; s++) {
    const c = correlations + 4 * <usize>(s * pitch);
    const taken = atoms + 4 * <usize>(s * limit);
    const a = values + 4 * <usize>(s * limit);
    const norm = load<f64>(norms + 8 * <usize>s);
    let error = norm;
    let n = 0;
    while (n < limit && error > tolerance) {
      let best = 0;
      let largest: f64 = 0;
      for (let j = 0; j < pitch; j++) {
        let r: f64 = get(c, j);
        for (let i = 0; i < n; i++) r -= <f64>get(a, i) * <f64>get(gram, index(taken, i) * pitch + j);
        if (abs(r) > largest) {
          largest = abs(r);
          best = j;
        }
      }
      if (largest * largest <= 1e-12 * norm) break;
      let place = 0;
      while (place < n && index(taken, place) < best) place++;
      if (place < n && index(taken, place) == best) break;
      for (let i = n; i > place; i--) store<u32>(taken + 4 * <usize>i, index(taken, i - 1));
      store<u32>(taken + 4 * <usize>place, best);
      if (!solve(n + 1, pitch, gram, c, taken, a, scratch)) {
        for (let i = place; i < n; i++) store<u32>(taken + 4 * <usize>i, index(taken, i + 1));
        solve(n, pitch, gram, c, taken, a, scratch);
        break;
      }
      n++;
      error = norm;
      for (let i = 0; i < n; i++) error -= <f64>get(a, i) * <f64>get(c, index(taken, i));
    }
    store<u32>(counts + 4 * <usize>s, n);
  }
}

/** G·a = c of the taken atoms; false where a pivot vanishes. */
function solve(n: i32, pitch: i32, gram: usize, c: usize, taken: usize, a: usize, m: usize): bool {
  const line = n + 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) set(m, i * line + j, get(gram, index(taken, i) * pitch + index(taken, j)));
    set(m, i * line + n, get(c, index(taken, i)));
  }
  for (let i = 0; i < n; i++) {
    const pivot = at(m, i * line + i);
    if (pivot <= 1e-6) return false;
    for (let k = i + 1; k < n; k++) {
      const factor = at(m, k * line + i) / pivot;
      for (let j = i; j <= n; j++) set(m, k * line + j, at(m, k * line + j) - factor * at(m, i * line + j));
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let v = at(m, i * line + n);
    for (let j = i + 1; j < n; j++) v -= at(m, i * line + j) * at(m, j * line + n);
    set(m, i * line + n, v / at(m, i * line + i));
  }
  for (let i = 0; i < n; i++) put(a, i, <f32>at(m, i * line + n));
  return true;
}

function at(m: usize, i: i32): f64 {
  return load<f64>(m + 8 * <usize>i);
}

function set(m: usize, i: i32, value: f64): void {
  store<f64>(m + 8 * <usize>i, value);
}

export function fista_f32_gram(begin: i32, end: i32, pitch: i32, iterations: i32, step: f32, lambda: f32, tolerance: f64,
                               momentum: i32, gram: usize, correlations: usize, norms: usize, codes: usize, counts: usize,
                               scratch: usize): void {
  const from = scratch;
  const before = scratch + 4 * <usize>pitch;
  for (let s = begin; s < end; s++) {
    const c = correlations + 4 * <usize>(s * pitch);
    const a = codes + 4 * <usize>(s * pitch);
    const norm = load<f64>(norms + 8 * <usize>s);
    memory.copy(from, a, 4 * <usize>pitch);
    let t: f64 = 1;
    let done = 0;
    while (done < iterations && gap(pitch, gram, c, a, norm, lambda) > tolerance * norm) {
      memory.copy(before, a, 4 * <usize>pitch);
      let uphill: f64 = 0;
      for (let j = 0; j < pitch; j++) {
        const moved = <f64>get(from, j) + <f64>step * correlation(j, pitch, gram, c, from);
        const size = abs(moved) - <f64>(step * lambda);
        put(a, j, size > 0 ? <f32>(moved > 0 ? size : -size) : 0);
        uphill += (<f64>get(from, j) - <f64>get(a, j)) * (<f64>get(a, j) - <f64>get(before, j));
      }
      if (uphill > 0) t = 1;
      const tNext = 0.5 * (1 + sqrt(1 + 4 * t * t));
      const beta = momentum ? (t - 1) / tNext : 0;
      t = tNext;
      for (let j = 0; j < pitch; j++) put(from, j, <f32>(<f64>get(a, j) + beta * (<f64>get(a, j) - <f64>get(before, j))));
      done++;
    }
    store<u32>(counts + 4 * <usize>s, done);
  }
}

function gap(pitch: i32, gram: usize, c: usize, a: usize, norm: f64, lambda: f64): f64 {
  let largest: f64 = 0;
  let fitted: f64 = 0;
  let left: f64 = 0;
  let size: f64 = 0;
  for (let j = 0; j < pitch; j++) {
    const r = correlation(j, pitch, gram, c, a);
    largest = max(largest, abs(r));
    fitted += <f64>get(a, j) * <f64>get(c, j);
    left += <f64>get(a, j) * r;
    size += abs(<f64>get(a, j));
  }
  const residual = norm - fitted - left;
  const scale = largest > lambda ? lambda / largest : 1;
  return 0.5 * residual + lambda * size - scale * (norm - fitted) + 0.5 * scale * scale * residual;
}

export function ksvd_f32_atom(count: i32, pitch: i32, signals: usize, coefs: usize, d: usize, residual: usize, scratch: usize): void {
  let squares: f64 = 0;
  for (let i = 0; i < count; i++) squares += <f64>get(coefs, i) * <f64>get(coefs, i);
  let norm: f64 = 0;
  for (let j = 0; j < pitch; j++) {
    let v = squares * <f64>get(d, j);
    for (let i = 0; i < count; i++) v += <f64>get(coefs, i) * <f64>get(residual, index(signals, i) * pitch + j);
    put(scratch, j, <f32>v);
    norm += v * v;
  }
  if (!(norm > 0)) return;
  let overlap: f64 = 0;
  for (let j = 0; j < pitch; j++) {
    put(scratch, j, <f32>(<f64>get(scratch, j) / sqrt(norm)));
    overlap += <f64>get(d, j) * <f64>get(scratch, j);
  }
  for (let i = 0; i < count; i++) {
    const row = index(signals, i) * pitch;
    const g: f64 = get(coefs, i);
    let better = g * overlap;
    for (let j = 0; j < pitch; j++) better += <f64>get(residual, row + j) * <f64>get(scratch, j);
    for (let j = 0; j < pitch; j++) {
      put(residual, row + j, <f32>(<f64>get(residual, row + j) + g * <f64>get(d, j) - better * <f64>get(scratch, j)));
    }
    put(coefs, i, <f32>better);
  }
  for (let j = 0; j < pitch; j++) put(d, j, get(scratch, j));
}
