// Networks that examples keep: what a later run takes is what an earlier one left, and nothing else.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { networksIn } from '../examples/networks.ts';
import { dense, input, prune, sequential } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-networks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = new Map<string, Uint8Array>();
const write = (name: string, bytes: Uint8Array) => {
  written.set(name, bytes);
  writeFileSync(join(folder, name), bytes);
};
const plan = { units: 3, sparsities: [0.5, 0.9] };
const train = vi.fn(async () => {
  const model = sequential([input({ shape: [4] }), dense({ units: 3 })], { seed: 7 });
  prune(model, { amount: 0.5 });
  return { model, found: { curve: [[1, 1 / 3]] } };
});

test('trained once, written at once; taken with weights, zeros and what was found, and written again', async () => {
  const first = await networksIn(undefined, write).take('wide, 90% + L1', plan, train);
  expect([...written.keys()]).toEqual(['wide-90-L1.trained.espalier']);
  const bytes = written.get('wide-90-L1.trained.espalier');
  written.clear();
  const second = await networksIn(folder, write).take('wide, 90% + L1', plan, train);
  expect(train).toHaveBeenCalledTimes(1);
  expect(second.found).toEqual({ curve: [[1, 1 / 3]] });
  expect(second.model.getWeights()).toEqual(first.model.getWeights());
  expect(second.model.parameters[0].mask?.view).toEqual(first.model.parameters[0].mask?.view);
  expect(written.get('wide-90-L1.trained.espalier')).toEqual(bytes);
});

test('one that is not there is trained; without a folder none is taken', async () => {
  train.mockClear();
  await networksIn(folder, () => {}).take('narrow', plan, train);
  await networksIn(undefined, () => {}).take('wide, 90% + L1', plan, train);
  expect(train).toHaveBeenCalledTimes(2);
});

test('one of another plan, a damaged one, one of no example, and no folder are refused by name', async () => {
  const { take } = networksIn(folder, () => {});
  await expect(take('wide, 90% + L1', { ...plan, units: 4 }, train)).rejects.toThrow(
    /^--networks: .*wide-90-L1\.trained\.espalier was trained with units 3, and 4 is asked for\.$/,
  );
  await expect(take('wide, 90% + L1', { ...plan, epochs: 1 }, train)).rejects.toThrow('with epochs undefined, and 1');
  writeFileSync(join(folder, 'cut.trained.espalier'), (await train()).model.toBytes().subarray(0, 100));
  await expect(take('cut', plan, train)).rejects.toThrow(/^--networks: .*cut\.trained\.espalier: /);
  writeFileSync(join(folder, 'other.trained.espalier'), (await train()).model.toBytes());
  await expect(take('other', plan, train)).rejects.toThrow('was not written by an example');
  expect(() => networksIn(join(folder, 'nowhere'), () => {})).toThrow(/^--networks: there is no .*nowhere\.$/);
});
