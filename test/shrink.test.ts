// The shrunk network computes what the masked one computes.

import { describe, expect, test } from 'vitest';
import { shrink, shrinkReport } from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';
import type { Model } from '../src/training/index.ts';
import { randomModel, randomSequence } from './random-networks.ts';

/** Samples for a model of one input. */
function samples(model: Model, count = 5, seed = 7): Float32Array {
  const random = new Random(seed, 'samples');
  const size = model.inputs[0].shape.reduce((product, axis) => product * axis, 1);
  return Float32Array.from({ length: count * size }, () => random.uniform(-1, 1));
}

/** Tokens, of samples that begin with padding; the first is nothing but padding. */
const tokens = (count = 6): Float32Array =>
  Float32Array.from({ length: 5 * count }, (_, i) => (i % 5 < 5 - Math.floor(i / 5) ? 0 : (7 * i * i) % 12));

/** max|a − b| ≤ 1e-5·max|b| for every output. */
function expectAgreement(a: Model, b: Model, x = samples(b)): void {
  const [ours, theirs] = [a.predictAll(x), b.predictAll(x)];
  expect(ours.map(({ shape }) => shape)).toEqual(theirs.map(({ shape }) => shape));
  for (const [i, { data }] of theirs.entries()) {
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const difference = data.reduce((most, value, at) => Math.max(most, Math.abs(value - ours[i].data[at])), 0);
    expect(difference).toBeLessThanOrEqual(1e-5 * largest);
  }
}

function hasEmptyLayer(model: Model): boolean {
  try {
    shrink(model).dispose();
    return false;
  } catch {
    return true;
  }
}

const size = ({ parameters }: Model) => parameters.reduce((sum, { length }) => sum + length, 0);

const kinds = [
  { kind: 'images and vectors', make: randomModel, count: 300, x: samples },
  { kind: 'sequences', make: randomSequence, count: 150, x: () => tokens() },
];

describe('random graphs', () => {
  test.each(kinds)('of $kind agree, get smaller, and are shrunk no further by a second time', ({ make, count, x }) => {
    let smaller = 0;
    for (let seed = 0; seed < count; seed++) {
      const large = make(seed);
      const before = large.parameters.map(({ values }) => values.view.slice());
      const small = shrink(large, { allowEmpty: true });
      try {
        expectAgreement(small, large, x(large));
        expect(large.parameters.map(({ values }) => values.view.slice())).toEqual(before);
        expect(size(small)).toBeLessThanOrEqual(size(large));
        if (!hasEmptyLayer(large)) expect(size(shrink(small))).toBe(size(small));
      } catch (error) {
        throw new Error(`seed ${seed}\n${(error as Error).message}`);
      }
      if (size(small) < size(large)) smaller++;
      small.dispose();
      large.dispose();
    }
    expect(smaller).toBeGreaterThan((2 * count) / 3);
  });

  const widths: { multiple?: 4 | 8; minimum?: number }[] = [
    { multiple: 4 },
    { multiple: 8 },
    { minimum: 3 },
    { multiple: 4, minimum: 5 },
  ];
  test.each(widths)('agree with %j, and no layer is narrower than that or than it was', (options) => {
    for (let seed = 1000; seed < 1060; seed++) {
      const large = randomModel(seed);
      const small = shrink(large, { ...options, allowEmpty: true });
      expectAgreement(small, large);
      for (const { type, outputs } of shrinkReport(small).layers) {
        const { before, after } = outputs;
        if (type === 'batchNormalization') continue;
        expect(after).toBeGreaterThanOrEqual(Math.min(before, options.minimum ?? 1));
        if (after < before) expect(after % (options.multiple ?? 1)).toBe(0);
      }
      small.dispose();
      large.dispose();
    }
  });
});
