// MNIST: 60,000 + 10,000 handwritten digits, 28 × 28 grey (LeCun, Cortes, Burges), in four IDX files, gzip or not.
// From a folder; or from the cache of earlier downloads; or from a mirror, checked against the official files' SHA-256.

import { readFile } from '../format/files.ts';
import { checkKnown, checkSignal } from '../tensor/index.ts';
import { type Dataset, digitNames, type Split } from './dataset.ts';
import { type DownloadProgress, download, type RemoteFile } from './download.ts';
import { hasFiles, namesIn, pathIn, readCached, userCacheFolder, writeCached } from './folders.ts';
import { gunzip, parseIdx } from './idx.ts';

/** One thing for each of MNIST's four files. */
export interface MnistFiles<T> {
  readonly trainImages: T;
  readonly trainLabels: T;
  readonly testImages: T;
  readonly testLabels: T;
}

/** The official files. */
export const mnistFiles: MnistFiles<RemoteFile> = {
  trainImages: {
    name: 'train-images-idx3-ubyte.gz',
    size: 9912422,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte.gz',
    size: 28881,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte.gz',
    size: 1648877,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte.gz',
    size: 4542,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
  },
};

const mirrors = [
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
];

/** Where `loadMnist` looks. */
export interface MnistOptions {
  /** A folder of the four files, gzip or not, with `-` or `.` before `idx`. Nothing is downloaded. Node only. */
  folder?: string;
  /** Where downloads are kept; default `mnist` in the user's cache folder, or in `ESPALIER_CACHE`. Node only. */
  cacheFolder?: string;
  /** The mirror, or mirrors in their order, to download from instead of the built-in ones. */
  baseUrl?: string | readonly string[];
  /** The files to download, for other data in MNIST's format and names (give it a cacheFolder of its own). */
  files?: MnistFiles<RemoteFile>;
  /** Called as bytes of a download come. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Once aborted, loading ends and rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Milliseconds before a failed download is tried again, doubled after each of three rounds; default 1000. */
  pause?: number;
}

const known = ['folder', 'cacheFolder', 'baseUrl', 'files', 'onProgress', 'signal', 'pause'];

async function parseImages(packed: Uint8Array, name: string): Promise<Omit<Split, 'labels'>> {
  const { shape, data } = parseIdx(await gunzip(packed, name), 3, name);
  const [count, rows, columns] = shape;
  if (rows !== 28 || columns !== 28) throw new Error(`${name} has images of ${rows} × ${columns}, expected 28 × 28.`);
  const images = new Float32Array(data.length);
  for (let i = 0; i < images.length; i++) images[i] = data[i] / 255;
  return { images, count, shape: [rows, columns, 1] };
}

async function parseLabels(packed: Uint8Array, name: string): Promise<Uint8Array> {
  const { data } = parseIdx(await gunzip(packed, name), 1, name);
  const wrong = data.findIndex((label) => label > 9);
  if (wrong >= 0) throw new Error(`${name}: label ${wrong} is ${data[wrong]}, expected a digit from 0 to 9.`);
  return new Uint8Array(data);
}

async function parseSplit(
  images: Uint8Array,
  labels: Uint8Array,
  imagesName: string,
  labelsName: string,
): Promise<Split> {
  const split = { ...(await parseImages(images, imagesName)), labels: await parseLabels(labels, labelsName) };
  if (split.labels.length === split.count) return split;
  throw new Error(
    `${imagesName} has ${split.count} images but ${labelsName} has ${split.labels.length} labels: they do not belong together.`,
  );
}

/**
 * MNIST from the bytes of its four files, gzip or not; for pages, which read no folders. `names` are for the messages.
 *
 * @throws Error naming the file that is damaged, truncated or of another kind, and why
 */
export async function parseMnist(bytes: MnistFiles<Uint8Array>, names?: MnistFiles<string>): Promise<Dataset> {
  const name = (key: keyof MnistFiles<string>) => names?.[key] ?? mnistFiles[key].name;
  return {
    name: 'MNIST',
    train: await parseSplit(bytes.trainImages, bytes.trainLabels, name('trainImages'), name('trainLabels')),
    test: await parseSplit(bytes.testImages, bytes.testLabels, name('testImages'), name('testLabels')),
    classNames: digitNames,
  };
}

const keys = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;

/** What `make` makes for each of the four files, one after another. */
async function forEach<T>(make: (key: (typeof keys)[number]) => Promise<T>): Promise<MnistFiles<T>> {
  return {
    trainImages: await make('trainImages'),
    trainLabels: await make('trainLabels'),
    testImages: await make('testImages'),
    testLabels: await make('testLabels'),
  };
}

async function fromFolder(folder: string, signal?: AbortSignal): Promise<Dataset> {
  if (!hasFiles())
    throw new Error('A folder is read in Node only; in a page, fetch the four files and use parseMnist().');
  const present = await namesIn(folder);
  const paths = await forEach(async (key) => {
    const plain = mnistFiles[key].name.replace('.gz', '');
    const dotted = plain.replace('-idx', '.idx');
    const name = [plain, dotted, `${plain}.gz`, `${dotted}.gz`].find((candidate) => present.includes(candidate));
    if (name !== undefined) return pathIn(folder, name);
    const all = keys.map((each) => mnistFiles[each].name).join(', ');
    throw new Error(`${folder} has no ${plain}, with or without .gz. MNIST is the four files ${all}.`);
  });
  const bytes = await forEach((key) => {
    signal?.throwIfAborted();
    return readFile(paths[key]);
  });
  return parseMnist(bytes, paths);
}

async function fromWeb(options: MnistOptions): Promise<Dataset> {
  const { files = mnistFiles, baseUrl = mirrors, onProgress, signal, pause } = options;
  const bases = (typeof baseUrl === 'string' ? [baseUrl] : baseUrl).map((url) => (url.endsWith('/') ? url : `${url}/`));
  const cache = hasFiles() ? (options.cacheFolder ?? pathIn(userCacheFolder(), 'mnist')) : undefined;
  const cached = await forEach(async (key) => (cache === undefined ? undefined : readCached(cache, files[key])));
  const totalSize = keys.reduce((sum, key) => sum + (cached[key] === undefined ? files[key].size : 0), 0);
  let before = 0;
  const bytes = await forEach(async (key) => {
    signal?.throwIfAborted();
    const file = files[key];
    const held = cached[key];
    if (held !== undefined) return held;
    const onBytes = (received: number) =>
      onProgress?.({ file: file.name, received, size: file.size, totalReceived: before + received, totalSize });
    const fresh = await download(file, { mirrors: bases, onBytes, signal, pause });
    before += file.size;
    signal?.throwIfAborted();
    if (cache !== undefined) await writeCached(cache, file, fresh);
    return fresh;
  });
  return parseMnist(bytes);
}

/**
 * MNIST, images 0 to 1: from `folder` when one is given, else from the cache, else downloaded and kept there. A file that
 * is in the cache whole is not asked for again; one that was cut off leaves no trace.
 *
 * @throws the signal's reason when it is aborted
 * @throws Error naming the file that is missing, damaged, truncated, of another kind or cannot be fetched, and why
 */
export async function loadMnist(options: MnistOptions = {}): Promise<Dataset> {
  checkKnown('loadMnist', options, known);
  checkSignal('loadMnist', options.signal);
  options.signal?.throwIfAborted();
  return options.folder === undefined ? fromWeb(options) : fromFolder(options.folder, options.signal);
}
