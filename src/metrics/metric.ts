// What a metric is, and the one mechanism behind all built-in ones: a running mean over what each batch counts.

import type { NdArray, Tensor } from '../tensor/index.ts';

/** A figure gathered over the batches of an epoch. */
export interface Metric {
  /** Its name in logs. */
  readonly name: string;
  /** Forgets all batches. */
  reset(): void;
  /** Takes in a batch; targets and predictions have the same samples in the same order. */
  update(target: Tensor, prediction: Tensor): void;
  /** The figure over all batches since {@link reset}; 0 before the first. */
  result(): number;
  /** For saving: what `metricOf` reads back; a metric without it must be given anew to `loadModel`. */
  config?(): MetricConfig;
}

/** A built-in metric as plain data. */
export interface MetricConfig {
  /** As `compile` takes it, such as 'accuracy'. */
  readonly name: string;
  /** Of the top-k accuracies: among how many of the best the label must be; default 5. */
  readonly k?: number;
  /** Of 'binaryAccuracy': above it a prediction is a 1; default 0.5. */
  readonly threshold?: number;
}

/** A metric as a function of one batch in Keras order, `[batch, ..]`; the batches' values are averaged, weighted by their sizes. */
export type MetricFunction = (yTrue: NdArray, yPred: NdArray) => number;

/** The running mean of Σ `sum` / Σ `count`, where `measure` gives both for a batch. */
export function meanMetric(
  name: string,
  measure: (target: Tensor, prediction: Tensor) => { sum: number; count: number },
  config?: MetricConfig,
): Metric {
  let total = 0;
  let weight = 0;
  return {
    name,
    reset() {
      total = 0;
      weight = 0;
    },
    update(target, prediction) {
      const { sum, count } = measure(target, prediction);
      total += sum;
      weight += count;
    },
    result: () => (weight ? total / weight : 0),
    ...(config && { config: () => config }),
  };
}

/** The metric that averages a function of batches. @throws when the function has no name and none is given. */
export function customMetric(measure: MetricFunction, name = measure.name): Metric {
  if (!name) throw new Error('A metric function needs a name: pass a named function, or customMetric(function, name).');
  const ordinary = (tensor: Tensor): NdArray => ({
    data: tensor.toArray(),
    shape: [tensor.batch.size, ...tensor.shape],
  });
  return meanMetric(name, (target, prediction) => {
    const count = prediction.batch.size;
    return { sum: measure(ordinary(target), ordinary(prediction)) * count, count };
  });
}
