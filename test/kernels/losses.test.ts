// The slopes of the losses against finite differences of their values, and both where numbers are extreme.

import { describe, expect, test } from 'vitest';
import { arena, f32, type Kernels, none, u32 } from '../../src/engine/index.ts';
import { flavours, kernelsOf } from './binaries.ts';
import { definitions, type Loss } from './cases/losses.ts';

test.each(Object.keys(definitions) as Loss[])('%s: the definition’s slope is its derivative', (name) => {
  const t = [0.25, 0, 0.5, 0.25];
  const x = [0.125, 0.25, 0.375, 0.75];
  const [, slope] = definitions[name](t, x);
  x.forEach((_, i) => {
    const at = (step: number) => definitions[name](t, x.with(i, x[i] + step))[0];
    expect(slope(i)).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
  });
});

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (kernels) extremes(kernels);
  });
}

function extremes(kernels: Kernels): void {
  /** Loss and slopes of one sample; a number as target is a label. */
  function one(
    name: Exclude<Loss, 'huber_f32'>,
    target: number | number[],
    x: number[],
  ): { loss: number; dx: number[] } {
    return arena.scope(() => {
      const [t, from, loss, dx] = [0, 1, 2, 3].map(() => arena.allocate(4 * x.length));
      if (typeof target === 'number') u32(t, 1)[0] = target;
      else f32(t, x.length).set(target);
      f32(from, x.length).set(x);
      kernels[name](x.length, 1, 1, t, from, 1, loss, dx);
      const result = { loss: f32(loss, 1)[0], dx: Array.from(f32(dx, x.length), (slope) => slope + 0) };
      kernels[name](x.length, 1, 1, t, from, 1, loss, none);
      expect(f32(loss, 1)[0], 'the loss alone').toBe(result.loss);
      return result;
    });
  }

  test('logits of any size give finite losses and slopes', () => {
    for (const [name, target] of [
      ['categorical_crossentropy_logits_f32', [0, 1, 0]],
      ['sparse_categorical_crossentropy_logits_f32', 1],
    ] as const) {
      expect(one(name, target as number | number[], [3e38, -3e37, 0])).toEqual({
        loss: Math.fround(3.3e38),
        dx: [1, -1, 0],
      });
      const right = one(name, target as number | number[], [-Infinity, 500, 300]);
      expect(right).toEqual({ loss: 0, dx: [0, 0, 0] });
    }
    const { loss, dx } = one('binary_crossentropy_logits_f32', [1, 0, 1, 0], [200, 200, -200, -200]);
    expect(loss).toBe(100);
    [0, 0.25, -0.25, 0].forEach((slope, i) => {
      expect(dx[i]).toBeCloseTo(slope, 12);
    });
  });

  test('a small binary loss keeps its digits', () => {
    const { loss } = one('binary_crossentropy_logits_f32', [1], [20]);
    expect(loss / Math.log1p(Math.exp(-20))).toBeCloseTo(1, 6);
  });

  test('a probability of zero costs what the smallest normal number costs, not infinity', () => {
    const least = 2 ** -126;
    for (const [name, target] of [
      ['categorical_crossentropy_f32', [0, 1]],
      ['sparse_categorical_crossentropy_f32', 1],
    ] as const) {
      const { loss, dx } = one(name, target as number | number[], [1, 0]);
      expect(loss).toBeCloseTo(-Math.log(least), 4);
      expect(dx).toEqual([0, -1 / least]);
    }
    const { loss, dx } = one('binary_crossentropy_f32', [1, 0], [0, 1]);
    expect(loss).toBeCloseTo(-(Math.log(1e-7) + Math.log(2 ** -23)) / 2, 4);
    expect(dx[0]).toBeLessThan(-4e6);
    expect(dx[1]).toBeGreaterThan(4e6);
  });

  test('NaN is not lost', () => {
    expect(one('categorical_crossentropy_logits_f32', [0, 1], [Number.NaN, 1]).loss).toBeNaN();
    expect(one('sparse_categorical_crossentropy_logits_f32', 1, [Number.NaN, 1]).loss).toBeNaN();
    expect(one('categorical_crossentropy_f32', [0, 1], [1, Number.NaN]).loss).toBeNaN();
    expect(one('binary_crossentropy_f32', [0, 1], [Number.NaN, 1]).loss).toBeNaN();
    expect(one('binary_crossentropy_logits_f32', [0, 1], [Number.NaN, 1]).loss).toBeNaN();
    expect(one('mean_squared_error_f32', [0, 1], [Number.NaN, 1]).loss).toBeNaN();
  });
}
