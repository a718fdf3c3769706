// A Parameter: numbers that training changes, stored output-major: [out, in] for dense, [out, channel, row, column] for
// convolution, while the user reads and writes Keras' order. `axes[s]` is the Keras axis that stands s-th in storage:
//
//   dense   Keras [in, out]               axes [1, 0]        storage [out, in]
//   conv2d  Keras [row, column, in, out]  axes [3, 2, 0, 1]  storage [out, in, row, column]
//
// Products read storage as a matrix whose rows are the first axis. A transposed convolution's reads it in another order:
//
//   conv2dTranspose  Keras [row, column, out, in]  axes [2, 3, 0, 1]  matrixAxes [3, 2, 0, 1], rows are inputs

import { checkKnown } from './known-options.ts';
import type { NdArray } from './nd-array.ts';
import { Pattern } from './pattern.ts';
import { RowSet } from './row-set.ts';
import { type Shape, sameShape, showShape, sizeOf } from './shape.ts';
import { Store } from './store.ts';
import type { Tensor } from './tensor.ts';

/** Adds a penalty on a parameter to the loss. `gradient` adds the penalty's gradient to the parameter's. */
export interface Regularizer {
  readonly name: string;
  value(parameter: Parameter): number;
  gradient(parameter: Parameter): void;
  /** What a shrinkage step after each update takes away (proximal methods); absent for plain penalties. */
  proximal?(parameter: Parameter, learningRate: number): void;
  /** For saving: a plain object that `regularizer` reads back. */
  config(): object;
}

/** Adds a penalty on a layer's output to the loss: a number for a batch, the mean over its samples. */
export interface ActivityRegularizer {
  readonly name: string;
  activityValue(y: Tensor): number;
  /** Adds the penalty's gradient to `dy`; what it adds to padded columns is not looked at. */
  activityGradient(y: Tensor, dy: Tensor): void;
  /** For saving: a plain object that is read back. */
  config(): object;
}

/** Density at and below which training multiplies by the kept weights alone. */
const sparseBelow = 0.5;

/** What a parameter is made of. */
export interface ParameterOptions {
  /** Within its layer: 'kernel', 'bias', …. */
  name: string;
  /** Keras order. */
  shape: Shape;
  /** The Keras axes in the order of storage, output first; default as they are. */
  axes?: readonly number[];
  /** The Keras axes in the order of the matrix that products read; default {@link axes}. */
  matrixAxes?: readonly number[];
  /** Whether training changes it; default true. */
  trainable?: boolean;
  /** Whether pruning may touch it: kernels yes, biases and the like no; default false. */
  prunable?: boolean;
  /** A penalty on its values; default none. */
  regularizer?: Regularizer;
  /**
   * Whether a step touches few rows (of the first axis in storage), as an embedding does; whoever adds to the gradient then adds the rows to
   * {@link Parameter.touchedRows}, and optimizers leave the others alone. Default false.
   */
  sparseGradient?: boolean;
}

const known = ['name', 'shape', 'axes', 'matrixAxes', 'trainable', 'prunable', 'regularizer', 'sparseGradient'];

/** Numbers that training changes, with their gradient and, where pruned, a mask; read and written in Keras' order. */
export class Parameter {
  name: string;
  /** Keras order. */
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly #matrixAxes: readonly number[] | undefined;
  readonly trainable: boolean;
  readonly prunable: boolean;
  regularizer: Regularizer | undefined;
  readonly values: Store;
  /** Rows whose gradient is not zero in this step, with `sparseGradient`; undefined where any may be. */
  readonly touchedRows: RowSet | undefined;
  /**
   * 1 where a pruned weight came back since the last update, in storage order: moments of such weights are zeroed before they are used, and
   * this is undefined again.
   */
  regrown: Uint8Array | undefined;
  #gradient: Store | undefined;
  #mask: Store | undefined;
  #pattern: Pattern | undefined;
  #matrixOrder: Uint32Array | undefined;

  /** @throws on an unknown option. */
  constructor(options: ParameterOptions) {
    checkKnown('Parameter', options, known);
    const { name, shape, axes, matrixAxes, trainable = true, prunable = false, regularizer } = options;
    this.name = name;
    this.shape = shape;
    this.axes = axes ?? shape.map((_, axis) => axis);
    this.#matrixAxes = matrixAxes;
    this.trainable = trainable;
    this.prunable = prunable;
    this.regularizer = regularizer;
    this.values = new Store(sizeOf(shape));
    this.touchedRows = options.sparseGradient ? new RowSet(shape[this.axes[0]]) : undefined;
  }

  get length(): number {
    return this.values.length;
  }

  /** The gradient of the loss, in storage order; made at first use, so that a model that only runs has none. */
  get gradient(): Store {
    this.#gradient ??= new Store(this.length);
    return this.#gradient;
  }

  /** Sets the gradient to zero; with `sparseGradient`, in the rows that were touched. */
  clearGradient(): void {
    const { touchedRows } = this;
    if (!touchedRows) {
      this.gradient.view.fill(0);
      return;
    }
    const { view } = this.gradient;
    const width = this.length / this.shape[this.axes[0]];
    for (const row of touchedRows.rows) view.fill(0, row * width, (row + 1) * width);
    touchedRows.clear();
  }

