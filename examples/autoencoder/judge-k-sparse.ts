// What the k-sparse autoencoder came to: α chosen on the validation images, then the test images looked at once.

import type { Split } from '../../src/index.ts';
import type { Progress } from '../scaffold.ts';
import {
  alphas,
  classify,
  errorOf,
  featuresOf,
  filtersOf,
  type Settings,
  sharpness,
  trainKSparse,
  usage,
} from './k-sparse.ts';

/** Of the classifier: few while α is chosen, more for the last one. */
const tryEpochs = 20;
const lastEpochs = 40;

/** The study of one k-sparse autoencoder. */
export interface SparseStudy {
  readonly units: number;
  readonly k: number;
  /** Error on the validation images for each α. */
  readonly tried: readonly { alpha: number; error: number }[];
  readonly alpha: number;
  /** Error on the test images, of a classifier that learned from the training images alone. */
  readonly error: number;
  /** Of the pixels' squares, what the decoded test images miss, on average. */
  readonly loss: number;
  /** Units that are among the k largest of no test image. */
  readonly silent: number;
  /** Units that are so for at least one image in a thousand. */
  readonly active: number;
  /** Mean sharpness of the filters, of those that are used. */
  readonly sharpness: number;
  /** Filters by how often they are used, most first, [count][pixels]. */
  readonly filters: readonly Float32Array[];
  readonly decoded: Float32Array;
}

/** Trains, chooses and judges. */
export async function judgeKSparse(
  { train, validation, test }: { train: Split; validation: Split; test: Split },
  settings: Settings,
  { progress, signal, shown }: { progress: Progress; signal: AbortSignal; shown: number },
): Promise<SparseStudy> {
  const { units, k, seed } = settings;
  const trained = await trainKSparse(train.images, settings, { progress, signal });
  const features = (images: Float32Array, alpha: number) =>
    featuresOf(trained, images, Math.min(units, Math.round(alpha * k)));

  progress.phase('Linear classifier', alphas.length + 1);
  const tried: { alpha: number; error: number }[] = [];
  for (const alpha of alphas) {
    signal.throwIfAborted();
    const judged = { features: features(validation.images, alpha), labels: validation.labels };
    const { error, classifier } = await classify(features(train.images, alpha), train.labels, judged, {
      epochs: tryEpochs,
      seed,
    });
    classifier.dispose();
    tried.push({ alpha, error });
    progress.update(tried.length, `α ${alpha}: ${(100 * error).toFixed(2)}% wrong`);
  }
  const { alpha } = tried.reduce((best, each) => (each.error < best.error ? each : best));
  const judged = { features: features(test.images, alpha), labels: test.labels };
  const { classifier } = await classify(features(train.images, alpha), train.labels, judged, {
    epochs: lastEpochs,
    seed,
  });
  const error = errorOf(classifier, judged);
  progress.done(`α ${alpha}: ${(100 * error).toFixed(2)}% of the test images wrong`);

  const shares = usage(features(test.images, 1));
  const all = filtersOf(trained);
  const order = Array.from(shares.keys()).sort((a, b) => shares[b] - shares[a]);
  const used = order.filter((unit) => shares[unit] > 0);
  const filterOf = (unit: number) => all.slice(unit * 784, (unit + 1) * 784);
  const predicted = trained.whole.predict(test.images).data;
  return {
    units,
    k,
    tried,
    alpha,
    error,
    loss: predicted.reduce((sum, y, i) => sum + (y - test.images[i]) ** 2, 0) / test.count,
    silent: units - used.length,
    active: shares.filter((share) => share >= 1e-3).length,
    sharpness: used.reduce((sum, unit) => sum + sharpness(filterOf(unit)), 0) / Math.max(1, used.length),
    filters: order.slice(0, 100).map(filterOf),
    decoded: predicted.slice(0, shown * 784) as Float32Array,
  };
}
