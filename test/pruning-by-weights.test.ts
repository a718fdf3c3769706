// Criteria of weights alone, against their formulas.

import { describe, expect, test } from 'vitest';
import { dense } from '../src/layers/index.ts';
import { filters, geometricMedian, lamp, lnMagnitude, prune } from '../src/pruning/index.ts';
import { drawer } from './golden-fixture.ts';
import { expectClose, maskOf, networkOf, parameterOf, scoresOf } from './pruning-fixture.ts';

describe('by weights alone', () => {
  const values = drawer(3)(60);
  const model = () => {
    const made = networkOf(dense({ units: 6, name: 'd', inputShape: [10] }));
    parameterOf(made, 'd').write({ data: values });
    return made;
  };

  test('lamp is w² over the sum of squares no smaller', () => {
    const expected = Array.from(
      values,
      (w) => (w * w) / values.reduce((sum, u) => (Math.abs(u) >= Math.abs(w) ? sum + u * u : sum), 0),
    );
    expectClose(scoresOf(model(), lamp).get('d') ?? [], expected);
  });

  test('geometricMedian: the filter nearest to the others', () => {
    const filter = (o: number) => Array.from({ length: 10 }, (_, i) => values[i * 6 + o]);
    const distance = (a: number, b: number) =>
      Math.sqrt(filter(a).reduce((sum, w, i) => sum + (w - filter(b)[i]) ** 2, 0));
    const sums = [0, 1, 2, 3, 4, 5].map((a) => [0, 1, 2, 3, 4, 5].reduce((sum, b) => sum + distance(a, b), 0));
    const pruned = model();
    prune(pruned, { criterion: geometricMedian, structure: filters, amount: { count: 10 } });
    expect(maskOf(parameterOf(pruned, 'd')).slice(0, 6)).toEqual(
      sums.map((sum) => (sum === Math.min(...sums) ? 0 : 1)),
    );
  });

  test.each([0.5, 1, 2, 3, Infinity])('lnMagnitude(%d): units by their norm', (n) => {
    const norm = (o: number) =>
      Array.from({ length: 10 }, (_, i) => Math.abs(values[i * 6 + o])).reduce(
        (sum, w) => (n === Infinity ? Math.max(sum, w) : sum + w ** n),
        0,
      );
    const norms = [0, 1, 2, 3, 4, 5].map(norm);
    const cut = [...norms].sort((a, b) => a - b)[2];
    const pruned = model();
    prune(pruned, { criterion: lnMagnitude(n), structure: filters, amount: 0.5 });
    expect(maskOf(parameterOf(pruned, 'd')).slice(0, 6)).toEqual(norms.map((value) => (value > cut ? 1 : 0)));
  });
});
