// The folder results go to: checked before the work, filled after it. Files are written into a hidden folder beside their places
// and renamed when all are whole; whatever ends the process before leaves nothing behind.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A folder that has been found writable. */
export interface OutputFolder {
  /** Absolute. */
  readonly path: string;
  /** Writes all files, or none unless the disk fails between renaming them. @throws when one cannot be written. */
  write(files: ReadonlyMap<string, string | Uint8Array>): void;
  /** Removes what stands in for the files to come, and the folder if it was made for them and is empty. */
  release(): void;
}

/** Makes the folder if need be. @throws when nothing can be written there. */
export function openOutput(folder: string): OutputFolder {
  const path = resolve(folder);
  let created: string | undefined;
  let staging: string | undefined;

  function release(): void {
    process.off('exit', release);
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
    if (created === undefined) return;
    for (let each = path; each.length >= created.length; each = dirname(each)) {
      if (readdirSync(each).length > 0) return;
      rmdirSync(each);
    }
  }

  try {
    for (const each of missing(path)) {
      mkdirSync(each);
      created ??= each;
    }
    staging = mkdtempSync(join(path, '.espalier-'));
  } catch (error) {
    release();
    throw new Error(`Cannot write to ${folder}: ${reason(error)}. Choose another folder with --out.`);
  }
  process.once('exit', release);
  const place = staging;
  return {
    path,
    write(files) {
      try {
        for (const [name, content] of files) writeFileSync(join(place, name), content);
        for (const name of files.keys()) checkFile(join(path, name));
        for (const name of files.keys()) renameSync(join(place, name), join(path, name));
      } catch (error) {
        throw new Error(`Cannot write to ${folder}: ${reason(error)}.`);
      }
    },
    release,
  };
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** @throws where a folder stands. */
function checkFile(path: string): void {
  if (isFolder(path)) throw new Error(reasons.EISDIR);
}

/** A file that has been found writable. */
interface OutputFile {
  write(content: string | Uint8Array): void;
  release(): void;
}

/** As {@link openOutput}, for one file. @throws when it cannot be written. */
export function openOutputFile(file: string): OutputFile {
  const instead = obstacle(file);
  if (instead !== undefined) {
    throw new Error(`Cannot write to '${file}': expected a file, got ${instead}. Choose another file with --out.`);
  }
  const { write, release } = openOutput(dirname(file));
  return { write: (content) => write(new Map([[basename(file), content]])), release };
}

/** What is there that a file cannot take the place of. */
export function obstacle(path: string): string | undefined {
  const entry = entryAt(path);
  if (!entry || entry.isFile()) return undefined;
  return isFolder(path) ? 'a folder' : 'a link, device or pipe';
}

/** A link itself, even one that leads nowhere. */
function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** The folders on the way to `path` that are not there, outermost first. (Recursive mkdir hangs where a file system refuses.) */
export function missing(path: string): string[] {
  const folders: string[] = [];
  for (let each = path; !existsSync(each); each = dirname(each)) folders.unshift(each);
  return folders;
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'it cannot be made',
  EISDIR: 'a folder has the name of a file to be written',
};

/** Why a file cannot be written or read, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && reasons[code]) || message;
}
