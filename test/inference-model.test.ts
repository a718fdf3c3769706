// Trained models against their compressed selves, and files that lie about models.

import { describe, expect, test } from 'vitest';
import { crc32 } from '../src/format/crc32.ts';
import {
  activation,
  add,
  averagePooling2d,
  batchNormalization,
  block,
  compress,
  concatenate,
  conv2d,
  dense,
  dropout,
  flatten,
  model as functional,
  input,
  leakyRelu,
  load,
  type Model,
  maxPooling2d,
  prune,
  reshape,
  sequential,
  uniform,
} from '../src/index.ts';
import { sizeOf } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';

const random = new Random(8, 'inference-model');
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());

const cnn = () =>
  sequential([
    conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
    maxPooling2d(),
    conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    maxPooling2d(),
    flatten(),
    dense({ units: 64, activation: 'relu' }),
    dense({ units: 10 }),
  ]);

function branched(): Model {
  const x = input({ shape: [12, 12, 3] });
  const stem = batchNormalization().apply(
    conv2d({ filters: 8, kernelSize: 3, padding: 'same', useBias: false }).apply(x),
  );
  const left = leakyRelu().apply(conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same' }).apply(stem));
  const right = averagePooling2d().apply(activation({ activation: 'relu' }).apply(stem));
  const both = concatenate().apply([add().apply([left, right]), right]);
  const inner = sequential([
    dense({ units: 30, activation: 'sigmoid', inputShape: [576] }),
    dropout({ rate: 0.3 }),
    dense({ units: 24 }),
  ]);
  const wide = reshape({ targetShape: [2, 3, 4] }).apply(inner.apply(flatten().apply(both)));
  return functional({ inputs: x, outputs: flatten().apply(conv2d({ filters: 5, kernelSize: 2 }).apply(wide)) });
}

/** Means and variances as training would leave them. */
function unsettle(model: Model): void {
  for (const { name, values } of model.parameters) {
    if (!/^(gamma|beta|moving|bias)/.test(name)) continue;
    const numbers = normals(values.length);
    values.view.set(name === 'movingVariance' ? numbers.map((value) => value * value + 0.2) : numbers);
  }
}

function agrees(model: Model, batches: readonly number[]): void {
  const size = sizeOf(model.inputs[0].shape);
  for (const relaxed of [true, false]) {
    const fast = compress(model, { relaxed });
    for (const batch of batches) {
      const x = normals(batch * size);
      const [expected, got] = [model.predict(x).data, fast.predict(x).data];
      const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      const error = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - got[i])), 0);
      expect(error).toBeLessThanOrEqual(1e-5 * largest);
    }
    fast.dispose();
  }
}

describe('agrees with the training model', () => {
  for (const [name, make] of [
    ["the article's CNN", cnn],
    ['branches, normalization, strides, a nested model', branched],
  ] as const) {
    test.each([
      ['dense', 0, block(1, 1)],
      ['90% unstructured', 0.9, block(1, 1)],
      ['90% in blocks of 16', 0.9, block(16, 1)],
      ['50% in blocks of 4', 0.5, block(4, 1)],
    ])(`${name}, %s`, (_, amount, structure) => {
      const model = make();
      unsettle(model);
      if (amount) prune(model, { amount, structure, scope: uniform });
      agrees(model, [1, 2, 7, 8, 32, 33, 64]);
    });
  }
});

test("the article's CNN at 90%: sparse forms, and a file at most 0.15 of the dense one", () => {
  const model = cnn();
  const dense = compress(model).toBytes().length;
  prune(model, { amount: 0.9, scope: uniform });
  const sparse = compress(model);
  expect(sparse.explain().map(({ form }) => form === 'dense')).toEqual([false, false, false, true]);
  expect(sparse.toBytes().length / dense).toBeLessThan(0.137);
  prune(model, { amount: 0.9, scope: uniform, structure: block(16, 1) });
});

test('a file of a model that was never compressed loads too', () => {
  const model = branched();
  const x = normals(5 * 432);
  const fast = load(model.toBytes());
  expect(fast.predict(x)).toEqual(compress(model).predict(x));
});

test('3,000 damaged headers with right checksums: an error or an answer', { timeout: 120_000 }, () => {
  const small = sequential([
    conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', inputShape: [6, 6, 2] }),
    maxPooling2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 5, activation: 'relu' }),
  ]);
  prune(small, { amount: 0.5 });
  const good = compress(small).toBytes();
  const header = new DataView(good.buffer).getUint32(16, true);
  let answers = 0;
  for (let round = 0; round < 3000; round++) {
    const bytes = good.slice();
    for (let change = random.integer(3); change >= 0; change--) {
      const place = 20 + random.integer(header);
      bytes[place] = random.integer(2) ? 0x30 + random.integer(10) : bytes[20 + random.integer(header)];
    }
    new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes.subarray(0, bytes.length - 4)), true);
    try {
      const model = load(bytes);
      const size = sizeOf(model.inputs[0].shape);
      if (size > 1e6) continue;
      for (const batch of [1, 3, 9]) model.predict(new Float32Array(batch * size));
      model.dispose();
      answers++;
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(WebAssembly.RuntimeError);
      expect((error as Error).name).toMatch(/^(Error|FormatError|OutOfMemoryError)$/);
    }
  }
  expect(answers).toBeGreaterThan(30);
});
