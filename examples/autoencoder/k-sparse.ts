// A k-sparse autoencoder: a linear code of many units of which only the k largest stay, and its features for a linear classifier, α·k of
// them. (Makhzani and Frey 2013) Units that are never among the few would never learn, so each begins as one of the images, less their mean:
// all are used from the start, and k need not fall from many to few.

import {
  adam,
  CsrMatrix,
  dense,
  input,
  type KSparse,
  kSparse,
  type Model,
  model,
  Random,
  type Split,
  sequential,
  sparsifyData,
} from '../../src/index.ts';
import type { Progress } from '../scaffold.ts';

/** What the study is made with. */
export interface Settings {
  readonly units: number;
  readonly k: number;
  readonly epochs: number;
  readonly seed: number;
}

/** The shares of k kept as features that are tried on the validation images. */
export const alphas = [1, 1.5, 2, 3, 4];

const rate = 1e-3;
const classifierRate = 2e-3;
/** Length of each unit's weights before training. */
const firstLength = 0.3;
/** Few images make small batches, so that there are updates enough. */
const batchFor = (count: number): number => (count < 10_000 ? 20 : 100);
const pixels = 784;

/** A trained autoencoder, and its code before and after the choice. */
export interface Trained {
  readonly whole: Model;
  readonly top: KSparse;
}

