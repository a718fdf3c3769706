// IMDB: 25,000 + 25,000 film reviews, half of each positive (Maas, Daly, Pham, Huang, Ng, Potts: Learning Word Vectors for Sentiment
// Analysis, ACL 2011), from its archive, its unpacked folder, the cache of earlier downloads, or its authors' page.
//
//   aclImdb/{train,test}/{neg,pos}/ID_STARS.txt      (train/unsup, without labels, is passed over)

import { readFile } from '../format/files.ts';
import { checkKnown, checkSignal } from '../tensor/index.ts';
import { type DownloadProgress, download, type RemoteFile } from './download.ts';
import { hasFiles, namesIn, pathIn, readCached, userCacheFolder, writeCached } from './folders.ts';
import { readTar } from './tar.ts';
import { loadTextFolder } from './text-folder.ts';
import {
  type Decoding,
  dealt,
  decodingOptions,
  type NamedText,
  type TextDataset,
  type TextSplit,
  textDecoder,
} from './texts.ts';

/** The official file. */
export const imdbFile: RemoteFile = {
  name: 'aclImdb_v1.tar.gz',
  size: 84125825,
  sha256: 'c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe',
};

const mirrors = ['https://ai.stanford.edu/~amaas/data/sentiment/'];
const classNames = ['neg', 'pos'];
const parts = ['train', 'test'] as const;

