// Long short-term memory over a sequence; the formulas and the layout stand in ../ops/lstm.ts.

import {
  add,
  drop,
  type LstmCell,
  type LstmRun,
  type LstmState,
  lstmActivations,
  lstmBackward,
  lstmRecurrentActivations,
  lstmSequence,
  lstmState,
  lstm as runLstm,
} from '../ops/index.ts';
import { type RegularizerChoice, revive } from '../regularizers/index.ts';
import {
  type Batch,
  checkNumber,
  checkWhole,
  type NdArray,
  type Regularizer,
  type Shape,
  showShape,
  type Tape,
  Tensor,
} from '../tensor/index.ts';
import { type Initializer, type InitializerChoice, initializerOf } from './initializers.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkChoice, checkOptions, describeOptions } from './options.ts';

/** Options of {@link lstm}, with Keras' names and defaults. */
export interface LstmOptions extends LayerOptions {
  /** Numbers in the state, and outputs of a step. */
  units: number;
  /** Of the candidate and of the output: `tanh` (default), `relu`, `linear` or `sigmoid`. */
  activation?: LstmCell['activation'];
  /** Of the gates: `sigmoid` (default) or `hardSigmoid`. */
  recurrentActivation?: LstmCell['recurrentActivation'];
  /** Default true. */
  useBias?: boolean;
  /** Default `glorotUniform`. */
  kernelInitializer?: InitializerChoice;
  /** Default `orthogonal`. */
  recurrentInitializer?: InitializerChoice;
  /** Default `zeros`. */
  biasInitializer?: InitializerChoice;
  /** Whether the forget gate's bias begins at 1; default true. (Jozefowicz et al. 2015) */
  unitForgetBias?: boolean;
  /** A regularizer, or the name of one: 'l1', 'l2', … of strength 0.01; default none. */
  kernelRegularizer?: RegularizerChoice;
  /** As `kernelRegularizer`, of the recurrent kernel; default none. */
  recurrentRegularizer?: RegularizerChoice;
  /** As `kernelRegularizer`, of the bias; default none. */
  biasRegularizer?: RegularizerChoice;
  /** Whether to put out every step's h, `[time, units]`, or the last one, `[units]` (default). */
  returnSequences?: boolean;
  /** Whether to put out the last h and c as well, `[units]` each: use `applyAll`. Default false. */
  returnState?: boolean;
  /**
   * Whether to read the sequence from its end; outputs, and the mask that goes with them, are in the order of reading. Default false. (Keras
   * turns the outputs and not the mask, which then names other steps.)
   */
  goBackwards?: boolean;
  /** Share of the inputs to drop in training, the same ones at all steps; default 0. */
  dropout?: number;
  /** Share of h to drop on its way to the next step's gates, the same ones at all steps; default 0. (Gal, Ghahramani 2016) */
  recurrentDropout?: number;
  /**
   * Whether a sample begins with the state that the sample of that place in the last batch ended with. Default false. The states are no
   * weights (as in Keras), but `save` and `toBytes` keep them with what the optimizer remembers, so that training goes on bit for bit.
   * A compressed model's `predict` begins afresh at every call; its session keeps the state from step to step.
   */
  stateful?: boolean;
}

const known = [
  'units',
  'activation',
  'recurrentActivation',
  'useBias',
  'kernelInitializer',
  'recurrentInitializer',
  'biasInitializer',
  'unitForgetBias',
  'kernelRegularizer',
  'recurrentRegularizer',
  'biasRegularizer',
  'returnSequences',
  'returnState',
  'goBackwards',
  'dropout',
  'recurrentDropout',
  'stateful',
];

class Lstm extends Layer {
  readonly type = 'lstm';
  readonly #options: LstmOptions;
  #cell!: LstmCell;
  /** Of a stateful layer, batch-major: what the last batch ended with. */
  #kept: { readonly size: number; readonly h: Float32Array; readonly c: Float32Array } | undefined;

  constructor(options: LstmOptions) {
    super(options);
    checkOptions('lstm', options, known);
    checkWhole('lstm', { units: options.units }, 1);
    checkChoice('lstm', 'activation', options.activation ?? 'tanh', lstmActivations);
    checkChoice('lstm', 'recurrentActivation', options.recurrentActivation ?? 'sigmoid', lstmRecurrentActivations);
    const { dropout = 0, recurrentDropout = 0 } = options;
    checkNumber('lstm', { dropout, recurrentDropout }, 'a number in [0, 1)');
    this.#options = revive(options);
  }

  protected override build(inputs: readonly Shape[]): void {
    const features = this.#check(inputs)[1];
    const { units, useBias = true, activation = 'tanh', recurrentActivation = 'sigmoid' } = this.#options;
    const { kernelInitializer, recurrentInitializer, goBackwards = false } = this.#options;
    const kernel = this.addParameter({
      name: 'kernel',
      shape: [features, 4 * units],
      axes: [1, 0],
      prunable: true,
      initializer: initializerOf(kernelInitializer ?? 'glorotUniform'),
      regularizer: this.#options.kernelRegularizer as Regularizer,
    });
    const recurrentKernel = this.addParameter({
      name: 'recurrentKernel',
      shape: [units, 4 * units],
      axes: [1, 0],
      prunable: true,
      initializer: initializerOf(recurrentInitializer ?? 'orthogonal'),
      regularizer: this.#options.recurrentRegularizer as Regularizer,
    });
    const bias = useBias
      ? this.addParameter({
          name: 'bias',
          shape: [4 * units],
          initializer: this.#biasInitializer(),
          regularizer: this.#options.biasRegularizer as Regularizer,
        })
      : undefined;
    this.#cell = { kernel, recurrentKernel, bias, units, activation, recurrentActivation, goBackwards };
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    const [time, features] = this.#check(inputs);
    const { units, returnSequences = false, returnState = false } = this.#options;
    const [expected] = this.#cell.kernel.shape;
    if (features !== expected)
      throw this.error(`expected an input of ${expected} features, got ${showShape(inputs[0])}`);
    const output = returnSequences ? [time, units] : [units];
    return returnState ? [output, [units], [units]] : [output];
  }

