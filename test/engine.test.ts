// The engine's memory: heap, arena, views, growth, its limit.

import { expect, test } from 'vitest';
import { arena, f32, heap, init, kernels, memoryUsage, OutOfMemoryError } from '../src/engine/index.ts';
import { Batch, Parameter, Store, Tensor } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';

const mebibyte = 2 ** 20;

test('blocks do not overlap, keep their numbers, and are joined again when all are released', () => {
  const random = new Random(1);
  const before = memoryUsage();
  const live: { buffer: ReturnType<typeof heap.allocate>; length: number; mark: number }[] = [];
  for (let round = 0; round < 3000; round++) {
    if (live.length && random.uniform() < 0.5) {
      const [{ buffer, length, mark }] = live.splice(random.integer(live.length), 1);
      expect(f32(buffer, length).every((value) => value === mark)).toBe(true);
      heap.release(buffer);
    } else {
      const length = 1 + random.integer(500);
      const buffer = heap.allocate(4 * length);
      expect(buffer % 64).toBe(0);
      f32(buffer, length).fill(round);
      live.push({ buffer, length, mark: round });
    }
  }
  for (const { buffer } of live) heap.release(buffer);
  expect(memoryUsage().live).toBe(before.live);
  // One block as large as all of them together fits where they were: nothing is left in pieces.
  const whole = heap.allocate(3000 * 2000);
  heap.release(whole);
  expect(memoryUsage().live).toBe(before.live);
});

test('a buffer is released once', () => {
  const buffer = heap.allocate(64);
  heap.release(buffer);
  expect(() => heap.release(buffer)).toThrow('disposed of twice');
});

test('numbers and views survive growth', () => {
  const store = new Store(1000);
  store.view.set(Float32Array.from({ length: 1000 }, (_, i) => i));
  const parameter = new Parameter({ name: 'kernel', shape: [2, 3], axes: [1, 0] });
  parameter.write({ data: [1, 2, 3, 4, 5, 6] });
  const held = store.view;
  const { total } = memoryUsage();
  const large = heap.allocate(total + mebibyte);
  expect(memoryUsage().total).toBeGreaterThan(total);
  expect(held.length, 'a view that was kept is detached, which is why none is').toBe(0);
  expect(store.view[999]).toBe(999);
  expect(Array.from(parameter.read().data)).toEqual([1, 2, 3, 4, 5, 6]);
  heap.release(large);
  store.dispose();
  parameter.dispose();
});

test('a disposed store says so', () => {
  const store = new Store(3);
  store.dispose();
  store.dispose();
  expect(() => store.view).toThrow('disposed of');
});

test('the arena gives back what a step took, also when the step throws, and stops growing', () => {
  const step = () =>
    arena.scope(() => {
      for (let i = 0; i < 40; i++) f32(arena.allocate(400_000), 100_000).fill(i);
    });
  step();
  step();
  const { step: kept, total } = memoryUsage();
  for (let i = 0; i < 100; i++) step();
  expect(() =>
    arena.scope(() => {
      arena.allocate(1000);
      throw new Error('midway');
    }),
  ).toThrow('midway');
  step();
  expect(memoryUsage()).toMatchObject({ step: kept, total });
});

test('nested scopes keep what the outer one allocated', () => {
  arena.scope(() => {
    const outer = arena.allocate(4000);
    f32(outer, 1000).fill(7);
    for (let i = 0; i < 50; i++) arena.scope(() => f32(arena.allocate(3 * mebibyte), 100).fill(1));
    expect(f32(outer, 1000).every((value) => value === 7)).toBe(true);
  });
});

test('more memory than there can be is one clear error, and leaves the engine at work', () => {
  const before = memoryUsage();
  expect(() => new Store(2 ** 30)).toThrow(OutOfMemoryError);
  expect(() => new Store(2 ** 30)).toThrow(/4\d\d\d MiB are needed .* stops at 4096 MiB.* smaller batchSize/);
  expect(memoryUsage()).toEqual(before);
  const store = new Store(10);
  expect(store.view.length).toBe(10);
  store.dispose();
});

test('init() comes first or is refused', () => {
  expect(kernels().panel_rows()).toBe(5);
  expect(() => init({ maximumMemory: 100 * mebibyte })).toThrow('before the first tensor or model');
  expect(() => init({ relaxed: false })).toThrow('before the first tensor or model');
});

test('samples come back as they went in, whatever the slabs', () => {
  const random = new Random(2);
  for (const shape of [[5], [3, 4, 2], [2, 7]]) {
    for (const [size, slab, multiple] of [
      [1, 32, 1],
      [1, 32, 16],
      [3, 32, 1],
      [33, 32, 16],
      [70, 32, 16],
      [64, 64, 16],
      [7, 3, 1],
    ]) {
      const features = shape.reduce((a, b) => a * b);
      const data = Float32Array.from({ length: size * features }, () => random.normal());
      arena.scope(() => {
        const tensor = Tensor.from(data, shape, new Batch(size, slab, multiple));
        expect(tensor.toArray()).toEqual(data);
      });
    }
  }
});

test('a slab holds channel, row, column, sample, with zeros for padding', () => {
  arena.scope(() => {
    // Two samples of 2 rows, 1 column, 3 channels: sample s, row r, channel c is 100 s + 10 r + c.
    const data = [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112];
    const tensor = Tensor.from(data, [2, 1, 3], new Batch(2, 32, 4));
    expect(Array.from(tensor.view)).toEqual([
      0, 100, 0, 0, 10, 110, 0, 0, 1, 101, 0, 0, 11, 111, 0, 0, 2, 102, 0, 0, 12, 112, 0, 0,
    ]);
  });
});

test('a parameter is stored output-major and read in Keras shape', () => {
  const dense = new Parameter({ name: 'kernel', shape: [2, 3], axes: [1, 0] });
  dense.write({ data: [1, 2, 3, 4, 5, 6], shape: [2, 3] });
  expect(Array.from(dense.values.view)).toEqual([1, 4, 2, 5, 3, 6]);
  dense.setMask([1, 0, 1, 1, 1, 0]);
  expect(Array.from(dense.read().data)).toEqual([1, 2, 3, 0, 5, 0]);
  dense.write({ data: [9, 9, 9, 9, 9, 9] });
  expect(Array.from(dense.read().data), 'pruned stays pruned').toEqual([9, 9, 9, 0, 9, 0]);
  expect(() => dense.write({ data: [1, 2], shape: [1, 2] })).toThrow('kernel: expected the shape [2, 3], got [1, 2]');
  expect(() => dense.setMask([1, 1, 1, 1, 1, 0.5])).toThrow('0 (pruned) and 1 (kept), got 0.5 at position 5');
  expect(() => dense.setMask([1])).toThrow('a mask of 6 positions, got 1');
  const conv = new Parameter({ name: 'kernel', shape: [2, 1, 2, 2], axes: [3, 2, 0, 1] });
  conv.write({ data: [0, 1, 10, 11, 100, 101, 110, 111] }); // 100 row + 10 in + out
  expect(Array.from(conv.values.view)).toEqual([0, 100, 10, 110, 1, 101, 11, 111]);
  dense.dispose();
  conv.dispose();
});