/** How `parseImdb` reads. */
export interface ImdbParseOptions extends Decoding {
  /** Bytes of the archive, or files of the folder, that have been read, and how many there are. */
  onRead?: (read: number, total: number) => void;
  /** Once aborted, reading ends and rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Where `loadImdb` looks. */
export interface ImdbOptions extends ImdbParseOptions {
  /** The archive (gzip or not), the unpacked folder `aclImdb`, or a folder with one of them in it. Nothing is downloaded. Node only. */
  path?: string;
  /** Where the download is kept; default `imdb` in the user's cache folder, or in `ESPALIER_CACHE`. Node only. */
  cacheFolder?: string;
  /** The mirror, or mirrors in their order, to download from instead of the authors' page. */
  baseUrl?: string | readonly string[];
  /** The file to download, for other reviews in an archive of the same layout (give it a cacheFolder of its own). */
  file?: RemoteFile;
  /** Called as bytes of the download come. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Milliseconds before a failed download is tried again, doubled after each of three rounds; default 1000. */
  pause?: number;
}

const parseOptions = [...decodingOptions, 'onRead', 'signal'];
const known = [...parseOptions, 'path', 'cacheFolder', 'baseUrl', 'file', 'onProgress', 'pause'];

const dataset = (train: TextSplit, test: TextSplit): TextDataset => ({ name: 'IMDB', train, test, classNames });

/**
 * IMDB from the bytes of its archive, gzip or not; for pages, which read no folders. `name` is for the messages. Label 0 is 'neg', 1 is
 * 'pos'; negative and positive reviews take turns, by the numbers in their names, so that a validation part cut off the end is
 * balanced and has films of its own (one film's reviews stand together, thirty at most). Texts are as they stand, `<br />` included.
 *
 * @throws the signal's reason when it is aborted
 * @throws Error when the archive is damaged, cut short, has no reviews of a class, or is not text (see `fatal`)
 */
export async function parseImdb(
  bytes: Uint8Array,
  options: ImdbParseOptions = {},
  name: string = imdbFile.name,
): Promise<TextDataset> {
  checkKnown('parseImdb', options, parseOptions);
  checkSignal('parseImdb', options.signal);
  return parse(bytes, options, name);
}

async function parse(bytes: Uint8Array, options: ImdbParseOptions, name: string): Promise<TextDataset> {
  const { onRead, signal } = options;
  const decode = textDecoder(options);
  const found = new Map<string, NamedText[]>();
  for (const part of parts) for (const each of classNames) found.set(`${part}/${each}`, []);
  const placeOf = (path: string) => /^(?:\.\/)?aclImdb\/([^/]+\/[^/]+)\/[^/]+\.txt$/.exec(path)?.[1] ?? '';
  await readTar(bytes, {
    name,
    signal,
    onBytes: onRead && ((read) => onRead(read, bytes.length)),
    wants: (path) => found.has(placeOf(path)),
    onFile(path, content) {
      const text = decode(content, `${name}: ${path}`);
      found.get(placeOf(path))?.push({ name: path.slice(path.lastIndexOf('/') + 1), text });
    },
  });
  for (const [place, texts] of found) {
    if (texts.length === 0)
      throw new Error(`${name} has no reviews in aclImdb/${place}; expected aclImdb/${place}/*.txt.`);
  }
  const splitOf = (part: string) => dealt(classNames.map((each) => found.get(`${part}/${each}`) as NamedText[]));
  return dataset(splitOf('train'), splitOf('test'));
}

async function fromFolder(folder: string, options: ImdbParseOptions): Promise<TextDataset> {
  const { onRead, encoding, fatal, signal } = options;
  const splits: TextSplit[] = [];
  for (const [i, part] of parts.entries()) {
    // The two parts are taken to be of one size.
    const onProgress = onRead && ((read: number, total: number) => onRead(i * total + read, parts.length * total));
    const reading = { encoding, fatal, signal, classNames, onProgress };
    const { texts, labels, count } = await loadTextFolder(pathIn(folder, part), reading);
    splits.push({ texts, labels, count });
  }
  return dataset(splits[0], splits[1]);
}

async function fromPath(path: string, options: ImdbParseOptions): Promise<TextDataset> {
  if (!hasFiles()) throw new Error('Files are read in Node only; in a page, fetch the archive and use parseImdb().');
  const { statSync } = globalThis.process.getBuiltinModule('node:fs');
  const isFile = (place: string) => statSync(place, { throwIfNoEntry: false })?.isFile() ?? false;
  if (isFile(path)) return parse(await readFile(path), options, path);
  const names = await namesIn(path);
  if (parts.every((part) => names.includes(part))) return fromFolder(path, options);
  if (names.includes('aclImdb')) return fromPath(pathIn(path, 'aclImdb'), options);
  const archive = [imdbFile.name, imdbFile.name.replace('.gz', '')].find((name) => names.includes(name));
  if (archive !== undefined) return parse(await readFile(pathIn(path, archive)), options, pathIn(path, archive));
  throw new Error(`${path} has no IMDB: expected ${imdbFile.name}, a folder aclImdb, or the folders train and test.`);
}

async function fromWeb(options: ImdbOptions): Promise<TextDataset> {
  const { file = imdbFile, baseUrl = mirrors, onProgress, signal, pause } = options;
  const bases = (typeof baseUrl === 'string' ? [baseUrl] : baseUrl).map((url) => (url.endsWith('/') ? url : `${url}/`));
  const cache = hasFiles() ? (options.cacheFolder ?? pathIn(userCacheFolder(), 'imdb')) : undefined;
  const cached = cache === undefined ? undefined : await readCached(cache, file);
  if (cached !== undefined) return parse(cached, options, file.name);
  const onBytes = (received: number) =>
    onProgress?.({ file: file.name, received, size: file.size, totalReceived: received, totalSize: file.size });
  const fresh = await download(file, { mirrors: bases, onBytes, signal, pause });
  signal?.throwIfAborted();
  if (cache !== undefined) await writeCached(cache, file, fresh);
  return parse(fresh, options, file.name);
}

/**
 * IMDB as {@link parseImdb} gives it: from `path` when one is given, else from the cache, else downloaded (84 MB) and kept there. A file
 * that is in the cache whole is not asked for again; one that was cut off leaves no trace.
 *
 * @throws the signal's reason when it is aborted
 * @throws Error naming the file that is missing, damaged, cut short or cannot be fetched, and why
 */
export async function loadImdb(options: ImdbOptions = {}): Promise<TextDataset> {
  checkKnown('loadImdb', options, known);
  checkSignal('loadImdb', options.signal);
  options.signal?.throwIfAborted();
  return options.path === undefined ? fromWeb(options) : fromPath(options.path, options);
}
