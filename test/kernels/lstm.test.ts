// The σ of the LSTM's cell over the whole range of floats: ½ + ½·tanh(x/2) has an absolute error, not a relative one.

import { describe, expect, test } from 'vitest';
import { arena, f32, type Kernels, none } from '../../src/engine/index.ts';
import { flavours, kernelsOf } from './binaries.ts';

/** What the cell keeps of its input gate for each x. */
function gates(kernels: Kernels, x: Float32Array): Float32Array {
  return arena.scope(() => {
    const units = x.length;
    const [z, state] = [arena.allocate(16 * units), arena.allocate(8 * units)];
    f32(z, 4 * units).fill(0);
    f32(z, units).set(x);
    f32(state, 2 * units).fill(0);
    const [c, h] = [state, arena.allocate(4 * units)];
    kernels.lstm_cell_f32_masked(0, units, units, 1, z, 1, none, c, h, 1, c, h, 1, 0, 0, 1);
    return f32(z, units).slice();
  });
}

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (!kernels) return;

    test('σ is within 2e-7 and never beyond 0 and 1', () => {
      const everywhere = Uint32Array.from({ length: 200_000 }, (_, i) => (i * 21474 + (i % 7)) >>> 0);
      const bending = Float32Array.from({ length: 200_000 }, (_, i) => (i - 100_000) / 4000);
      const x = Float32Array.from([...new Float32Array(everywhere.buffer), ...bending]).filter((v) => !Number.isNaN(v));
      const y = gates(kernels, x);
      const worst = y.reduce((most, value, i) => Math.max(most, Math.abs(value - 1 / (1 + Math.exp(-x[i])))), 0);
      expect(worst).toBeLessThanOrEqual(2e-7);
      expect(y.every((value) => value >= 0 && value <= 1)).toBe(true);
    });

    test('σ at its ends, in its middle and of NaN', () => {
      const x = Float32Array.from([Infinity, -Infinity, 0, -0, Number.NaN]);
      const [one, zero, ...rest] = gates(kernels, x);
      expect(Math.abs(one - 1)).toBeLessThanOrEqual(2e-7);
      expect(Math.abs(zero)).toBeLessThanOrEqual(2e-7);
      expect(rest).toEqual([0.5, 0.5, Number.NaN]);
    });
  });
}
