// What edge hosts lack or do otherwise than Node and browsers.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** A product by an engine that is loaded anew. */
async function product(wasm?: WebAssembly.Module): Promise<number[]> {
  vi.resetModules();
  const { CsrMatrix, init, spmv } = await import('../src/index.ts');
  if (wasm) init({ wasm });
  return [...spmv(CsrMatrix.fromDense([1, 0, 2, 0, 3, 0], { rows: 2, columns: 3 }), [1, 10, 100])];
}

test('a host without FinalizationRegistry', async () => {
  vi.stubGlobal('FinalizationRegistry', undefined);
  expect(await product()).toEqual([201, 30]);
});

test('fit, without setImmediate and MessageChannel, lets timers run', async () => {
  vi.stubGlobal('setImmediate', undefined);
  vi.stubGlobal('MessageChannel', undefined);
  const { breather } = await import('../src/training/breath.ts');
  const breathe = breather();
  let turns = 0;
  setTimeout(() => turns++);
  for (const end = performance.now() + 50; performance.now() < end; );
  await breathe();
  expect(turns).toBe(1);
});

test('a module that was compiled in another realm', async () => {
  const bytes = readFileSync(fileURLToPath(new URL('../build/plain.wasm', import.meta.url)));
  const module = runInNewContext('new WebAssembly.Module(bytes)', { bytes });
  expect(module instanceof WebAssembly.Module).toBe(false);
  expect(await product(module)).toEqual([201, 30]);
});
