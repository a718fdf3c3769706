// A tokenizer as JSON:
//
//   { "format": "espalier tokenizer", "version": 1, "options": { … }, "documents": n, "words": [[word, count, documents], …] }
//
// words in the order of first appearance, by which equally frequent ones are numbered.

import type { TokenizerOptions } from './tokenizer.ts';

const format = 'espalier tokenizer';
const version = 1;

/** A word, how often it came, and in how many texts. */
export type SavedWord = [word: string, count: number, documents: number];

/** What is kept of a tokenizer. */
export interface TokenizerFile {
  readonly options: TokenizerOptions;
  readonly documents: number;
  readonly words: readonly SavedWord[];
}

const isCount = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

function parsed(text: string, name: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${name} is no tokenizer file: it is not JSON (${(cause as Error).message}).`, { cause });
  }
  const file = (content ?? {}) as Record<string, unknown>;
  if (file.format !== format) {
    throw new Error(
      `${name} is no tokenizer file: expected "format": "${format}", got ${JSON.stringify(file.format) ?? 'none'}.`,
    );
  }
  if (file.version !== version) {
    throw new Error(
      `${name} is a tokenizer file of version ${JSON.stringify(file.version) ?? 'unknown'}, and this espalier reads version ${version}: ` +
        'read it with the espalier that wrote it, or fit a tokenizer anew.',
    );
  }
  return file;
}

/** Reading and writing. */
export const tokenizerFile = {
  write({ options, documents, words }: TokenizerFile): string {
    return `${JSON.stringify({ format, version, options, documents, words })}\n`;
  },

  /** The text of a file. @throws when its bytes are not UTF-8. */
  decode(bytes: Uint8Array, name: string): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new Error(`${name} is damaged: it is not UTF-8.`, { cause });
    }
  },

  /** @throws when the text is not a tokenizer's, is of another version, or is damaged; options are left to the tokenizer. */
  read(text: string, name: string): TokenizerFile {
    const { options, documents, words } = parsed(text, name);
    const damaged = (what: string): never => {
      throw new Error(`${name} is damaged: ${what}.`);
    };
    if (options === null || typeof options !== 'object') damaged('it has no options');
    if (!isCount(documents, 0, Number.MAX_SAFE_INTEGER))
      damaged(`expected documents to be a whole number, got ${documents}`);
    if (!Array.isArray(words)) return damaged('it has no list of words');
    const seen = new Set<string>();
    for (const [i, entry] of words.entries()) {
      const [word, count, within] = Array.isArray(entry) ? entry : [];
      const sound = typeof word === 'string' && isCount(count, 1, Number.MAX_SAFE_INTEGER);
      if (!(sound && isCount(within, 1, Math.min(count, documents as number)))) {
        damaged(`words[${i}] is ${JSON.stringify(entry)}, expected [word, count, documents]`);
      }
      if (seen.has(word)) damaged(`it has the word ${JSON.stringify(word)} twice`);
      seen.add(word);
    }
    return { options: options as TokenizerOptions, documents: documents as number, words };
  },
};
