// An engine whose memory is capped before its first use. (A file of its own: the engine is made once in a process.)

import { expect, test } from 'vitest';
import { init, memoryUsage } from '../src/engine/index.ts';
import { Store } from '../src/tensor/index.ts';

test('init({ maximumMemory }) caps the memory, and says what to do when it is reached', () => {
  expect(() => init({ maximumMemory: 1000 })).toThrow('between 2 MiB and 4 GiB');
  init({ maximumMemory: 8 * 2 ** 20 });
  const stores = [new Store(2 ** 19), new Store(2 ** 19)];
  expect(() => stores.push(new Store(2 ** 20))).toThrow(
    /Out of memory: 9 MiB are needed and the engine's memory stops at 8 MiB.*batchSize/,
  );
  expect(memoryUsage().total).toBeLessThanOrEqual(8 * 2 ** 20);
  stores[0].dispose();
  expect(new Store(2 ** 19).view.every((value) => value === 0)).toBe(true);
});
