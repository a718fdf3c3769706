// The honest rival: logistic regression with an L1 penalty on the bag of words and bigrams, trained on the sparse matrix as it is. One dense
// layer with proximal L1; how strong, the validation part says: as strong as the accuracy stays within a standard error of the best.
// (Breiman, Friedman, Olshen, Stone 1984) What it learned to leave out is left out for good: the bag that runs counts only the words and
// bigrams whose weights are not zero.

import {
  adam,
  CountVectorizer,
  dense,
  input,
  LearningRateScheduler,
  type Model,
  proximalL1,
  sequential,
} from '../../src/index.ts';
import type { Progress } from '../scaffold.ts';
import type { Reviews } from './reviews.ts';

/** The regression on what is left of the bag. */
export interface Rival {
  readonly bag: CountVectorizer;
  readonly model: Model;
  readonly lambda: number;
  readonly validationAccuracy: number;
  /** Words and bigrams before. */
  readonly weights: number;
  /** And those with a weight that is not zero. */
  readonly kept: number;
  /** Validation accuracy and weights kept of each λ. */
  readonly path: readonly { lambda: number; accuracy: number; kept: number }[];
}

const strengths = [0.01, 0.03, 0.1, 0.2, 0.3];
const epochs = 8;

function regression(columns: number, seed: number, lambda?: number): Model {
  const kernelRegularizer = lambda === undefined ? undefined : proximalL1(lambda);
  const layer = dense({ units: 1, activation: 'sigmoid', kernelInitializer: 'zeros', kernelRegularizer });
  const model = sequential([input({ shape: [columns] }), layer], { name: 'bag', seed });
  model.compile({ optimizer: adam({ learningRate: 4e-3 }), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** Trains one regression for each strength and keeps the best. @throws the signal's reason when it is aborted. */
export async function trainRival(
  { train, validation }: Reviews,
  seed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Rival> {
  progress.phase('Count bigrams', 1);
  const all = new CountVectorizer({ ngramRange: [1, 2], minDf: 2, binary: true });
  const x = all.fitTransform(train.texts);
  const held = all.transform(validation.texts);
  progress.done(
    `${x.columns} words and bigrams in ${x.rows} reviews, ${(100 * x.density).toFixed(2)}% of the matrix stored`,
  );
  progress.phase('Train the rival', strengths.length * epochs);
  const path: { lambda: number; accuracy: number; kept: number; model: Model }[] = [];
  for (const [i, lambda] of strengths.entries()) {
    const model = regression(x.columns, seed, lambda);
    await model.fit(x, train.labels, {
      epochs,
      batchSize: 64,
      verbose: 0,
      signal,
      callbacks: [
        new LearningRateScheduler((epoch) => 4e-3 * (1 - epoch / epochs)),
        { onEpochEnd: (epoch) => progress.update(i * epochs + epoch + 1) },
      ],
    });
    signal.throwIfAborted();
    const { accuracy } = model.evaluate(held, validation.labels, { batchSize: 256 });
    const [{ data }] = model.getWeights();
    path.push({ lambda, accuracy, kept: data.reduce((kept, weight) => kept + (weight === 0 ? 0 : 1), 0), model });
    progress.update((i + 1) * epochs, `λ ${lambda}: validation accuracy ${(100 * accuracy).toFixed(2)}%`);
  }
  const most = path.reduce((highest, { accuracy }) => Math.max(highest, accuracy), 0);
  const enough = most - Math.sqrt((most * (1 - most)) / validation.count);
  const best = path.filter(({ accuracy }) => accuracy >= enough).at(-1) as (typeof path)[number];
  progress.done(`λ ${best.lambda}, ${best.kept} weights kept`);
  const rival = leftOver(all, best.model, seed);
  for (const { model } of path) model.dispose();
  return {
    ...rival,
    lambda: best.lambda,
    validationAccuracy: best.accuracy,
    weights: x.columns,
    kept: best.kept,
    path: path.map(({ lambda, accuracy, kept }) => ({ lambda, accuracy, kept })),
  };
}

/** The same answers from the words and bigrams with a weight alone. */
function leftOver(bag: CountVectorizer, model: Model, seed: number): { bag: CountVectorizer; model: Model } {
  const [{ data }, bias] = model.getWeights();
  const names = bag.featureNames;
  const columns = Array.from(data.keys()).filter((column) => data[column] !== 0);
  const vocabulary = columns.map((column) => names[column]);
  const smaller = regression(Math.max(1, columns.length), seed);
  if (columns.length > 0) {
    smaller.setWeights([
      { data: Float32Array.from(columns, (column) => data[column]), shape: [columns.length, 1] },
      bias,
    ]);
  }
  const words = vocabulary.length > 0 ? vocabulary : names.slice(0, 1);
  return { bag: new CountVectorizer({ ngramRange: [1, 2], binary: true, vocabulary: words }), model: smaller };
}
