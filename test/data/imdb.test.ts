// IMDB from an archive and from a folder.

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadImdb, parseImdb } from '../../src/index.ts';
import { archive, expected, reviews, root, unpacked, written } from './imdb-fixture.ts';

const without = (prefix: string) =>
  Object.fromEntries(Object.entries(reviews).filter(([path]) => !path.startsWith(prefix)));

describe('loadImdb from a path', () => {
  test.each<[string, () => Promise<string>]>([
    ['the folder aclImdb', async () => join(unpacked(), 'aclImdb')],
    ['the folder it stands in', async () => unpacked()],
    ['a folder with the archive', async () => written('aclImdb_v1.tar.gz', gzipSync(await archive()))],
    ['the archive itself', async () => join(written('reviews.tgz', gzipSync(await archive())), 'reviews.tgz')],
    ['an archive that is not gzip', async () => written('aclImdb_v1.tar', await archive())],
  ])('%s', async (_, make) => expect(await loadImdb({ path: await make() })).toEqual(expected));

  test('classes in turn, each by the numbers in its names, whatever the order in the archive', async () => {
    const backwards = Object.fromEntries(Object.entries(reviews).reverse());
    expect(await parseImdb(await archive(backwards))).toEqual(expected);
  });

  test('a name of more than a hundred letters, as GNU tar and POSIX write it', async () => {
    const name = `aclImdb/test/pos/7_${'9'.repeat(120)}.txt`;
    const { test: heldOut } = await parseImdb(await archive({ ...reviews, [name]: 'far' }));
    expect(heldOut.texts).toEqual(['', 'test neg 0', 'far']);
  });

  test('progress ends where the archive ends', async () => {
    const steps: [number, number][] = [];
    const bytes = gzipSync(await archive());
    await parseImdb(bytes, { onRead: (...step) => steps.push(step) });
    expect(steps.at(-1)).toEqual([bytes.length, bytes.length]);
    steps.length = 0;
    await loadImdb({ path: unpacked(), onRead: (...step) => steps.push(step) });
    expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['no folder', async () => join(root, 'nowhere'), /nowhere cannot be read: it does not exist/],
    [
      'a folder of something else',
      async () => written('notes.md', Buffer.from('')),
      /has no IMDB: expected aclImdb_v1\.tar\.gz, a folder aclImdb/,
    ],
    [
      'an archive of something else',
      async () => written('aclImdb_v1.tar', await archive({ 'a.txt': 'a' })),
      /has no reviews in aclImdb\/train\/neg/,
    ],
    [
      'an archive without a class',
      async () => written('aclImdb_v1.tar', await archive(without('aclImdb/test/pos'))),
      /aclImdb_v1\.tar has no reviews in aclImdb\/test\/pos/,
    ],
    [
      'a folder without a class',
      async () => unpacked(without('aclImdb/test/pos')),
      /test[/\\]pos cannot be read: it does not exist/,
    ],
    [
      'a class without reviews',
      async () => unpacked({ ...without('aclImdb/test/pos'), 'aclImdb/test/pos/a.md': '' }),
      /pos has no \.txt files; expected one for each text/,
    ],
    [
      'a page in the place of the archive',
      async () => written('aclImdb_v1.tar.gz', Buffer.from('<!doctype html>'.repeat(99))),
      /is damaged, cut short or no tar archive/,
    ],
    [
      'an empty file',
      async () => written('aclImdb_v1.tar.gz', new Uint8Array()),
      /no tar archive: Tar archive is truncated/,
    ],
    [
      'damaged gzip',
      async () => written('aclImdb_v1.tar.gz', gzipSync(await archive()).fill(7, 60, 90)),
      /is damaged, cut short or no tar archive/,
    ],
  ])('refuses %s', async (_, make, message) => {
    await expect(loadImdb({ path: await make() })).rejects.toThrow(message);
  });

  test('an archive cut short anywhere is an error, packed or not', async () => {
    const tar = await archive();
    const packed = gzipSync(tar);
    const end = tar.length - 1024; // two empty blocks end an archive
    for (let length = 512; length < end; length += 512) {
      for (const cut of [length, length - 100]) {
        await expect(parseImdb(tar.subarray(0, cut)), `${cut} bytes`).rejects.toThrow(/cut short|has no reviews/);
      }
    }
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      const cut = packed.subarray(0, Math.floor(part * packed.length));
      await expect(parseImdb(cut), `${part} of gzip`).rejects.toThrow(/cut short|has no reviews/);
    }
  });

  test('an aborted signal stops it', async () => {
    const reason = new Error('the user pressed Ctrl-C');
    const signal = AbortSignal.abort(reason);
    await expect(loadImdb({ path: unpacked(), signal })).rejects.toBe(reason);
    const controller = new AbortController();
    const reading = parseImdb(await archive(), { signal: controller.signal, onRead: () => controller.abort(reason) });
    await expect(reading).rejects.toBe(reason);
  });
});

test.skipIf(!process.env.ESPALIER_DATA)(
  'IMDB itself has its published counts, balanced classes, and known reviews (skipped unless ESPALIER_DATA names a folder with imdb/)',
  async () => {
    const path = join(process.env.ESPALIER_DATA ?? '', 'imdb');
    const { train, test: heldOut } = await loadImdb({ path, fatal: true });
    for (const { texts, labels, count } of [train, heldOut]) {
      expect([count, texts.length, labels.reduce((sum, label) => sum + label, 0)]).toEqual([25000, 25000, 12500]);
      expect(labels.subarray(20_000).reduce((sum, label) => sum + label, 0)).toBe(2500);
    }
    expect(train.texts[0]).toMatch(/^Story of a man who has unnatural feelings for a pig\./);
    expect(train.texts[1]).toMatch(/^Bromwell High is a cartoon comedy\./);
  },
);
