// The article's convolutional autoencoder: an encoder of 28 × 28 pixels to 32 numbers and a decoder back by way of 7 × 7 × 64 and two
// upsamplings, models of their own within one; plain, with an L1 penalty on the code, and with units of the code held to a mean activity.

import {
  type ActivityRegularizer,
  conv2d,
  dense,
  flatten,
  input,
  klDivergence,
  l1,
  type Model,
  maxPooling2d,
  model,
  Network,
  reshape,
  type Split,
  sequential,
  upSampling2d,
} from '../../src/index.ts';
import type { Progress } from '../scaffold.ts';

/** Numbers of the code. */
export const codeSize = 32;

/** How the code is made sparse. */
export interface Variant {
  readonly name: string;
  readonly activation: 'relu' | 'sigmoid';
  readonly penalty?: ActivityRegularizer;
}

/**
 * The strengths are of a pilot on 10,000 images, judged by 3,000 others: L1 of 1e-3 left ten of the 32 units alive, KL of 1e-2 left units that are
 * on for all images.
 */
export const variants: readonly Variant[] = [
  { name: 'plain', activation: 'relu' },
  { name: 'L1 on the code', activation: 'relu', penalty: l1(5e-4) },
  { name: 'KL to 5% activity', activation: 'sigmoid', penalty: klDivergence(2e-2, { target: 0.05 }) },
];

/** An autoencoder, and its two halves, which share its weights. */
export interface Autoencoder {
  readonly whole: Model;
  readonly encoder: Network;
}

export function autoencoder({ activation, penalty }: Variant, seed: number): Autoencoder {
  const image = input({ shape: [28, 28, 1] });
  let h = conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(image);
  h = conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(maxPooling2d().apply(h));
  h = flatten().apply(maxPooling2d().apply(h));
  const coded = dense({ units: codeSize, activation, activityRegularizer: penalty, name: 'code' }).apply(h);
  const encoder = new Network({ inputs: image, outputs: coded, name: 'encoder', seed });

  const code = input({ shape: [codeSize] });
  let g = dense({ units: 7 * 7 * 64, activation: 'relu' }).apply(code);
  g = reshape({ targetShape: [7, 7, 64] }).apply(g);
  g = conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(g);
  g = conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(upSampling2d().apply(g));
  g = conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'sigmoid' }).apply(upSampling2d().apply(g));
  const decoder = new Network({ inputs: code, outputs: g, name: 'decoder', seed: seed + 1 });

  const x = input({ shape: [28, 28, 1] });
  return { whole: model({ inputs: x, outputs: decoder.apply(encoder.apply(x)), seed }), encoder };
}

/** What one variant came to. */
export interface Coded {
  readonly name: string;
  /** Binary cross-entropy of a pixel, on the test images. */
  readonly loss: number;
  /** Of the code's units on a test image, how many are active: above a tenth of the most that the unit ever is. */
  readonly active: number;
  /** Units that are active on no test image. */
  readonly silent: number;
  /** Of a linear classifier on the code. */
  readonly error: number;
  /** The first test images, decoded. */
  readonly decoded: Float32Array;
}

/** Trains a variant and judges it on the test images. */
export async function judgeVariant(
  variant: Variant,
  { train, test }: { train: Split; test: Split },
  {
    epochs,
    seed,
    progress,
    signal,
    shown,
  }: { epochs: number; seed: number; progress: Progress; signal: AbortSignal; shown: number },
): Promise<Coded> {
  progress.phase(`Autoencoder, ${variant.name}`, epochs);
  const { whole, encoder } = autoencoder(variant, seed);
  whole.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  await whole.fit(train.images, train.images, {
    epochs,
    batchSize: 64,
    signal,
    callbacks: [{ onEpochEnd: (epoch, logs) => progress.update(epoch + 1, `loss ${logs.loss.toFixed(4)}`) }],
  });
  signal.throwIfAborted();
  // What evaluate() gives has the penalty in it.
  const loss = crossentropy(whole.predict(test.images).data, test.images);
  const codes = sequentialOf(encoder);
  const [fit, judged] = [codes.predict(train.images).data, codes.predict(test.images).data];
  const { active, silent } = activity(judged);
  scaleUnits(fit, judged);
  const error = await linearError({ codes: fit, labels: train.labels }, { codes: judged, labels: test.labels }, seed);
  const decoded = whole.predict(test.images.subarray(0, shown * 784)).data;
  whole.dispose();
  progress.done(`cross-entropy ${loss.toFixed(4)}`);
  return { name: variant.name, loss, active, silent, error, decoded };
}

/** The encoder as a model that predicts. */
function sequentialOf(encoder: Network): Model {
  const x = input({ shape: [28, 28, 1] });
  return model({ inputs: x, outputs: encoder.apply(x) });
}

/** −mean(t·log p + (1 − t)·log(1 − p)), p kept within [1e-7, 1 − 1e-7]. */
function crossentropy(predicted: ArrayLike<number>, target: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < target.length; i++) {
    const p = Math.min(1 - 1e-7, Math.max(1e-7, predicted[i]));
    sum -= target[i] * Math.log(p) + (1 - target[i]) * Math.log(1 - p);
  }
  return sum / target.length;
}

function activity(codes: Float32Array): { active: number; silent: number } {
  const most = new Float32Array(codeSize);
  codes.forEach((value, i) => {
    most[i % codeSize] = Math.max(most[i % codeSize], value);
  });
  const active = codes.reduce((count, value, i) => count + (value > 0 && value > most[i % codeSize] / 10 ? 1 : 0), 0);
  return { active: (active * codeSize) / codes.length, silent: most.filter((value) => value <= 1e-6).length };
}

/** Brings each unit to a mean square of 1 in `fit`, and by the same factor in `judged`, so that codes of any size are as quickly learned from. */
export function scaleUnits(fit: Float32Array, judged: Float32Array): void {
  const squares = new Float64Array(codeSize);
  fit.forEach((value, i) => {
    squares[i % codeSize] += value * value;
  });
  const factors = squares.map((sum) => (sum > 0 ? Math.sqrt(fit.length / codeSize / sum) : 1));
  for (const codes of [fit, judged]) {
    for (let i = 0; i < codes.length; i++) codes[i] *= factors[i % codeSize];
  }
}

interface Labelled {
  readonly codes: Float32Array;
  readonly labels: Uint8Array;
}

/** The test error of a linear classifier on codes. */
async function linearError(train: Labelled, test: Labelled, seed: number): Promise<number> {
  const classifier = sequential([dense({ units: 10, activation: 'softmax', inputShape: [codeSize] })], { seed });
  classifier.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await classifier.fit(train.codes, train.labels, { epochs: 10, batchSize: 64 });
  const { accuracy } = classifier.evaluate(test.codes, test.labels);
  classifier.dispose();
  return 1 - accuracy;
}
