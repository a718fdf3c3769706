// Files on disk: whole or absent.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFile, saveFile } from '../src/format/index.ts';

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
