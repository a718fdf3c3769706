// Penalties against loops in f64, and their way through configurations.

import { expect, test } from 'vitest';
import { l1, l1l2, l2, proximalL1, registerRegularizer, regularizerOf, revive } from '../src/regularizers/index.ts';
import { Parameter } from '../src/tensor/index.ts';

const w = [0.5, -1.5, 0, 2, -0.25, 0.125, 3];

function parameter(): Parameter {
  const made = new Parameter({ name: 'w', shape: [w.length] });
  made.values.view.set(w);
  made.gradient.view.fill(1);
  return made;
}

const cases = {
  l1: { regularizer: l1(0.3), l1: 0.3, l2: 0, gradient: 0.3 },
  l2: { regularizer: l2(0.2), l1: 0, l2: 0.2, gradient: 0 },
  l1l2: { regularizer: l1l2({ l1: 0.1, l2: 0.4 }), l1: 0.1, l2: 0.4, gradient: 0.1 },
  proximalL1: { regularizer: proximalL1(0.3), l1: 0.3, l2: 0, gradient: 0 },
  'proximal l1l2': { regularizer: l1l2({ l1: 0.1, l2: 0.4, proximal: true }), l1: 0.1, l2: 0.4, gradient: 0 },
};

test.each(Object.entries(cases))('%s: value and gradient', (_, { regularizer, l1, l2, gradient }) => {
  const p = parameter();
  const expected = w.reduce((sum, v) => sum + l1 * Math.abs(v) + l2 * v * v, 0);
  expect(regularizer.value(p)).toBeCloseTo(expected, 6);
  regularizer.gradient(p);
  const added = w.map((v) => 1 + gradient * Math.sign(v) + 2 * l2 * v);
  for (const [i, g] of added.entries()) expect(p.gradient.view[i]).toBeCloseTo(g, 6);
});

test('the proximal step shrinks by learningRate·λ and makes zeros', () => {
  const p = parameter();
  proximalL1(0.5).proximal?.(p, 0.6);
  const expected = w.map((v) => Math.sign(v) * Math.max(Math.abs(v) - 0.3, 0));
  for (const [i, v] of expected.entries()) expect(p.values.view[i]).toBeCloseTo(v, 6);
  expect(Array.from(p.values.view).filter((v) => v === 0)).toHaveLength(3);
  expect(l1(0.5).proximal).toBeUndefined();
});

test.each(Object.entries(cases))('%s goes through its configuration', (_, { regularizer }) => {
  const config = JSON.parse(JSON.stringify(regularizer.config()));
  const { kernelRegularizer, units } = revive({ units: 3, kernelRegularizer: config });
  expect(units).toBe(3);
  const again = kernelRegularizer as typeof regularizer;
  expect(again.config()).toEqual(regularizer.config());
  expect(again.value(parameter())).toBe(regularizer.value(parameter()));
  expect(again.proximal === undefined).toBe(regularizer.proximal === undefined);
});

test('names, none, and one of your own', () => {
  expect(regularizerOf('l2')?.config()).toEqual({ name: 'l2', l2: 0.01 });
  expect(regularizerOf('l1l2')?.config()).toEqual({ name: 'l1l2', l1: 0.01, l2: 0.01 });
  expect(regularizerOf(undefined)).toBeUndefined();
  const mine = { name: 'mine', value: () => 1, gradient: () => {}, config: () => ({ name: 'mine' }) };
  expect(regularizerOf(mine)).toBe(mine);
  expect(() => regularizerOf({ name: 'mine' } as never)).toThrow("Unknown regularizer 'mine': expected one of l1, l2");
  registerRegularizer('mine', () => mine);
  expect(regularizerOf({ name: 'mine' } as never)).toBe(mine);
  expect(() => registerRegularizer('l1', () => mine)).toThrow("A regularizer named 'l1' exists already");
  expect(() => l1(-1)).toThrow('l1: expected l1 to be a finite number from 0, got -1');
});
