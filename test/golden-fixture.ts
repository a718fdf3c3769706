// The numbers that the generators of test/golden draw, in Python as here.

/** Draws from [−1, 1), one after another. */
export function drawer(seed: number): (length: number) => Float32Array {
  let state = seed;
  return (length) =>
    Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
}
