// The model file: what was written comes back to the bit, and pruned weights take no room.

import { createHash } from 'node:crypto';
import { gzipSync, crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../src/format/crc32.ts';
import { type ArrayDescription, decodeModel, encodeModel, type ModelDescription } from '../src/format/index.ts';
import { array, chain, cnn, layer, pruned, random, single } from './format-fixture.ts';

const kernelOf = (model: ModelDescription) => model.graph.layers[1].arrays.kernel;
const roundTrip = (kernel: ArrayDescription) => kernelOf(decodeModel(encodeModel(single(kernel))));
const bits = (values: Float32Array) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

test('CRC-32 is that of zlib', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  const checksum = zlibCrc32 as ((bytes: Uint8Array) => number) | undefined;
  for (let length = 0; length < 40; length++) {
    const bytes = Uint8Array.from({ length }, () => random.integer(256));
    if (checksum) expect(crc32(bytes)).toBe(checksum(bytes));
    expect(crc32(bytes)).toBe(gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8));
  }
});

describe('a model comes back as it was', () => {
  test('graph, configurations, nested graph, extra, state', () => {
    const inner = chain(layer('dense', { kernel: array([4, 3], [1, 0]) }, { units: 3, name: 'ä€😀' })).graph;
    const model: ModelDescription = {
      ...chain({ ...layer('model'), graph: inner }, layer('add', {}, { deep: { list: [1, null, 'x', { y: true }] } })),
      extra: { forms: { dense: 'csr' } },
      state: { 'adam/m/0': pruned(array([30, 40]), 0.1), step: array([]) },
    };
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  const shapes: [string, number[], number[]][] = [
    ['dense', [37, 19], [1, 0]],
    ['convolution', [3, 3, 5, 18], [3, 2, 0, 1]],
    ['a row', [700, 1], [1, 0]],
    ['a column', [1, 700], [1, 0]],
    ['empty', [0, 4], [1, 0]],
  ];
  const structures = [
    [1, 1],
    [4, 1],
    [16, 1],
    [1, 8],
    [4, 4],
    [3, 2],
  ];
  for (const [name, shape, axes] of shapes) {
    for (const density of [0, 0.01, 0.1, 0.5, 0.95, 1]) {
      test(`${name}, density ${density}, every structure, with and without mask`, () => {
        for (const [r, c] of structures) {
          const kernel = pruned(array(shape, axes), density, r, c);
          expect(roundTrip(kernel)).toEqual(kernel);
          const { mask: _, ...plain } = kernel;
          const back = roundTrip(plain);
          expect(back.mask).toBeUndefined();
          expect(bits(back.data)).toEqual(bits(plain.data));
        }
      });
    }
  }

  test('a kept weight of 0 stays kept, and −0, NaN, ∞ and subnormals keep their bits', () => {
    const kernel = pruned(array([40, 20], [1, 0]), 0.1);
    const kept = [...kernel.data.keys()].filter((i) => kernel.mask?.[i]);
    [0, -0, Number.NaN, Infinity, -Infinity, 1e-45].forEach((value, i) => {
      kernel.data[kept[i]] = value;
    });
    const back = roundTrip(kernel);
    expect([...(back.mask ?? [])]).toEqual([...(kernel.mask ?? [])]);
    expect(bits(back.data)).toEqual(bits(kernel.data));
    const plain = { ...array([300]), data: new Float32Array(300) };
    plain.data[7] = -0;
    expect(bits(roundTrip(plain).data)).toEqual(bits(plain.data));
  });

  test('the same model gives the same bytes', () => {
    const model = cnn((kernel) => pruned(kernel, 0.1));
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(encodeModel(decodeModel(encodeModel(model))))).toBe(hash(encodeModel(model)));
  });
});

describe('size', () => {
  const dense = encodeModel(cnn((kernel) => kernel)).length;
  /** Exactly a tenth kept, by blocks of r. */
  const tenth = (r: number) => (kernel: ArrayDescription) => {
    const m = kernel.shape[kernel.axes[0]];
    const k = kernel.data.length / m;
    const blocks = random.shuffle(Uint32Array.from({ length: (m / r) * k }, (_, i) => i)).slice(0, ((m / r) * k) / 10);
    const kept = new Set(blocks);
    const mask = kernel.data.map((_, i) => (kept.has(Math.floor(i / k / r) * k + (i % k)) ? 1 : 0));
    return { ...kernel, mask: Uint8Array.from(mask), data: kernel.data.map((value, i) => (mask[i] ? value : 0)) };
  };

  test("the article's CNN at 90% is at most 0.136 of the dense file, in blocks of 16×1 at most 0.12", () => {
    const numbers = 288 + 32 + 18432 + 64 + 102400 + 64 + 640 + 10;
    expect(dense - 4 * numbers).toBeLessThan(2500);
    expect(encodeModel(cnn(tenth(1))).length / dense).toBeLessThan(0.136);
    expect(encodeModel(cnn(tenth(16))).length / dense).toBeLessThan(0.12);
  });

  test('one weight in a thousand kept, one in ten thousand, and none: little is written, and it is read again', () => {
    const [m, k] = [512, 500];
    const rest = encodeModel(single(array([1, 1], [1, 0]))).length;
    for (const [kept, most] of [
      [16, 1200],
      [1, 400],
      [0, 400],
    ]) {
      const mask = new Uint8Array(m * k);
      for (let block = 0; block < kept; block++) {
        for (let i = 0; i < 16; i++) mask[(32 * block + i) * k + 31 * block] = 1;
      }
      const kernel = { shape: [k, m], axes: [1, 0], data: Float32Array.from(mask), mask };
      const file = encodeModel(single(kernel));
      expect(decodeModel(file).graph.layers[1].arrays.kernel.data).toEqual(kernel.data);
      expect(file.length - rest).toBeLessThan(most + 100);
    }
  });

  test('no pattern makes an array larger than dense and a bit per weight', () => {
    for (const density of [0.02, 0.2, 0.5, 0.8, 0.99]) {
      const kernel = pruned(array([100, 100], [1, 0]), density);
      const kept = kernel.mask?.reduce((sum, keep) => sum + keep, 0) ?? 0;
      const rest = encodeModel(single(array([1, 1], [1, 0]))).length;
      expect(encodeModel(single(kernel)).length - rest).toBeLessThan(
        Math.min(4 * kept + 10000 / 8, 5.1 * kept + 50) + 100,
      );
    }
  });
});

describe('what cannot be written is refused', () => {
  test('arrays, references and settings that no file can hold', () => {
    const kernel = array([2, 3]);
    expect(() => encodeModel(single({ ...kernel, shape: [3, 3] }))).toThrow('cannot have 6 numbers');
    expect(() => encodeModel(chain(layer('dense', {}, { rate: Number.NaN })))).toThrow("'rate' is NaN");
    expect(() => encodeModel(chain(layer('dense', {}, { f: () => 1 })))).toThrow("'f' is");
    const loop = single(kernel);
    const nodes = loop.graph.nodes.map((node) => ({ ...node, inputs: [[1, 0] as const] }));
    expect(() => encodeModel({ ...loop, graph: { ...loop.graph, nodes } })).toThrow('cannot be saved');
  });
});
