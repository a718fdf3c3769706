// Σ w·Δw over training steps: how far weights move away from 0 (above 0) or towards it (below).

import type { Parameter } from '../../tensor/index.ts';

export class Accumulated {
  readonly #of: { parameter: Parameter; sum: Float64Array; before: Float32Array }[];

  constructor(parameters: readonly Parameter[]) {
    this.#of = parameters
      .filter(({ trainable }) => trainable)
      .map((parameter) => ({
        parameter,
        sum: new Float64Array(parameter.length),
        before: new Float32Array(parameter.length),
      }));
  }

  /** Call before a step. */
  before(): void {
    for (const { parameter, before } of this.#of) before.set(parameter.values.view);
  }

  /** Call after it. */
  after(): void {
    for (const { parameter, sum, before } of this.#of) {
      parameter.values.view.forEach((value, i) => {
        sum[i] += before[i] * (value - before[i]);
      });
    }
  }

  /** The sums in Keras order. */
  sums(): Map<Parameter, Float32Array> {
    return new Map(this.#of.map(({ parameter, sum }) => [parameter, parameter.toKeras(sum)]));
  }
}
