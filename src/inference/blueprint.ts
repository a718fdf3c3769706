// A plan while it is drawn: buffers by number with their lives, constants, and steps that learn their addresses at the end.

import { at, type Buffer, type Kernels, u32 } from '../engine/index.ts';
import { type Life, place } from './placement.ts';
import type { Shelf } from './shelf.ts';

/** Number of a buffer in a blueprint. */
export type BufferId = number;

/** One kernel call, or a few. */
export type Step = () => void;

/** Makes a step once it is known where buffers stand. */
export type Bind = (address: (id: BufferId) => Buffer) => Step;

interface Draft {
  length: number;
  first: number;
  last: number;
}

export class Blueprint {
  readonly kernels: Kernels;
  /** Samples. */
  readonly n: number;
  readonly #buffers: Draft[] = [];
  readonly #binds: Bind[] = [];
  readonly #constants: Uint32Array[] = [];

  constructor(kernels: Kernels, n: number) {
    this.kernels = kernels;
    this.n = n;
  }

  /** A buffer of floats, in use from the first step that is told to use it to the last. */
  buffer(length: number): BufferId {
    return this.#buffers.push({ length, first: Infinity, last: -1 }) - 1;
  }

  /** A buffer that nothing else shares: zero when the plan is made, and what is written to it stays. */
  pinned(length: number): BufferId {
    return this.#buffers.push({ length, first: -1, last: Infinity }) - 1;
  }

  /** Makes a buffer hold what it has from before the first step. */
  fromStart(id: BufferId): void {
    this.#buffers[id].first = -1;
  }

  /** Makes a buffer hold what it has after the last step. */
  toEnd(id: BufferId): void {
    this.#buffers[id].last = Infinity;
  }

  /** Unsigned integers that the steps read; the address is for use inside `bind`. */
  constant(values: Uint32Array): BufferId {
    this.#constants.push(values);
    return -this.#constants.length;
  }

  /** Adds a step that reads and writes `uses`. */
  step(uses: readonly BufferId[], bind: Bind): void {
    const now = this.#binds.push(bind) - 1;
    for (const id of uses) {
      if (id < 0) continue;
      const buffer = this.#buffers[id];
      buffer.first = Math.min(buffer.first, now);
      buffer.last = Math.max(buffer.last, now);
    }
  }

  /** How many steps there are so far. */
  get length(): number {
    return this.#binds.length;
  }

  /** Allocates everything, on `shelf`, and binds the steps. */
  build(shelf: Shelf): { steps: Step[]; address: (id: BufferId) => Buffer } {
    const used = this.#buffers.map((life): Life => ({ ...life, first: Math.min(life.first, life.last) }));
    const { places, total } = place(used);
    const floats = shelf.room(total);
    const integers = shelf.room(this.#constants.reduce((sum, { length }) => sum + length, 0));
    const constantPlaces: number[] = [];
    let next = 0;
    for (const values of this.#constants) {
      u32(at(integers, next), values.length).set(values);
      constantPlaces.push(next);
      next += values.length;
    }
    const address = (id: BufferId) => (id < 0 ? at(integers, constantPlaces[-id - 1]) : at(floats, places[id]));
    return { steps: this.#binds.map((bind) => bind(address)), address };
  }
}
