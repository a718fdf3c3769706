// A Tensor: one activation of a network for a batch of samples, in the engine's memory.
// Shape in Keras order [.., channels]; storage [slab][channel][..][width]: features outermost, batch innermost.

import { arena, at, type Buffer, f32, kernels } from '../engine/index.ts';
import type { Batch, Slab } from './batch.ts';
import { type Shape, sizeOf } from './shape.ts';

/** One activation of a network for a batch of samples. `shape` is a sample's, Keras order; what custom layers pass on. */
export class Tensor {
  /** Of one sample, Keras order. */
  readonly shape: Shape;
  readonly batch: Batch;
  /** False for a network's input: nobody wants the gradient of the loss with respect to it. */
  readonly needsGradient: boolean;
  /** Of a sequence [time, ..]: 1 at real steps and 0 at padding, of shape [time]; undefined when all steps are real. */
  readonly mask: Tensor | undefined;
  /** The output of a ReLU: itself. A gradient for it: that output, where the ReLU's own gradient has been taken already. */
  rectified: Tensor | undefined;
  readonly #buffer: Buffer;

  constructor(shape: Shape, batch: Batch, buffer: Buffer, needsGradient = true, mask?: Tensor) {
    this.shape = shape;
    this.batch = batch;
    this.needsGradient = needsGradient;
    this.mask = mask;
    this.#buffer = buffer;
  }

  /** The storage. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** A tensor in the arena, its content undefined, until the step's mark is released. */
  static allocate(shape: Shape, batch: Batch): Tensor {
    return new Tensor(shape, batch, arena.allocate(4 * sizeOf(shape) * batch.columns));
  }

  /** A tensor of zeros in the arena. */
  static zeros(shape: Shape, batch: Batch): Tensor {
    const tensor = Tensor.allocate(shape, batch);
    tensor.view.fill(0);
    return tensor;
  }

  /**
   * Batch-major samples (channels last) turned into the engine's layout.
   * @param source `batch.size` samples of `shape`, one after another.
   */
  static from(source: ArrayLike<number>, shape: Shape, batch: Batch): Tensor {
    const tensor = new Tensor(shape, batch, arena.allocate(4 * sizeOf(shape) * batch.columns), false);
    arena.scope(() => {
      const staging = arena.allocate(4 * sizeOf(shape) * batch.size);
      f32(staging, sizeOf(shape) * batch.size).set(source);
      tensor.turn(staging);
    });
    return tensor;
  }

  /** Fills this tensor from batch-major samples that stand in `staging`. */
  turn(staging: Buffer): void {
    const { pixels, channels } = this;
    for (const slab of this.batch.slabs) {
      kernels().turn_f32(
        slab.samples,
        pixels,
        channels,
        slab.width,
        at(staging, slab.first * this.features),
        this.slab(slab),
      );
    }
  }

  /** The samples, batch-major and channels last, padding dropped. */
  toArray<B extends ArrayBufferLike = ArrayBuffer>(
    out = new Float32Array(this.features * this.batch.size) as Float32Array<B>,
  ): Float32Array<B> {
    const { pixels, channels } = this;
    arena.scope(() => {
      const staging = arena.allocate(4 * out.length);
      for (const slab of this.batch.slabs) {
        const place = at(staging, slab.first * this.features);
        kernels().unturn_f32(slab.samples, pixels, channels, slab.width, this.slab(slab), place);
      }
      out.set(f32(staging, out.length));
    });
    return out;
  }

  /** Elements of one sample. */
  get features(): number {
    return sizeOf(this.shape);
  }

  get channels(): number {
    return this.shape[this.shape.length - 1];
  }

  /** Elements of one channel of one sample. */
  get pixels(): number {
    return this.features / this.channels;
  }

  /** Elements in storage, padding included. */
  get length(): number {
    return this.features * this.batch.columns;
  }

  /** The whole storage; good until the next allocation. */
  get view(): Float32Array {
    return f32(this.buffer, this.length);
  }

  /** Where `slab` begins. Only the last slab is narrower than the others, so its first sample is its first column. */
  slab(slab: Slab): Buffer {
    return at(this.buffer, slab.first * this.features);
  }

  /** Zeroes the columns that are no samples. */
  clearPadding(): void {
    for (const slab of this.batch.slabs) {
      if (slab.samples === slab.width) continue;
      const length = this.features * slab.width;
      const view = f32(this.slab(slab), length);
      for (let row = 0; row < length; row += slab.width) view.fill(0, row + slab.samples, row + slab.width);
    }
  }

  /** The same numbers in a place of their own. */
  copy(): Tensor {
    const copy = Tensor.allocate(this.shape, this.batch);
    kernels().scale_f32(0, this.length, 1, this.buffer, copy.buffer);
    return copy;
  }

  /** The same numbers with a mask of their time steps. */
  masked(mask: Tensor): Tensor {
    return new Tensor(this.shape, this.batch, this.buffer, this.needsGradient, mask);
  }

  /** The same numbers under another shape, without the mask: nothing moves. */
  reshaped(shape: Shape): Tensor {
    return new Tensor(shape, this.batch, this.buffer, this.needsGradient);
  }
}
