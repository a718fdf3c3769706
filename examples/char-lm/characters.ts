// A text as a model of characters reads it: ids of characters, in windows of one length, each with the characters that follow.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { generateReviews, loadText, Tokenizer } from '../../src/index.ts';
import { UsageError } from '../scaffold.ts';

/** Windows of ids and what follows each: `[count, length]` and `[count, length, 1]`. */
export interface Windows {
  readonly x: { readonly data: Float32Array; readonly shape: readonly number[] };
  readonly y: { readonly data: Float32Array; readonly shape: readonly number[] };
  readonly count: number;
}

/** A text in three parts. */
export interface Corpus {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly train: Windows;
  readonly validation: Windows;
  readonly test: Windows;
  /** Characters of all parts. */
  readonly characters: number;
}

/** The one text in a folder, or the file itself. */
function fileOf(path: string): string {
  if (!existsSync(path)) throw new UsageError(`--data: there is no ${path}.`);
  if (!statSync(path).isDirectory()) return path;
  const texts = readdirSync(path).filter((name) => /\.txt(\.gz)?$/.test(name));
  if (texts.length === 1) return join(path, texts[0]);
  throw new UsageError(`--data: expected one text, .txt or .txt.gz, in ${path}, found ${texts.length}; name the file.`);
}

/** Reads a text, or makes one of generated reviews, and cuts it: nine tenths to learn from, a twentieth each to choose and to judge by. */
export async function readCorpus(path: string | undefined, length: number, most?: number): Promise<Corpus> {
  const all = path === undefined ? generateReviews({ count: 1500 }).texts.join('\n\n') : await loadText(fileOf(path));
  const text = all.slice(0, most);
  const tokenizer = new Tokenizer({ charLevel: true, lower: false }).fitOnTexts([text]);
  const [ids] = tokenizer.textsToSequences([text]);
  const [first, second] = [0.9, 0.95].map((share) => Math.floor(share * ids.length));
  const parts = [ids.slice(0, first), ids.slice(first, second), ids.slice(second)];
  const [train, validation, test] = parts.map((part) => windows(part, length));
  return {
    name: path === undefined ? 'generated reviews' : fileOf(path).replace(/^.*[/\\]/, ''),
    tokenizer,
    train,
    validation,
    test,
    characters: ids.length,
  };
}

/** @throws when there are not enough ids for one. */
function windows(ids: readonly number[], length: number): Windows {
  const count = Math.floor((ids.length - 1) / length);
  if (count < 1) {
    throw new UsageError(
      `The text is too short: a part of ${ids.length} characters holds no window of ${length}; choose a smaller --length.`,
    );
  }
  const [x, y] = [0, 1].map((shift) => Float32Array.from(ids.slice(shift, shift + count * length)));
  return { x: { data: x, shape: [count, length] }, y: { data: y, shape: [count, length, 1] }, count };
}
