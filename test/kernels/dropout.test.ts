// The dropout kernel's bits: the published vectors of Threefry, and the same as src/tensor/random.ts.

import { describe, expect, test } from 'vitest';
import { arena, type Buffer, f32, type Kernels } from '../../src/engine/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { flavours, kernelsOf } from './binaries.ts';

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (kernels) dropoutTests(kernels);
  });
}

function dropoutTests(kernels: Kernels): void {
  /** Whether elements i and i + 1 are kept at a rate. */
  const kept = (i: number, rate: number, seed: number, stream: number, step: number) =>
    arena.scope(() => {
      const [x, y] = [arena.allocate(8), arena.allocate(8)];
      f32(x, 2).fill(1);
      const moved = (buffer: Buffer) => ((buffer - 4 * i) >>> 0) as Buffer; // element i of it is `buffer`
      kernels.dropout_f32(i, i + 2, rate, seed, stream, step, moved(x), moved(y));
      return [...f32(y, 2)].map((value) => value !== 0);
    });

  test.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, -1, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('key %i %i, counter %i %i: the words of Random123', (seed, stream, block, step, first, second) => {
    // A word is kept at the rate word / 2³² and dropped at the next: that pins all its bits.
    const [a, b] = [first, second].map((word) => [word / 2 ** 32, (word + 1) / 2 ** 32]);
    expect(kept(2 * block, a[0], seed, stream, step)[0]).toBe(true);
    expect(kept(2 * block, a[1], seed, stream, step)[0]).toBe(false);
    expect(kept(2 * block, b[0], seed, stream, step)[1]).toBe(true);
    expect(kept(2 * block, b[1], seed, stream, step)[1]).toBe(false);
  });

  test('at step 0 the words are those of Random, and what is kept is scaled', () => {
    const length = 1001;
    const rate = 0.3;
    const random = new Random(42, 'dropout');
    const expected = Array.from({ length }, () => (random.uint32() < rate * 2 ** 32 ? 0 : Math.fround(3 / (1 - rate))));
    const y = arena.scope(() => {
      const buffer = arena.allocate(4 * length);
      f32(buffer, length).fill(3);
      kernels.dropout_f32(0, length, rate, ...new Random(42, 'dropout').key, 0, buffer, buffer);
      return f32(buffer, length).slice();
    });
    expect([...y].every((value, i) => Math.abs(value - expected[i]) <= 5e-7)).toBe(true);
    expect(y.filter((value) => value === 0).length / length).toBeGreaterThan(0.25);
    expect(y.filter((value) => value === 0).length / length).toBeLessThan(0.35);
  });
}