  /** 1 where a weight is kept and 0 where it is pruned, in storage order; undefined when nothing was pruned. */
  get mask(): Store | undefined {
    return this.#mask;
  }

  /**
   * Where the kept weights are, when half or fewer are kept: products then visit these only, unless a convolution is faster in tiles.
   * The choice hangs on masks and shapes and is never measured, so that training stays reproducible.
   */
  get pattern(): Pattern | undefined {
    if (!this.#mask) return undefined;
    const [rows] = this.#matrixAxes ?? this.axes;
    this.#pattern ??= new Pattern(this.#mask.view, this.shape[rows], this.#matrixAxes && this.matrixOrder);
    return this.#pattern.nnz <= sparseBelow * this.length ? this.#pattern : undefined;
  }

  /** The place in storage of each number of the matrix that products read. */
  get matrixOrder(): Uint32Array {
    if (!this.#matrixOrder) {
      const order = new Uint32Array(this.length);
      const storage = new Uint32Array(this.length);
      this.#eachPosition((keras, place) => (storage[keras] = place));
      this.#eachPosition((keras, place) => (order[place] = storage[keras]), this.#matrixAxes);
      this.#matrixOrder = order;
    }
    return this.#matrixOrder;
  }

  /** Sets or lifts the mask (storage order, 0 and 1 only) and zeroes what it prunes. */
  setMask(mask: ArrayLike<number> | undefined): void {
    if (!mask) {
      this.#noteRegrown();
      this.#forgetPattern();
      this.#mask?.dispose();
      this.#mask = undefined;
      return;
    }
    if (mask.length !== this.length) {
      throw new Error(`${this.name}: expected a mask of ${this.length} positions, got ${mask.length}.`);
    }
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] !== 0 && mask[i] !== 1) {
        throw new Error(`${this.name}: a mask holds 0 (pruned) and 1 (kept), got ${mask[i]} at position ${i}.`);
      }
    }
    this.#noteRegrown(mask);
    this.#forgetPattern();
    this.#mask ??= new Store(this.length);
    this.#mask.view.set(mask);
    zeroPruned(this.values.view, mask);
  }

  /** The values in Keras order. */
  read(): NdArray {
    return { data: this.toKeras(this.values.view), shape: this.shape };
  }

  /** Sets the values from Keras order; pruned positions stay zero. @throws when the shape differs. */
  write({ data, shape }: { data: ArrayLike<number>; shape?: Shape }): void {
    if (shape && !sameShape(shape, this.shape)) {
      throw new Error(`${this.name}: expected the shape ${showShape(this.shape)}, got ${showShape(shape)}.`);
    }
    if (data.length !== this.length) {
      throw new Error(`${this.name}: expected ${this.length} numbers, ${showShape(this.shape)}, got ${data.length}.`);
    }
    const values = this.toStorage(data);
    if (this.#mask) zeroPruned(values, this.#mask.view);
    this.values.view.set(values);
  }

  /** Storage order to Keras order. */
  toKeras(stored: ArrayLike<number>): Float32Array<ArrayBuffer> {
    const out = new Float32Array(stored.length);
    this.#eachPosition((keras, storage) => (out[keras] = stored[storage]));
    return out;
  }

  /** Keras order to storage order. */
  toStorage(keras: ArrayLike<number>): Float32Array {
    const out = new Float32Array(keras.length);
    this.#eachPosition((from, to) => (out[to] = keras[from]));
    return out;
  }

  /** Gives back all memory. */
  dispose(): void {
    this.values.dispose();
    this.#gradient?.dispose();
    this.#mask?.dispose();
    this.#forgetPattern();
  }

  #noteRegrown(mask?: ArrayLike<number>): void {
    if (!this.#mask || !this.trainable) return;
    const { view } = this.#mask;
    for (let i = 0; i < view.length; i++) {
      if (view[i] !== 0 || mask?.[i] === 0) continue;
      this.regrown ??= new Uint8Array(this.length);
      this.regrown[i] = 1;
    }
  }

  #forgetPattern(): void {
    this.#pattern?.dispose();
    this.#pattern = undefined;
  }

  #eachPosition(visit: (keras: number, storage: number) => void, axes = this.axes): void {
    const strides = this.shape.map((_, axis) => sizeOf(this.shape.slice(axis + 1)));
    const walk = (level: number, keras: number, storage: number): number => {
      if (level === axes.length) {
        visit(keras, storage);
        return storage + 1;
      }
      const axis = axes[level];
      let next = storage;
      for (let i = 0; i < this.shape[axis]; i++) next = walk(level + 1, keras + i * strides[axis], next);
      return next;
    };
    walk(0, 0, 0);
  }
}

/** The Keras axis of a kernel's outputs: the first in storage, or of a table that is looked up, which stands row by row, the last. */
export const outputAxisOf = ({ axes }: Pick<Parameter, 'axes'>): number => axes[0] || axes.length - 1;

/** The Keras axis of what a kernel's outputs are made of; −1 where it has none. */
export const inputAxisOf = ({ axes }: Pick<Parameter, 'axes'>): number => (axes[0] ? axes[1] : axes.length - 2);

function zeroPruned(values: Float32Array, mask: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) if (mask[i] === 0) values[i] = 0;
}
