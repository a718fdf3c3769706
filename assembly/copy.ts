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
