// Criteria of whole neurons and filters: a score for each output, given to all its weights.

import type { Shape } from '../../tensor/index.ts';

/** One score per weight, Keras order, from one per output (the last axis). */
export function byOutput(scores: ArrayLike<number>, shape: Shape): Float64Array {
  const outputs = shape[shape.length - 1];
  const length = shape.reduce((product, size) => product * size, 1);
  return Float64Array.from({ length }, (_, i) => scores[i % outputs]);
}
