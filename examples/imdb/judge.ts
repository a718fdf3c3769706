// What the networks, compressed, and their rival answer on the test reviews, and how long one review takes. The test part is looked at here
// alone, once.

import { compress, type InferenceModel, load } from '../../src/index.ts';
import { weightsOfLstm } from '../lstm.ts';
import { fileNameOf } from '../networks.ts';
import { type Progress, pause, type Row, timePredictions } from '../scaffold.ts';
import type { Reviews } from './reviews.ts';
import type { Rival } from './rival.ts';
import type { Trained } from './train.ts';

/** A row of the table. */
export interface Judged extends Row {
  validationAccuracy: number;
  testAccuracy: number;
  /** Of the LSTM's two kernels; of the rival's one. */
  weights: number;
  weightsKept: number;
  /** Of the compressed model's file. */
  bytes: number;
  /** The median. */
  msBatch1: number;
}

const together = 64;
const rounds = 30;

/** Reviews [begin, end) as a model reads them. */
type Reader = (begin: number, end: number) => Float32Array;

async function accuracyOf(
  model: InferenceModel,
  read: Reader,
  labels: Uint8Array,
  onSamples: (done: number) => void,
  signal: AbortSignal,
): Promise<number> {
  let right = 0;
  for (let first = 0; first < labels.length; first += together) {
    const last = Math.min(first + together, labels.length);
    const { data } = model.predict(read(first, last));
    const outputs = data.length / (last - first);
    for (let i = first; i < last; i++) {
      const at = (i - first) * outputs;
      const answer = outputs === 1 ? data[at] > 0.5 : data[at + 1] > data[at];
      if (Number(answer) === labels[i]) right++;
    }
    onSamples(last);
    await pause(signal);
  }
  return right / labels.length;
}

/** The rows of all networks and the rival's, in this order, with the bytes of their files. */
export async function judge(
  { test }: Reviews,
  trained: readonly Trained[],
  rival: Rival,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ rows: Judged[]; files: Map<string, Uint8Array> }> {
  const bag = rival.bag.transform(test.texts);
  // A few reviews at a time: as an array the whole bag would fill gigabytes.
  const readBag: Reader = (begin, end) => bag.slice(begin, end).toDense();
  const [, length] = test.ids.shape;
  const readIds: Reader = (begin, end) => test.ids.data.subarray(begin * length, end * length);
  const all = [
    ...trained.map(({ name, model, validationAccuracy }) => ({
      name,
      model,
      validationAccuracy,
      read: readIds,
      ...weightsOfLstm(model),
    })),
    { name: 'bigrams, L1', read: readBag, weightsKept: rival.kept, ...rival },
  ];
  progress.phase('Test', all.length * test.count);
  const rows: Judged[] = [];
  const files = new Map<string, Uint8Array>();
  const running: InferenceModel[] = [];
  for (const [i, { name, model, validationAccuracy, read, weights, weightsKept }] of all.entries()) {
    const compressed = compress(model);
    const bytes = compressed.toBytes();
    compressed.dispose();
    running.push(load(bytes)); // what is judged is what was saved
    files.set(fileNameOf(name, 'espalier'), bytes);
    const onSamples = (done: number) => progress.update(i * test.count + done);
    const testAccuracy = await accuracyOf(running[i], read, test.labels, onSamples, signal);
    rows.push({
      name,
      validationAccuracy,
      testAccuracy,
      weights,
      weightsKept,
      bytes: bytes.length,
      msBatch1: 0,
    });
  }
  progress.done(`${test.count} reviews`);
  progress.phase('Time', 2 * rounds);
  const networks = { images: test.ids.data, count: test.count };
  const times = await timePredictions(running.slice(0, -1), networks, 1, rounds, signal, (n) => progress.update(n));
  const few = Math.min(together, test.count);
  const bags = { images: readBag(0, few), count: few };
  const last = await timePredictions(running.slice(-1), bags, 1, rounds, signal, (n) => progress.update(rounds + n));
  for (const [i, { median }] of [...times, ...last].entries()) rows[i].msBatch1 = median;
  for (const model of running) model.dispose();
  progress.done(`${rounds} rounds, the networks in turn`);
  return { rows, files };
}
