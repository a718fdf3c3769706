// The generated digits: the same bits everywhere, a prefix of more of them, and as hard as they shall be for a linear model.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { takeDataset, takeSplit } from '../../src/data/dataset.ts';
import { generateDigits, generatedDigits } from '../../src/data/digits.ts';

const bits = (images: Float32Array) => createHash('sha256').update(new Uint8Array(images.slice().buffer)).digest('hex');

describe('generateDigits', () => {
  test('has the same bits on every machine', () => {
    const { images, labels } = generateDigits({ count: 200, seed: 1 });
    expect([...labels.subarray(0, 12)]).toEqual([4, 6, 5, 5, 1, 8, 3, 6, 9, 2, 2, 8]);
    expect(bits(images)).toBe('6642c98076091307f32e981bb26213f4c963f9015585ed9163b99b0681177b3b');
  });

  test('image i depends on seed, stream and i only', () => {
    const all = generateDigits({ count: 20, seed: 5 });
    const some = generateDigits({ count: 6, seed: 5, start: 9 });
    expect(some).toEqual({ ...takeSplit(all, 9, 15), images: all.images.slice(9 * 784, 15 * 784) });
    for (const other of [{ seed: 6 }, { seed: 5, stream: 'test' }]) {
      const { images } = generateDigits({ count: 20, ...other });
      for (let i = 0; i < 20; i++) {
        expect(bits(images.subarray(i * 784, (i + 1) * 784))).not.toBe(
          bits(all.images.subarray(i * 784, (i + 1) * 784)),
        );
      }
    }
  });

  test('grey levels are whole 255ths, ink is rare and inside, digits are equally likely', () => {
    const { images, labels } = generateDigits({ count: 4000, seed: 2 });
    const counts = new Array(10).fill(0);
    for (const label of labels) counts[label]++;
    for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(90);
    expect(images.every((v) => v >= 0 && v <= 1 && Math.fround(Math.round(v * 255) / 255) === v)).toBe(true);
    const mean = images.reduce((sum, v) => sum + v, 0) / images.length;
    expect(mean).toBeGreaterThan(0.1);
    expect(mean).toBeLessThan(0.16);
    for (let i = 0; i < 4000; i++) {
      expect(Math.max(...images.subarray(i * 784, (i + 1) * 784)), `image ${i} has ink`).toBeGreaterThan(0.6);
    }
  });

  test('an image of twice the size shows the same digit', () => {
    const small = generateDigits({ count: 30, seed: 3 });
    const large = generateDigits({ count: 30, seed: 3, size: 56 });
    expect(large.shape).toEqual([56, 56, 1]);
    expect(large.labels).toEqual(small.labels);
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = 0; i < small.images.length; i++) {
      const [image, row, column] = [Math.floor(i / 784), Math.floor((i % 784) / 28), i % 28];
      const corner = image * 3136 + row * 112 + column * 2;
      const b = [0, 1, 56, 57].reduce((sum, offset) => sum + large.images[corner + offset] / 4, 0);
      const a = small.images[i];
      ab += a * b;
      aa += a * a;
      bb += b * b;
    }
    expect(ab / Math.sqrt(aa * bb)).toBeGreaterThan(0.95);
  });

  test('refuses what it cannot make', () => {
    expect(() => generateDigits({ count: -1 })).toThrow(
      'generateDigits: expected count to be a whole number from 0, got -1.',
    );
    expect(() => generateDigits({ count: 1.5 })).toThrow(RangeError);
    expect(() => generateDigits({ count: 1, start: -1 })).toThrow(/start/);
    expect(() => generateDigits({ count: 1, size: 4 })).toThrow(/size/);
    expect(() => generateDigits({ count: 1, seed: 0.5 })).toThrow(/seed/);
    expect(generateDigits({ count: 0 }).images).toHaveLength(0);
  });
});

describe('how hard the generated digits are', () => {
  const { train, test: heldOut } = generatedDigits();
  const pixels = 784;

  test('a linear model stays below 95%', () => {
    const weights = new Float64Array(10 * (pixels + 1));
    const classify = (images: Float32Array, at: number, logits: Float64Array) => {
      for (let c = 0; c < 10; c++) logits[c] = weights[c * (pixels + 1) + pixels];
      for (let p = 0; p < pixels; p++) {
        const x = images[at + p];
        if (x > 0) for (let c = 0; c < 10; c++) logits[c] += weights[c * (pixels + 1) + p] * x;
      }
      return logits.indexOf(Math.max(...logits));
    };
    const logits = new Float64Array(10);
    const accuracy = () => {
      let right = 0;
      for (let i = 0; i < heldOut.count; i++) {
        if (classify(heldOut.images, i * pixels, logits) === heldOut.labels[i]) right++;
      }
      return right / heldOut.count;
    };
    let best = 0;
    for (let epoch = 0; epoch < 12; epoch++) {
      const rate = 0.05 / (1 + epoch / 2);
      for (let i = 0; i < train.count; i++) {
        const at = i * pixels;
        const top = logits[classify(train.images, at, logits)];
        let sum = 0;
        for (let c = 0; c < 10; c++) sum += logits[c] = Math.exp(logits[c] - top);
        for (let c = 0; c < 10; c++) logits[c] = rate * (logits[c] / sum - (c === train.labels[i] ? 1 : 0));
        for (let c = 0; c < 10; c++) weights[c * (pixels + 1) + pixels] -= logits[c];
        for (let p = 0; p < pixels; p++) {
          const x = train.images[at + p];
          if (x > 0) for (let c = 0; c < 10; c++) weights[c * (pixels + 1) + p] -= logits[c] * x;
        }
      }
      best = Math.max(best, accuracy());
    }
    expect(best).toBeGreaterThan(0.88);
    expect(best).toBeLessThan(0.95);
  });

  test('the nearest neighbour passes 95%: there is a digit in every image', () => {
    let right = 0;
    for (let i = 0; i < 300; i++) {
      const image = Float64Array.from(heldOut.images.subarray(i * pixels, (i + 1) * pixels));
      let nearest = Infinity;
      let label = -1;
      for (let j = 0; j < train.count; j++) {
        let distance = 0;
        for (let p = 0, at = j * pixels; p < pixels && distance < nearest; p += 28) {
          for (let q = p; q < p + 28; q++) distance += (image[q] - train.images[at + q]) ** 2;
        }
        if (distance < nearest) {
          nearest = distance;
          label = train.labels[j];
        }
      }
      if (label === heldOut.labels[i]) right++;
    }
    expect(right / 300).toBeGreaterThan(0.95);
  });
});

describe('takeDataset', () => {
  test('takes the first images as views of the same memory', () => {
    const dataset = generatedDigits({ train: 5, test: 3, seed: 4 });
    const some = takeDataset(dataset, { train: 2 });
    expect([some.train.count, some.test.count, some.train.images.length]).toEqual([2, 3, 2 * 784]);
    expect(some.train.images.buffer).toBe(dataset.train.images.buffer);
    expect(takeSplit(dataset.train, 3).labels).toEqual(dataset.train.labels.subarray(3));
    expect(() => takeDataset(dataset, { test: 4 })).toThrow(
      'takeSplit: expected end to be a whole number from 0 to 3, got 4.',
    );
    expect(() => takeSplit(dataset.train, 3, 2)).toThrow(RangeError);
  });
});
