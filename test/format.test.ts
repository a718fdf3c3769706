import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../src/format/crc32.ts';
import {
  type ArrayDescription,
  decodeModel,
  encodeModel,
  FormatError,
  type LayerDescription,
  type ModelDescription,
  readFile,
  saveFile,
} from '../src/format/index.ts';
import { Random } from '../src/tensor/random.ts';

const random = new Random(7, 'format');
const identity = (shape: readonly number[]) => shape.map((_, axis) => axis);

function array(shape: number[], axes = identity(shape)): ArrayDescription {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { shape, axes, data: Float32Array.from({ length: size }, () => random.normal()) };
}

/** Keeps blocks of r×c with that probability. */
function pruned(full: ArrayDescription, density: number, r = 1, c = 1): ArrayDescription {
  const m = full.shape[full.axes[0]];
  const k = full.data.length / m;
  const blocks = new Map<number, number>();
  const mask = Uint8Array.from(full.data, (_, position) => {
    const block = Math.floor(Math.floor(position / k) / r) * k + Math.floor((position % k) / c);
    if (!blocks.has(block)) blocks.set(block, random.uniform() < density ? 1 : 0);
    return blocks.get(block) as number;
  });
  return { ...full, mask, data: full.data.map((value, i) => (mask[i] ? value : 0)) };
}

const layer = (type: string, arrays: Record<string, ArrayDescription> = {}, config = {}): LayerDescription => ({
  type,
  name: `${type}_${random.uint32()}`,
  config,
  arrays,
});

function chain(...layers: LayerDescription[]): ModelDescription {
  const all = [layer('input', {}, { shape: [4] }), ...layers];
  return {
    name: 'chain',
    graph: {
      layers: all,
      nodes: all.map((_, i) => ({ layer: i, inputs: i ? [[i - 1, 0] as const] : [] })),
      inputs: [[0, 0]],
      outputs: [[all.length - 1, 0]],
    },
  };
}

const single = (kernel: ArrayDescription): ModelDescription => chain(layer('dense', { kernel }, { units: 3 }));
const kernelOf = (model: ModelDescription) => model.graph.layers[1].arrays.kernel;
const roundTrip = (kernel: ArrayDescription) => kernelOf(decodeModel(encodeModel(single(kernel))));
const bits = (values: Float32Array) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

