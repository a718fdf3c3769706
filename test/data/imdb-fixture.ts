// What the tests of text from disk share: a small IMDB, as an archive and as folders, in a folder that goes in the end.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packTar } from 'modern-tar';
import { afterAll } from 'vitest';

export const root = mkdtempSync(join(tmpdir(), 'espalier-imdb-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
export const newFolder = () => mkdtempSync(join(root, 'folder-'));

/** By path in the archive. Latin letters beyond ASCII, an empty review, one of several blocks; ids out of order. */
export const reviews: Record<string, string | Uint8Array> = {
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
export async function archive(files = reviews): Promise<Uint8Array> {
  const folders = [...new Set(Object.keys(files).map((path) => `${dirname(path)}/`))];
  return packTar([
    ...folders.map((name) => ({ header: { name, size: 0, type: 'directory' as const } })),
    ...Object.entries(files).map(([name, text]) => {
      const body = bytesOf(text);
      return { header: { name, size: body.length }, body };
    }),
  ]);
}

export function unpacked(files = reviews): string {
  const folder = newFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const written = (name: string, bytes: Uint8Array): string => {
  const folder = newFolder();
  writeFileSync(join(folder, name), bytes);
  return folder;
};

export const expected = {
  name: 'IMDB',
  classNames: ['neg', 'pos'],
  train: {
    texts: ['neg zero', 'pos zero<br />line', 'neg two: très mauvais', 'long '.repeat(700), 'neg ten'],
    labels: Uint8Array.of(0, 1, 0, 1, 0),
    count: 5,
  },
  test: { texts: ['test neg 0', ''], labels: Uint8Array.of(0, 1), count: 2 },
};
