// The reviews as the networks read them: word ids, the most frequent words only, cut or filled up to one length at the front, so that the
// last step is always a word. A tenth of the training part, its end, is kept for validation.

import { generatedReviews, loadImdb, padSequences, type TextSplit, Tokenizer, takeTexts } from '../../src/index.ts';
import type { Progress } from '../scaffold.ts';

/** Reviews as texts and as ids. */
export interface Part {
  readonly texts: readonly string[];
  /** `[count, length]`. */
  readonly ids: { readonly data: Float32Array; readonly shape: readonly number[] };
  readonly labels: Uint8Array;
  readonly count: number;
}

export interface Reviews {
  readonly name: string;
  readonly train: Part;
  readonly validation: Part;
  readonly test: Part;
  readonly length: number;
  /** Ids are below it. */
  readonly words: number;
}

export interface ReviewsOptions {
  /** IMDB's archive or folder; generated reviews without it. */
  data?: string;
  /** The vocabulary, padding and the unknown word among it. */
  words: number;
  /** The longest sequence. */
  length: number;
  /** At most so many reviews of the training part, and of the test part. */
  reviews?: number;
}

const lineBreaks = /<br \/>/g;

/** A split of at most `count` reviews, evenly from all of it, without line breaks' tags. */
function plain({ texts, labels, count }: TextSplit, most = count): TextSplit {
  const taken = Math.min(most, count);
  const chosen = Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
  return {
    texts: chosen.map((i) => texts[i].replace(lineBreaks, ' ')),
    labels: Uint8Array.from(chosen, (i) => labels[i]),
    count: taken,
  };
}

/** Reads, or generates, and numbers the words: the vocabulary is that of the training part alone. */
export async function readReviews(options: ReviewsOptions, progress: Progress, signal: AbortSignal): Promise<Reviews> {
  const { data, words, reviews } = options;
  progress.phase('Read', 100);
  const onRead = (read: number, total: number) => progress.update(Math.floor((95 * read) / total));
  const dataset = data === undefined ? generatedReviews() : await loadImdb({ path: data, onRead, signal });
  const all = plain(dataset.train, reviews);
  const at = Math.round(0.9 * all.count);
  const splits = [takeTexts(all, 0, at), takeTexts(all, at), plain(dataset.test, reviews)];
  const tokenizer = new Tokenizer({ numWords: words, oovToken: '<unknown>' }).fitOnTexts(splits[0].texts);
  const sequences = splits.map(({ texts }) => tokenizer.textsToSequences(texts));
  const longest = sequences[0].reduce((most, { length }) => Math.max(most, length), 1);
  const length = Math.min(options.length, longest);
  const [train, validation, test] = splits.map(
    (split, i): Part => ({ ...split, ids: padSequences(sequences[i], { maxlen: length }) }),
  );
  progress.done(`${train.count + validation.count + test.count} reviews`);
  return { name: dataset.name, train, validation, test, length, words: tokenizer.size };
}
