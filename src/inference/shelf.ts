// Arrays in the engine's memory, by name: each made at first use, all disposed of together.

import { type Buffer, f32, u8, u32 } from '../engine/index.ts';
import { Store } from '../tensor/index.ts';

export class Shelf {
  readonly #stores: Store[] = [];
  readonly #made = new Map<string, unknown>();

  /** What `make` put here under that name; where it throws, nothing of it stays. */
  once<T>(name: string, make: (shelf: this) => T): T {
    if (!this.#made.has(name)) this.#made.set(name, this.#whole(make));
    return this.#made.get(name) as T;
  }

  floats(values: Float32Array): Buffer {
    const buffer = this.room(values.length);
    f32(buffer, values.length).set(values);
    return buffer;
  }

  integers(values: Uint32Array): Buffer {
    const buffer = this.room(values.length);
    u32(buffer, values.length).set(values);
    return buffer;
  }

  bytes(values: Uint8Array): Buffer {
    const buffer = this.room(Math.ceil(values.length / 4));
    u8(buffer, values.length).set(values);
    return buffer;
  }

  /** Room for so many floats. */
  room(length: number): Buffer {
    const store = new Store(length);
    this.#stores.push(store);
    return store.buffer;
  }

  dispose(): void {
    this.#drop(0);
  }

  #whole<T>(make: (shelf: this) => T): T {
    const before = this.#stores.length;
    try {
      return make(this);
    } catch (error) {
      this.#drop(before);
      throw error;
    }
  }

  #drop(from: number): void {
    for (const store of this.#stores.splice(from)) store.dispose();
  }
}