  override get states(): Readonly<Record<string, NdArray>> {
    if (!this.#kept) return {};
    const { size, h, c } = this.#kept;
    const shape = [size, this.#options.units];
    return { h: { data: h.slice(), shape }, c: { data: c.slice(), shape } };
  }

  override restoreStates({ h, c }: Readonly<Record<string, NdArray<ArrayBufferLike>>>): void {
    const { units, stateful = false } = this.#options;
    const size = h?.shape[0];
    const isState = (state: NdArray<ArrayBufferLike> | undefined) => state?.data.length === size * units;
    if (!stateful || !(size > 0) || !isState(h) || !isState(c)) {
      throw this.error(`expected states h and c of shape [batch, ${units}] each, for a stateful layer`);
    }
    this.#kept = { size, h: Float32Array.from(h.data), c: Float32Array.from(c.data) };
  }

  override resetStates(): void {
    this.#kept = undefined;
  }

  override forward([x, h, c]: readonly Tensor[], tape: Tape): Tensor[] {
    const { units, returnSequences = false, returnState = false, dropout = 0, recurrentDropout = 0 } = this.#options;
    const begin: LstmState = h ? { h, c } : this.#keptFor(x.batch);
    const factors = (rate: number, size: number) =>
      tape.training && rate > 0 ? drop(ones(size, x.batch), rate, tape, tape.draw()) : undefined;
    const run = runLstm(this.#cell, x, begin, {
      input: factors(dropout, x.channels),
      recurrent: factors(recurrentDropout, units),
    });
    tape.push(run, begin, h !== undefined);
    const end = lstmState(run, units);
    if (this.#options.stateful) this.#kept = { size: x.batch.size, h: end.h.toArray(), c: end.c.toArray() };
    const output = returnSequences ? lstmSequence(this.#cell, run) : end.h;
    return returnState ? [output, end.h, end.c] : [output];
  }

  /** Back through all steps; the gradients of a state that the layer kept itself go nowhere. */
  override backward(gradients: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [run, begin, isGiven] = tape.pop<[LstmRun, LstmState, boolean]>();
    const { returnSequences = false } = this.#options;
    const [dy, dh, dc] = gradients;
    const slopes = returnSequences
      ? { sequence: dy, h: dh, c: dc }
      : { sequence: undefined, h: dh ? add(dy, dh) : dy, c: dc };
    const { x, h, c } = lstmBackward(this.#cell, run, slopes);
    if (!isGiven) return [x];
    return [x, begin.h?.needsGradient ? h : undefined, begin.c?.needsGradient ? c : undefined];
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.#options);
  }

  /** The sequence's shape. @throws unless there is one sequence, alone or with the first h and c. */
  #check(inputs: readonly Shape[]): Shape {
    const [shape, ...states] = inputs;
    const { units } = this.#options;
    if (shape?.length !== 2)
      throw this.error(`expected an input of shape [time, features], got ${showShape(shape ?? [])}`);
    const isState = (state: Shape) => state.length === 1 && state[0] === units;
    if (states.length !== 0 && (states.length !== 2 || !states.every(isState))) {
      const got = states.map(showShape).join(' and ');
      throw this.error(
        `expected [x], or [x, h, c] with a state h and c of shape [${units}] each, got states of ${got}`,
      );
    }
    return shape;
  }

  #keptFor(batch: Batch): LstmState {
    const kept = this.#kept;
    if (!this.#options.stateful || !kept) return { h: undefined, c: undefined };
    if (kept.size !== batch.size) {
      throw this.error(
        `expected a batch of ${kept.size} samples, as many as the states kept, got ${batch.size}: ` +
          'use batches of one size, or call resetStates() before',
      );
    }
    const { units } = this.#options;
    return { h: Tensor.from(kept.h, [units], batch), c: Tensor.from(kept.c, [units], batch) };
  }

  #biasInitializer(): Initializer {
    const { units, biasInitializer = 'zeros', unitForgetBias = true } = this.#options;
    const chosen = initializerOf(biasInitializer);
    if (!unitForgetBias) return chosen;
    return {
      name: chosen.name,
      values: (shape, random) => chosen.values(shape, random).fill(1, units, 2 * units),
    };
  }
}

function ones(size: number, batch: Batch): Tensor {
  const tensor = Tensor.allocate([size], batch);
  tensor.view.fill(1);
  return tensor;
}

/**
 * Long short-term memory, `[time, features]` → `[units]`, or `[time, units]` with returnSequences; gates in the order i, f, c, o. Padding
 * that a mask marks leaves the state as it is, and repeats the last output. Applied to `[x, h, c]` it begins with that state. Keras: `LSTM`.
 * (Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000)
 * @throws on units that are no positive whole number, an unknown activation or option, rates outside [0, 1), an input that is no
 * sequence, a state of another size; a stateful layer in use, on a batch of another size than the last.
 */
export const lstm = (options: LstmOptions): Layer => new Lstm(options);
