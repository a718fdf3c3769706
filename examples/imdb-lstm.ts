// Does the writer like the film? The article's third case (8.3): an embedding, an LSTM and a softmax over reviews, dense, drawn to zero by
// proximal L1, pruned by a callback to 90% and 95%, and sparsified then pruned; beside them what a sparse bag of bigrams can do.
//
//   npx tsx examples/imdb-lstm.ts [--data PATH] [--epochs 6] [--seed 1] [--units 128] [--length 256] [--activation tanh]
//                                 [--networks FOLDER] [--json]
//
// PATH is IMDB's aclImdb_v1.tar.gz, its unpacked folder, or a folder with one of them; without it the built-in reviews are read. The
// article's listing of 6.1 is --units 64 --length 100 --activation relu. Each network is written as soon as it is trained: after an
// interruption --networks espalier-imdb-lstm goes on from there.

import { fileURLToPath } from 'node:url';
import { type Judged, judge } from './imdb/judge.ts';
import { type Reviews, readReviews } from './imdb/reviews.ts';
import { type Rival, trainRival } from './imdb/rival.ts';
import { type Course, type Trained, trainNetworks } from './imdb/train.ts';
import { activationOption } from './lstm.ts';
import {
  type CommonOptions,
  type Context,
  count,
  example,
  kilobytes,
  milliseconds,
  type Outcome,
  percent,
  times,
  whole,
} from './scaffold.ts';

interface Options extends Pick<CommonOptions, 'data' | 'seed'> {
  /** Default as in `usual`. */
  epochs?: number;
  units?: number;
  length: number;
  activation: Course['activation'];
  words: number;
  features: number;
  batchSize: number;
  reviews?: number;
}

/** The article's network for reviews of films; a smaller one, for longer, for the built-in reviews, which are few, short and simple. */
const usual = { given: { epochs: 6, units: 128 }, builtIn: { epochs: 24, units: 48 } };

/** Reads, trains, judges and tells of it. */
export async function classifyReviews(given: Options, context: Context): Promise<Outcome> {
  const { progress, signal } = context;
  const options = { ...(given.data === undefined ? usual.builtIn : usual.given), ...given };
  const reviews = await readReviews(options, progress, signal);
  const rival = await trainRival(reviews, options.seed, progress, signal);
  const trained = await trainNetworks({ ...options, ...context, reviews });
  const { rows, files } = await judge(reviews, trained, rival, progress, signal);
  return tell(options, reviews, trained, rival, rows, files);
}

function tell(
  { units, activation, features }: Pick<Course, 'units' | 'activation' | 'features'>,
  { name, train, validation, test, length, words }: Reviews,
  trained: readonly Trained[],
  rival: Rival,
  rows: readonly Judged[],
  files: ReadonlyMap<string, Uint8Array>,
): Outcome {
  const [dense, , pruned] = rows;
  const last = rows[rows.length - 1];
  const points = (row: Judged) =>
    `${(100 * (row.testAccuracy - dense.testAccuracy)).toFixed(2)} points`.replace('-', '−');
  return {
    data: `${name}: ${count(train.count)} reviews to learn from, ${count(validation.count)} to choose by, ${count(test.count)} to be judged by; ${count(words)} words, ${length} of a review`,
    variants: rows,
    columns: [
      { key: 'testAccuracy', name: 'test accuracy', show: (value) => percent(value, 2) },
      { key: 'validationAccuracy', name: 'validation', show: (value) => percent(value, 2) },
      { key: 'weights', name: 'weights', show: count },
      { key: 'weightsKept', name: 'kept', show: count },
      { key: 'bytes', name: 'file', show: kilobytes },
      { key: 'msBatch1', name: 'one review', show: milliseconds },
    ],
    note:
      `${trained.map(({ name: variant, title }) => `${variant}: ${title}`).join('; ')}. Weights: of the LSTM’s two kernels (${units} units, ${features} inputs, ${activation}); embedding, biases and softmax are neither pruned nor counted. ` +
      'Of the rival those of its words and bigrams, and its file and time are for those that are kept, without the vocabulary. Every choice ' +
      '(the epoch of each network, λ of the rival) was made on the validation part; the test part was used once. File: the compressed model. ' +
      'One review: predict at batch 1 in one thread, the median of rounds in which the networks took turns.',
    summary: `An LSTM tells praise from blame in ${percent(dense.testAccuracy)} of the test reviews. With 90% of its weights pruned: ${points(pruned)}, ${times(dense.msBatch1 / pruned.msBatch1)} as fast. A sparse bag of bigrams: ${percent(last.testAccuracy)}.`,
    figures: [
      { value: percent(dense.testAccuracy), name: 'right', note: 'dense LSTM' },
      ...rows.slice(2, -1).map((row) => ({
        value: percent(row.testAccuracy),
        name: row.name,
        note: `${points(row)}, ${times(dense.msBatch1 / row.msBatch1)} as fast`,
      })),
    ].slice(0, 4),
    sections: [
      {
        title: 'Learning and forgetting',
        intro:
          'All networks share the first half of the epochs. In the second, weights go step by step, and the others make up for them.',
        blocks: [
          {
            kind: 'lines',
            title: 'On the validation part',
            x: { name: 'epoch' },
            y: { name: 'accuracy', unit: '%' },
            series: trained.map(({ name: variant, curve }) => ({
              name: variant,
              points: curve.map(([epoch, accuracy]) => [epoch, 100 * accuracy] as [number, number]),
            })),
          },
          {
            kind: 'bars',
            title: 'One review',
            unit: ' ms',
            groups: rows.map((row) => row.name),
            series: [{ name: 'batch 1', values: rows.map((row) => row.msBatch1) }],
          },
        ],
      },
      {
        title: 'The rival',
        intro:
          'Logistic regression with proximal L1 on the sparse bag of words and bigrams: the stronger λ, the fewer are left.',
        blocks: [
          {
            kind: 'table',
            title: 'Strengths tried',
            columns: ['λ', 'validation accuracy', 'words and bigrams kept'].map((each) => ({
              name: each,
              figures: true,
            })),
            rows: rival.path.map((step) => [String(step.lambda), percent(step.accuracy, 2), count(step.kept)]),
            note: `Of ${count(rival.weights)}; λ = ${rival.lambda} was chosen.`,
          },
        ],
      },
    ],
    files,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await example<Options & CommonOptions>({
    name: 'imdb-lstm',
    title: 'Film reviews read by a sparse LSTM',
    about:
      'Trains an LSTM that tells praise from blame in film reviews: dense, L1, pruned, and beside a bag of bigrams.',
    dataHelp: 'aclImdb_v1.tar.gz, its unpacked folder, or a folder with one of them; built-in reviews without it',
    options: (command) =>
      command
        .option(
          '--epochs <number>',
          'passes over the training part, the second half with pruning (default: 6, 24 for the built-in reviews)',
          whole(2, 1000),
        )
        .option('--units <number>', 'of the LSTM (default: 128, 48 for the built-in reviews)', whole(1, 4096))
        .option('--length <number>', 'words of a review that are read, its last ones', whole(1, 10_000), 256)
        .addOption(activationOption())
        .option('--words <number>', 'of the vocabulary', whole(3, 1_000_000), 10_000)
        .option('--features <number>', 'of a word', whole(1, 4096), 16)
        .option('--batch-size <number>', 'reviews in an update', whole(1, 4096), 32)
        .option(
          '--reviews <number>',
          'at most so many for training and validation, and for the test; all without it',
          whole(10, 1_000_000),
        ),
    keepsNetworks: true,
    run: classifyReviews,
  });
}
