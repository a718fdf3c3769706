// exp, log, tanh and sigmoid over the whole range of floats, against JavaScript's f64 functions, in units in the last place.

import { describe, expect, test } from 'vitest';
import { arena, f32, u32 } from '../../src/engine/index.ts';
import { flavours, kernelsOf } from './binaries.ts';
import { random } from './cases/random.ts';

type Name = 'exp_f32' | 'log_f32' | 'tanh_f32' | 'sigmoid_f32' | 'gelu_f32';

// e^x as x goes down loses what is left of 1 + e^-x, so the sigmoid of a negative number is taken from e^x.
const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

const functions: { name: Name; f: (x: number) => number; ulp: number; interesting: [number, number] }[] = [
  { name: 'exp_f32', f: Math.exp, ulp: 1, interesting: [-104, 89] },
  { name: 'log_f32', f: Math.log, ulp: 1, interesting: [0.5, 2] },
  { name: 'tanh_f32', f: Math.tanh, ulp: 6.5, interesting: [-9.5, 9.5] },
  { name: 'sigmoid_f32', f: sigmoid, ulp: 2.5, interesting: [-104, 20] },
];

/** The distance from |x| to the next float: 2⁻¹⁴⁹ for subnormals. */
function ulpOf(x: number): number {
  const magnitude = Math.abs(x);
  let exponent = Math.max(Math.floor(Math.log2(magnitude)), -126);
  if (2 ** exponent > magnitude && exponent > -126) exponent--;
  if (2 ** (exponent + 1) <= magnitude) exponent++;
  return 2 ** (exponent - 23);
}

/** How wrong `got` is for the true value: in ulp, infinite where one is NaN or infinite and the other is not. */
function error(got: number, truth: number): number {
  const nearest = Math.fround(truth);
  if (Object.is(got, nearest) || got === nearest) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(truth)) return Infinity;
  return Math.abs(got - truth) / ulpOf(truth);
}

/** Every sign and exponent with 400 mantissas, the ends among them; then 200,000 numbers where the function bends. */
function arguments_([from, to]: readonly [number, number]): Float32Array {
  const next = random(7);
  const bits: number[] = [];
  for (let high = 0; high < 512; high++) {
    for (let i = 0; i < 400; i++) {
      const mantissa = i < 3 ? i : i < 6 ? 2 ** 23 - i + 2 : Math.floor(next() * 2 ** 23);
      bits.push(high * 2 ** 23 + mantissa);
    }
  }
  const special = new Float32Array(Uint32Array.from(bits).buffer);
  const bending = Float32Array.from({ length: 200_000 }, () => from + (to - from) * next());
  return Float32Array.from([...special, ...bending]);
}

const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** Φ(x), by Marsaglia's series (2004). */
function normal(x: number): number {
  if (Math.abs(x) > 9) return x > 0 ? 1 : 0;
  let [sum, term] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * density(x);
}

