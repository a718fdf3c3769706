// Labelled texts in a folder: a subfolder for each class, a .txt file for each text. About 20 µs a file.

import { cannotRead } from '../format/files.ts';
import { checkKnown, checkSignal } from '../tensor/index.ts';
import { breather } from '../training/breath.ts';
import { hasFiles, namesIn, pathIn } from './folders.ts';
import { type Decoding, dealt, decodingOptions, type NamedText, type TextSplit, textDecoder } from './texts.ts';

/** How `loadTextFolder` goes about it. */
export interface TextFolderOptions extends Decoding {
  /** The subfolders to read, in the order of their labels; default all, by name. */
  classNames?: readonly string[];
  /** Files that have been read, and how many there are. */
  onProgress?: (read: number, total: number) => void;
  /** Once aborted, reading ends and rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What `ask` says of a path. @throws with the path when it cannot be read. */
function answered<T>(path: string, ask: (path: string) => T): T {
  try {
    return ask(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** Subfolders, but hidden ones. */
async function foldersIn(folder: string): Promise<string[]> {
  const { statSync } = globalThis.process.getBuiltinModule('node:fs');
  const names = await namesIn(folder);
  const isFolder = (name: string) => answered(pathIn(folder, name), (path) => statSync(path).isDirectory());
  return names.filter((name) => !name.startsWith('.') && isFolder(name));
}

/**
 * The texts of `folder/CLASS/*.txt` with the class as their label: Keras' `text_dataset_from_directory`. Other files are passed over. The
 * order is fixed: classes dealt out evenly, files by name with leading numbers as numbers. Node only.
 *
 * @throws the signal's reason when it is aborted
 * @throws Error naming the folder or file that is missing, empty, or not text (see `fatal`)
 */
export async function loadTextFolder(
  folder: string,
  options: TextFolderOptions = {},
): Promise<TextSplit & { classNames: readonly string[] }> {
  checkKnown('loadTextFolder', options, [...decodingOptions, 'classNames', 'onProgress', 'signal']);
  const { onProgress, signal } = options;
  checkSignal('loadTextFolder', signal);
  if (!hasFiles()) throw new Error('A folder is read in Node only.');
  const decode = textDecoder(options);
  const classNames = options.classNames ?? (await foldersIn(folder));
  if (classNames.length === 0 || classNames.length > 256) {
    throw new Error(`${folder} has ${classNames.length} folders; expected one for each class, 1 to 256 of them.`);
  }
  const files: string[][] = [];
  for (const name of classNames) {
    const names = (await namesIn(pathIn(folder, name))).filter(
      (file) => file.endsWith('.txt') && !file.startsWith('.'),
    );
    if (names.length === 0) throw new Error(`${pathIn(folder, name)} has no .txt files; expected one for each text.`);
    files.push(names);
  }
  const { readFileSync } = globalThis.process.getBuiltinModule('node:fs');
  const readBytes = (path: string) => readFileSync(path);
  const total = files.reduce((sum, { length }) => sum + length, 0);
  const breathe = breather();
  const classes: NamedText[][] = [];
  let read = 0;
  for (const [label, names] of files.entries()) {
    const texts: NamedText[] = [];
    for (const name of names) {
      const path = pathIn(pathIn(folder, classNames[label]), name);
      // One after another without waiting: for thousands of small files several times as fast as asking for promises.
      texts.push({ name, text: decode(answered(path, readBytes), path) });
      if (++read % 256 === 0 || read === total) onProgress?.(read, total);
      await breathe();
      signal?.throwIfAborted();
    }
    classes.push(texts);
  }
  return { ...dealt(classes), classNames };
}
