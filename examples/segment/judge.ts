// What the networks answer on test scenes, how right that is, and how long it takes.

import { compress, type InferenceModel, intersectionOverUnion, meanOfClasses, sparsity } from '../../src/index.ts';
import { type Progress, pause, timePredictions } from '../scaffold.ts';
import { classNames, type Scenes } from './scenes.ts';
import type { Trained } from './train.ts';

/** A network's answers and figures. */
export interface Judged extends Trained {
  /** The class of each pixel of each test scene. */
  readonly answers: Uint8Array;
  /** Weights of kernels that are not 0; of the dense network all. */
  readonly weights: number;
  /** Intersection over union, by class, and their mean. */
  readonly ious: readonly number[];
  readonly meanIoU: number;
  /** The share of pixels whose class is right. */
  readonly accuracy: number;
  /** Of the file of the compressed model. */
  readonly bytes: number;
  /** Of one scene, the middle and the least of the rounds. */
  readonly milliseconds: { readonly median: number; readonly min: number };
}

/** How the milliseconds are measured. */
export interface Timing {
  /** Rounds in which every network has its turn. */
  readonly rounds: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Runs each network, compressed, on the test scenes, and times them in turns on one scene at a time. */
export async function judge(trained: readonly Trained[], test: Scenes, timing: Timing): Promise<Judged[]> {
  const { rounds, progress, signal } = timing;
  const running = trained.map(({ model }) => compress(model));
  progress.phase('Time', rounds);
  const times = await timePredictions(running, test, 1, rounds, signal, (round) => progress.update(round));
  progress.done(`${rounds} rounds, the networks in turn`);
  const judged: Judged[] = [];
  for (const [i, each] of trained.entries()) {
    const answers = await answersOf(running[i], test, signal);
    const confusion = confusionOf(answers, test.labels);
    const ious = intersectionOverUnion(confusion);
    const right = classNames.reduce((sum, _, c) => sum + confusion[c * classNames.length + c], 0);
    judged.push({
      ...each,
      answers,
      weights: sparsity(each.model).kept,
      ious,
      meanIoU: meanOfClasses(ious),
      accuracy: right / answers.length,
      bytes: running[i].toBytes().length,
      milliseconds: times[i],
    });
  }
  return judged;
}

/** Scenes in a call. */
const together = 32;

/** The most likely class of each pixel. */
async function answersOf(model: InferenceModel, { images, labels, count }: Scenes, signal: AbortSignal) {
  const pixels = labels.length / count;
  const answers = new Uint8Array(labels.length);
  for (let first = 0; first < count; first += together) {
    const last = Math.min(first + together, count);
    const { data } = model.predict(images.subarray(first * pixels, last * pixels));
    for (let p = 0; p < (last - first) * pixels; p++) {
      const shares = data.subarray(p * classNames.length, (p + 1) * classNames.length);
      answers[first * pixels + p] = shares.indexOf(Math.max(...shares));
    }
    await pause(signal);
  }
  return answers;
}

/** Pixels by their class and by the answer. */
function confusionOf(answers: Uint8Array, labels: Uint8Array): Float64Array {
  const counts = new Float64Array(classNames.length ** 2);
  for (const [p, label] of labels.entries()) counts[label * classNames.length + answers[p]]++;
  return counts;
}
