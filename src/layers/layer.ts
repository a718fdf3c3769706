// A layer: parameters, `forward`, and `backward` beside it. All that passes between the two lies on the tape.

import { type ActivityRegularizerChoice, activityRegularizerOf } from '../regularizers/index.ts';
import {
  type ActivityRegularizer,
  checkSize,
  type NdArray,
  Parameter,
  type ParameterOptions,
  type Shape,
  showShape,
  type Tape,
  type Tensor,
} from '../tensor/index.ts';
import type { Random } from '../tensor/random.ts';
import type { Initializer } from './initializers.ts';
import { type SymbolicTensor, symbolicTensors } from './symbolic.ts';

/** What every layer takes. */
export interface LayerOptions {
  /** Default: the layer's type, numbered within its model. */
  name?: string;
  /** Of one sample; only for the first layer of a `sequential` without `input`. */
  inputShape?: Shape;
  /** A penalty on the outputs, which training adds to the loss: `l1(…)`, `l2(…)`, `l1l2(…)`, `klDivergence(…)`, or the name of one. */
  activityRegularizer?: ActivityRegularizerChoice;
}

/**
 * What a custom layer extends. It implements {@link build}, {@link outputShapes}, {@link forward}, {@link backward} and
 * {@link config}; `forward` pushes what `backward` pops.
 */
export abstract class Layer {
  /** The name of the layer's factory; saved models find it by this. */
  abstract readonly type: string;
  /** Whether the output's time steps are the first input's, so that its mask holds for the output too. Keras: `supports_masking`. */
  readonly supportsMasking: boolean = false;
  /** Given by the user, or by the first model that holds the layer; one that holds another of that name too numbers it anew. */
  name: string;
  readonly inputShape: Shape | undefined;
  readonly activityRegularizer: ActivityRegularizer | undefined;
  readonly #parameters: { parameter: Parameter; initializer: Initializer }[] = [];
  #inputShapes: readonly Shape[] | undefined;
  #initialized = false;

  /** @throws when no activity regularizer has that name. */
  constructor(options: LayerOptions = {}) {
    const { name = '', inputShape, activityRegularizer } = options ?? {};
    this.name = name;
    this.inputShape = inputShape;
    this.activityRegularizer = activityRegularizerOf(activityRegularizer);
  }

  /** Makes the parameters, with {@link addParameter}. @throws when the layer cannot take such inputs. */
  protected build(_inputs: readonly Shape[]): void {}

  /** The outputs' shapes for inputs of these. @throws when the layer cannot take them. */
  abstract outputShapes(inputs: readonly Shape[]): Shape[];

  /** The outputs, newly allocated in the arena (or views of the inputs). */
  abstract forward(inputs: readonly Tensor[], tape: Tape): Tensor[];

  /**
   * Adds to the parameters' gradients and returns the gradient for each input, undefined where the input's
   * `needsGradient` is false. It must not write to `gradients`, which others may share.
   */
  abstract backward(gradients: readonly Tensor[], tape: Tape): (Tensor | undefined)[];

  /** What the factory takes to make this layer again, as JSON. */
  abstract config(): Record<string, unknown>;

  /** Whether the input of that index may be sparse (a `SparseTensor`); dense layers say yes. */
  takesSparse(_input: number): boolean {
    return false;
  }

  /**
   * Looks at all numbers that a network's input feeds to the input of that index, before any is used. The tokens of an embedding are
   * checked so.
   * @throws when one is out of range; `argument` says of what.
   */
  checkInput(_input: number, _data: ArrayLike<number>, _argument: string): void {}

  /**
   * What a stateful layer keeps from batch to batch, by name, batch-major: copies; empty when it keeps nothing. States are no weights: files
   * have them beside the optimizer's memory, so that training goes on bit for bit; copies and compressed models begin afresh.
   */
  get states(): Readonly<Record<string, NdArray>> {
    return {};
  }

  /** Puts back what {@link states} gave. @throws when states are not the layer's. */
  restoreStates(_states: Readonly<Record<string, NdArray<ArrayBufferLike>>>): void {}

