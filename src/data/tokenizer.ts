// Words (or characters) to numbers and back, as keras.preprocessing.text.Tokenizer numbers them.
//
//   id 0                 no word: padding
//   id 1                 the out-of-vocabulary word, if there is one
//   then, or from id 1   all words, the most frequent first, equally frequent ones as they first came
//
// Fitting and applying take one pass over the texts.

import { readFile, saveFile } from '../format/files.ts';
import { type CsrMatrix, checkKnown, checkWhole, misfit } from '../tensor/index.ts';
import { log } from '../tensor/math.ts';
import { CountedRows } from './counts.ts';
import { checkSequences } from './sequences.ts';
import { checkTexts, type TextInput } from './text-input.ts';
import { type SavedWord, type TokenizerFile, tokenizerFile } from './tokenizer-file.ts';

/** Keras' `filters`: punctuation but the apostrophe, tab and line feed. */
export const defaultFilters = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

/** The options of a {@link Tokenizer}, named and defaulted as Keras'. */
export interface TokenizerOptions {
  /** Only ids below it are given out: 0, kept for padding, and the numWords − 1 most frequent words (the out-of-vocabulary word is one of them). Default: no limit. */
  numWords?: number;
  /** Characters that separate words as `split` does; default {@link defaultFilters}. Not for characters as words. */
  filters?: string;
  /** Lower case first; default true. */
  lower?: boolean;
  /** What stands between words; default a space. */
  split?: string;
  /** Every character (code point) is a word; default false. */
  charLevel?: boolean;
  /** Stands for words that have no id; without it they are left out. */
  oovToken?: string;
}

/** How {@link Tokenizer.textsToMatrix} weights words. */
export type MatrixMode = 'binary' | 'count' | 'freq' | 'tfidf';

interface WordCount {
  count: number;
  documents: number;
}

/** The options with their defaults. @throws when one is wrong. */
function checked(options: TokenizerOptions) {
  checkKnown('Tokenizer', options, ['numWords', 'filters', 'lower', 'split', 'charLevel', 'oovToken']);
  const { numWords, filters = defaultFilters, lower = true, split = ' ', charLevel = false, oovToken } = options;
  const complain = (name: string, expected: string, got: unknown): never => {
    throw misfit('Tokenizer', name, expected, got);
  };
  if (numWords !== undefined) checkWhole('Tokenizer', { numWords }, 1, Number.MAX_SAFE_INTEGER);
  if (typeof filters !== 'string') complain('filters', 'a string of characters', filters);
  if (typeof split !== 'string' || split === '') complain('split', 'a string that is not empty', split);
  if (typeof lower !== 'boolean') complain('lower', 'true or false', lower);
  if (typeof charLevel !== 'boolean') complain('charLevel', 'true or false', charLevel);
  if (oovToken !== undefined && typeof oovToken !== 'string') complain('oovToken', 'a string', oovToken);
  return { numWords, filters, lower, split, charLevel, oovToken };
}

/** A vocabulary that turns texts to sequences of ids. Keras: `Tokenizer`. */
export class Tokenizer {
  readonly #options: ReturnType<typeof checked>;
  readonly #filter: RegExp | undefined;
  /** In the order of first appearance. */
  readonly #counts = new Map<string, WordCount>();
  #documents = 0;
  #index = new Map<string, number>();
  #words: string[] = [];

