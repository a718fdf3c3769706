// The article's network in five variants, from one start and through the same number of epochs: the first half is shared.
//
//   start ── first half ──┬── training ────────────────────────────────────────────── dense
//                         ├── training with proximal L1 on the LSTM ────────────────── l1
//                         ├── 90% of the LSTM's weights pruned by a callback ───────── pruned
//                         ├── proximal L1, then pruned to 90% ──────────────────────── sparsified+pruned
//                         └── 95% pruned ───────────────────────────────────────────── pruned 95%
//
// Of each the epoch with the best validation accuracy is kept, of a pruned one only epochs that end with all its zeros.

import {
  adam,
  dense,
  embedding,
  global,
  input,
  type LstmOptions,
  lstm,
  type Model,
  polynomialDecay,
  proximalL1,
  pruning,
  type Regularizer,
  sequential,
} from '../../src/index.ts';
import type { Kept } from '../networks.ts';
import { type Context, trainEpochs } from '../scaffold.ts';
import type { Reviews } from './reviews.ts';

/** What all trainings share. */
export interface Course extends Context {
  readonly reviews: Reviews;
  readonly epochs: number;
  readonly seed: number;
  readonly units: number;
  readonly features: number;
  readonly activation: LstmOptions['activation'];
  readonly batchSize: number;
}

/** A trained network, its validation accuracy, and those after each epoch. */
export interface Trained {
  readonly name: string;
  readonly title: string;
  readonly model: Model;
  readonly validationAccuracy: number;
  readonly curve: readonly (readonly [epoch: number, accuracy: number])[];
}

const learningRate = 1.5e-3;
/** What is left of it at the end. */
const leastShare = 0.02;
/** How far proximal L1 draws every weight towards zero over all of its steps; weights begin at about 0.1. */
const wayToZero = 0.08;

