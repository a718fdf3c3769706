// Floats (or 32-bit integers) that live in the engine's heap until they are disposed of, or until nothing refers to them any more.

import { type Buffer, f32, heap, u32 } from '../engine/index.ts';

/** Numbers in the engine's heap. */
export class Store {
  readonly length: number;
  #buffer: Buffer | undefined;

  /** `length` zeros. @throws {OutOfMemoryError} */
  constructor(length: number) {
    const buffer = heap.allocate(4 * length);
    heap.own(this, buffer);
    this.length = length;
    this.#buffer = buffer;
    this.view.fill(0);
  }

  /** @throws after {@link dispose}. */
  get buffer(): Buffer {
    if (this.#buffer === undefined) throw new Error('This model was disposed of; make or load it again to use it.');
    return this.#buffer;
  }

  /** The numbers; good until the next allocation, so never kept. */
  get view(): Float32Array {
    return f32(this.buffer, this.length);
  }

  /** The same memory as unsigned integers. */
  get words(): Uint32Array {
    return u32(this.buffer, this.length);
  }

  /** Gives the memory back at once; a second call does nothing. */
  dispose(): void {
    if (this.#buffer === undefined) return;
    heap.disown(this, this.#buffer);
    this.#buffer = undefined;
  }
}
