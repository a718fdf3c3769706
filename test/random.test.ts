// Random numbers: the published answers of their generator, and the same bits everywhere; the elementary functions beside them.

import { describe, expect, test } from 'vitest';
import { cos, exp, log, pow, sin } from '../src/tensor/math.ts';
import { Random, threefry2x32 } from '../src/tensor/random.ts';

describe('threefry2x32', () => {
  // The known answers published with Random123.
  test.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('key %i %i, counter %i %i', (key0, key1, counter0, counter1, first, second) => {
    const out = new Uint32Array(4);
    threefry2x32(key0, key1, counter0, counter1, out, 1);
    expect([...out]).toEqual([0, first, second, 0]);
  });
});

/** Draws n numbers and returns mean, variance, and the χ² statistic over equal bins of [0, 1) after `toUnit`. */
function statistics(n: number, draw: () => number, toUnit: (x: number) => number, bins = 100) {
  const counts = new Float64Array(bins);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const x = draw();
    sum += x;
    squares += x * x;
    counts[Math.floor(toUnit(x) * bins)]++;
  }
  const mean = sum / n;
  const expected = n / bins;
  const chiSquared = counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
  return { mean, variance: squares / n - mean * mean, chiSquared };
}

// χ² with 99 degrees of freedom has mean 99, standard deviation 14.1: 45 to 165 is beyond 3.8 of them.
const plausible = (chiSquared: number) => chiSquared > 45 && chiSquared < 165;

