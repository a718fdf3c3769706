// Layers' weights in the engine's memory: those of a model, and what each plan has of its own.

import type { Prepared } from './prepared.ts';
import type { Weights } from './weights.ts';

/** What `make` prepared of the weights that were asked for, each once. */
export class Stock {
  readonly #make: (weights: Weights) => Prepared;
  readonly #prepared = new Map<Weights, Prepared>();

  constructor(make: (weights: Weights) => Prepared) {
    this.#make = make;
  }

  of(weights: Weights): Prepared {
    const known = this.#prepared.get(weights);
    if (known) return known;
    const prepared = this.#make(weights);
    this.#prepared.set(weights, prepared);
    return prepared;
  }

  dispose(): void {
    for (const prepared of this.#prepared.values()) prepared.dispose();
    this.#prepared.clear();
  }
}
