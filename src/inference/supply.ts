// What a plan's drawing asks for: the form that a matrix shall have, and the weights in memory.

import type { Buffer } from '../engine/index.ts';
import type { Step } from './blueprint.ts';
import type { Factor } from './operation.ts';
import type { Prepared } from './prepared.ts';
import type { Form, Weights } from './weights.ts';
import type { Work } from './work.ts';

export interface Supply {
  pick(factor: Factor, work: Work): Picked;
  /** The weights in memory; asked for when the plan is built. */
  prepare(weights: Weights): Prepared;
}

export interface Picked {
  readonly form: Form;
  /** Makes a step that looks at the input of a dense layer or of a recurrence, `length` floats, before the product. */
  readonly watch?: (x: Buffer, length: number) => Step;
}
