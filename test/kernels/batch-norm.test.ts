// Batch normalization put together over two slabs, the second partly padding, against two-pass f64 statistics.

import { describe, expect, test } from 'vitest';
import { arena, at, f32, type Kernels, none } from '../../src/engine/index.ts';
import { flavours, kernelsOf } from './binaries.ts';
import { random } from './cases/random.ts';

const width = 32;
const pixels = 3;
const slabs = [32, 7]; // samples in each
const count = pixels * (32 + 7);
const epsilon = 1e-3;

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (kernels) batchNormTests(kernels);
  });
}

function batchNormTests(kernels: Kernels): void {
  // A mean far from 0 and a small spread: Σx² − (Σx)² would lose every digit.
  test.each([0, 1000])('normalizes values around %i and gives their gradients', (centre) => {
    const next = random(11);
    const length = pixels * width;
    const draw = (shift: number) =>
      Float32Array.from({ length: 2 * length }, (_, i) => {
        const [slab, column] = [Math.floor(i / length), i % width];
        const value = shift + next() - 0.5;
        return column < slabs[slab] ? value : Number.NaN;
      });
    const [x, dy] = [draw(centre), draw(0)];
    const [y, dx, moments] = arena.scope(() => {
      const allocate = (floats: number) => arena.allocate(4 * floats);
      const [xs, dys, ys, dxs] = [x, dy, x, x].map(({ length: size }) => allocate(size));
      f32(xs, x.length).set(x);
      f32(dys, dy.length).set(dy);
      const [mean, variance, gamma, beta, sums] = [1, 1, 1, 1, 4].map(allocate);
      const each = (step: (place: (buffer: typeof xs) => typeof xs, samples: number) => void) =>
        slabs.forEach((samples, slab) => {
          step((buffer) => at(buffer, slab * length), samples);
        });
      f32(gamma, 1)[0] = 1.5;
      f32(beta, 1)[0] = -0.5;
      f32(sums, 4).fill(0);
      each((place, n) => kernels.batch_norm_sum_f32(0, 1, pixels, n, width, place(xs), length, sums, none));
      kernels.batch_norm_moment_f32(0, 1, count, sums, mean);
      f32(sums, 4).fill(0);
      each((place, n) => kernels.batch_norm_squares_f32(0, 1, pixels, n, width, place(xs), length, mean, sums, none));
      kernels.batch_norm_moment_f32(0, 1, count, sums, variance);
      each((place) =>
        kernels.batch_norm_f32(
          0,
          1,
          length,
          epsilon,
          place(xs),
          length,
          mean,
          variance,
          gamma,
          beta,
          place(ys),
          length,
        ),
      ); // prettier-ignore
      f32(sums, 4).fill(0);
      each((place, n) =>
        kernels.batch_norm_backward_sums_f32(0, 1, pixels, n, width, place(xs), length, mean, place(dys), length, sums),
      ); // prettier-ignore
      each((place, n) =>
        kernels.batch_norm_backward_f32(
          0,
          1,
          pixels,
          n,
          width,
          count,
          epsilon,
          place(xs),
          length,
          mean,
          variance,
          gamma,
          sums,
          place(dys),
          length,
          place(dxs),
          length,
          none,
        ),
      ); // prettier-ignore
      return [f32(ys, x.length).slice(), f32(dxs, x.length).slice(), [f32(mean, 1)[0], f32(variance, 1)[0]]];
    });

    const valid = Array.from(x.keys()).filter((i) => !Number.isNaN(x[i]));
    const average = (f: (i: number) => number) => valid.reduce((sum, i) => sum + f(i), 0) / count;
    const mean = average((i) => x[i]);
    const variance = average((i) => (x[i] - mean) ** 2);
    expect(valid.length).toBe(count);
    expect(moments[0] / mean).toBeCloseTo(1, 6);
    expect(moments[1] / variance).toBeCloseTo(1, 5);

    const rate = 1 / Math.sqrt(variance + epsilon);
    const [g0, g1] = [average((i) => dy[i]), average((i) => dy[i] * (x[i] - mean) * rate)];
    const rounding = centre * 2 ** -22; // of the mean, when it is stored as a float
    for (const i of valid) {
      expect(Math.abs(y[i] - (1.5 * (x[i] - mean) * rate - 0.5))).toBeLessThan(1e-6 + 10 * rounding);
      const slope = 1.5 * rate * (dy[i] - g0 - (x[i] - mean) * rate * g1);
      expect(Math.abs(dx[i] - slope)).toBeLessThan(4e-6 + 10 * rounding);
    }
    expect(dx.filter((_, i) => Number.isNaN(x[i])).every((value) => value === 0)).toBe(true);
  });
}
