// What the tests of losses share: the operands of golden cases, and a loss of batch-major arrays.

import { arena } from '../src/engine/index.ts';
import type { Loss, LossName } from '../src/losses/index.ts';
import { Batch, sizeOf, Tensor } from '../src/tensor/index.ts';
import { drawer } from './golden-fixture.ts';

/** Rows of `classes` numbers, each row put through `map`. */
function rows(data: Float32Array, classes: number, map: (row: number[]) => number[]): Float32Array {
  const out: number[] = [];
  for (let i = 0; i < data.length; i += classes) out.push(...map(Array.from(data.subarray(i, i + classes))));
  return Float32Array.from(out);
}

function softmax(row: number[]): number[] {
  const powers = row.map((x) => Math.exp(x - Math.max(...row)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
const argmax = (row: number[]) => row.indexOf(Math.max(...row));

/** Predictions and targets of a golden case. */
export function operands(name: LossName, fromLogits: boolean, samples: number, shape: number[]) {
  const draw = drawer(11);
  const classes = shape[shape.length - 1];
  const logits = draw(samples * sizeOf(shape)).map((v) => 3 * v);
  const raw = draw(samples * sizeOf(shape));
  const targets: Record<string, Float32Array> = {
    categoricalCrossentropy: rows(raw, classes, (row) =>
      fromLogits ? softmax(row) : row.map((_, i) => (i === argmax(row) ? 1 : 0)),
    ),
    sparseCategoricalCrossentropy: rows(raw, classes, (row) => [argmax(row)]),
    binaryCrossentropy: raw.map((v) => (v > 0 ? 1 : 0)),
    meanSquaredError: raw,
    meanAbsoluteError: raw,
    huber: raw,
  };
  const isRaw = fromLogits || !name.endsWith('Crossentropy');
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
  const prediction = isRaw
    ? logits
    : name === 'binaryCrossentropy'
      ? logits.map(sigmoid)
      : rows(logits, classes, softmax);
  return { prediction, target: targets[name] };
}

/** How much the parts of a batch count: a number for each sample or each step, and which steps are real. */
interface Shares {
  weights?: ArrayLike<number>;
  mask?: ArrayLike<number>;
}

/** A loss of batch-major arrays. */
export function evaluate(
  loss: Loss,
  target: Float32Array,
  prediction: Float32Array,
  samples: number,
  shape: number[],
  { weights, mask }: Shares = {},
) {
  return arena.scope(() => {
    const batch = new Batch(samples, 32, 16);
    const plain = Tensor.from(prediction, shape, batch);
    const y = mask ? plain.masked(Tensor.from(mask, [shape[0]], batch)) : plain;
    const t = Tensor.from(target, loss.targetShape(shape), batch);
    const w = weights && Tensor.from(weights, [weights.length / samples], batch);
    const { value, gradient } = loss.evaluate(t, y, w);
    return { value, valueAlone: loss.value(t, y, w), gradient: gradient.toArray(), stored: gradient.view.slice() };
  });
}

export const largest = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  largest(Array.from(a).map((v, i) => v - b[i]));
