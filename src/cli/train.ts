// The four networks, from one start and through the same number of epochs:
//
//   start ── dense training ──────┬── dense training ────────────── dense
//     │                           └── pruning and fine-tuning ───── pruned
//     └───── training with L1 ────┬── training with L1 ──────────── l1
//                                 └── pruning and fine-tuning ───── sparsified+pruned

import { type Callback, type Model, nonzeroRule, proximalL1, prune, sparsity } from '../index.ts';
import type { HistoryPoint } from '../report/index.ts';
import type { Digits } from './digits.ts';
import { trainEpochs } from './epochs.ts';
import type { Progress } from './progress.ts';
import { batchSize, branchEpoch, lambda, network, pruningBetween, rateOf } from './recipe.ts';

/** What all trainings of a run share. */
export interface Course {
  digits: Digits;
  epochs: number;
  sparsity: number;
  seed: number;
  progress: Progress;
  signal: AbortSignal;
}

/** A trained network. */
export interface Trained {
  name: string;
  title: string;
  model: Model;
}

/** What training gives. */
export interface Training {
  networks: Trained[];
  history: HistoryPoint[];
  /** The dense network where the pruned ones leave it. */
  trunk: Model;
}

const updatesPerEpoch = ({ digits }: Course): number => Math.ceil(digits.train.count / batchSize);

/** Trains all four. @throws the signal's reason when it is aborted. */
export async function trainNetworks(course: Course): Promise<Training> {
  const { epochs, seed, sparsity: target } = course;
  const branch = branchEpoch(epochs);
  const history: HistoryPoint[] = [];
  const keep = (points: HistoryPoint[]) => history.push(...points);

  const dense = network(seed);
  keep(await train(course, dense, 'dense', 0, branch));
  const trunk = copyOf(dense, seed);
  keep(await train(course, dense, 'dense', branch, epochs));

  const l1 = network(seed, proximalL1(lambda(epochs * updatesPerEpoch(course))));
  keep(await train(course, l1, 'l1', 0, branch));
  const sparse = copyOf(l1, seed);
  keep(await train(course, l1, 'l1', branch, epochs));

  const pruned = copyOf(trunk, seed);
  keep(await pruneAndTune(course, pruned, 'pruned', target));
  keep(await pruneAndTune(course, sparse, 'sparsified+pruned', target));

  return {
    networks: [
      { name: 'dense', title: 'trained as it is', model: dense },
      { name: 'l1', title: 'trained with proximal L1', model: l1 },
      { name: 'pruned', title: 'dense, then pruned by magnitude and fine-tuned', model: pruned },
      { name: 'sparsified+pruned', title: 'L1, then pruned by magnitude and fine-tuned', model: sparse },
    ],
    history,
    trunk,
  };
}

/** A network of its own with the same weights, without penalties, its optimizer afresh. */
export function copyOf(model: Model, seed: number): Model {
  const copy = network(seed);
  copy.setWeights(model.getWeights());
  return copy;
}

/** From the branch to the end: pruned step by step to `target`, then fine-tuned; zeros that are there stay. */
export async function pruneAndTune(
  course: Course,
  model: Model,
  name: string,
  target: number,
): Promise<HistoryPoint[]> {
  const { epochs } = course;
  const branch = branchEpoch(epochs);
  prune(model, { rule: nonzeroRule });
  const zeros = 1 - sparsity(model).density;
  const steps = (epochs - branch) * updatesPerEpoch(course);
  const tuning = pruningBetween(Math.min(zeros, target), target, steps);
  return train(course, model, name, branch, epochs, [rateOf('fine-tuning', epochs), tuning]);
}

/** Epochs `from` up to `to`, with progress. */
async function train(
  course: Course,
  model: Model,
  variant: string,
  from: number,
  to: number,
  callbacks: readonly Callback[] = [rateOf('training', course.epochs)],
): Promise<HistoryPoint[]> {
  const { train: given, validation } = course.digits;
  const points: HistoryPoint[] = [];
  await trainEpochs(model, [given.images, given.labels], [validation.images, validation.labels], {
    ...course,
    name: variant,
    from,
    to,
    batchSize,
    callbacks,
    ended(epoch, { crossEntropy: loss, valAccuracy }) {
      points.push({ variant, epoch, loss, validationAccuracy: valAccuracy });
      return `validation accuracy ${(100 * valAccuracy).toFixed(2)}%`;
    },
  });
  return points;
}
