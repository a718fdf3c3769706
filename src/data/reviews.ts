// Generated film reviews: a stand-in for IMDB that needs no download. Review i is a function of (seed, stream, i) alone and has the same
// bits on every machine. About 20 µs a review of 50 words.
//
// A review is a handful of sentences: tales that do not judge, and judgements, most of them in the writer's mind, some against it.
// Order matters: "not dull" praises, "hardly funny" does not, and of two clauses with "but" or "although" between them one counts.

import { checkKnown, checkWhole } from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import {
  adjectives,
  aspects,
  degrees,
  fillings,
  negations,
  reverseTurns,
  tales,
  turns,
  verdicts,
} from './review-phrases.ts';
import type { TextDataset, TextSplit } from './texts.ts';

/** What `generateReviews` makes. */
export interface ReviewsOptions {
  /** How many reviews. */
  count: number;
  /** Default 1; a whole number from 0 to 2³² − 1. */
  seed?: number;
  /** Which of the seed's endless streams of reviews; default 'train'. */
  stream?: string;
  /** The index of the first review in its stream; default 0. */
  start?: number;
}

type Mind = 'good' | 'bad';
const other: Record<Mind, Mind> = { good: 'bad', bad: 'good' };

const drawFrom = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)];

/** "the plot is not at all dull": a judgement in the given mind, negated in a quarter of the cases. */
function clause(random: Random, mind: Mind): string {
  const aspect = drawFrom(random, aspects);
  if (random.uniform() < 0.25)
    return `${aspect} ${drawFrom(random, negations)}${drawFrom(random, adjectives[other[mind]])}`;
  return `${aspect} ${drawFrom(random, degrees)}${drawFrom(random, adjectives[mind])}`;
}

function judgement(random: Random, mind: Mind): string {
  const kind = random.uniform();
  if (kind < 0.5) return clause(random, mind);
  if (kind < 0.68) return drawFrom(random, verdicts[mind]);
  const turn = drawFrom(random, kind < 0.84 ? turns : reverseTurns);
  return turn.replace('{first}', clause(random, other[mind])).replace('{second}', clause(random, mind));
}

const tale = (random: Random): string =>
  drawFrom(random, tales).replace(/\{(\w+)\}/g, (_, name: string) => drawFrom(random, fillings[name]));

function review(random: Random, mind: Mind): string {
  const sentences: string[] = [];
  const count = 3 + random.integer(4);
  for (let i = 0; i < count; i++) {
    if (random.uniform() < 0.4) sentences.push(tale(random));
    else sentences.push(judgement(random, random.uniform() < 0.12 ? other[mind] : mind));
  }
  sentences.splice(random.integer(count + 1), 0, judgement(random, mind));
  return sentences
    .map((sentence) => `${sentence[0].toUpperCase()}${sentence.slice(1).replaceAll(' ,', ',')}.`)
    .join(' ');
}

/**
 * Made-up film reviews, label 1 where the writer liked it and 0 where not, equally likely.
 *
 * @throws RangeError when an option is out of range
 */
export function generateReviews(options: ReviewsOptions): TextSplit {
  checkKnown('generateReviews', options, ['count', 'seed', 'stream', 'start']);
  const { count, seed = 1, stream = 'train', start = 0 } = options;
  checkWhole('generateReviews', { count, start }, 0);
  const reviews = new Random(seed, 'reviews').split(stream);
  const labels = new Uint8Array(count);
  const texts = Array.from({ length: count }, (_, i) => {
    const random = reviews.split(start + i);
    labels[i] = random.integer(2);
    return review(random, labels[i] === 1 ? 'good' : 'bad');
  });
  return { texts, labels, count };
}

/**
 * A data set of generated reviews: the first of the seed's streams 'train' (default 4,000) and 'test' (1,000).
 *
 * @throws RangeError when an option is out of range
 */
export function generatedReviews(options: { train?: number; test?: number; seed?: number } = {}): TextDataset {
  checkKnown('generatedReviews', options, ['train', 'test', 'seed']);
  const { train = 4_000, test = 1_000, seed = 1 } = options;
  return {
    name: 'generated reviews',
    train: generateReviews({ count: train, seed, stream: 'train' }),
    test: generateReviews({ count: test, seed, stream: 'test' }),
    classNames: ['neg', 'pos'],
  };
}
