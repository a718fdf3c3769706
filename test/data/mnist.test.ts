// MNIST from its four files: read from a folder, the cache or the web, gzip or not, and what is wrong with them said.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { loadMnist, parseMnist } from '../../src/data/mnist.ts';
import { fakeMnist, idx } from './fake-mnist.ts';

const root = mkdtempSync(join(tmpdir(), 'espalier-mnist-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A new folder with the fake files, after `change` had its way with them. */
function folderOf(
  change: (files: Record<string, Uint8Array>) => Record<string, Uint8Array> = (files) => files,
): string {
  const folder = mkdtempSync(join(root, 'folder-'));
  for (const [name, bytes] of Object.entries(change(fakeMnist().plain))) writeFileSync(join(folder, name), bytes);
  return folder;
}

const renamed = (rename: (name: string) => string) => (files: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [rename(name), bytes]));

describe('loadMnist from a folder', () => {
  test.each<[string, (files: Record<string, Uint8Array>) => Record<string, Uint8Array>]>([
    ['plain', (files) => files],
    ['plain, with a dot', renamed((name) => name.replace('-idx', '.idx'))],
    ['gzip', (files) => Object.fromEntries(Object.entries(files).map(([name, b]) => [`${name}.gz`, gzipSync(b)]))],
    ['gzip without its ending', (files) => Object.fromEntries(Object.entries(files).map(([n, b]) => [n, gzipSync(b)]))],
    ['plain in spite of .gz', renamed((name) => `${name.replace('-idx', '.idx')}.gz`)],
  ])('%s', async (_, change) => {
    const { plain } = fakeMnist();
    const data = await loadMnist({ folder: folderOf(change) });
    for (const [split, prefix, count] of [
      [data.train, 'train', 7],
      [data.test, 't10k', 3],
    ] as const) {
      expect([split.count, ...split.shape]).toEqual([count, 28, 28, 1]);
      expect([...split.labels]).toEqual([...plain[`${prefix}-labels-idx1-ubyte`].subarray(8)]);
      expect(split.labels.constructor, 'a copy, not a view of the file').toBe(Uint8Array);
      const grey = plain[`${prefix}-images-idx3-ubyte`].subarray(16);
      expect(split.images).toEqual(Float32Array.from(grey, (v) => v / 255));
    }
    expect([data.name, data.classNames?.join('')]).toEqual(['MNIST', '0123456789']);
  });

  const images = 'train-images-idx3-ubyte';
  const labels = 't10k-labels-idx1-ubyte';
  const replaced = (name: string, change: (bytes: Uint8Array) => Uint8Array) =>
    folderOf((files) => ({ ...files, [name]: change(files[name]) }));
  test.each<[string, string, RegExp]>([
    [
      'another kind of file',
      replaced(images, () => Buffer.from('<!doctype html>')),
      /train-images.* begin with 00 00 08 03, got 3c 21 64 6f/,
    ],
    ['an empty file', replaced(images, () => new Uint8Array()), /train-images.*got an empty file/],
    [
      'labels in the place of images',
      replaced(images, () => idx([3], [1, 2, 3])),
      /expected it to begin with 00 00 08 03, got 00 00 08 01/,
    ],
    ['a header cut off', replaced(images, (b) => b.subarray(0, 9)), /train-images.*truncated.*header, after 9 bytes/],
    [
      'a cut file',
      replaced(images, (b) => b.subarray(0, 1000)),
      /train-images.*truncated: its 7 × 28 × 28 elements make 5504 bytes, got 1000/,
    ],
    [
      'bytes after the end',
      replaced(labels, (b) => Buffer.concat([b, Buffer.from([1])])),
      /t10k-labels.*has bytes after its end.* 11 bytes, got 12/,
    ],
    ['cut gzip', replaced(images, (b) => gzipSync(b).subarray(0, 300)), /train-images.*damaged or truncated.*gzip/],
    ['damaged gzip', replaced(images, (b) => gzipSync(b).fill(7, 40, 60)), /train-images.*damaged or truncated.*gzip/],
    [
      'other sizes',
      replaced(images, () => idx([2, 3, 3], new Array(18).fill(0))),
      /train-images.* images of 3 × 3, expected 28 × 28/,
    ],
    [
      'a label out of range',
      replaced(labels, () => idx([3], [1, 10, 3])),
      /t10k-labels.*label 1 is 10, expected a digit from 0 to 9/,
    ],
    ['other counts', replaced(labels, () => idx([2], [1, 2])), /3 images but .*t10k-labels.* has 2 labels/],
    [
      'a file missing',
      folderOf(({ [labels]: _, ...files }) => files),
      /has no t10k-labels-idx1-ubyte, with or without \.gz\. MNIST is the four files/,
    ],
    ['no folder', join(root, 'nowhere'), /nowhere cannot be read: it does not exist/],
    ['a file for a folder', join(folderOf(), images), /cannot be read: it is a file/],
  ])('refuses %s', async (_, folder, message) => {
    await expect(loadMnist({ folder })).rejects.toThrow(message);
  });

  test('an aborted signal stops it', async () => {
    await expect(loadMnist({ folder: folderOf(), signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

test('parseMnist takes bytes alone and names the official file in its messages', async () => {
  const { bytes } = fakeMnist();
  expect((await parseMnist(bytes)).train.count).toBe(7);
  await expect(parseMnist({ ...bytes, testImages: bytes.testLabels })).rejects.toThrow(
    /^t10k-images-idx3-ubyte\.gz is not/,
  );
});

describe.skipIf(!process.env.ESPALIER_DATA)(
  'MNIST itself (skipped unless ESPALIER_DATA names a folder with mnist/)',
  () => {
    test('has its published counts, moments and first digits', async () => {
      const folder = join(process.env.ESPALIER_DATA ?? '', 'mnist');
      const { train, test: heldOut } = await loadMnist({ folder });
      const histogram = (labels: Uint8Array) =>
        Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
      expect(histogram(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
      expect(histogram(heldOut.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
      expect([...heldOut.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
      let sum = 0;
      let squares = 0;
      for (const v of train.images) {
        sum += v;
        squares += v * v;
      }
      const mean = sum / train.images.length;
      expect(mean).toBeCloseTo(0.1307, 4);
      expect(Math.sqrt(squares / train.images.length - mean * mean)).toBeCloseTo(0.3081, 4);
    });
  },
);
