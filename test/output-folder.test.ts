// The folder of a command's results: all files or none.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openOutput } from '../src/cli/output.ts';

test('where a folder has the name of one of the files, none is written', () => {
  const place = mkdtempSync(join(tmpdir(), 'espalier-'));
  writeFileSync(join(place, 'a'), 'old');
  mkdirSync(join(place, 'b'));
  const output = openOutput(place);
  const files = new Map(['a', 'b'].map((name) => [name, 'new']));
  expect(() => output.write(files)).toThrow('a folder has the name of a file to be written');
  expect(readFileSync(join(place, 'a'), 'utf8')).toBe('old');
  rmSync(join(place, 'b'), { recursive: true });
  output.write(files);
  output.release();
  expect(readdirSync(place).map((name) => [name, readFileSync(join(place, name), 'utf8')])).toEqual([
    ['a', 'new'],
    ['b', 'new'],
  ]);
  rmSync(place, { recursive: true });
});