/** Embedding, LSTM with dropout of inputs and of its state, softmax. (The article's 8.3; Gal and Ghahramani 2016) */
export function network({ reviews, seed, units, features, activation }: Course, regularizer?: Regularizer): Model {
  const model = sequential(
    [
      input({ shape: [reviews.length] }),
      embedding({ inputDim: reviews.words, outputDim: features, maskZero: true, name: 'words' }),
      lstm({
        units,
        activation,
        dropout: 0.2,
        recurrentDropout: 0.2,
        kernelRegularizer: regularizer,
        recurrentRegularizer: regularizer,
        name: 'lstm',
      }),
      dense({ units: 2, activation: 'softmax', name: 'mind' }),
    ],
    { name: 'reviews', seed },
  );
  model.compile({
    // An activation without bounds, as relu is, needs its gradients bounded.
    optimizer: adam({ learningRate, clipnorm: 1 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** One variant: what it does in the second half. */
interface Branch {
  readonly name: string;
  readonly title: string;
  readonly sparsity?: number;
  /** Whether it is drawn to zero: all the way, or in the first quarter of the branch. */
  readonly l1?: 'all' | 'first';
}

const branches: readonly Branch[] = [
  { name: 'dense', title: 'trained as it is' },
  { name: 'l1', title: 'trained with proximal L1 on the LSTM', l1: 'all' },
  { name: 'pruned', title: '90% pruned by magnitude, step by step, and fine-tuned', sparsity: 0.9 },
  { name: 'sparsified+pruned', title: 'proximal L1, then 90% pruned by magnitude', sparsity: 0.9, l1: 'first' },
  { name: 'pruned 95%', title: '95% pruned by magnitude, step by step, and fine-tuned', sparsity: 0.95 },
];

/** Trains all five, or takes them where they are trained. @throws the signal's reason when it is aborted. */
export async function trainNetworks(course: Course): Promise<Trained[]> {
  const { reviews, networks, epochs, seed, units, features, activation, batchSize } = course;
  const { name: data, train, length, words } = reviews;
  const sizes = { reviews: train.count, length, words, units, features };
  const plan = { data, ...sizes, activation, epochs, batchSize, seed };
  const start = await networks.take('first half', plan, () => firstHalf(course));
  const trained: Trained[] = [];
  for (const branch of branches) {
    const { model, found } = await networks.take(branch.name, plan, () => secondHalf(course, branch, start.model));
    const { name, title } = branch;
    const curve = [...start.found.curve, ...found.curve];
    trained.push({ name, title, model, validationAccuracy: found.best, curve });
  }
  start.model.dispose();
  return trained;
}

async function firstHalf(course: Course): Promise<Kept<Learned>> {
  const model = network(course);
  return { model, found: await learn(course, model, 'all', [0, course.epochs >> 1]) };
}

async function secondHalf(course: Course, { name, sparsity, l1 }: Branch, start: Model): Promise<Kept<Learned>> {
  const { epochs } = course;
  const half = epochs >> 1;
  const middle = l1 === 'first' ? half + Math.round((epochs - half) / 4) : l1 === 'all' ? epochs : half;
  let model = network(course, l1 && proximalL1(lambda(course, half, middle)));
  model.setWeights(start.getWeights());
  const drawn = await learn(course, model, name, [half, middle]);
  if (l1 === 'first') {
    const next = network(course);
    next.setWeights(model.getWeights());
    model.dispose();
    model = next;
  }
  const callback = sparsity === undefined ? undefined : pruningOver(course, sparsity, epochs - middle);
  const rest = await learn(course, model, name, [middle, epochs], callback);
  const { best } = epochs > middle ? rest : drawn;
  return { model, found: { best, curve: [...drawn.curve, ...rest.curve] } };
}

const stepsOf = ({ reviews, batchSize }: Course): number => Math.ceil(reviews.train.count / batchSize);

/** The rate falls in a line over all epochs. */
function rateAt(epoch: number, epochs: number): number {
  return learningRate * (1 - (1 - leastShare) * (epoch / epochs));
}

/** λ by which all steps of these epochs together go `wayToZero`. */
function lambda(course: Course, from: number, to: number): number {
  const rate = (rateAt(from, course.epochs) + rateAt(to, course.epochs)) / 2;
  return Math.min(0.5, wayToZero / (rate * Math.max(1, (to - from) * stepsOf(course))));
}

/** Prunes the LSTM in the first epoch of `epochs`, or the first half of a single one: the rest is fine-tuning. */
function pruningOver(course: Course, sparsity: number, epochs: number) {
  const endStep = Math.max(1, Math.floor((stepsOf(course) * Math.max(1, epochs - 1)) / 2));
  const frequency = Math.max(1, Math.floor(endStep / 12));
  const schedule = polynomialDecay({ initialSparsity: 0, finalSparsity: sparsity, beginStep: 0, endStep, frequency });
  return { callback: pruning({ layers: ['lstm'], scope: global, schedule }), endStep };
}

/** The best validation accuracy, and those after each epoch. */
interface Learned {
  readonly best: number;
  readonly curve: Trained['curve'];
}

/** Epochs `from` up to `to`; leaves the model as it was after its best epoch. */
async function learn(
  course: Course,
  model: Model,
  name: string,
  [from, to]: readonly [number, number],
  pruned?: ReturnType<typeof pruningOver>,
): Promise<Learned> {
  const { reviews, epochs } = course;
  const { train, validation } = reviews;
  const steps = stepsOf(course);
  const curve: [number, number][] = [];
  let best = { accuracy: -1, weights: model.getWeights() };
  if (from === to) return { best: 0, curve };
  await trainEpochs(model, [train.ids, train.labels], [validation.ids, validation.labels], {
    ...course,
    name,
    from,
    to,
    callbacks: pruned && [pruned.callback],
    rate: (done) => rateAt(done, epochs),
    ended(epoch, { valAccuracy }) {
      curve.push([epoch, valAccuracy]);
      const isWhole = (epoch - from) * steps > (pruned?.endStep ?? -1);
      // The rest of a run that is cut in two goes on from the end of its first part, not from its best epoch.
      if (isWhole && valAccuracy > best.accuracy) best = { accuracy: valAccuracy, weights: model.getWeights() };
      return `validation accuracy ${(100 * valAccuracy).toFixed(2)}%`;
    },
  });
  if (to === epochs && best.accuracy >= 0) model.setWeights(best.weights);
  return { best: best.accuracy, curve };
}
