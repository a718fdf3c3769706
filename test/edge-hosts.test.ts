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

test('a host that forbids compiling is told what to pass, and the module that is passed is enough', async () => {
  const plain = new WebAssembly.Module(readFileSync(fileURLToPath(new URL('../build/plain.wasm', import.meta.url))));
  const refusal = new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
  const forbidding = class {
    constructor() {
      throw refusal;
    }
    static [Symbol.hasInstance] = (value: unknown) => value === plain;
  };
  vi.stubGlobal('WebAssembly', Object.create(WebAssembly, { Module: { value: forbidding } }));
  const error = await product().catch((error: Error) => error as Error);
  expect(error).toMatchObject({ cause: refusal });
  expect(String(error)).toMatch(
    /'espalier\/plain\.wasm'.*init\(\{ wasm \}\).*\{ plain, relaxed \}.*'wasm-unsafe-eval'/,
  );
  expect(await product(plain)).toEqual([201, 30]);
});
