// A criterion says how much each weight is worth. It knows neither how much will go nor in what shape.

import type { Layer } from '../../layers/index.ts';
import type { Parameter, Shape } from '../../tensor/index.ts';
import type { Random } from '../../tensor/random.ts';

/** What a criterion may look at; arrays in Keras order. */
export interface Subject {
  readonly layer: Layer;
  readonly parameter: Parameter;
  readonly shape: Shape;
  readonly values: Float32Array;
  /** Random numbers of this parameter's own. */
  readonly random: Random;
}

/** Scores in Keras order, one per weight; what scores lowest goes first. */
export type Criterion = (subject: Subject) => ArrayLike<number>;
