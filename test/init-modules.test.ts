// init({ wasm }): whose modules are taken, and which kernels run on them. The engine is loaded anew for each.

import { expect, test, vi } from 'vitest';
import type { InitOptions } from '../src/index.ts';
import { module } from './kernels/binaries.ts';

const plain = module('plain') as WebAssembly.Module;
const relaxed = module('relaxed');

/** A module that exports `panel_rows` alone, which gives `rows`. */
const rowsOnly = (rows: number): WebAssembly.Module => {
  const name = [...new TextEncoder().encode('panel_rows')];
  const type = [1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0];
  const code = [10, 6, 1, 4, 0, 0x41, rows, 0x0b];
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...type, 7, 14, 1, 10, ...name, 0, 0, ...code];
  return new WebAssembly.Module(Uint8Array.from(bytes));
};

/** Has the panels of the relaxed binary, wherever that can be compiled, and no other kernel: who runs on it fails. */
const onlyRelaxed = rowsOnly(6);

async function loadAnew(options: InitOptions) {
  vi.resetModules();
  const espalier = await import('../src/index.ts');
  espalier.init(options);
  return espalier;
}

/** What training, and inference on what it made, give after init(). */
async function answers(options: InitOptions) {
  const { compress, dense, sequential } = await loadAnew(options);
  const model = sequential([dense({ units: 24, activation: 'tanh', inputShape: [32] }), dense({ units: 4 })]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const x = Float32Array.from({ length: 64 * 32 }, (_, i) => Math.sin(i));
  const y = Float32Array.from({ length: 64 * 4 }, (_, i) => Math.cos(i));
  await model.fit(x, y, { epochs: 2 });
  return { weights: model.getWeights().map(({ data }) => data), inference: compress(model).predict(x).data };
}

test('the two binaries are told apart', async () => {
  vi.resetModules();
  const { flavourOf } = await import('../src/engine/index.ts');
  expect(flavourOf(plain)).toBe('plain');
  if (relaxed) expect(flavourOf(relaxed)).toBe('relaxed');
  expect(flavourOf(onlyRelaxed)).toBe('relaxed');
  expect(flavourOf(rowsOnly(7))).toBeUndefined();
});

test('a relaxed module serves inference, and leaves products and training as they were', async () => {
  const { CsrMatrix, dense, compress, sequential, spmv } = await loadAnew({ wasm: onlyRelaxed });
  expect([...spmv(CsrMatrix.fromDense([1, 0, 2], { rows: 1, columns: 3 }), [1, 10, 100])]).toEqual([201]);
  const model = sequential([dense({ units: 1, inputShape: [3] })]);
  model.compile({ loss: 'mse' });
  await model.fit([1, 2, 3], [1]);
  expect(() => compress(model).predict([1, 2, 3])).toThrow('is not a function');
});

test('with relaxed: false it serves nothing', async () => {
  const usual = await answers({ relaxed: false });
  for (const wasm of [onlyRelaxed, { plain, relaxed: onlyRelaxed }]) {
    expect(await answers({ wasm, relaxed: false })).toEqual(usual);
    expect(await answers({ wasm, relaxed: false, deterministic: false })).toEqual(usual);
  }
});

test.skipIf(!relaxed)('the real relaxed module: the bits of training are those of the plain one', async () => {
  const both = { plain, relaxed: relaxed as WebAssembly.Module };
  const usual = await answers({});
  for (const wasm of [both.relaxed, both]) {
    expect(await answers({ wasm })).toEqual(usual);
    expect(await answers({ wasm, deterministic: false })).toEqual(await answers({ deterministic: false }));
  }
  expect(await answers({ wasm: plain })).toEqual(await answers({ relaxed: false }));
  const { weights } = await answers({ deterministic: false });
  expect(weights).not.toEqual(usual.weights);
});

const ours = "expected wasm to be the compiled module of 'espalier/plain.wasm' or 'espalier/relaxed.wasm'";

test.each<[what: string, options: object, message: string]>([
  ['a foreign module', { wasm: rowsOnly(7) }, `init: ${ours}, or both as { plain, relaxed }, got another module.`],
  ['a namespace', { wasm: { default: plain } }, "got an object (of what was imported as a namespace, pass 'default')."],
  ['a promise', { wasm: Promise.resolve(plain) }, 'got a Promise.'],
  ['a path', { wasm: 'plain.wasm' }, 'got "plain.wasm".'],
  ['bytes', { wasm: new Uint8Array(8) }, 'got a Uint8Array.'],
  ['null', { wasm: null }, 'got null.'],
  ['what instantiate() gives', { wasm: { module: plain, instance: {} } }, `${ours}, or both`],
  ['nothing in an object', { wasm: {} }, 'got an object.'],
  [
    'one in the place of the other',
    { wasm: { relaxed: plain } },
    "init: expected wasm.relaxed to be the compiled module of 'espalier/relaxed.wasm', got that of 'espalier/plain.wasm'.",
  ],
  ['a promise among them', { wasm: { plain: Promise.resolve(plain) } }, "'espalier/plain.wasm', got a Promise."],
  ['a flag in words', { relaxed: 'no' }, 'init: expected relaxed to be true or false, got "no".'],
  ['a number as a flag', { deterministic: 0 }, 'init: expected deterministic to be true or false, got 0.'],
])('%s is refused at once, and sets nothing', async (_, options, message) => {
  const espalier = await loadAnew({});
  expect(() => espalier.init({ maximumMemory: 2 ** 21, ...options } as InitOptions)).toThrow(message);
  // More than the 2 MiB of the cap.
  expect(() => espalier.gemm(new Float32Array(2 ** 20), [1], { m: 2 ** 20, k: 1, n: 1 })).not.toThrow();
});
