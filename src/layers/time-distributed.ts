// One layer for every step of a sequence: steps become samples of a larger batch, so that a dense layer is one product over
// time · batch columns.

import { fold, unfold } from '../ops/index.ts';
import {
  type ActivityRegularizer,
  type Batch,
  type NdArray,
  type Parameter,
  type Shape,
  showValue,
  type Tape,
  type Tensor,
} from '../tensor/index.ts';
import type { Random } from '../tensor/random.ts';
import { Layer, type LayerOptions, wholeConfig } from './layer.ts';
import { checkOptions } from './options.ts';

/** Options of {@link timeDistributed}. */
export interface TimeDistributedOptions extends LayerOptions {
  /** What each step goes through: any layer of one input and one output, of steps `[features]` or of images; no model. */
  layer: Layer;
}

class TimeDistributed extends Layer {
  readonly type = 'timeDistributed';
  override readonly supportsMasking = true;
  readonly #layer: Layer;

  constructor(options: TimeDistributedOptions) {
    super(options);
    checkOptions('timeDistributed', options, ['layer']);
    const { layer } = options;
    if (!(layer instanceof Layer) || layer.type === 'model') {
      const got = layer instanceof Layer ? 'a model: apply its layers one by one' : showValue(layer);
      throw new Error(`timeDistributed: expected a layer, such as dense({ units: 10 }), got ${got}.`);
    }
    this.#layer = layer;
    layer.name ||= layer.type;
  }

  protected override build(inputs: readonly Shape[]): void {
    this.#layer.ensureBuilt([this.#step(inputs)]);
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const shapes = this.#layer.outputShapes([this.#step(inputs)]);
    if (shapes.length !== 1) throw this.error(`expected a layer of one output, got one of ${shapes.length}`);
    return [[inputs[0][0], ...shapes[0]]];
  }

  override get parameters(): readonly Parameter[] {
    return this.#layer.parameters;
  }

  override get penalties(): readonly ActivityRegularizer[] {
    return [...super.penalties, ...this.#layer.penalties];
  }

  override initialize(random: Random): void {
    this.#layer.initialize(random);
  }

  override setWeights(weights: Parameters<Layer['setWeights']>[0]): void {
    this.#layer.setWeights(weights);
  }

  override get states(): Readonly<Record<string, NdArray>> {
    return this.#layer.states;
  }

  override restoreStates(states: Readonly<Record<string, NdArray<ArrayBufferLike>>>): void {
    this.#layer.restoreStates(states);
  }

  override resetStates(): void {
    this.#layer.resetStates();
  }

  override checkInput(input: number, data: ArrayLike<number>, argument: string): void {
    this.#layer.checkInput(input, data, argument);
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const [y] = this.#layer.forward([fold(x)], tape);
    tape.push(x.shape[0], x.batch);
    return [unfold(y, x.shape[0], x.batch)];
  }

  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [time, batch] = tape.pop<[number, Batch]>();
    const [dx] = this.#layer.backward([fold(dy)], tape);
    return [dx && unfold(dx, time, batch)];
  }

  override config(): Record<string, unknown> {
    const { type, name } = this.#layer;
    return { layer: { type, name, config: wholeConfig(this.#layer) } };
  }

  #step(inputs: readonly Shape[]): Shape {
    const shape = this.oneInput(inputs);
    if (shape.length < 2) throw this.error(`expected an input of shape [time, features] or [time, ..], got [${shape}]`);
    return shape.slice(1);
  }
}

/**
 * Applies a layer to every step, `[time, ..]` → `[time, ..']`, with the same weights; its parameters are the layer's own. A mask is passed
 * on, not in; the layer's `activityRegularizer` sees all steps of a sample, as that of a dense layer on a sequence does. Keras:
 * `TimeDistributed`.
 * @throws when `layer` is none, or a model; on an input without a time axis.
 */
export const timeDistributed = (options: TimeDistributedOptions): Layer => new TimeDistributed(options);
