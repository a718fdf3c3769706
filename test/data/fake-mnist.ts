// Seven and three images in MNIST's format, for tests.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RemoteFile } from '../../src/data/download.ts';
import type { MnistFiles } from '../../src/data/mnist.ts';

/** An IDX file of bytes. */
export function idx(shape: number[], elements: ArrayLike<number>): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Uint8Array.from(elements)]);
}

const images = (count: number, step: number) =>
  idx(
    [count, 28, 28],
    Uint8Array.from({ length: count * 784 }, (_, i) => (i * step) % 256),
  );

/** The files, by official name without .gz, by role, and packed as a server has them, with their checksums. */
export function fakeMnist() {
  const bytes: MnistFiles<Uint8Array> = {
    trainImages: images(7, 3),
    trainLabels: idx([7], [0, 1, 2, 3, 4, 5, 9]),
    testImages: images(3, 5),
    testLabels: idx([3], [9, 0, 8]),
  };
  const names: MnistFiles<string> = {
    trainImages: 'train-images-idx3-ubyte',
    trainLabels: 'train-labels-idx1-ubyte',
    testImages: 't10k-images-idx3-ubyte',
    testLabels: 't10k-labels-idx1-ubyte',
  };
  const plain: Record<string, Uint8Array> = {};
  const packed: Record<string, Uint8Array> = {};
  const describe = (key: keyof MnistFiles<string>): RemoteFile => {
    const name = `${names[key]}.gz`;
    plain[names[key]] = bytes[key];
    packed[name] = gzipSync(bytes[key]);
    const sha256 = createHash('sha256').update(packed[name]).digest('hex');
    return { name, size: packed[name].length, sha256 };
  };
  const files: MnistFiles<RemoteFile> = {
    trainImages: describe('trainImages'),
    trainLabels: describe('trainLabels'),
    testImages: describe('testImages'),
    testLabels: describe('testLabels'),
  };
  return { bytes, plain, packed, files };
}
