// Weights of classes, as weights of the targets that are of them: labels, or one-hot rows.

import { isTyped, showValue, sizeOf } from '../tensor/index.ts';
import type { Output } from './compiled.ts';
import type { Samples } from './samples.ts';

/** A finite number from 0 by class, `{ 0: 1, 1: 5 }`, where classes left out weigh 1; or a list, one for each class. */
export type ClassWeight = Readonly<Record<number, number>> | ArrayLike<number>;

/**
 * The weight of each target: [samples], or [samples, ..] of labels for steps or pixels, one after another.
 * @throws on several outputs, an unknown class, a weight that is none, targets that are no classes.
 */
export function weightsOfClasses(
  given: ClassWeight,
  outputs: readonly Output[],
  { columns: [{ data, shape }] }: Samples,
  name: string,
): Float32Array {
  if (outputs.length > 1) {
    throw new Error(
      `${name}: expected a model of one output, got one of ${outputs.length}: give sampleWeight, a list of one for each.`,
    );
  }
  const last = shape[shape.length - 1];
  const [{ loss, shape: prediction }] = outputs;
  const labels = sizeOf(shape) / last;
  if (labels > 1 && loss.weightShape && sizeOf(loss.weightShape(prediction)) !== labels) {
    throw new Error(
      `${name}: the loss '${loss.name}' weighs whole samples, got ${labels} labels for each: give sampleWeight.`,
    );
  }
  const classes = last > 1 ? last : Math.max(2, prediction[prediction.length - 1]);
  const weights = byClass(given, classes, name);
  return Float32Array.from({ length: data.length / last }, (_, i) => {
    const label = last > 1 ? hotOf(data, i * last, last) : data[i];
    const weight = weights[label];
    if (weight !== undefined) return weight;
    const [expected, got] =
      last > 1
        ? ['one-hot targets, one 1 among 0s', `[${data.slice(i * last, (i + 1) * last).join(', ')}]`]
        : [`labels from 0 to ${classes - 1} as targets`, `${label}`];
    throw new Error(
      `${name}: expected ${expected}, got ${got} at ${i}: for targets that are no classes give sampleWeight.`,
    );
  });
}

function byClass(given: ClassWeight, classes: number, name: string): Float32Array {
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  if (entries.length === 0) {
    throw new TypeError(
      `${name}: expected weights by class, such as { 0: 1, 1: 5 }, got ${showValue(given)} without any.`,
    );
  }
  const isList = Array.isArray(given) || isTyped(given);
  if (isList && given.length !== classes) {
    throw new Error(
      `${name}: expected a weight for each of ${classes} classes, got ${given.length}; { 1: 5 } leaves others at 1.`,
    );
  }
  const weights = new Float32Array(classes).fill(1);
  for (const [key, weight] of entries) {
    const label = Number(key);
    if (!(String(label) === key && label in weights)) {
      throw new RangeError(`${name}: expected classes from 0 to ${classes - 1}, got '${key}'.`);
    }
    if (!(typeof weight === 'number' && weight >= 0 && Math.fround(weight) < Infinity)) {
      throw new RangeError(`${name}: expected finite weights from 0, got ${showValue(weight)} for class ${key}.`);
    }
    weights[label] = weight;
  }
  return weights;
}

/** Where the 1 of a one-hot row is; −1 when the row is none. */
function hotOf(data: ArrayLike<number>, from: number, length: number): number {
  let hot = -1;
  for (let c = 0; c < length; c++) {
    const value = data[from + c];
    if (value === 0) continue;
    if (value !== 1 || hot >= 0) return -1;
    hot = c;
  }
  return hot;
}
