// An engine whose memory is capped before its first use. (A file of its own: the engine is made once in a process.)

import { afterEach, describe, expect, test } from 'vitest';
import { arena, heap, OutOfMemoryError } from '../src/engine/index.ts';
import { compress, init, memoryUsage } from '../src/inference/index.ts';
import { Store } from '../src/tensor/index.ts';
import { Drawing } from './inference-fixture.ts';

const mebibyte = 2 ** 20;
const cap = 8 * mebibyte;

afterEach(() => expect(memoryUsage().live).toBe(0));

test('there is no memory before the first tensor, and to ask for its use makes none', () => {
  expect(memoryUsage()).toEqual({ live: 0, step: 0, total: 0 });
});

test('an unknown option of init() is refused, and sets nothing', () => {
  expect(() => init({ maximumMemory: 2 ** 21, determinstic: false } as object)).toThrow(
    "init: unknown option 'determinstic': expected one of wasm, relaxed, deterministic, maximumMemory.",
  );
});

test('init({ maximumMemory }) caps the memory, and says what to do when it is reached', () => {
  expect(() => init({ maximumMemory: 1000 })).toThrow('between 2 MiB and 4 GiB');
  init({ maximumMemory: cap });
  const stores = [new Store(2 ** 19), new Store(2 ** 19)];
  expect(() => stores.push(new Store(2 ** 20))).toThrow(
    /Out of memory: 9 MiB are needed and the engine's memory stops at 8 MiB.*batchSize.*an inference model in smaller calls/,
  );
  expect(memoryUsage().total).toBeLessThanOrEqual(cap);
  stores[0].dispose();
  stores[0] = new Store(2 ** 19);
  expect(stores[0].view.every((value) => value === 0)).toBe(true);
  for (const store of stores) store.dispose();
});

test('a step that ends keeps its result, or its error, where its chunks do not fit in one piece', () => {
  const inTheWay = (end: () => string) => {
    let live: ReturnType<typeof heap.allocate> | undefined;
    try {
      return arena.scope(() => {
        arena.allocate(2 * mebibyte);
        live = heap.allocate(mebibyte);
        arena.allocate(3 * mebibyte);
        return end();
      });
    } finally {
      if (live !== undefined) heap.release(live);
    }
  };
  const result = () => inTheWay(() => 'the result');
  expect(result()).toBe('the result');
  const fail = () => {
    throw new Error('the real error');
  };
  expect(() => inTheWay(fail)).toThrow('the real error');
  expect(result()).toBe('the result');
  expect(memoryUsage().total).toBeLessThanOrEqual(cap);
});

test('what a step took near the cap is free again when it failed', () => {
  const tooMuch = () => arena.scope(() => Array.from({ length: 20 }, () => arena.allocate(mebibyte / 2)));
  expect(tooMuch).toThrow(OutOfMemoryError);
  const live = heap.allocate(5 * mebibyte);
  heap.release(live);
});

test('a step gets what there is, though not all that would save the next one a chunk', () => {
  arena.scope(() => {
    const big = arena.allocate(5 * mebibyte);
    const small = arena.allocate(2 * mebibyte);
    expect(small).toBeGreaterThanOrEqual(big + 5 * mebibyte);
    expect(() => arena.allocate(2 * mebibyte)).toThrow('Out of memory');
  });
});

describe('an inference model too large for the memory', () => {
  const draw = new Drawing({ density: 0.9, block: 1 });
  const wide = draw.model(draw.dense(draw.dense(draw.input(4), 4, 1000), 1000, 1000));
  const pixels = new Drawing();
  const image = pixels.model(pixels.conv(pixels.input(9, 9, 200), [3, 3], 200, 500, { padding: 'same' }));

  for (const [what, model, size] of [
    ['in panels', wide, 4],
    ['in tiles of an image', image, 81 * 200],
  ] as const) {
    test(`${what} says so each time, and gives back what it took`, () => {
      const net = compress({ describe: () => model });
      const fail = () => {
        expect(() => net.predict(new Float32Array(64 * size))).toThrow(OutOfMemoryError);
        return memoryUsage().live;
      };
      expect([fail(), fail()]).toEqual(Array(2).fill(fail()));
      net.dispose();
      expect(memoryUsage().live).toBe(0);
    });
  }

  test('leaves room for a smaller one', () => {
    const net = compress({ describe: () => wide });
    expect(() => net.predict(new Float32Array(64 * 4))).toThrow(OutOfMemoryError);
    const small = new Drawing();
    const other = compress({ describe: () => small.model(small.dense(small.input(2), 2, 3)) });
    expect(other.predict([1, 2]).shape).toEqual([1, 3]);
    for (const model of [net, other]) model.dispose();
  });

  test('nothing is left of what was measured or counted when there was no room', () => {
    const taken = heap.allocate(4 * mebibyte);
    const { live } = memoryUsage();
    const sampleInputs = [new Float32Array(64 * 81 * 200)];
    expect(() => compress({ describe: () => image }, { sampleInputs })).toThrow(OutOfMemoryError);
    expect(memoryUsage().live).toBe(live);
    expect(() => compress({ describe: () => wide }, { calibrate: true, batch: 64 })).toThrow(OutOfMemoryError);
    expect(memoryUsage().live).toBe(live);
    heap.release(taken);
  });
});
