// Rules other than an amount: thresholds, counts, chance, the zeros that are there.

import { describe, expect, test } from 'vitest';
import { dense } from '../src/layers/index.ts';
import { absoluteRule, nonzeroRule, prune, randomRule, thresholdRule, topRule } from '../src/pruning/index.ts';
import { lowest } from '../src/pruning/rules/lowest.ts';
import { maskOf, networkOf, parameterOf } from './pruning-fixture.ts';

describe('rules', () => {
  test("the article's threshold: |w| < rate·max|w| of the tensor goes", () => {
    const model = networkOf(dense({ units: 2, name: 'a', inputShape: [4] }), dense({ units: 2, name: 'b' }));
    parameterOf(model, 'a').write({ data: [0.1, -0.2, 0.5, 1, -1, 0.49, 0.51, 0] });
    parameterOf(model, 'b').write({ data: [0.01, -0.1, 0.02, 0.05] });
    prune(model, { rule: thresholdRule(0.5) });
    expect([...parameterOf(model, 'a').read().data].map(Math.fround)).toEqual(
      [0, 0, 0.5, 1, -1, 0, 0.51, 0].map(Math.fround),
    );
    expect([...parameterOf(model, 'b').read().data].map(Math.fround)).toEqual([0, -0.1, 0, 0.05].map(Math.fround));
  });

  test('random: about p stay (five standard deviations), the seed decides which', () => {
    const model = () => networkOf(dense({ units: 300, name: 'd' }));
    for (const keep of [0, 0.05, 0.3, 0.9, 1]) {
      const one = model();
      const { kept, weights } = prune(one, { rule: randomRule(keep), seed: 4, allowEmpty: true });
      expect(Math.abs(kept - keep * weights)).toBeLessThanOrEqual(5 * Math.sqrt(weights * keep * (1 - keep)));
      const [same, other] = [model(), model()];
      prune(same, { rule: randomRule(keep), seed: 4, allowEmpty: true });
      prune(other, { rule: randomRule(keep), seed: 5, allowEmpty: true });
      expect(maskOf(parameterOf(same, 'd'))).toEqual(maskOf(parameterOf(one, 'd')));
      if (keep > 0 && keep < 1) expect(maskOf(parameterOf(other, 'd'))).not.toEqual(maskOf(parameterOf(one, 'd')));
    }
  });

  test('zeros that sparsification left become a mask', () => {
    const model = networkOf(dense({ units: 3, name: 'd', inputShape: [2] }));
    parameterOf(model, 'd').write({ data: [0, 1, -2, 0, 0, 3] });
    prune(model, { rule: nonzeroRule });
    expect(maskOf(parameterOf(model, 'd'))).toEqual([0, 1, 1, 0, 0, 1]);
  });

  test('absoluteRule and topRule', () => {
    const model = networkOf(dense({ units: 2, name: 'd', inputShape: [4] }));
    parameterOf(model, 'd').write({ data: [0.1, -0.2, 0.5, 1, -1, 0.49, 0.51, 0] });
    prune(model, { rule: absoluteRule(0.2) });
    expect(maskOf(parameterOf(model, 'd'))).toEqual([0, 0, 1, 1, 1, 1, 1, 0].map((bit, i) => (i === 1 ? 1 : bit)));
    prune(model, { rule: topRule(3) });
    expect(maskOf(parameterOf(model, 'd'))).toEqual([0, 0, 0, 1, 1, 0, 1, 0]);
    expect(() => topRule(-1)).toThrow(RangeError);
    expect(() => absoluteRule(Number.NaN)).toThrow(RangeError);
  });
});

describe('the lowest of a list', () => {
  const count = 4000;
  const units = Uint32Array.from({ length: count }, (_, i) => i);
  const hashed = (i: number) => (i * 7919) % 1009;
  const orders: Record<string, (i: number) => number> = {
    rising: (i) => i,
    falling: (i) => -i,
    'rising, then falling': (i) => Math.min(i, count - i),
    'falling, then rising': (i) => Math.max(i, count - i),
    equal: () => 1,
    'a few values': (i) => i % 4,
    saw: (i) => i % 100,
    none: hashed,
  };
  for (const [name, order] of Object.entries(orders)) {
    test(`in the order '${name}': those that sorting finds, in time that grows as the list`, () => {
      let looks = 0;
      const scores = Float64Array.from(units, order);
      const watched = new Proxy(scores, {
        get(target, key) {
          if (key === 'length') return target.length;
          looks++;
          return target[Number(key)];
        },
      });
      const sizes = Uint32Array.from(units, (i) => 1 + (hashed(i) % 3));
      for (const target of [1, count / 2, 1.9 * count]) {
        looks = 0;
        const marked = lowest(watched, sizes, units, target);
        expect(looks).toBeLessThan(40 * count);
        let missing = target;
        const sorted = [...units].sort((a, b) => scores[a] - scores[b] || b - a);
        const expected = new Uint8Array(count);
        for (const unit of sorted) {
          if (missing <= 0 || 2 * missing < sizes[unit]) break;
          expected[unit] = 1;
          missing -= sizes[unit];
        }
        expect(marked).toEqual(expected);
      }
    });
  }
});
