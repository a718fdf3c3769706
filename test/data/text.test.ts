// Texts from disk: a folder for each class, one file, bytes in other encodings.

import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadImdb, loadText, loadTextFolder, parseImdb } from '../../src/index.ts';
import { archive, reviews, root, unpacked, written } from './imdb-fixture.ts';

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

  test('a folder in the place of a text and links that lead nowhere are named', async () => {
    const folder = unpacked({ 'pos/1.txt': 'good', 'neg/1.txt': 'bad' });
    mkdirSync(join(folder, 'pos', 'x.txt'));
    await expect(loadTextFolder(folder)).rejects.toThrow(/^Cannot read .*pos.x\.txt: it is a folder\.$/);
    symlinkSync('nowhere', join(folder, 'neg', 'y.txt'));
    await expect(loadTextFolder(folder)).rejects.toThrow(
      /^Cannot read .*neg.y\.txt: there is no such file or folder\.$/,
    );
    symlinkSync('nowhere', join(folder, 'lost'));
    await expect(loadTextFolder(folder)).rejects.toThrow(/^Cannot read .*lost: there is no such file or folder\.$/);
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

test.skipIf(!process.env.ESPALIER_DATA)(
  'tiny Shakespeare itself has its 1,115,394 characters (skipped unless ESPALIER_DATA names a folder with text/)',
  async () => {
    const path = join(process.env.ESPALIER_DATA ?? '', 'text/tinyshakespeare.txt.gz');
    const play = await loadText(path, { fatal: true });
    expect(play).toHaveLength(1_115_394);
    expect(play.startsWith('First Citizen:\nBefore we proceed any further, hear me speak.')).toBe(true);
    expect(new Set(play).size).toBe(65);
  },
);
