// Σ w·Δw over training steps: how far weights move away from 0 (above 0) or towards it (below). In f32, as checkpoints keep it.

import type { Parameter } from '../../tensor/index.ts';

export class Accumulated {
  readonly #of: { path: string; parameter: Parameter; sum: Float32Array; before: Float32Array }[];

  /** Begins with `sums` (storage order) where there are some, else from 0. */
  constructor(parameters: ReadonlyMap<string, Parameter>, sums: Readonly<Record<string, Float32Array>> = {}) {
    this.#of = [...parameters]
      .filter(([, { trainable }]) => trainable)
      .map(([path, parameter]) => ({
        path,
        parameter,
        sum: sums[path]?.slice() ?? new Float32Array(parameter.length),
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

  /** The sums by `layer/parameter`, storage order: copies. */
  stored(): Record<string, Float32Array> {
    return Object.fromEntries(this.#of.map(({ path, sum }) => [path, sum.slice()]));
  }
}
