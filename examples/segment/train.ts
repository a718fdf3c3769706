// The four networks, from one start and through the same number of epochs: the first half is shared; in the second the dense one trains
// on, and three others are pruned step by step and fine-tuned.
//
//   start ── first half ──┬── training ───────────────────────────────────── dense
//                         ├── the smallest weights, one by one ───────────── pruned
//                         ├── the smallest blocks of 4 outputs × 1 input ─── blocks
//                         └── the smallest filters, taken out at the end ─── shrunk

import {
  adam,
  block4x1,
  type Callback,
  filters,
  type Model,
  type PruningOptions,
  polynomialDecay,
  pruning,
  shrink,
} from '../../src/index.ts';
import { type Context, trainEpochs } from '../scaffold.ts';
import { classNames, type Scenes, side } from './scenes.ts';
import { ends, last, silence, uNet } from './u-net.ts';

/** What all trainings share. */
export interface Course extends Context {
  readonly train: Scenes;
  readonly validation: Scenes;
  readonly epochs: number;
  readonly seed: number;
  /** Zeros in the pruned networks' layers. */
  readonly sparsity: number;
  /** Of the filters that go. */
  readonly fewer: number;
  /** Filters at the finest size; default 16. */
  readonly width?: number;
  /** What the digits in the scenes are, in words. */
  readonly data: string;
}

/** A trained network and the mean IoU on validation scenes after each of its epochs. */
export interface Trained {
  readonly name: string;
  readonly title: string;
  readonly model: Model;
  readonly curve: readonly (readonly [epoch: number, meanIoU: number])[];
}

const batchSize = 16;
const learningRate = 5e-3;
/** What is left of it at the end. */
const leastShare = 0.05;

/** Trains all four, or takes them where they are trained. @throws the signal's reason when it is aborted. */
export async function trainNetworks(course: Course): Promise<Trained[]> {
  const { train, networks, data, seed, width, sparsity, fewer, epochs } = course;
  const half = epochs >> 1;
  const plan = { data, scenes: train.count, epochs, seed, width: width ?? null };
  const trunk = await networks.take('first half', plan, async () => {
    const model = network(course);
    return { model, found: await learn(course, model, 'first half', 0, half) };
  });
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  const branches: [name: string, title: string, options?: PruningOptions & { amount: number }][] = [
    ['dense', 'trained as it is'],
    ['pruned', `${percent(sparsity)} of the weights pruned, one by one`, { amount: sparsity, skip: ends }],
    ['blocks', `${percent(sparsity)} pruned in blocks of 4 × 1`, { amount: sparsity, structure: block4x1, skip: ends }],
    ['shrunk', `${percent(fewer)} of the filters taken out`, { amount: fewer, structure: filters, skip: [last] }],
  ];
  const trained: Trained[] = [];
  for (const [name, title, options] of branches) {
    const { model, found } = await networks.take(name, { ...plan, pruned: options?.amount ?? 0 }, async () => {
      const model = network(course);
      model.setWeights(trunk.model.getWeights());
      const callbacks = options && [pruningOver(course, options), silence(model)];
      const curve = await learn(course, model, name, half, epochs, callbacks);
      return { model: name === 'shrunk' ? shrink(model) : model, found: curve };
    });
    trained.push({ name, title, model, curve: [...trunk.found, ...found] });
  }
  return trained;
}

const stepsOf = ({ train }: Course): number => Math.ceil(train.count / batchSize);

function network({ seed, width }: Course): Model {
  const model = uNet({ side, classes: classNames.length, seed, width });
  model.compile({ optimizer: adam({ learningRate }), loss: 'sparseCategoricalCrossentropy', metrics: ['meanIoU'] });
  return model;
}

/** Prunes in the first half of the second half of all epochs; the rest is fine-tuning. */
function pruningOver(course: Course, { amount, ...options }: PruningOptions & { amount: number }): Callback {
  const endStep = Math.max(1, Math.floor((stepsOf(course) * (course.epochs - (course.epochs >> 1))) / 2));
  const frequency = Math.max(1, Math.floor(endStep / 12));
  const schedule = polynomialDecay({ initialSparsity: 0, finalSparsity: amount, beginStep: 0, endStep, frequency });
  return pruning({ ...options, schedule });
}

/** Epochs `from` up to `to`; the learning rate stays for the first half of all and falls in a line in the second. */
async function learn(
  course: Course,
  model: Model,
  name: string,
  from: number,
  to: number,
  callbacks: readonly Callback[] = [],
): Promise<Trained['curve']> {
  const { train, validation, epochs } = course;
  const half = epochs >> 1;
  const curve: [number, number][] = [];
  await trainEpochs(model, [train.images, train.labels], [validation.images, validation.labels], {
    ...course,
    name,
    from,
    to,
    batchSize,
    callbacks,
    rate: (done) => learningRate * (1 - (1 - leastShare) * (Math.max(0, done - half) / (epochs - half))),
    ended(epoch, { valMeanIoU }) {
      curve.push([epoch, valMeanIoU]);
      return `mean IoU ${(100 * valMeanIoU).toFixed(1)}%`;
    },
  });
  return curve;
}
