// The numbers that the generators of test/golden draw, in Python as here, and how results are compared.

import { expect } from 'vitest';

/** Draws from [−1, 1), one after another. */
export function drawer(seed: number): (length: number) => Float32Array {
  let state = seed;
  return (length) =>
    Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
}

/** Within 2e-6 of the largest number. */
export function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual.length, what).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - actual[i])));
  expect(worst, `${what}: largest difference`).toBeLessThanOrEqual(2e-6 * scale + 1e-7);
}
