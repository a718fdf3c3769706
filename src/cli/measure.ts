// Answers, accuracy and time of models that run.

import type { InferenceModel, Split } from '../index.ts';
import type { Timing } from '../report/index.ts';
import { pause } from './interrupt.ts';

const together = 64;

/** Samples one after another. */
type Inputs = Pick<Split, 'images' | 'count'>;

/** The most likely class of each image. */
export async function classify(
  model: InferenceModel,
  { images, count }: Split,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const size = images.length / count;
  const answers = new Uint8Array(count);
  for (let first = 0; first < count; first += together) {
    const n = Math.min(together, count - first);
    const { data } = model.predict(images.subarray(first * size, (first + n) * size));
    const classes = data.length / n;
    for (let i = 0; i < n; i++) answers[first + i] = indexOfMaximum(data.subarray(i * classes, (i + 1) * classes));
    if (first % 1024 === 0) await pause(signal);
  }
  return answers;
}

function indexOfMaximum(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** The share of answers that are the labels. */
export function accuracy(answers: Uint8Array, { labels, count }: Split): number {
  return answers.reduce((right, answer, i) => right + (answer === labels[i] ? 1 : 0), 0) / count;
}

/**
 * Milliseconds of one predict of `batch` images for each model. The models take turns, each round beginning with the next one, so
 * that what slows the machine down slows all of them. A sample is the mean of so many calls that it lasts at least as long as one
 * call of the slowest model, and 2 ms: long samples are interrupted more often than short ones.
 */
export async function timePredictions(
  models: readonly InferenceModel[],
  split: Inputs,
  batch: number,
  samples: number,
  signal: AbortSignal,
  onRound: (round: number) => void,
): Promise<Timing[]> {
  const inputs = batchesOf(split, batch);
  const runs = models.map((model) => {
    const out = new Float32Array(model.predict(inputs[0]).data.length);
    return (calls: number) => {
      const start = performance.now();
      for (let call = 0; call < calls; call++) model.predict(inputs[call % inputs.length], out);
      return (performance.now() - start) / calls;
    };
  });
  const quickest = runs.map((run) => Math.min(...Array.from({ length: 10 }, () => run(1))));
  const duration = Math.max(2, ...quickest);
  const times: number[][] = models.map(() => []);
  for (let round = 0; round < samples; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const i = (round + turn) % runs.length;
      times[i].push(runs[i](Math.ceil(duration / quickest[i])));
    }
    onRound(round + 1);
    await pause(signal);
  }
  return times.map(timingOf);
}

/** The images in batches, the last one filled up from the first images. */
function batchesOf({ images, count }: Inputs, batch: number): Float32Array[] {
  const size = images.length / count;
  return Array.from({ length: Math.ceil(count / batch) }, (_, i) => {
    const input = new Float32Array(batch * size);
    for (let j = 0; j < batch; j++) {
      const from = ((i * batch + j) % count) * size;
      input.set(images.subarray(from, from + size), j * size);
    }
    return input;
  });
}

/** The smallest and the middle of some times. */
export function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { min: sorted[0], median };
}