  /** Forgets what the layer keeps from batch to batch: the states of a stateful layer. Keras: `reset_states`. */
  resetStates(): void {}

  /** All penalties on the outputs: the layer's own, and those of a layer within. */
  get penalties(): readonly ActivityRegularizer[] {
    return this.activityRegularizer ? [this.activityRegularizer] : [];
  }

  /** The parameters, trainable or not, in Keras' order. */
  get parameters(): readonly Parameter[] {
    return this.#parameters.map(({ parameter }) => parameter);
  }

  /** The shapes that the layer was built for. */
  get inputShapes(): readonly Shape[] {
    if (!this.#inputShapes) throw this.error('expected to be applied to an input first, got used before');
    return this.#inputShapes;
  }

  /** Draws the layer into a network: the symbolic output for symbolic inputs. @throws on shapes it cannot take. */
  apply(inputs: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
    const outputs = this.applyAll(inputs);
    if (outputs.length !== 1)
      throw this.error(`apply() is for one output, this layer has ${outputs.length}: use applyAll()`);
    return outputs[0];
  }

  /** As {@link apply}, for layers with several outputs. */
  applyAll(inputs: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor[] {
    const list = symbolicTensors(inputs, (message) => this.error(message));
    const shapes = list.map(({ shape }) => shape);
    this.ensureBuilt(shapes);
    const node = { layer: this as Layer, inputs: list, outputs: [] as SymbolicTensor[] };
    for (const shape of this.outputShapes(shapes)) {
      node.outputs.push({ shape: checkSize(shape, this.name || this.type), node });
    }
    return node.outputs;
  }

  /** Builds the layer unless it is built. */
  ensureBuilt(shapes: readonly Shape[]): void {
    if (this.#inputShapes) return;
    this.build(shapes);
    this.#inputShapes = shapes;
  }

  /** Draws the initial weights, once; a second model that holds the layer leaves them as they are. */
  initialize(random: Random): void {
    if (this.#initialized) return;
    this.#initialized = true;
    this.#parameters.forEach(({ parameter, initializer }, i) => {
      parameter.write({ data: initializer.values(parameter.shape, random.split(i)) });
    });
  }

  /** Values of all parameters, Keras order and shapes: copies. */
  getWeights() {
    return this.parameters.map((parameter) => parameter.read());
  }

  /** Sets all parameters, in the order of {@link getWeights}. @throws on another number of arrays or another shape. */
  setWeights(weights: readonly { data: ArrayLike<number>; shape?: Shape }[]): void {
    const { parameters } = this;
    if (weights.length !== parameters.length) {
      throw this.error(`expected ${parameters.length} arrays of weights, got ${weights.length}`);
    }
    this.#initialized = true;
    for (const [i, parameter] of parameters.entries()) parameter.write(weights[i]);
  }

  /** Gives back the parameters' memory. */
  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }

  protected addParameter(options: ParameterOptions & { initializer: Initializer }): Parameter {
    const { initializer, ...made } = options;
    const parameter = new Parameter(made);
    this.#parameters.push({ parameter, initializer });
    return parameter;
  }

  /** An error that names the layer. */
  protected error(message: string): Error {
    return new Error(`${this.name || this.type}: ${message}.`);
  }

  /** The one input's shape. @throws when there are several, or its rank is not `rank`. */
  protected oneInput(inputs: readonly Shape[], rank?: number, axes = ''): Shape {
    if (inputs.length !== 1) throw this.error(`expected one input, got ${inputs.length}`);
    if (rank !== undefined && inputs[0].length !== rank) {
      throw this.error(`expected an input of shape ${axes}, got ${showShape(inputs[0])}`);
    }
    return inputs[0];
  }
}

/** A layer's configuration, its activity regularizer included, as JSON. */
export const wholeConfig = (layer: Layer): Record<string, unknown> => ({
  ...layer.config(),
  ...(layer.activityRegularizer && { activityRegularizer: layer.activityRegularizer.config() }),
});
