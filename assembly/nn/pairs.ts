// Every second float of eight.

/** Floats 0, 2, 4 and 6 from p on. */
// @ts-ignore: decorator
@inline
export function even(p: usize): v128 {
  return v128.shuffle<f32>(v128.load(p), v128.load(p, 16), 0, 2, 4, 6);
}

/** Floats 1, 3, 5 and 7 from p on. */
// @ts-ignore: decorator
@inline
export function odd(p: usize): v128 {
  return v128.shuffle<f32>(v128.load(p), v128.load(p, 16), 1, 3, 5, 7);
}
