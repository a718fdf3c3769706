// Wide and sparse against narrow and dense: for each sparsity of the wide LSTM there is a dense one of as many weights as it keeps.
//
//   wide ── first half ──┬── training ───────────────────────── wide, dense
//                        └── pruned to s, then fine-tuned ───── wide, s sparse: (1 − s)·4·u·(in + u) weights
//   narrow, 4·v·(in + v) weights, about as many ──── training ── narrow, dense

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
  pruning,
  sequential,
  timeDistributed,
} from '../../src/index.ts';
import { log } from '../../src/tensor/math.ts';
import type { Kept } from '../networks.ts';
import { type Context, trainEpochs } from '../scaffold.ts';
import type { Corpus } from './characters.ts';

/** What all trainings share. */
export interface Course extends Context {
  readonly corpus: Corpus;
  readonly epochs: number;
  readonly seed: number;
  readonly length: number;
  readonly units: number;
  readonly activation: LstmOptions['activation'];
  readonly sparsities: readonly number[];
}

/** A trained model of characters. */
export interface Trained {
  readonly name: string;
  readonly kind: 'wide' | 'narrow';
  readonly units: number;
  readonly sparsity: number;
  readonly model: Model;
  /** On the validation part, after each epoch. */
  readonly curve: readonly (readonly [epoch: number, bits: number])[];
}

const features = 32;
const batchSize = 32;
const learningRate = 4e-3;
/** What is left of it at the end. */
const leastShare = 0.05;

/** Weights of an LSTM's two kernels. */
export const lstmWeights = (units: number): number => 4 * units * (features + units);

/** The units of a dense LSTM with about so many weights: the root of 4·v·(in + v) = weights, rounded. */
export const unitsOf = (weights: number): number =>
  Math.max(1, Math.round((Math.sqrt(features ** 2 + weights) - features) / 2));

/** Bits from nats. */
export const bits = (nats: number): number => nats / log(2);

/** Character ids to the probabilities of the next one, at every step. */
export function network({ corpus, length, seed, activation }: Course, units: number): Model {
  const characters = corpus.tokenizer.size;
  const model = sequential(
    [
      input({ shape: [length] }),
      embedding({ inputDim: characters, outputDim: features, name: 'characters' }),
      lstm({ units, activation, returnSequences: true, name: 'lstm' }),
      timeDistributed({ layer: dense({ units: characters, activation: 'softmax' }), name: 'next' }),
    ],
    { name: 'char-lm', seed },
  );
  model.compile({
    optimizer: adam({ learningRate, clipnorm: 1 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** Trains all of them, or takes them where they are trained. @throws the signal's reason when it is aborted. */
export async function trainAll(course: Course): Promise<Trained[]> {
  const { units, epochs, sparsities } = course;
  const half = epochs >> 1;
  const start = await take(course, `${units} units, first half`, units, 0, (model) =>
    learn(course, model, `${units} units`, 0, half),
  );
  const trained: Trained[] = [];
  for (const sparsity of [0, ...sparsities]) {
    const name =
      sparsity === 0 ? `${units} units, dense` : `${units} units, ${Number((100 * sparsity).toFixed(2))}% sparse`;
    const { model, found } = await take(course, name, units, sparsity, (model) => {
      model.setWeights(start.model.getWeights());
      return learn(course, model, name, half, epochs, sparsity);
    });
    trained.push({ name, kind: 'wide', units, sparsity, model, curve: [...start.found, ...found] });
  }
  start.model.dispose();
  for (const sparsity of sparsities) {
    const narrow = unitsOf((1 - sparsity) * lstmWeights(units));
    const name = `${narrow} units, dense`;
    const { model, found } = await take(course, name, narrow, 0, (model) => learn(course, model, name, 0, epochs));
    trained.push({ name, kind: 'narrow', units: narrow, sparsity: 0, model, curve: found });
  }
  return trained;
}

/** The network of that name, or else a new one of so many units that `train` has trained. */
function take(
  course: Course,
  name: string,
  units: number,
  sparsity: number,
  train: (model: Model) => Promise<Trained['curve']>,
): Promise<Kept<Trained['curve']>> {
  const { networks, corpus, epochs, seed, length, activation } = course;
  const plan = { text: corpus.name, characters: corpus.characters, length, units, sparsity, activation, epochs, seed };
  return networks.take(name, plan, async () => {
    const model = network(course, units);
    return { model, found: await train(model) };
  });
}

/** Epochs `from` up to `to`, pruning in the first half of them where asked; bits per character on the validation part after each. */
async function learn(
  course: Course,
  model: Model,
  name: string,
  from: number,
  to: number,
  sparsity = 0,
): Promise<Trained['curve']> {
  const { corpus, epochs } = course;
  const { train, validation } = corpus;
  const steps = Math.ceil(train.count / batchSize);
  const half = epochs >> 1;
  const curve: [number, number][] = [];
  const endStep = Math.max(1, ((to - from) * steps) >> 1);
  const frequency = Math.max(1, Math.floor(endStep / 12));
  const schedule = polynomialDecay({ initialSparsity: 0, finalSparsity: sparsity, beginStep: 0, endStep, frequency });
  const callbacks = sparsity > 0 ? [pruning({ layers: ['lstm'], scope: global, schedule })] : [];
  await trainEpochs(model, [train.x, train.y], [validation.x, validation.y], {
    ...course,
    name,
    from,
    to,
    batchSize,
    callbacks,
    rate: (done) => learningRate * (1 - (1 - leastShare) * Math.max(0, (done - half) / (epochs - half))),
    ended(epoch, { valLoss }) {
      curve.push([epoch, bits(valLoss)]);
      return `${bits(valLoss).toFixed(3)} bits a character`;
    },
  });
  return curve;
}
