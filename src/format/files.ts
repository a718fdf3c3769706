// Files on disk, in Node only: a browser keeps bytes where it likes.

interface NodeFiles {
  fs: typeof import('node:fs/promises');
  path: typeof import('node:path');
}

/** Asked for at run time, so that bundlers for the browser find no import of Node's. */
function nodeFiles(): NodeFiles {
  const host = globalThis.process;
  if (!host?.getBuiltinModule) throw new Error('Files need Node 20.19 or later; elsewhere use toBytes() and load().');
  return { fs: host.getBuiltinModule('node:fs/promises'), path: host.getBuiltinModule('node:path') };
}

let saves = 0;

/**
 * Writes `bytes` beside `path` and renames, so that a file is whole or absent, whatever interrupts.
 * @throws when the folder cannot be written to; nothing stays behind.
 */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  const { fs, path: paths } = nodeFiles();
  const beside = paths.join(paths.dirname(path), `.${paths.basename(path)}.${globalThis.process.pid}-${saves++}.part`);
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

/** The bytes of a file. @throws with its name when it cannot be read. */
export async function readFile(path: string | URL): Promise<Uint8Array> {
  const { fs } = nodeFiles();
  try {
    return await fs.readFile(path);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${reason(error)}.`, { cause: error });
  }
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  const known: Record<string, string> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    EROFS: 'the file system is read-only',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is not a folder',
    ENOSPC: 'the disk is full',
  };
  return known[code ?? ''] ?? message;
}
