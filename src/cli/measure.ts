// Answers, accuracy and time of models that run.

import type { InferenceModel, Split } from '../index.ts';
import type { Timing } from '../report/index.ts';
import { pause } from './interrupt.ts';

const together = 64;

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

/** Samples of one measurement, and the time each shall last at least. */
export interface Sampling {
  samples: number;
  leastMilliseconds: number;
}

/**
 * Milliseconds of one predict of `batch` images for each model. The models take turns, each round beginning with the next one, so
 * that what slows the machine down slows all of them. A sample is as many calls as last `leastMilliseconds` together.
 */
export async function timePredictions(
  models: readonly InferenceModel[],
  { images, count }: Split,
  batch: number,
  { samples, leastMilliseconds }: Sampling,
  signal: AbortSignal,
  onRound: (round: number) => void,
): Promise<Timing[]> {
  const size = images.length / count;
  const inputs = Array.from({ length: Math.ceil(count / batch) }, (_, i) => {
    const input = new Float32Array(batch * size);
    for (let j = 0; j < batch; j++) {
      const from = ((i * batch + j) % count) * size;
      input.set(images.subarray(from, from + size), j * size);
    }
    return input;
  });
  const runs = models.map((model) => {
    const out = new Float32Array(model.predict(inputs[0]).data.length);
    const run = (calls: number) => {
      const start = performance.now();
      for (let call = 0; call < calls; call++) model.predict(inputs[call % inputs.length], out);
      return (performance.now() - start) / calls;
    };
    run(3);
    const calls = Math.max(1, Math.ceil(leastMilliseconds / run(5)));
    return { run, calls, times: [] as number[] };
  });
  for (let round = 0; round < samples; round++) {
    for (let i = 0; i < runs.length; i++) {
      const { run, calls, times } = runs[(round + i) % runs.length];
      times.push(run(calls));
    }
    onRound(round + 1);
    await pause(signal);
  }
  return runs.map(({ times }) => timingOf(times));
}

/** The smallest and the middle of some times. */
export function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { min: sorted[0], median };
}
