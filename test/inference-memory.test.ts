// What inference takes of memory, and gives back.

import { describe, expect, test } from 'vitest';
import { memoryUsage } from '../src/engine/index.ts';
import { compress } from '../src/inference/index.ts';
import { bytesPerCall, Drawing, normals } from './inference-fixture.ts';

describe('memory', () => {
  const net = () => {
    const draw = new Drawing({ density: 0.2, block: 1 });
    const conv = draw.conv(draw.input(12, 12, 1), [3, 3], 1, 16, { activation: 'relu', padding: 'same' });
    const flat = draw.layer('flatten', {}, [draw.layer('maxPooling2d', {}, [conv])]);
    return draw.model(draw.dense(flat, 576, 10));
  };

  test('dispose gives everything back; afterwards predict says so', () => {
    const before = memoryUsage().live;
    const model = compress({ describe: net });
    const x = normals(144 * 70);
    for (const batch of [1, 70, 3, 4, 5, 6, 7, 8]) model.predict(x.subarray(0, 144 * batch));
    expect(memoryUsage().live).toBeGreaterThan(before);
    model.dispose();
    expect(memoryUsage().live).toBe(before);
    expect(() => model.predict(x.subarray(0, 144))).toThrow('was disposed of');
  });

  test('widths that come and go leave nothing behind', () => {
    const model = compress({ describe: net }, { batch: 32 });
    const x = normals(144 * 32);
    const live = [32, 29, 30, 31, 5, 6, 7, 8, 9, 10, 29, 30, 31].map((batch) => {
      model.predict(x.subarray(0, 144 * batch));
      return memoryUsage().live;
    });
    expect(model.explain().map(({ form }) => form)).not.toContain('dense');
    expect(live.at(-1)).toBe(live[3]);
    model.dispose();
  });

  test('predict(x, out) writes to out, returns the same object, and needs no more memory', () => {
    const model = compress({ describe: net });
    const [x, out] = [normals(144), new Float32Array(10)];
    const first = model.predict(x, out);
    const { live } = memoryUsage();
    const expected = [...out];
    for (let i = 0; i < 1000; i++) expect(model.predict(x, out)).toBe(first);
    expect([...out]).toEqual(expected);
    expect(first.data).toBe(out);
    expect(memoryUsage().live).toBe(live);
    expect(bytesPerCall(() => model.predict(x, out))).toBeLessThan(16);
    expect([...model.predict([...x]).data]).toEqual(expected);
  });

  test('results stay right when the memory grows in between', () => {
    const model = compress({ describe: net });
    const [x, out] = [normals(144), new Float32Array(10)];
    const expected = [...model.predict(x, out).data];
    const others = Array.from({ length: 30 }, () => compress({ describe: net }));
    for (const other of others) other.predict(normals(144 * 64));
    expect([...model.predict(x, out).data]).toEqual(expected);
    for (const other of others) other.dispose();
  });
});
