// The bench's arithmetic and its row format, on an entry whose time is known to be long.

import { expect, test } from 'vitest';
import { header } from '../bench/header.ts';
import { measure } from '../bench/measure.ts';
import { operations } from '../bench/operations.ts';
import type { Entry } from '../bench/row.ts';

/** Takes `milliseconds` of processor time. */
function entry(milliseconds: number, sparsity: number): Entry {
  return {
    name: 'spin',
    op: 'spmm',
    shape: { m: 1, k: 2, n: 3 },
    sparsity,
    structure: 'unstructured',
    variant: 'plain',
    flops: 1e6,
    denseFlops: 4e6,
    prepare: () => () => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    },
  };
}

test('rows carry best and median seconds, rates and the speed-up over the first', () => {
  const [slow, fast] = measure([entry(1, 0), entry(0.5, 0.75)]);
  for (const row of [slow, fast]) {
    expect(row.seconds.median).toBeGreaterThanOrEqual(row.seconds.min);
    expect(row.gflops).toBeCloseTo(1e-3 / row.seconds.min, 10);
    expect(row.denseEquivalentGflops).toBeCloseTo(4e-3 / row.seconds.min, 10);
  }
  expect(slow.seconds.min).toBeGreaterThanOrEqual(0.0009);
  expect(slow.speedup).toBe(1);
  expect(fast.speedup).toBeCloseTo(slow.seconds.min / fast.seconds.min, 10);
  expect(fast.speedup).toBeGreaterThan(1.5);
  expect(Object.keys(fast).sort()).toEqual(
    [
      'denseEquivalentGflops',
      'gflops',
      'name',
      'op',
      'seconds',
      'shape',
      'sparsity',
      'speedup',
      'structure',
      'variant',
    ].sort(),
  );
});

test('no two groups have one title, and the header says what ran', () => {
  const titles = operations.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  expect(header()).toMatchObject({ node: process.version, v8: process.versions.v8 });
});