  /** @throws on an unknown option, or one out of range. */
  constructor(options: TokenizerOptions = {}) {
    this.#options = checked(options);
    const { filters } = this.#options;
    const escaped = Array.from(filters, (character) => character.replace(/[\\\]^-]/, '\\$&')).join('');
    this.#filter = filters === '' ? undefined : new RegExp(`[${escaped}]`, 'gu');
  }

  /** The options it was made with, defaults filled in. */
  get options(): TokenizerOptions {
    return { ...this.#options };
  }

  /** Every word's id, from 1, whatever `numWords` is. */
  get wordIndex(): ReadonlyMap<string, number> {
    return this.#index;
  }

  /** How often each word came, in the order of first appearance. */
  get wordCounts(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#counts, ([word, { count }]) => [word, count]));
  }

  /** Texts seen by {@link fitOnTexts}. */
  get documentCount(): number {
    return this.#documents;
  }

  /** One more than the largest id that is given out: an embedding's `inputDim`, a matrix' columns. */
  get size(): number {
    return Math.min(this.#options.numWords ?? Number.POSITIVE_INFINITY, this.#index.size + 1);
  }

  /** The word of an id, undefined for 0 and for ids of no word. */
  wordOf(id: number): string | undefined {
    return this.#words[id - 1];
  }

  /** Counts the words of these texts beside those seen before, and numbers all anew. @throws when they are no texts. */
  fitOnTexts(texts: readonly TextInput[]): this {
    checkTexts('fitOnTexts', texts);
    for (const text of texts) {
      this.#documents++;
      const seen = new Set<string>();
      for (const word of this.#split(text)) {
        const known = this.#counts.get(word);
        if (known === undefined) this.#counts.set(word, { count: 1, documents: 1 });
        else {
          known.count++;
          if (!seen.has(word)) known.documents++;
        }
        seen.add(word);
      }
    }
    this.#number();
    return this;
  }

  /** Ids, text by text. A text without known words gives an empty sequence. @throws when they are no texts. */
  textsToSequences(texts: readonly TextInput[]): number[][] {
    checkTexts('textsToSequences', texts);
    const { numWords = Number.POSITIVE_INFINITY } = this.#options;
    const unknown = this.#oovId();
    return texts.map((text) => {
      const ids: number[] = [];
      for (const word of this.#split(text)) {
        const id = this.#index.get(word);
        if (id !== undefined && id < numWords) ids.push(id);
        else if (unknown !== undefined) ids.push(unknown);
      }
      return ids;
    });
  }

  /**
   * The words of ids, joined by a space (or by `separator`). Ids of no word, 0 among them, and ids from `numWords` on become the
   * out-of-vocabulary word, or nothing where there is none: cut padding off first.
   * @throws when they are no lists of ids.
   */
  sequencesToTexts(sequences: readonly ArrayLike<number>[], separator = ' '): string[] {
    const { numWords = Number.POSITIVE_INFINITY, oovToken } = this.#options;
    checkSequences('Tokenizer', sequences);
    return sequences.map((sequence) => {
      const words: string[] = [];
      for (let i = 0; i < sequence.length; i++) {
        const word = this.wordOf(sequence[i]);
        const known = word !== undefined && sequence[i] < numWords ? word : oovToken;
        if (known !== undefined) words.push(known);
      }
      return words.join(separator);
    });
  }

  /**
   * A row for each text, a column for each id below {@link size}: 1 for a word that is there ('binary', the default), its number ('count'),
   * its share of the text ('freq'), or (1 + ln count)·ln(1 + documents / (1 + documents with the word)) ('tfidf'). `toDense()` makes it an array.
   * @throws when nothing was fitted, or there is no such mode.
   */
  textsToMatrix(texts: readonly TextInput[], mode: MatrixMode = 'binary'): CsrMatrix {
    return this.sequencesToMatrix(this.textsToSequences(texts), mode);
  }

  /** As {@link textsToMatrix}, from sequences; ids from {@link size} on are passed over. */
  sequencesToMatrix(sequences: readonly ArrayLike<number>[], mode: MatrixMode = 'binary'): CsrMatrix {
    const { size } = this;
    if (this.#index.size === 0) throw new Error('Tokenizer: it knows no words yet; call fitOnTexts() first.');
    const weights: Record<MatrixMode, (count: number, id: number, length: number) => number> = {
      binary: () => 1,
      count: (count) => count,
      freq: (count, _, length) => count / length,
      tfidf: (count, id) => (1 + log(count)) * log(1 + this.#documents / (1 + this.#documentsWith(id))),
    };
    if (!Object.hasOwn(weights, mode)) {
      throw new Error(`Tokenizer: there is no mode '${mode}'; expected ${Object.keys(weights).join(', ')}.`);
    }
    checkSequences('Tokenizer', sequences);
    const weight = weights[mode];
    const rows = new CountedRows(size);
    for (const [row, sequence] of sequences.entries()) {
      for (let i = 0; i < sequence.length; i++) {
        const id = sequence[i];
        if (!(Number.isInteger(id) && id >= 0)) {
          throw new RangeError(
            `Tokenizer: sequence ${row} has ${id} at position ${i}: expected ids, whole numbers from 0.`,
          );
        }
        if (id < size) rows.add(id);
      }
      rows.endRow((count, id) => weight(count, id, sequence.length));
    }
    return rows.toCsr();
  }

  /** The tokenizer as text; {@link fromJson} reads it. */
  toJson(): string {
    const words = Array.from(this.#counts, ([word, { count, documents }]): SavedWord => [word, count, documents]);
    return tokenizerFile.write({ options: this.options, documents: this.#documents, words });
  }

  /** @throws when the text is not a tokenizer's, is of another version, or is damaged. */
  static fromJson(text: string): Tokenizer {
    return Tokenizer.#from(tokenizerFile.read(text, 'The tokenizer'));
  }

  /** Writes {@link toJson} to a file, whole or not at all. @throws when the path cannot be written to. */
  async save(path: string): Promise<void> {
    await saveFile(path, new TextEncoder().encode(this.toJson()));
  }

  /** Reads what {@link save} wrote. @throws as {@link fromJson}, with the file's name. */
  static async load(path: string): Promise<Tokenizer> {
    return Tokenizer.#from(tokenizerFile.read(tokenizerFile.decode(await readFile(path), path), path));
  }

  static #from({ options, documents, words }: TokenizerFile): Tokenizer {
    const tokenizer = new Tokenizer(options);
    tokenizer.#documents = documents;
    for (const [word, count, within] of words) tokenizer.#counts.set(word, { count, documents: within });
    tokenizer.#number();
    return tokenizer;
  }

  #split(text: TextInput): Iterable<string> {
    const { lower, split, charLevel } = this.#options;
    if (typeof text !== 'string') return lower ? text.map((word) => word.toLowerCase()) : text;
    const cased = lower ? text.toLowerCase() : text;
    if (charLevel) return cased;
    const separated = this.#filter ? cased.replace(this.#filter, () => split) : cased;
    return separated.split(split).filter((word) => word !== '');
  }

  #number(): void {
    const { oovToken } = this.#options;
    const words = [...this.#counts.keys()].filter((word) => word !== oovToken);
    const countOf = (word: string) => this.#counts.get(word)?.count ?? 0;
    words.sort((a, b) => countOf(b) - countOf(a)); // stable
    this.#words = oovToken === undefined || this.#documents === 0 ? words : [oovToken, ...words];
    this.#index = new Map(this.#words.map((word, i) => [word, i + 1]));
  }

  #oovId(): number | undefined {
    const { oovToken } = this.#options;
    return oovToken === undefined ? undefined : this.#index.get(oovToken);
  }

  #documentsWith(id: number): number {
    return this.#counts.get(this.wordOf(id) ?? '')?.documents ?? 0;
  }
}