/** Φ by the series of erf: an oracle that shares nothing with the quantile. */
function normalDistribution(x: number): number {
  if (Math.abs(x) > 6) return x > 0 ? 1 - 1e-10 : 0;
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / (2 * n);
    sum += term / (2 * n + 1);
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

describe('Random', () => {
  test('words are those of the documented counters', () => {
    const random = new Random(7, 9);
    const block = new Uint32Array(2);
    for (let i = 0; i < 1000; i++) {
      threefry2x32(7, 9, i >> 1, 0, block);
      expect(random.uint32()).toBe(block[i & 1]);
    }
  });

  test('beyond 2³² blocks the second counter word counts on', () => {
    const random = Random.restore({ key: [7, 9], drawn: 2 ** 33 - 1 });
    const block = new Uint32Array(2);
    threefry2x32(7, 9, 0xffffffff, 0, block);
    expect(random.uint32()).toBe(block[1]);
    threefry2x32(7, 9, 0, 1, block);
    expect([random.uint32(), random.uint32()]).toEqual([...block]);
  });

  test('uniform fills [low, high) evenly', () => {
    const random = new Random(1);
    const u = statistics(
      200_000,
      () => random.uniform(-3, 5),
      (x) => (x + 3) / 8,
    );
    expect(u.mean).toBeCloseTo(1, 1);
    expect(u.variance).toBeCloseTo(64 / 12, 1);
    expect(plausible(u.chiSquared), `χ² ${u.chiSquared}`).toBe(true);
  });

  test('normal follows the normal distribution', () => {
    const random = new Random(2);
    const z = statistics(
      200_000,
      () => random.normal(10, 2),
      (x) => normalDistribution((x - 10) / 2),
    );
    expect(z.mean).toBeCloseTo(10, 1);
    expect(z.variance).toBeCloseTo(4, 1);
    expect(plausible(z.chiSquared), `χ² ${z.chiSquared}`).toBe(true);
  });

  test('the normal quantile inverts the distribution, in the middle and in the tails', () => {
    const drawn = new Random(3);
    const words = new Random(3);
    for (let i = 0; i < 20_000; i++) {
      const p = (words.uint32() + 0.5) / 2 ** 32;
      expect(Math.abs(normalDistribution(drawn.normal()) - p)).toBeLessThan(1e-12);
    }
  });

  test('integer is even over ranges that do not divide 2³², and takes 1 and 2³²', () => {
    const random = new Random(4);
    const third = 3 * 2 ** 30; // a biased draw would fall into the lower third half the time
    const d = statistics(
      100_000,
      () => random.integer(third),
      (x) => x / third,
    );
    expect(plausible(d.chiSquared), `χ² ${d.chiSquared}`).toBe(true);
    expect(random.integer(1)).toBe(0);
    const copy = Random.restore(random.state);
    expect(random.integer(2 ** 32)).toBe(copy.uint32());
    for (const below of [0, -1, 1.5, 2 ** 33, Number.NaN]) expect(() => random.integer(below)).toThrow(RangeError);
  });

  test('shuffle permutes, in place, and every order comes equally often', () => {
    const random = new Random(5);
    const seen = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const indices = Uint32Array.from([0, 1, 2, 3]);
      expect(random.shuffle(indices)).toBe(indices);
      const order = indices.join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    for (const order of seen.keys()) expect([...order].sort().join('')).toBe('0123');
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('children depend on key and name only, and differ from each other and from the parent', () => {
    const parent = new Random(6);
    const early = parent.split('weights').uint32();
    for (let i = 0; i < 999; i++) parent.uint32();
    expect(parent.split('weights').uint32()).toBe(early);
    const firsts = [parent.split('data'), parent.split(0), parent.split(1), new Random(6), new Random(6, 'weights')];
    firsts.push(parent.split('weights'), parent.split('weights').split('weights'), new Random(7).split('weights'));
    expect(new Set(firsts.map((random) => random.uint32())).size).toBe(firsts.length);
  });

  test('a state taken anywhere is restored through JSON', () => {
    for (const drawn of [0, 1, 63, 64, 65, 128, 200]) {
      const random = new Random(8, 'checkpoint');
      for (let i = 0; i < drawn; i++) random.uint32();
      expect(random.state.drawn).toBe(drawn);
      const restored = Random.restore(JSON.parse(JSON.stringify(random.state)));
      for (let i = 0; i < 150; i++) expect(restored.uint32()).toBe(random.uint32());
    }
  });

  test('seeds and streams that are not 32-bit whole numbers are refused', () => {
    for (const bad of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => new Random(bad)).toThrow(/seed to be a whole number/);
      expect(() => new Random(0, bad)).toThrow(/stream to be a whole number/);
    }
  });
});

describe('f64 functions agree with Math, within 1e-15', () => {
  const random = new Random(9);
  const worst = (draw: () => number, own: (x: number) => number, theirs: (x: number) => number, floor: number) => {
    let error = 0;
    for (let i = 0; i < 50_000; i++) {
      const x = draw();
      const expected = theirs(x);
      error = Math.max(error, Math.abs(own(x) - expected) / Math.max(Math.abs(expected), floor));
    }
    return error;
  };

  test('log, over all magnitudes and near 1', () => {
    expect(worst(() => 2 ** random.uniform(-1070, 1023), log, Math.log, 0)).toBeLessThan(1e-15);
    expect(worst(() => random.uniform(0.5, 2), log, Math.log, 0)).toBeLessThan(1e-15);
    expect(worst(() => 1 + random.uniform(-1e-6, 1e-6), log, Math.log, 0)).toBeLessThan(1e-15);
    expect([log(1), log(0), log(-0), log(Infinity)]).toEqual([0, -Infinity, -Infinity, Infinity]);
    expect([log(-1), log(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
  });

  test('exp, over the whole range', () => {
    expect(worst(() => random.uniform(-708, 709.7), exp, Math.exp, 0)).toBeLessThan(1e-15);
    expect(worst(() => random.uniform(-1, 1), exp, Math.exp, 0)).toBeLessThan(1e-15);
    expect([exp(0), exp(710), exp(-746), exp(-Infinity), exp(Infinity)]).toEqual([1, Infinity, 0, 0, Infinity]);
    expect(exp(Number.NaN)).toBeNaN();
    expect(exp(-744)).toBe(Math.exp(-744)); // subnormal
  });

  test('sin and cos', () => {
    for (const range of [0.5, 10, 1e5]) {
      const draw = () => random.uniform(-range, range);
      expect(worst(draw, sin, Math.sin, 1e-3)).toBeLessThan(1e-15);
      expect(worst(draw, cos, Math.cos, 1e-3)).toBeLessThan(1e-15);
    }
    expect([sin(0), cos(0)]).toEqual([0, 1]);
    expect(() => sin(1e6)).toThrow(/1e5/);
  });

  test('pow', () => {
    expect(
      worst(
        () => random.uniform(0, 3),
        (x) => pow(x, 2.5),
        (x) => x ** 2.5,
        1e-300,
      ),
    ).toBeLessThan(1e-14);
    expect([pow(-2, 3), pow(2, -2), pow(0, 0), pow(0, 0.5), pow(10, 10)]).toEqual([-8, 0.25, 1, 0, 1e10]);
    expect(pow(-2, 0.5)).toBeNaN();
  });
});
