// Five steps of each update rule against PyTorch's (test/golden/optimizers.py), and what the L1 steps leave alone.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { arena, type Buffer, f32, type Kernels, none } from '../../src/engine/index.ts';
import { flavours, kernelsOf } from './binaries.ts';

type Rule = 'sgd' | 'momentum' | 'nesterov' | 'rmsprop' | 'rmspropMomentum' | 'rmspropCentered' | 'adam';
type Golden = { start: number[]; steps: number } & Record<Rule, number[]>;
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/optimizers.json', import.meta.url), 'utf8'));
const length = golden.start.length;

type Step = (kernels: Kernels, t: number, w: Buffer, g: Buffer, a: Buffer, b: Buffer) => void;

const sgd =
  (momentum: number, nesterov: number): Step =>
  (kernels, _, w, g, v) =>
    kernels.sgd_f32(0, length, 0.1, momentum, nesterov, w, g, momentum ? v : none);

const rmsprop =
  (momentum: number, centered: boolean): Step =>
  (kernels, _, w, g, ms, other) =>
    kernels.rmsprop_f32(
      0,
      length,
      0.01,
      0.9,
      momentum,
      1e-30,
      w,
      g,
      ms,
      momentum ? other : none,
      centered ? other : none,
    ); // prettier-ignore

const rules: Record<Rule, Step> = {
  sgd: sgd(0, 0),
  momentum: sgd(0.9, 0),
  nesterov: sgd(0.9, 1),
  rmsprop: rmsprop(0, false),
  rmspropMomentum: rmsprop(0.5, false),
  rmspropCentered: rmsprop(0, true),
  adam: (kernels, t, w, g, m, v) =>
    kernels.adam_f32(0, length, 0.05, 0.9, 0.999, 1e-30, 1 - 0.9 ** t, 1 - 0.999 ** t, w, g, m, v),
};

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (kernels) optimizerTests(kernels);
  });
}

function optimizerTests(kernels: Kernels): void {
  test.each(Object.keys(rules) as Rule[])('%s takes PyTorch’s steps', (rule) => {
    const weights = arena.scope(() => {
      const [w, g, a, b] = [0, 1, 2, 3].map(() => arena.allocate(4 * length));
      f32(w, length).set(golden.start);
      for (const moment of [a, b]) f32(moment, length).fill(0);
      for (let step = 0; step < golden.steps; step++) {
        const gradient = f32(w, length).map((x, i) => (0.75 * x + 0.5 * (-1) ** (i + step)) / (1 + step));
        f32(g, length).set(gradient);
        rules[rule](kernels, step + 1, w, g, a, b);
      }
      return f32(w, length).slice();
    });
    weights.forEach((w, i) => {
      expect(w).toBeCloseTo(golden[rule][i], 5);
    });
  });

  const values = [0, -0, 0.25, -0.25, 0.5, -0.5, Infinity, -Infinity, Number.NaN];
  const apply = (run: (x: Buffer, y: Buffer) => void) =>
    arena.scope(() => {
      const [x, y] = [arena.allocate(4 * values.length), arena.allocate(4 * values.length)];
      f32(x, values.length).set(values);
      f32(y, values.length).fill(0);
      run(x, y);
      return [...f32(y, values.length)];
    });

  test('soft threshold makes zeros, and no negative ones; NaN stays', () => {
    const y = apply((x, to) => kernels.soft_threshold_f32(0, values.length, 0.25, x, to));
    expect(y).toEqual([0, 0, 0, 0, 0.25, -0.25, Infinity, -Infinity, Number.NaN]);
  });

  test('the L1 gradient of zero is zero', () => {
    const g = apply((w, to) => kernels.l1_gradient_f32(0, 8, 0.125, w, to));
    expect(g.slice(0, 8)).toEqual([0, 0, 0.125, -0.125, 0.125, -0.125, 0.125, -0.125]);
  });
}
