// Data sets on disk and the cache of downloaded ones: in Node only, asked for at run time, so that a bundler for the
// browser finds no import of Node's.

import { readFile, saveFile } from '../format/files.ts';
import { type RemoteFile, sha256 } from './download.ts';

/** Whether there are files here: in Node, not in a browser. */
export function hasFiles(): boolean {
  return typeof globalThis.process?.getBuiltinModule === 'function';
}

/**
 * Where downloads are kept: `ESPALIER_CACHE`, or `espalier` in the user's cache folder (`XDG_CACHE_HOME` or `~/.cache`,
 * `~/Library/Caches` on macOS, `LOCALAPPDATA` on Windows).
 */
export function userCacheFolder(): string {
  const { env, platform, getBuiltinModule } = globalThis.process;
  const { join } = getBuiltinModule('node:path');
  const { homedir } = getBuiltinModule('node:os');
  if (env.ESPALIER_CACHE) return env.ESPALIER_CACHE;
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'espalier', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'espalier');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'espalier');
}

/** A path inside a folder. */
export function pathIn(folder: string, name: string): string {
  return globalThis.process.getBuiltinModule('node:path').join(folder, name);
}

/** The names in a folder. @throws Error when it cannot be read. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await globalThis.process.getBuiltinModule('node:fs/promises').readdir(folder)).sort();
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    const reason = code === 'ENOENT' ? 'it does not exist' : code === 'ENOTDIR' ? 'it is a file' : String(cause);
    throw new Error(`The data folder ${folder} cannot be read: ${reason}.`, { cause });
  }
}

/** The cached bytes of a file, or undefined when they are not there or not those of the checksum. */
export async function readCached(folder: string, file: RemoteFile): Promise<Uint8Array | undefined> {
  try {
    const bytes = await readFile(pathIn(folder, file.name));
    return (await sha256(bytes)) === file.sha256 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a file: it is in the folder whole, or not at all. @throws Error when the folder cannot be written to. */
export async function writeCached(folder: string, file: RemoteFile, bytes: Uint8Array): Promise<void> {
  try {
    await globalThis.process.getBuiltinModule('node:fs/promises').mkdir(folder, { recursive: true });
    await saveFile(pathIn(folder, file.name), bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The cache folder ${folder} cannot be written to; give another as cacheFolder. ${reason}`, {
      cause,
    });
  }
}
