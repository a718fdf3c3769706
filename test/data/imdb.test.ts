// IMDB from an archive, a folder and a server of our own on loopback.

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DownloadProgress, loadImdb, loadText, loadTextFolder, parseImdb } from '../../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'espalier-imdb-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = () => mkdtempSync(join(root, 'folder-'));

/** By path in the archive. Latin letters beyond ASCII, an empty review, one of several blocks; ids out of order. */
const reviews: Record<string, string | Uint8Array> = {
  'aclImdb/README': 'about',
  'aclImdb/test/neg/0_2.txt': 'test neg 0',
  'aclImdb/test/pos/0_10.txt': '',
  'aclImdb/train/neg/10_1.txt': 'neg ten',
  'aclImdb/train/neg/2_4.txt': 'neg two: très mauvais',
  'aclImdb/train/neg/0_3.txt': 'neg zero',
  'aclImdb/train/pos/1_9.txt': 'long '.repeat(700),
  'aclImdb/train/pos/0_9.txt': 'pos zero<br />line',
  'aclImdb/train/unsup/0_0.txt': 'nobody knows',
  'aclImdb/train/urls_pos.txt': 'https://films.test/1',
};

const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? Buffer.from(text) : text);

/** The archive of some files, folders among them as tar packs them. */
async function archive(files = reviews): Promise<Uint8Array> {
  const folders = [...new Set(Object.keys(files).map((path) => `${dirname(path)}/`))];
  return packTar([
    ...folders.map((name) => ({ header: { name, size: 0, type: 'directory' as const } })),
    ...Object.entries(files).map(([name, text]) => {
      const body = bytesOf(text);
      return { header: { name, size: body.length }, body };
    }),
  ]);
}

