// Which inputs an output was made from: build/NAME.inputs.json holds the sha256 of each, so that a build that has
// nothing to do costs a few hashes.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The sha256 of every input by its path from the root; 'absent' when there is no such file. */
export type Inputs = Record<string, string>;

/** The bytes of a file of the repository, or null. */
export function read(path: string): Buffer | null {
  try {
    return readFileSync(resolve(root, path));
  } catch {
    return null;
  }
}

/** Writes beside the file and renames, so that a reader never sees half of it. */
export function replace(path: string, contents: string | Uint8Array): void {
  const whole = resolve(root, path);
  const temporary = `${whole}.${process.pid}.tmp`;
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(temporary, contents);
  renameSync(temporary, whole);
}

export function digest(contents: Uint8Array | null): string {
  return contents === null ? 'absent' : createHash('sha256').update(contents).digest('hex');
}

export function digests(paths: string[]): Inputs {
  return Object.fromEntries(paths.map((path) => [path, digest(read(path))]));
}

/** What was recorded for an output; null when nothing was. */
export function recorded(name: string): Inputs | null {
  const stamp = read(`build/${name}.inputs.json`);
  return stamp && JSON.parse(stamp.toString());
}

export function record(name: string, inputs: Inputs): void {
  replace(`build/${name}.inputs.json`, JSON.stringify(inputs, null, 1));
}

export function same(a: Inputs, b: Inputs): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
