// y = x where it is among the k largest of its sample, 0 elsewhere: a code of k active units. (Makhzani and Frey 2013)

import { keepLargest, keepLargestBackward } from '../ops/index.ts';
import { checkNumber, checkWhole, type Shape, showShape, sizeOf, type Tape, type Tensor } from '../tensor/index.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions } from './options.ts';

/** Options of {@link kSparse}. */
export interface KSparseOptions extends LayerOptions {
  /** Units of a sample that stay in training. */
  k: number;
  /** Outside training round(alpha·k) stay, at most all; above 0, default 1. The paper chooses it on validation data, 1 to 3. */
  alpha?: number;
}

/** A {@link kSparse} layer; its `k` may be changed between epochs, from many units to few as the paper has it. */
export interface KSparse extends Layer {
  k: number;
  readonly alpha: number;
}

class KSparseLayer extends Layer implements KSparse {
  readonly type = 'kSparse';
  readonly alpha: number;
  #k: number;

  constructor(options: KSparseOptions) {
    super(options);
    checkOptions('kSparse', options, ['k', 'alpha']);
    const { k, alpha = 1 } = options;
    checkWhole('kSparse', { k }, 1);
    checkNumber('kSparse', { alpha }, 'a finite number above 0');
    this.#k = k;
    this.alpha = alpha;
  }

  get k(): number {
    return this.#k;
  }

  set k(k: number) {
    checkWhole(this.name || this.type, { k }, 1);
    if (k > sizeOf(this.inputShapes[0])) this.#refuse(k, this.inputShapes[0]);
    this.#k = k;
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shape = this.oneInput(inputs);
    if (this.#k > sizeOf(shape)) this.#refuse(this.#k, shape);
    return [shape];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const k = tape.training ? this.#k : Math.min(x.features, Math.max(1, Math.round(this.alpha * this.#k)));
    const y = keepLargest(x, k);
    tape.push(y);
    return [y];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [y] = tape.pop<[Tensor]>();
    return [keepLargestBackward(y, dy)];
  }

  override config(): Record<string, unknown> {
    return { k: this.#k, alpha: this.alpha };
  }

  #refuse(k: number, shape: Shape): never {
    throw this.error(`expected k to be at most the input's ${sizeOf(shape)} numbers, ${showShape(shape)}, got ${k}`);
  }
}

/**
 * Keeps the k largest numbers of each sample, over all its features, and makes the others 0; outside training round(alpha·k) of them.
 * The gradient goes to what was kept. (Makhzani and Frey 2013: k-sparse autoencoders)
 * @throws on a k that is no whole number from 1 or larger than the input, and on an alpha that is not above 0.
 */
export const kSparse = (options: KSparseOptions): KSparse => new KSparseLayer(options);