function unpacked(files = reviews): string {
  const folder = newFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const written = (name: string, bytes: Uint8Array): string => {
  const folder = newFolder();
  writeFileSync(join(folder, name), bytes);
  return folder;
};

const without = (prefix: string) =>
  Object.fromEntries(Object.entries(reviews).filter(([path]) => !path.startsWith(prefix)));

const expected = {
  name: 'IMDB',
  classNames: ['neg', 'pos'],
  train: {
    texts: ['neg zero', 'pos zero<br />line', 'neg two: très mauvais', 'long '.repeat(700), 'neg ten'],
    labels: Uint8Array.of(0, 1, 0, 1, 0),
    count: 5,
  },
  test: { texts: ['test neg 0', ''], labels: Uint8Array.of(0, 1), count: 2 },
};

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

describe('bytes that are no UTF-8', () => {
  const bytes = Buffer.from([0x64, 0xe9, 0x6a, 0xe0, 0x20, 0x76, 0x75]); // "déjà vu" in Latin-1
  const files = { ...reviews, 'aclImdb/test/neg/0_2.txt': bytes };

  test('become U+FFFD, each, and what is around them stays', async () => {
    for (const data of [await parseImdb(await archive(files)), await loadImdb({ path: unpacked(files) })]) {
      expect(data.test.texts[0]).toBe('d\ufffdj\ufffd vu');
    }
  });

  test('are read in the encoding that is given', async () => {
    expect((await parseImdb(await archive(files), { encoding: 'latin1' })).test.texts[0]).toBe('déjà vu');
  });

  test('are an error that names the file where fatal says so', async () => {
    await expect(parseImdb(await archive(files), { fatal: true })).rejects.toThrow(
      'aclImdb_v1.tar.gz: aclImdb/test/neg/0_2.txt is not utf-8 text; give its encoding, or fatal: false',
    );
    await expect(loadImdb({ path: unpacked(files), fatal: true })).rejects.toThrow(
      /neg[/\\]0_2\.txt is not utf-8 text/,
    );
  });

  test('in an encoding that there is not', async () => {
    await expect(parseImdb(await archive(), { encoding: 'klingon' })).rejects.toThrow("no text encoding 'klingon'");
  });
});

describe('loadImdb by download', () => {
  let packed: Uint8Array;
  let host = '';
  let requests = 0;
  let damage = false;
  const server = createServer((_, response) => {
    requests++;
    response.end(damage ? packed.slice().fill(0, 30, 40) : packed);
  });
  beforeAll(async () => {
    packed = gzipSync(await archive());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const file = () => ({
    name: 'reviews.tar.gz',
    size: packed.length,
    sha256: createHash('sha256').update(packed).digest('hex'),
  });
  const load = (cacheFolder: string, onProgress?: (progress: DownloadProgress) => void) =>
    loadImdb({ baseUrl: host, file: file(), cacheFolder, onProgress, pause: 1 });

  test('fetches it once, tells its progress, keeps it whole', async () => {
    const cache = newFolder();
    const progress: DownloadProgress[] = [];
    expect(await load(cache, (step) => progress.push(step))).toEqual(expected);
    expect(progress.at(-1)).toMatchObject({
      file: 'reviews.tar.gz',
      received: packed.length,
      totalSize: packed.length,
    });
    expect(new Uint8Array(readFileSync(join(cache, 'reviews.tar.gz')))).toEqual(new Uint8Array(packed));
    expect(await load(cache, () => expect.unreachable())).toEqual(expected);
    expect(requests).toBe(1);
  });

  test('a wrong checksum is an error, and nothing of it stays', async () => {
    damage = true;
    const cache = newFolder();
    await expect(load(cache)).rejects.toThrow(/reviews\.tar\.gz could not be downloaded.* its SHA-256 is/);
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('loadTextFolder', () => {
  test('the folders are the classes, by name; hidden and other files are passed over', async () => {
    const folder = unpacked({
      'spam/1.txt': 'buy',
      'ham/b.txt': 'hello',
      'ham/a.txt': 'hi',
      'ham/10.txt': 'ten',
      'ham/9.txt': 'nine',
      'ham/.hidden.txt': 'no',
      'ham/picture.png': 'no',
      '.git/x.txt': 'no',
      'notes.txt': 'no',
    });
    expect(await loadTextFolder(folder)).toEqual({
      texts: ['nine', 'ten', 'buy', 'a', 'hello'].map((text) => (text === 'a' ? 'hi' : text)),
      labels: Uint8Array.of(0, 0, 1, 0, 0),
      count: 5,
      classNames: ['ham', 'spam'],
    });
    expect((await loadTextFolder(folder, { classNames: ['spam'] })).texts).toEqual(['buy']);
  });

  test('refuses a folder without folders', async () => {
    await expect(loadTextFolder(written('a.txt', Buffer.from('')))).rejects.toThrow(
      /has 0 folders; expected one for each class/,
    );
  });
});

describe('loadText', () => {
  const text = 'First Citizen:\nÀ bas!\n';
  test('plain, gzip, with a byte order mark', async () => {
    for (const bytes of [Buffer.from(text), gzipSync(text), Buffer.from(`\ufeff${text}`)]) {
      expect(await loadText(join(written('play.txt', bytes), 'play.txt'))).toBe(text);
    }
  });

  test('refuses what is not there, is cut short, or no text', async () => {
    await expect(loadText(join(root, 'no.txt'))).rejects.toThrow(/Cannot read .*no\.txt: there is no such file/);
    const cut = join(written('play.txt.gz', gzipSync(text.repeat(99)).subarray(0, 40)), 'play.txt.gz');
    await expect(loadText(cut)).rejects.toThrow(/play\.txt\.gz is damaged or truncated/);
    const bytes = join(written('play.txt', Buffer.from([0xff])), 'play.txt');
    await expect(loadText(bytes, { fatal: true })).rejects.toThrow(/play\.txt is not utf-8 text/);
    expect(await loadText(bytes)).toBe('\ufffd');
  });
});

describe.skipIf(!process.env.ESPALIER_DATA)(
  'IMDB itself (skipped unless ESPALIER_DATA names a folder with imdb/ and text/)',
  () => {
    const data = (name: string) => join(process.env.ESPALIER_DATA ?? '', name);

    test('has its published counts, balanced classes, and known reviews', async () => {
      const { train, test: heldOut } = await loadImdb({ path: data('imdb'), fatal: true });
      for (const { texts, labels, count } of [train, heldOut]) {
        expect([count, texts.length, labels.reduce((sum, label) => sum + label, 0)]).toEqual([25000, 25000, 12500]);
        expect(labels.subarray(20_000).reduce((sum, label) => sum + label, 0)).toBe(2500);
      }
      expect(train.texts[0]).toMatch(/^Story of a man who has unnatural feelings for a pig\./);
      expect(train.texts[1]).toMatch(/^Bromwell High is a cartoon comedy\./);
    });

    test('tiny Shakespeare has its 1,115,394 characters', async () => {
      const text = await loadText(data('text/tinyshakespeare.txt.gz'), { fatal: true });
      expect(text).toHaveLength(1_115_394);
      expect(text.startsWith('First Citizen:\nBefore we proceed any further, hear me speak.')).toBe(true);
      expect(new Set(text).size).toBe(65);
    });
  },
);
