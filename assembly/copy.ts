// Runs of floats from one place to another, four at a time. They must not overlap.

/** `size` bytes, a multiple of 4. */
// @ts-ignore: decorator
@inline
export function copy(to: usize, from: usize, size: usize): void {
  const size4 = size & ~15;
  let j: usize = 0;
  while (j < size4) {
    v128.store(to + j, v128.load(from + j));
    j += 16;
  }
  while (j < size) {
    store<f32>(to + j, load<f32>(from + j));
    j += 4;
  }
}

/** Zeroes `size` bytes, a multiple of 4. */
export function clear(to: usize, size: usize): void {
  const stop = to + size;
  const stop4 = to + (size & ~15);
  while (to < stop4) {
    v128.store(to, f32x4.splat(0));
    to += 16;
  }
  while (to < stop) {
    store<f32>(to, 0);
    to += 4;
  }
}

/** Zeroes `rows` rows of `size` bytes, `pitch` bytes apart. */
export function clearRows(rows: i32, size: usize, to: usize, pitch: usize): void {
  for (; rows > 0; rows--) {
    clear(to, size);
    to += pitch;
  }
}