/** Trains on images; `signal` ends it early. */
export async function trainKSparse(
  images: Float32Array,
  { units, k, epochs, seed }: Settings,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<Trained> {
  progress.phase(`${k} of ${units} units`, epochs);
  const x = input({ shape: [pixels] });
  const top = kSparse({ k, name: 'top' });
  const code = top.apply(dense({ units, name: 'encode' }).apply(x));
  const whole = model({ inputs: x, outputs: dense({ units: pixels, name: 'decode' }).apply(code), seed });
  beginAsImages(whole, images, units, seed);
  whole.compile({ optimizer: adam({ learningRate: rate }), loss: 'mse' });
  const half = Math.max(1, Math.floor(epochs / 2));
  // Most pixels are 0: a sparse input leaves them out of the first product and its gradient.
  const sparse = CsrMatrix.fromDense(images, { rows: images.length / pixels, columns: pixels });
  await whole.fit(sparse, images, {
    epochs,
    batchSize: batchFor(sparse.rows),
    signal,
    callbacks: [
      {
        onEpochBegin(epoch) {
          whole.optimizer.learningRate = rate * Math.min(1, Math.max(0.1, (epochs - epoch) / (epochs - half)));
        },
        onEpochEnd: (epoch, logs) => progress.update(epoch + 1, `loss ${logs.loss.toFixed(5)}`),
      },
    ],
  });
  signal.throwIfAborted();
  progress.done('trained');
  return { whole, top };
}

/** Sets each unit to an image less the mean of all, encoder and decoder alike, and the biases so that the mean codes to 0 and back. */
function beginAsImages(whole: Model, images: Float32Array, units: number, seed: number): void {
  const count = images.length / pixels;
  const mean = new Float32Array(pixels);
  for (const [i, ink] of images.entries()) mean[i % pixels] += ink / count;
  const order = new Random(seed, 'images').shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  const rows = new Float32Array(units * pixels);
  const bias = new Float32Array(units);
  for (let unit = 0; unit < units; unit++) {
    const from = order[unit % count] * pixels;
    const row = rows.subarray(unit * pixels, (unit + 1) * pixels);
    for (let p = 0; p < pixels; p++) row[p] = images[from + p] - mean[p];
    const length = Math.sqrt(row.reduce((sum, w) => sum + w * w, 0)) || 1;
    for (let p = 0; p < pixels; p++) {
      row[p] *= firstLength / length;
      bias[unit] -= row[p] * mean[p];
    }
  }
  const columns = new Float32Array(units * pixels);
  for (let i = 0; i < rows.length; i++) columns[(i % pixels) * units + Math.floor(i / pixels)] = rows[i];
  whole.getLayer('encode').setWeights([{ data: columns }, { data: bias }]);
  whole.getLayer('decode').setWeights([{ data: rows }, { data: mean }]);
}

/** The codes of images with the `count` largest units each. */
export function featuresOf({ whole }: Trained, images: Float32Array, count: number): CsrMatrix {
  const x = input({ shape: [pixels] });
  const code = kSparse({ k: count }).apply(whole.getLayer('encode').apply(x));
  const encoder = model({ inputs: x, outputs: code });
  const rows = images.length / pixels;
  const units = code.shape[0];
  const rowptr = new Uint32Array(rows + 1);
  const colidx: number[] = [];
  const values: number[] = [];
  const atOnce = 1000;
  for (let row = 0; row < rows; row += atOnce) {
    const { data } = encoder.predict(images.subarray(row * pixels, (row + atOnce) * pixels), { batchSize: 500 });
    for (let i = 0; i < data.length; i++) {
      if (data[i] !== 0) {
        colidx.push(i % units);
        values.push(data[i]);
      }
      if ((i + 1) % units === 0) rowptr[row + (i + 1) / units] = colidx.length;
    }
  }
  return new CsrMatrix({
    rows,
    columns: units,
    rowptr,
    colidx: Uint32Array.from(colidx),
    values: Float32Array.from(values),
  });
}

/** A linear classifier on features, and the images that it gets wrong among others. */
export interface Classified {
  readonly error: number;
  readonly classifier: Model;
}

/** Logistic regression; while it learns, each number of the features is kept with a probability of 0.8, anew in each epoch. */
export async function classify(
  features: CsrMatrix,
  labels: Uint8Array,
  judged: { features: CsrMatrix; labels: Uint8Array },
  { epochs, seed }: { epochs: number; seed: number },
): Promise<Classified> {
  const classifier = sequential([dense({ units: 10, activation: 'softmax', inputShape: [features.columns] })], {
    seed,
  });
  const optimizer = adam({ learningRate: classifierRate });
  classifier.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  for (let epoch = 0; epoch < epochs; epoch++) {
    const { data: values } = sparsifyData(features.values, [1], { keep: 0.8, rescale: true, seed: seed + epoch });
    optimizer.learningRate = classifierRate * Math.max(0.05, 1 - epoch / epochs);
    await classifier.fit(new CsrMatrix({ ...features, values }), labels, {
      initialEpoch: epoch,
      epochs: epoch + 1,
      batchSize: batchFor(features.rows),
    });
  }
  return { error: errorOf(classifier, judged), classifier };
}

export const errorOf = (classifier: Model, { features, labels }: { features: CsrMatrix; labels: Uint8Array }): number =>
  1 - classifier.evaluate(features, labels).accuracy;

/** How often each unit is among those kept. */
export function usage(features: CsrMatrix): Float64Array {
  const counts = new Float64Array(features.columns);
  for (const column of features.colidx) counts[column]++;
  return counts.map((count) => count / features.rows);
}

/** The filters of the decoder, [units][pixels]. */
export function filtersOf({ whole }: Trained): Float32Array {
  return whole.getLayer('decode').getWeights()[0].data as Float32Array;
}

/**
 * How sharp a filter is: (√n − Σ|w| / √Σw²) / (√n − 1), 0 where all n weights are alike, 1 where one alone is not 0. (Hoyer 2004)
 */
export function sharpness(filter: Float32Array): number {
  const n = Math.sqrt(filter.length);
  const l1 = filter.reduce((sum, w) => sum + Math.abs(w), 0);
  const l2 = Math.sqrt(filter.reduce((sum, w) => sum + w * w, 0));
  return l2 > 0 ? (n - l1 / l2) / (n - 1) : 0;
}

/** Images of a split and their labels. */
export type Part = Pick<Split, 'images' | 'labels' | 'count'>;