/** The article's CNN. */
function cnn(prune: (kernel: ArrayDescription) => ArrayDescription): ModelDescription {
  const conv = (input: number, filters: number) =>
    layer(
      'conv2d',
      { kernel: prune(array([3, 3, input, filters], [3, 2, 0, 1])), bias: array([filters]) },
      configuration,
    );
  const configuration = { filters: 32, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', activation: 'relu' };
  const pool = () => layer('maxPooling2d', {}, { poolSize: [2, 2], strides: [2, 2], padding: 'valid' });
  return chain(
    conv(1, 32),
    pool(),
    conv(32, 64),
    pool(),
    layer('flatten'),
    layer('dense', { kernel: prune(array([1600, 64], [1, 0])), bias: array([64]) }, { units: 64, activation: 'relu' }),
    layer('dense', { kernel: array([64, 10], [1, 0]), bias: array([10]) }, { units: 10, activation: 'softmax' }),
  );
}

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

describe('what is not a model file is refused in one sentence', () => {
  const good = encodeModel(cnn((kernel) => pruned(kernel, 0.1)));

  /** `bytes` with a right length and checksum, so that what is behind them is reached. */
  function sealed(bytes: Uint8Array): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    view.setUint32(12, bytes.length, true);
    view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, bytes.length - 4)), true);
    return bytes;
  }

  /** A file with that header text and payload. */
  function forged(header: string | Uint8Array, payload = new Uint8Array(0)): Uint8Array {
    const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
    const length = Math.ceil(json.length / 4) * 4;
    const bytes = new Uint8Array(20 + length + payload.length + 4);
    bytes.set(good.subarray(0, 20));
    bytes.set(json, 20);
    bytes.fill(0x20, 20 + json.length, 20 + length);
    bytes.set(payload, 20 + length);
    new DataView(bytes.buffer).setUint32(16, length, true);
    return sealed(bytes);
  }

  function refused(bytes: Uint8Array): string {
    try {
      decodeModel(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      const { message } = error as Error;
      expect(message).toMatch(/^[^\n]{10,400}$/);
      return message;
    }
    throw new Error('was accepted');
  }

  const dense = (entry: object) => ({
    type: 'dense',
    name: 'd',
    config: {},
    arrays: { kernel: { shape: [2, 2], axes: [1, 0], ...entry } },
  });
  const graph = (change: object = {}, layers: object[] = [{ type: 'input', name: 'i', config: {}, arrays: {} }]) => ({
    name: 'm',
    graph: { layers, nodes: [{ layer: 0, inputs: [] }], inputs: [[0, 0]], outputs: [[0, 0]], ...change },
  });
  const withEntry = (entry: object, payload = 0) =>
    refused(forged(JSON.stringify(graph({}, [...graph().graph.layers, dense(entry)])), new Uint8Array(payload)));

  test('a forged file that is right is accepted', () => {
    expect(decodeModel(forged(JSON.stringify(graph()))).name).toBe('m');
  });

  test('cut off anywhere', () => {
    for (let length = 0; length < good.length; length += length < 3000 ? 1 : 997) refused(good.slice(0, length));
    for (let length = 24; length < good.length; length += length < 3000 ? 1 : 997)
      refused(sealed(good.slice(0, length)));
  });

  test('foreign, empty, with more behind, of another version', () => {
    expect(refused(new Uint8Array(0))).toContain('not an espalier model file');
    expect(refused(gzipSync(good))).toContain('not an espalier model file');
    expect(refused(new TextEncoder().encode('{"name": "model.json"}'))).toContain('not an espalier model file');
    expect(refused(Uint8Array.from([...good, 0]))).toContain('should have');
    const newer = good.slice();
    newer[8] = 9;
    expect(refused(newer)).toContain('format version 9, this espalier reads version 1');
    newer[8] = 0;
    expect(refused(newer)).toContain('version 0');
  });

  test('headers that lie', () => {
    expect(refused(forged('{"name":'))).toContain('header cannot be read');
    expect(refused(forged(Uint8Array.of(0x22, 0xc3, 0x28, 0x22)))).toContain('header cannot be read');
    expect(refused(forged('[]'))).toContain('the header is not an object');
    expect(refused(forged('['.repeat(100000)))).toContain('nests');
    expect(refused(forged(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`))).toContain('nests');
    expect(refused(forged('{"name":"m","__proto__":{"graph":1}}'))).toContain('__proto__');
    expect(refused(forged(JSON.stringify({ ...graph(), name: 5 })))).toContain('name of the model');
    expect(Object.hasOwn(Object.prototype, 'graph')).toBe(false);
    const huge = good.slice();
    new DataView(huge.buffer).setUint32(16, 0xfffffff0, true);
    expect(refused(sealed(huge))).toContain('header claims');
  });

  test('graphs that are none', () => {
    const broken = (change: object) => refused(forged(JSON.stringify(graph(change))));
    const inputs = [[0, 0]];
    expect(broken({ nodes: [{ layer: 1, inputs: [] }] })).toContain('the layer is 1, expected less than 1');
    expect(broken({ nodes: [{ layer: 0, inputs }] })).toContain('the node is 0, expected less than 0');
    const cycle = [
      { layer: 0, inputs: [[1, 0]] },
      { layer: 0, inputs },
    ];
    expect(broken({ nodes: cycle })).toContain('the node is 1, expected less than 0');
    expect(broken({ outputs: [[0, -1]] })).toContain('whole numbers');
    expect(broken({ outputs: [[0, 0.5]] })).toContain('whole numbers');
    expect(broken({ outputs: [[0, 1e9]] })).toContain('expected less than');
    expect(broken({ outputs: [] })).toContain('no inputs or no outputs');
    expect(broken({ nodes: {} })).toContain('not a list');
    const other = graph({}, [dense({})]);
    expect(refused(forged(JSON.stringify(other), new Uint8Array(16)))).toContain("not a node of type 'input'");
  });

  test('arrays that do not fit', () => {
    expect(withEntry({ shape: [65536, 65536] })).toContain('too large');
    expect(withEntry({ shape: [1e300, 2] })).toContain('whole numbers');
    expect(withEntry({ shape: [16384, 16384] })).toContain('beyond its end');
    expect(withEntry({ axes: [0, 0] })).toContain('axes');
    expect(withEntry({ axes: [0, 2] })).toContain('axes');
    expect(withEntry({ code: 'zip' })).toContain('unknown code');
    expect(withEntry({}, 12)).toContain('beyond its end');
    expect(withEntry({}, 20)).toContain('belong to no array');
    const sparse = { code: 'gaps', block: [1, 1], values: 1, pattern: 2 };
    expect(withEntry({ ...sparse, shape: [30000, 30000] }, 8)).toContain('cannot be made');
    expect(withEntry({ ...sparse, block: [0, 1] }, 8)).toContain('block');
    expect(withEntry({ ...sparse, values: 5 }, 24)).toContain('cannot be made');
    expect(withEntry({ ...sparse, pattern: 4e9 }, 8)).toContain('beyond its end');
  });

  test('positions beyond the end, before the end, or more than there are values', () => {
    const withGaps = (values: number, ...gaps: number[]) => {
      const payload = new Uint8Array(4 * values + Math.ceil(gaps.length / 4) * 4);
      payload.set(gaps, 4 * values);
      const entry = { code: 'gaps', block: [1, 1], values, pattern: gaps.length };
      return forged(JSON.stringify(graph({}, [...graph().graph.layers, dense(entry)])), payload);
    };
    expect([...decodeModel(withGaps(1, 1, 2)).graph.layers[1].arrays.kernel.data]).toEqual([0, 0, 0, 0]);
    for (const gaps of [[1, 3], [1, 1], [5], [255, 255], [0, 0, 0], [1, 2, 0], []]) {
      expect(refused(withGaps(1, ...gaps))).toMatch(/positions|cannot be made/);
    }
    expect(refused(withGaps(2, 1, 2))).toContain('positions');
  });

  test('12,000 random changes, sealed or not: refused or read, never more', { timeout: 120_000 }, () => {
    const small = encodeModel({
      ...chain(
        layer('dense', { kernel: pruned(array([30, 20], [1, 0]), 0.1), bias: array([20]) }, { units: 20 }),
        layer('dense', { kernel: pruned(array([20, 16], [1, 0]), 0.3, 4), bias: array([16]) }, { units: 16 }),
      ),
      extra: { forms: ['csr', 'dense'] },
    });
    const header = 20 + new DataView(small.buffer).getUint32(16, true);
    let accepted = 0;
    for (let round = 0; round < 12000; round++) {
      const bytes = small.slice();
      for (let change = random.integer(3); change >= 0; change--) {
        const place = random.integer(random.uniform() < 0.7 ? header : bytes.length);
        const kind = random.integer(4);
        if (kind === 0) bytes[place] ^= 1 << random.integer(8);
        else if (kind === 1) bytes[place] = random.integer(256);
        else if (kind === 2) bytes[place] = 0x30 + random.integer(10);
        else bytes.copyWithin(place, random.integer(bytes.length), random.integer(bytes.length));
      }
      try {
        decodeModel(round % 4 ? sealed(bytes) : bytes);
        accepted++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(6000);
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

describe('files', () => {
  test('a file is whole or absent, and replaces the one before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'espalier-'));
    try {
      const path = join(folder, 'model.espalier');
      await writeFile(path, 'before');
      await saveFile(path, Uint8Array.of(1, 2, 3));
      expect([...(await readFile(path))]).toEqual([1, 2, 3]);
      expect(await readdir(folder)).toEqual(['model.espalier']);
      await expect(saveFile(join(folder, 'no', 'model'), new Uint8Array(1))).rejects.toThrow(
        /^Cannot write .*no.model: there is no such file or folder\.$/,
      );
      await expect(saveFile(folder, new Uint8Array(1))).rejects.toThrow(/^Cannot write /);
      expect(await readdir(folder)).toEqual(['model.espalier']);
      await expect(readFile(join(folder, 'nothing'))).rejects.toThrow('there is no such file');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
