// Iterative shrinkage for the lasso, ½·‖x − Dᵀ·a‖² + λ·‖a‖₁, per signal: a step down the gradient, then a soft threshold. ISTA
// (Daubechies, Defrise and De Mol 2004) steps from a itself, FISTA (Beck and Teboulle 2009) from a point beyond it, and falls back
// to a when the momentum points uphill (O'Donoghue and Candès 2015).
//
//   a' = soft(y + step·r_y, step·λ),   r = D·(x − Dᵀ·a) = c − G·a,   y = a' + β·(a' − a),   r_y = r' + β·(r' − r)
//
// Only rows of G whose atom is in use are read: 2·atoms·nonzeros flops an iteration. It ends when the duality gap, of
// which r and max|r| are all that is needed, is below tolerance·‖x‖².

import { bytes, sum, zero } from '../simd';
import { correlate } from './gram';

const SIGN: i32 = <i32>0x80000000;

/**
 * Signals [begin, end). Rows of gram, correlations and codes have `pitch` floats, whole panels of 32, the ends zero. norms holds ‖x‖²
 * in f64; codes the start, and then the result; counts the iterations done. scratch: 28·pitch bytes.
 */
export function fista_f32_gram(
  begin: i32,
  end: i32,
  pitch: i32,
  iterations: i32,
  step: f32,
  lambda: f32,
  tolerance: f64,
  momentum: i32,
  gram: usize,
  correlations: usize,
  norms: usize,
  codes: usize,
  counts: usize,
  scratch: usize,
): void {
  const width = bytes(pitch);
  const rows = scratch;
  const coefs = rows + width;
  const y = coefs + width;
  const ry = y + width;
  for (let s = begin; s < end; s++) {
    const c = correlations + width * <usize>s;
    const code = codes + width * <usize>s;
    const norm = load<f64>(norms + (<usize>s << 3));
    let a = code;
    let next = ry + width;
    let r = next + width;
    let rNext = r + width;
    let count = gather(pitch, a, rows, coefs);
    let largest = correlate(count, rows, coefs, gram, c, r, pitch);
    memory.copy(y, a, width);
    memory.copy(ry, r, width);
    let t: f64 = 1;
    let done = 0;
    while (done < iterations && gap(count, rows, coefs, pitch, c, r, norm, lambda, largest) > tolerance * norm) {
      const uphill = descend(width, step, step * lambda, y, ry, a, next);
      count = gather(pitch, next, rows, coefs);
      largest = correlate(count, rows, coefs, gram, c, rNext, pitch);
      if (uphill > 0) t = 1;
      const tNext = 0.5 * (1 + sqrt(1 + 4 * t * t));
      const beta: f32 = momentum ? <f32>((t - 1) / tNext) : 0;
      t = tNext;
      extrapolate(width, beta, a, next, y);
      extrapolate(width, beta, r, rNext, ry);
      const previous = a;
      a = next;
      next = previous;
      const previousR = r;
      r = rNext;
      rNext = previousR;
      done++;
    }
    if (a != code) memory.copy(code, a, width);
    store<u32>(counts + bytes(s), done);
  }
}

/** The atoms in use as byte offsets into G, and their negated numbers. */
function gather(pitch: i32, a: usize, rows: usize, coefs: usize): i32 {
  let count: usize = 0;
  for (let j = 0; j < pitch; j += 4) {
    let mask = i32x4.bitmask(f32x4.ne(v128.load(a + bytes(j)), zero()));
    while (mask) {
      const atom = j + ctz(mask);
      store<u32>(rows + count, atom * pitch * 4);
      store<f32>(coefs + count, -load<f32>(a + bytes(atom)));
      count += 4;
      mask &= mask - 1;
    }
  }
  return <i32>(count >> 2);
}

/** The primal objective minus the dual one at the residual, scaled until no atom correlates with it by more than λ. */
function gap(count: i32, rows: usize, coefs: usize, pitch: i32, c: usize, r: usize, norm: f64, lambda: f64, largest: f64): f64 {
  let fitted: f64 = 0; // a·c
  let left: f64 = 0; // a·r
  let size: f64 = 0; // ‖a‖₁
  for (let i = 0; i < count; i++) {
    const at = <usize>load<u32>(rows + bytes(i)) / <usize>pitch;
    const value: f64 = -load<f32>(coefs + bytes(i));
    fitted += value * <f64>load<f32>(c + at);
    left += value * <f64>load<f32>(r + at);
    size += abs(value);
  }
  const residual = norm - fitted - left;
  const scale = largest > lambda ? lambda / largest : 1;
  return 0.5 * residual + lambda * size - scale * (norm - fitted) + 0.5 * scale * scale * residual;
}

/** next = soft(y + step·ry, threshold); returns (y − next)·(next − a), above 0 where the momentum works against the descent. */
function descend(width: usize, step: f32, threshold: f32, y: usize, ry: usize, a: usize, next: usize): f32 {
  const scale = f32x4.splat(step);
  const cut = f32x4.splat(threshold);
  const sign = i32x4.splat(SIGN);
  let uphill = zero();
  for (let at: usize = 0; at < width; at += 16) {
    const from = v128.load(y + at);
    const moved = f32x4.add(from, f32x4.mul(scale, v128.load(ry + at)));
    const shrunk = f32x4.sub(moved, v128.or(v128.and(moved, sign), cut));
    const to = v128.andnot(shrunk, f32x4.le(f32x4.abs(moved), cut));
    v128.store(next + at, to);
    uphill = f32x4.add(uphill, f32x4.mul(f32x4.sub(from, to), f32x4.sub(to, v128.load(a + at))));
  }
  return sum(uphill);
}

/** y = b + beta·(b − a). */
function extrapolate(width: usize, beta: f32, a: usize, b: usize, y: usize): void {
  const scale = f32x4.splat(beta);
  for (let at: usize = 0; at < width; at += 16) {
    const to = v128.load(b + at);
    v128.store(y + at, f32x4.add(to, f32x4.mul(scale, f32x4.sub(to, v128.load(a + at)))));
  }
}
