// Files that are none, are damaged, or lie: refused in one sentence, never more.

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../src/format/crc32.ts';
import { decodeModel, encodeModel, FormatError } from '../src/format/index.ts';
import { array, chain, cnn, layer, pruned, random } from './format-fixture.ts';

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

  test('two layers of one name, which an input and a layer may have', () => {
    const [{ layers }] = [graph().graph];
    const named = (...names: string[]) =>
      forged(JSON.stringify(graph({}, [...layers, ...names.map((name) => ({ ...layers[0], type: 'flatten', name }))])));
    expect(decodeModel(named('a', 'i')).graph.layers.map(({ name }) => name)).toEqual(['i', 'a', 'i']);
    expect(refused(named('a', 'b', 'a'))).toContain("two layers of the graph are named 'a'; names within a model");
  });

  test('a layer that is the same as one before; as one that is not, or not yet, or that holds it, is refused', () => {
    const [input] = graph().graph.layers;
    const flat = { ...input, type: 'flatten', name: 'f' };
    const within = (...layers: object[]) => {
      const inner = graph({}, [input, ...layers]);
      return { ...flat, type: 'model', name: 'n', graph: inner.graph };
    };
    const file = (...layers: object[]) => forged(JSON.stringify(graph({}, [input, ...layers])));
    const { layers } = decodeModel(file(flat, within({ same: 1 }))).graph;
    expect(layers[2].graph?.layers[1]).toBe(layers[1]);
    const again = decodeModel(encodeModel(decodeModel(file(within(flat), { same: 2 })))).graph.layers;
    expect(again[2]).toBe(again[1].graph?.layers[1]);
    expect(refused(file({ same: 1 }))).toContain('what layer 1 is the same as is 1, expected less than 1');
    expect(refused(file(within({ same: 2 }), flat))).toContain('is 2, expected less than 2');
    expect(refused(file(within(), { same: 2 }))).toContain('is 2, expected less than 2');
    for (const same of [-1, 0.5, '0', null, [0]])
      expect(refused(file({ same }))).toContain('not made of whole numbers');
    expect(refused(file(flat, { same: 1 }))).toContain("two layers of the graph are named 'f'");
  });

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
    expect(broken({ inputs: [...inputs, ...inputs] })).toContain('the graph has an input twice');
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
    const zeros = { code: 'bits', block: [16, 8], values: 0, pattern: 127, shape: [1024, 128] };
    expect(withEntry(zeros, 128)).toContain('cannot be made of 0 values and 127 bytes');
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
