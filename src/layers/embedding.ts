// y[t] = E[x[t]]: a row of a table for each token. A copy; in training, one row of the table's gradient added to for each token.

import type { Buffer } from '../engine/index.ts';
import { embed, embedBackward, tokenError, tokenIds } from '../ops/index.ts';
import { type RegularizerChoice, revive } from '../regularizers/index.ts';
import { checkWhole, type Parameter, type Regularizer, type Shape, type Tape, Tensor } from '../tensor/index.ts';
import { type InitializerChoice, initializerOf } from './initializers.ts';
import { Layer, type LayerOptions } from './layer.ts';
import { checkOptions, describeOptions } from './options.ts';

/** Options of {@link embedding}, with Keras' names and defaults. */
export interface EmbeddingOptions extends LayerOptions {
  /** Size of the vocabulary: tokens are 0 to inputDim − 1. */
  inputDim: number;
  /** Features of a token. */
  outputDim: number;
  /** Whether token 0 is padding: the output then carries a mask, which later layers skip steps by. Default false. */
  maskZero?: boolean;
  /** Default `randomUniform`, U(−0.05, 0.05). */
  embeddingsInitializer?: InitializerChoice;
  /** A regularizer, or the name of one: 'l1', 'l2', … of strength 0.01. */
  embeddingsRegularizer?: RegularizerChoice;
}

class Embedding extends Layer {
  readonly type = 'embedding';
  readonly #options: EmbeddingOptions;
  readonly #embeddings: Parameter;

  constructor(options: EmbeddingOptions) {
    super(options);
    checkOptions('embedding', options, [
      'inputDim',
      'outputDim',
      'maskZero',
      'embeddingsInitializer',
      'embeddingsRegularizer',
    ]);
    const { inputDim, outputDim, embeddingsInitializer } = options;
    checkWhole('embedding', { inputDim, outputDim }, 1);
    this.#options = revive(options);
    this.#embeddings = this.addParameter({
      name: 'embeddings',
      shape: [inputDim, outputDim],
      prunable: true,
      sparseGradient: true,
      initializer: initializerOf(embeddingsInitializer ?? 'randomUniform'),
      regularizer: this.#options.embeddingsRegularizer as Regularizer,
    });
  }

  override outputShapes(inputs: readonly Shape[]): Shape[] {
    return [[...this.oneInput(inputs, 1, '[time], of token ids'), this.#options.outputDim]];
  }

  override checkInput(_input: number, data: ArrayLike<number>, argument: string): void {
    const { inputDim } = this.#options;
    for (let i = 0; i < data.length; i++) {
      const id = data[i];
      if (!(id >= 0 && id < inputDim && Math.floor(id) === id)) throw tokenError(argument, id, inputDim);
    }
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    const ids = tokenIds(x, this.#options.inputDim, this.name);
    tape.push(x, ids);
    const y = embed(this.#embeddings, x, ids);
    return [this.#options.maskZero ? y.masked(maskOf(x)) : y];
  }

  /** dE[x[t]] += dy[t]. Tokens have no gradient. */
  override backward([dy]: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [x, ids] = tape.pop<[Tensor, Buffer]>();
    embedBackward(this.#embeddings, dy, x, ids);
    return [undefined];
  }

  override config(): Record<string, unknown> {
    return describeOptions(this.#options);
  }
}

/** 1 where the token is not 0. */
function maskOf(x: Tensor): Tensor {
  const mask = Tensor.allocate(x.shape, x.batch);
  const [from, to] = [x.view, mask.view];
  for (let i = 0; i < to.length; i++) to[i] = from[i] === 0 ? 0 : 1;
  return mask;
}

/**
 * Learned features of tokens, `[time]` of whole numbers → `[time, outputDim]`. Only the rows of tokens that occur in a batch are
 * touched by the optimizer. Keras: `Embedding`.
 * @throws on sizes that are no positive whole numbers; in use, on tokens that are not whole numbers from 0 to inputDim − 1.
 */
export const embedding = (options: EmbeddingOptions): Layer => new Embedding(options);
