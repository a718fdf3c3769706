// A plan: the steps for batches of n samples, their memory, and the views through which numbers come and go.

import { type Buffer, f32, type Kernels } from '../engine/index.ts';
import type { Blueprint, Step } from './blueprint.ts';
import { type Clock, least } from './clock.ts';
import type { Drawing, Port } from './draw.ts';
import { Shelf } from './shelf.ts';
import type { Stock } from './stock.ts';
import { lasting } from './view.ts';

/** Batch-major numbers of n samples in the engine's memory. */
export class Terminal {
  readonly buffer: Buffer;
  readonly length: number;
  readonly #view: () => Float32Array;

  constructor(buffer: Buffer, length: number) {
    this.buffer = buffer;
    this.length = length;
    this.#view = lasting(() => f32(buffer, length));
  }

  get view(): Float32Array {
    return this.#view();
  }
}

export class Plan {
  readonly inputs: readonly Terminal[];
  readonly outputs: readonly Terminal[];
  /** What LSTMs keep from run to run, h and c of each. */
  readonly states: readonly Terminal[];
  readonly kernels: Kernels;
  readonly #steps: readonly Step[];
  readonly #products: Drawing['products'];
  readonly #shelf = new Shelf();
  readonly #own: Stock;

  /**
   * `own` is the weights that the drawing asks for, so far as they are this plan's alone: they go with it.
   * @throws {OutOfMemoryError} nothing of the plan is left then.
   */
  constructor({ blueprint, inputs, outputs, products, states }: Drawing, own: Stock) {
    this.kernels = blueprint.kernels;
    this.#products = products;
    this.#own = own;
    const { steps, address } = this.#build(blueprint);
    const terminal = ({ buffer, features }: Port) => new Terminal(address(buffer), features * blueprint.n);
    this.inputs = inputs.map(terminal);
    this.outputs = outputs.map(terminal);
    this.states = states.map(terminal);
    this.#steps = steps;
  }

  /** From what stands in the inputs to what stands in the outputs. */
  run(): void {
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) steps[i]();
  }

  /** Runs once, and on the way measures the steps of each layer with weights: nanoseconds by its name. */
  time(milliseconds: number, clock?: Clock): Map<string, number> {
    const steps = this.#steps;
    const times = new Map<string, number>();
    let next = 0;
    for (const [name, [from, to]] of this.#products) {
      while (next < from) steps[next++]();
      const layer = steps.slice(from, to);
      const run = () => {
        for (const step of layer) step();
      };
      const [time] = least([run], milliseconds / this.#products.size, clock);
      for (; next < to; next++) steps[next]();
      times.set(name, time);
    }
    return times;
  }

  dispose(): void {
    this.#shelf.dispose();
    this.#own.dispose();
  }

  #build(blueprint: Blueprint): ReturnType<Blueprint['build']> {
    try {
      return blueprint.build(this.#shelf);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }
}
