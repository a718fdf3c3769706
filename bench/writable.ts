// Files that results go to after minutes of measuring, looked at before; each is whole or as it was.

import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describeError, UsageError } from '../src/cli/failure.ts';
import { obstacle } from '../src/cli/output.ts';
import { saveFile } from '../src/format/files.ts';

/** @throws UsageError unless each file, by its option, can be written and no two are the same. Nothing is left there. */
export function checkWritable(files: Readonly<Record<string, string | undefined>>): void {
  const taken = new Map<string, string>();
  for (const [name, file] of Object.entries(files)) {
    if (file === undefined) continue;
    checkOne(`--${name}`, file);
    const other = taken.get(resolve(file));
    if (other !== undefined) throw new UsageError(`--${name}: expected another file than --${other}'s, got ${file}.`);
    taken.set(resolve(file), name);
  }
}

function checkOne(option: string, file: string): void {
  const path = resolve(file);
  if (file === '') throw new UsageError(`${option}: expected a file, got nothing.`);
  const instead = obstacle(path);
  if (instead !== undefined) throw new UsageError(`${option}: expected a file, ${file} is ${instead}.`);
  if (!existsSync(dirname(path))) throw new UsageError(`${option}: there is no folder ${dirname(path)}.`);
  const isNew = !existsSync(path);
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError(`${option}: cannot write to ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
  if (isNew) rmSync(path);
}

/** Every file that can be written. @throws naming those that cannot. */
export async function saveAll(files: readonly (readonly [path: string, text: string])[]): Promise<void> {
  const saved = await Promise.allSettled(files.map(([path, text]) => saveFile(path, new TextEncoder().encode(text))));
  const failures = saved.flatMap((each) => (each.status === 'rejected' ? [describeError(each.reason, false)] : []));
  if (failures.length > 0) throw new Error(failures.join(' '));
}
