// Metrics of one's own: a named function of a batch, or an object that counts over the whole epoch (which a mean of batches
// cannot do for precision and the like).
//
//   npx tsx examples/custom-metric.ts

import { adam, dense, type Metric, type NdArray, Random, sequential, type Tensor } from '../src/index.ts';
import { noOptions } from './command.ts';

noOptions(import.meta.url);

/** Share of the samples that are called positive. */
function positives(_yTrue: NdArray, yPred: NdArray): number {
  return yPred.data.filter((p) => p > 0.5).length / yPred.data.length;
}

/** Of the samples called positive, the share that is. */
class Precision implements Metric {
  readonly name = 'precision';
  #called = 0;
  #right = 0;

  reset(): void {
    this.#called = 0;
    this.#right = 0;
  }

  update(target: Tensor, prediction: Tensor): void {
    const truth = target.toArray();
    for (const [i, p] of prediction.toArray().entries()) {
      if (p <= 0.5) continue;
      this.#called++;
      this.#right += truth[i];
    }
  }

  result(): number {
    return this.#called ? this.#right / this.#called : 0;
  }
}

const random = new Random(1);
const x = Float32Array.from({ length: 800 }, () => random.normal());
const y = Float32Array.from({ length: 400 }, (_, i) => (x[2 * i] + x[2 * i + 1] > 0.5 ? 1 : 0));
const model = sequential([dense({ units: 1, activation: 'sigmoid', inputShape: [2] })]);
model.compile({
  optimizer: adam({ learningRate: 0.1 }),
  loss: 'binaryCrossentropy',
  metrics: [positives, new Precision()],
});
await model.fit(x, y, { epochs: 20 });
for (const [name, value] of Object.entries(model.evaluate(x, y))) console.log(`${name}: ${value.toFixed(3)}`);
