// A model one time step at a time, its state kept between the steps.

import {
  type ArrayInput,
  checkFinite,
  type NdArray,
  numbersOf,
  type Shape,
  sameShape,
  showShape,
  sizeOf,
  toNumbers,
} from '../tensor/index.ts';
import type { LayerExplanation } from './explain.ts';
import type { Program } from './operation.ts';
import type { Plan, Terminal } from './plan.ts';
import { checkRoom } from './samples.ts';

/** What a session asks of its model. */
interface Owner {
  /** @throws when it was disposed of. */
  check(): void;
  explain(): LayerExplanation[];
}

/**
 * A sequence in the making, made by `session()` of an inference model. After n calls of {@link step} the answer is that of `predict` for
 * these n steps: the last one's where the model puts out a sequence.
 */
export class Session {
  /** Of what a step takes, Keras order: `[]` for a token. */
  readonly inputShape: Shape;
  /** Of what a step gives. */
  readonly outputShape: Shape;
  readonly #name: string;
  readonly #plan: Plan;
  readonly #input: Terminal;
  readonly #output: Terminal;
  readonly #model: Owner;
  /** The layers that keep a state, and their units, for messages. */
  readonly #layers: string;
  #result: NdArray<ArrayBufferLike> | undefined;
  #disposed = false;

  /** @internal */
  constructor(name: string, program: Program, plan: Plan, model: Owner) {
    const [input] = program.inputs;
    const [output] = program.outputs;
    const shape = program.shapes[output.value];
    this.inputShape = Object.freeze(program.shapes[input.value].slice(1));
    this.outputShape = Object.freeze(shape.slice(output.steps ? 1 : 0));
    this.#name = name;
    this.#plan = plan;
    [this.#input] = plan.inputs;
    [this.#output] = plan.outputs;
    this.#model = model;
    const kept = program.operations.flatMap((operation) =>
      operation.kind === 'lstmStep' ? [`${operation.name} ${operation.units}`] : [],
    );
    this.#layers = kept.join(', ') || 'no layer';
  }

  /**
   * The model's answer after one more time step.
   * @param x a token, or the step's features: a number, or numbers in the order of {@link inputShape}.
   * @param out where to write; with it (and a number or a Float32Array) nothing is allocated.
   * @throws when the size does not fit, a number is NaN or infinite, or a token is none of the vocabulary; the state is then as it was.
   */
  step<B extends ArrayBufferLike = ArrayBuffer>(x: number | ArrayInput, out?: Float32Array<B>): NdArray<B> {
    this.#checkAlive();
    const data = out ?? new Float32Array(this.#output.length);
    checkRoom(this.#name, data, this.#output.length);
    this.#fill(x);
    this.#plan.run();
    data.set(this.#output.view);
    if (this.#result?.data !== data) this.#result = { data, shape: this.outputShape };
    return this.#result as NdArray<B>;
  }

  /** Begins a new sequence: the state is zero. */
  reset(): void {
    this.#checkAlive();
    for (const { view } of this.#plan.states) view.fill(0);
  }

  /** A copy of the state: for each LSTM, in the model's order, h and then c. Written back, the session goes on from there. */
  get state(): Float32Array<ArrayBuffer> {
    this.#checkAlive();
    const copy = new Float32Array(this.#stateSize);
    let first = 0;
    for (const { view, length } of this.#plan.states) {
      copy.set(view, first);
      first += length;
    }
    return copy;
  }

  /** @throws on another number of numbers, or one that is NaN or infinite; the state is then as it was. */
  set state(state: ArrayLike<number>) {
    this.#checkAlive();
    const numbers = numbersOf(this.#name, 'state', state);
    if (numbers.length !== this.#stateSize) {
      throw new Error(
        `${this.#name}: expected a state of ${this.#stateSize} numbers, h and c of ${this.#layers}, got ${numbers.length}.`,
      );
    }
    checkFinite(numbers, `${this.#name}: state`);
    let first = 0;
    for (const { view, length } of this.#plan.states) {
      for (let i = 0; i < length; i++) view[i] = numbers[first + i];
      first += length;
    }
  }

  /** For each layer with weights: its form in a step, why, and what the others would cost; of an LSTM `name/kernels`, its two as one. */
  explain(): LayerExplanation[] {
    return this.#model.explain();
  }

  /** Gives the session's memory back at once; the model goes on. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#plan.dispose();
  }

  get #stateSize(): number {
    return this.#plan.states.reduce((sum, { length }) => sum + length, 0);
  }

  #fill(x: number | ArrayInput): void {
    const { view, length, buffer } = this.#input;
    if (typeof x === 'number' && length === 1) view[0] = x;
    else if (x instanceof Float32Array && x.length === length) view.set(x);
    else view.set(this.#sample(x));
    if (this.#plan.kernels.count_nonfinite_f32(0, length, buffer) > 0) checkFinite(view, `${this.#name}: step`);
  }

  /** One step's numbers, in the shape of a step or as the only sample of a batch. */
  #sample(x: number | ArrayInput): ArrayLike<number> {
    const { inputShape } = this;
    const { length } = this.#input;
    const { data, shape = inputShape } = toNumbers(typeof x === 'number' ? [x] : x, `${this.#name}: step`);
    const isOne = sizeOf(shape) === length && sameShape(shape.slice(shape.length - inputShape.length), inputShape);
    if (data.length === length && isOne) return data;
    const expected = inputShape.length === 0 ? 'one token' : `one step of shape ${showShape(inputShape)}`;
    const given = isOne ? `${data.length} numbers` : `the shape ${showShape(shape)}`;
    throw new Error(`${this.#name}: step: expected ${expected}, got ${given}.`);
  }

  #checkAlive(): void {
    this.#model.check();
    if (this.#disposed) throw new Error(`${this.#name}: this session was disposed of; ask the model for another.`);
  }
}
