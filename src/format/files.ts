// Files on disk, in Node only: a browser keeps bytes where it likes.

import { showValue } from '../tensor/index.ts';

/** What is used of node:fs/promises and node:path. */
interface NodeFiles {
  fs: {
    open(path: string, flags: string): Promise<NodeFile>;
    rename(from: string, to: string): Promise<void>;
    mkdir(path: string, options: { recursive: boolean }): Promise<unknown>;
    rm(path: string, options: { force: boolean }): Promise<void>;
    readFile(path: string | URL): Promise<Uint8Array>;
  };
  path: {
    dirname(path: string): string;
    basename(path: string): string;
    join(...parts: string[]): string;
  };
}

interface NodeFile {
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

interface NodeHost {
  process?: { pid: number; getBuiltinModule?(name: string): unknown };
}

/** Whether there are files here. */
export const hasFiles = (): boolean => (globalThis as NodeHost).process?.getBuiltinModule !== undefined;

/** Asked for at run time, so that bundlers for the browser find no import of Node's. */
function nodeFiles(): NodeFiles & { pid: number } {
  const host = (globalThis as NodeHost).process;
  if (!host?.getBuiltinModule) {
    throw new Error(
      'Files need Node 20.19 or later; elsewhere use toBytes(), and load() of bytes or loadFile() of a URL.',
    );
  }
  return {
    fs: host.getBuiltinModule('node:fs/promises') as NodeFiles['fs'],
    path: host.getBuiltinModule('node:path') as NodeFiles['path'],
    pid: host.pid,
  };
}

let saves = 0;

/**
 * Writes `bytes` beside `path` and renames, so that a file is whole or absent, whatever interrupts.
 * @throws when the folder cannot be written to; nothing stays behind.
 */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  if (typeof path !== 'string') throw new TypeError(`Expected a path to write to, got ${showValue(path)}.`);
  const { fs, path: paths, pid } = nodeFiles();
  const beside = paths.join(paths.dirname(path), `.${paths.basename(path)}.${pid}-${saves++}.part`);
  try {
    const file = await fs.open(beside, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(beside, path);
  } catch (error) {
    await fs.rm(beside, { force: true }).catch(() => {});
    throw new Error(`Cannot write ${path}: ${reason(error)}.`, { cause: error });
  }
}

/** Makes the folder of `path` if need be, and tries it. @throws when it cannot be written to; but for the folder nothing stays behind. */
export async function readyFolder(path: string): Promise<void> {
  const { fs, path: paths, pid } = nodeFiles();
  const folder = paths.dirname(path);
  const trial = paths.join(folder, `.${pid}-${saves++}.part`);
  try {
    await fs.mkdir(folder, { recursive: true });
    await (await fs.open(trial, 'wx')).close();
    await fs.rm(trial, { force: true });
  } catch (error) {
    throw new Error(`Cannot write into ${folder}: ${reason(error)}.`, { cause: error });
  }
}

/** The bytes of a file. @throws with its name when it cannot be read. */
export async function readFile(path: string | URL): Promise<Uint8Array> {
  const { fs } = nodeFiles();
  return read(path, () => fs.readFile(path));
}

/** What `bytes` gives. @throws with the address, and why, when that fails. */
export async function read(address: string | URL, bytes: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await bytes();
  } catch (error) {
    throw cannotRead(address, error);
  }
}

/** The error of a file that could not be read, with its name and why. */
export const cannotRead = (address: string | URL, error: unknown): Error =>
  new Error(`Cannot read ${address}: ${reason(error)}.`, { cause: error });

/** What a failed request says is in its cause. */
function reason(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  const { code, message } = (cause?.message ? cause : error) as { code?: string; message: string };
  const known: Record<string, string> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    EROFS: 'the file system is read-only',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is not a folder',
    ENOSPC: 'the disk is full',
    ECONNREFUSED: 'no server answers there',
    ENOTFOUND: 'there is no such server',
  };
  return known[code ?? ''] ?? message;
}
