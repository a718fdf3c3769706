// What takes a signal refuses what cannot tell whether it was aborted, before anything is done.

import { expect, test } from 'vitest';
import { dense, ksvd, loadImdb, loadMnist, loadTextFolder, parseImdb, sensitivity, sequential } from '../src/index.ts';

const model = sequential([dense({ units: 1, inputShape: [1] }), dense({ units: 1 })]);
model.compile({ loss: 'mse', metrics: ['mae'] });

const takers: Record<string, (options: { signal: never }) => Promise<unknown>> = {
  fit: (options) => model.fit([1, 2], [1, 2], options),
  ksvd: (options) => ksvd([1, 2, 3, 4], { atoms: 2, features: 2, ...options }),
  sensitivity: (options) => sensitivity(model, { data: { x: [1], y: [1] }, metric: 'loss', ...options }),
  loadMnist: (options) => loadMnist({ folder: '/nowhere', ...options }),
  loadImdb: (options) => loadImdb({ path: '/nowhere', ...options }),
  parseImdb: (options) => parseImdb(new Uint8Array(), options),
  loadTextFolder: (options) => loadTextFolder('/nowhere', options),
};

for (const [name, take] of Object.entries(takers)) {
  test.each<[signal: unknown, shown: string]>([
    [new AbortController(), 'an AbortController: pass its signal.'],
    [{}, 'an object.'],
    [true, 'true.'],
    [null, 'null.'],
    [{ aborted: 'no' }, 'an object.'],
  ])(`${name}: %o`, async (signal, shown) => {
    const asked = take({ signal: signal as never });
    await expect(asked).rejects.toThrow(TypeError);
    await expect(asked).rejects.toThrow(
      new RegExp(`^${name}(\\(\\))?: expected signal to be an AbortSignal, got ${shown}`),
    );
  });
}

test('any object with a flag will do for fit', async () => {
  expect((await model.fit([1], [1], { signal: { aborted: true } })).epoch).toEqual([]);
});