for (const flavour of flavours) {
  const kernels = kernelsOf(flavour);
  describe.skipIf(!kernels)(`${flavour}.wasm`, () => {
    if (!kernels) return;
    const apply = (name: Name, x: Float32Array): Float32Array =>
      arena.scope(() => {
        const [input, output] = [arena.allocate(4 * x.length), arena.allocate(4 * x.length)];
        f32(input, x.length).set(x);
        kernels[name](0, x.length, input, output);
        return f32(output, x.length).slice();
      });

    test.each(functions)('$name is within $ulp ulp over all floats', ({ name, f, ulp, interesting }) => {
      const x = arguments_(interesting);
      const y = apply(name, x);
      let worst = 0;
      let at = 0;
      for (let i = 0; i < x.length; i++) {
        const wrong = error(y[i], f(x[i]));
        if (wrong > worst) [worst, at] = [wrong, x[i]];
      }
      expect(worst, `at ${at}`).toBeLessThanOrEqual(ulp);
    });

    test('are exact where the answer is', () => {
      const least = 2 ** -149;
      const x = Float32Array.from([0, -0, Infinity, -Infinity, Number.NaN, least, -least, 1]);
      expect([...apply('exp_f32', x)].slice(0, 7)).toEqual([1, 1, Infinity, 0, Number.NaN, 1, 1]);
      expect([...apply('tanh_f32', x)].slice(0, 7)).toEqual([0, -0, 1, -1, Number.NaN, least, -least]);
      expect([...apply('sigmoid_f32', x)].slice(0, 7)).toEqual([0.5, 0.5, 1, 0, Number.NaN, 0.5, 0.5]);
      const log = [...apply('log_f32', x)];
      expect(log.slice(0, 5)).toEqual([-Infinity, -Infinity, Infinity, Number.NaN, Number.NaN]);
      expect(log.slice(6)).toEqual([Number.NaN, 0]);
    });

    test('e^x where it overflows and where it leaves the normal numbers', () => {
      const x = Float32Array.from([88.72283, 88.72284, 89, -87.3, -103.27893, -103.97, -104, -1e30]);
      const y = apply('exp_f32', x);
      expect([...y.slice(1, 3)]).toEqual([Infinity, Infinity]);
      expect(y[0]).toBeGreaterThan(3.4e38);
      expect(y[4]).toBe(2 ** -149);
      expect([...y.slice(6)]).toEqual([0, 0]);
    });

    test('gelu and its slope are as near as they are said to be over all finite floats, and exact beyond ±5.42', () => {
      const x = arguments_([-10, 10]).filter(Number.isFinite);
      const y = apply('gelu_f32', x);
      const slope = arena.scope(() => {
        const [input, output] = [arena.allocate(4 * x.length), arena.allocate(4 * x.length)];
        f32(input, x.length).set(x);
        f32(output, x.length).fill(1);
        kernels.gelu_backward_f32(0, x.length, input, output, output);
        return f32(output, x.length).slice();
      });
      let [worst, steepest] = [0, 0];
      for (let i = 0; i < x.length; i++) {
        const truth = x[i] * normal(x[i]);
        worst = Math.max(worst, Math.abs(y[i] - truth) / Math.max(1, Math.abs(truth)));
        steepest = Math.max(steepest, Math.abs(slope[i] - (normal(x[i]) + x[i] * density(x[i]))));
      }
      expect(worst).toBeLessThanOrEqual(1.1e-6);
      expect(steepest).toBeLessThanOrEqual(1e-6);
      expect(x.every((v, i) => Math.abs(v) < (flavour === 'reference' ? 9 : 5.4201) || y[i] === Math.max(v, 0))).toBe(
        true,
      );
      const ends = apply('gelu_f32', Float32Array.from([-100, -1e30, 100, 1e30, -10]));
      expect([...ends].map((v) => v + 0)).toEqual([0, 0, 100, Math.fround(1e30), 0]);
    });

    test('tanh and sigmoid stay in their ranges', () => {
      const x = arguments_([-10, 10]).filter((v) => !Number.isNaN(v));
      expect(apply('tanh_f32', x).every((y) => Math.abs(y) <= 1)).toBe(true);
      expect(apply('sigmoid_f32', x).every((y) => y >= 0 && y <= 1)).toBe(true);
    });
  });
}

test('the plain kernels have the bits they always had', () => {
  const kernels = kernelsOf('plain');
  if (!kernels) throw new Error('build/plain.wasm does not validate here.');
  const length = 4096;
  const x = Float32Array.from({ length }, (_, i) => (i - 2048) / 97);
  const digest = (name: Name) =>
    arena.scope(() => {
      const [input, output] = [arena.allocate(4 * length), arena.allocate(4 * length)];
      f32(input, length).set(name === 'log_f32' ? x.map((v) => v + 22) : x);
      kernels[name](0, length, input, output);
      return u32(output, length).reduce((hash, bits) => (Math.imul(hash, 31) + bits) >>> 0, 0);
    });
  expect(functions.map(({ name }) => digest(name))).toMatchInlineSnapshot(`
    [
      947002126,
      2503394548,
      2995605788,
      3118511052,
    ]
  `);
});
