// What the reference kernels share: elements of a buffer by index, and the packed order. Panels have 5 rows here.

export const MR: i32 = 5;

// @ts-ignore: decorator
@inline
export function get(p: usize, index: i32): f32 {
  return load<f32>(p + ((<usize>index) << 2));
}

// @ts-ignore: decorator
@inline
export function put(p: usize, index: i32, value: f32): void {
  store<f32>(p + ((<usize>index) << 2), value);
}

// @ts-ignore: decorator
@inline
export function index(p: usize, i: i32): i32 {
  return load<u32>(p + ((<usize>i) << 2));
}

/** What is stored of a sum: bias added, then max(·, lower), where NaN stays NaN. */
export function finished(sum: f32, bias: usize, i: i32, lower: f32): f32 {
  if (bias) sum += get(bias, i);
  return sum < lower ? lower : sum;
}

/** Element (i, kk) of a packed A of depth k. */
// @ts-ignore: decorator
@inline
export function packed(a: usize, k: i32, i: i32, kk: i32): f32 {
  return get(a, ((i / MR) * k + kk) * MR + (i % MR));
}
