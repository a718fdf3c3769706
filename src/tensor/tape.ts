// The tape of one step: what `forward` pushes, `backward` pops, in the reverse order. Layers hold parameters only, so that
// one layer can stand in several places of a network.

/** What a step knows and remembers. */
export class Tape {
  /** Whether this is a training step: dropout drops, batch normalization uses the batch. */
  readonly training: boolean;
  /** Seed of the random numbers of this run. */
  readonly seed: number;
  /** Number of this step; with `seed` and {@link draw} it fixes every random number in it. */
  readonly step: number;
  /** Whether penalties on activations count, in the loss and in gradients. */
  readonly penalizes: boolean;
  /** Σ of the penalties on activations so far. */
  penalty = 0;
  #draws = 0;
  readonly #stack: unknown[] = [];

  constructor(options: { training?: boolean; seed?: number; step?: number; penalizes?: boolean } = {}) {
    this.training = options.training ?? false;
    this.seed = options.seed ?? 0;
    this.step = options.step ?? 0;
    this.penalizes = options.penalizes ?? true;
  }

  /** A number of its own for each use of randomness within the step. */
  draw(): number {
    return this.#draws++;
  }

  push(...values: unknown[]): void {
    this.#stack.push(values);
  }

  /** What the matching {@link push} was given. The caller names the types, since it alone knows them. */
  pop<T extends unknown[]>(): T {
    const values = this.#stack.pop();
    if (!values) throw new Error('backward() was called without a matching forward() on this tape.');
    return values as T;
  }
}
