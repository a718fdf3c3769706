// Files on disk: whole or absent.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FormatError, readFile, saveFile } from '../src/format/index.ts';
import { loadFile, loadModel } from '../src/index.ts';

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

test('what is no model file is refused with its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-'));
  const path = join(folder, 'foreign');
  try {
    await writeFile(path, 'no model');
    for (const load of [loadModel, loadFile]) {
      const error = await load(path).catch((error) => error);
      expect(error).toBeInstanceOf(FormatError);
      expect(error.message).toBe(`${path}: This is not an espalier model file: its first bytes differ (8 bytes came).`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
