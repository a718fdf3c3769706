// A Model: a network that can be compiled, trained, judged, asked and saved.

import { arena } from '../engine/index.ts';
import { saveFile } from '../format/index.ts';
import { Network } from '../model/index.ts';
import type { Optimizer } from '../optimizers/index.ts';
import { Batch, checkKnown, checkWhole, type NdArray, showValue, sizeOf, Tape } from '../tensor/index.ts';
import type { History } from './callbacks/history.ts';
import { Compiled, type CompileOptions } from './compiled.ts';
import { batches, checkFitOptions, checkLoss, type FitOptions, testBatch, train } from './fit.ts';
import type { Logs } from './logs.ts';
import { gather, type Pairs, split } from './pairs.ts';
import { type Expected, Samples, type SamplesInput } from './samples.ts';
import { modelBytes, type SaveOptions } from './save.ts';
import { type SampleWeight, type WeightOptions, weightsOf } from './weights.ts';

/** What `evaluate`, `predict` and `predictAll` take. */
export interface BatchOptions {
  /** Samples computed together; default 32. */
  batchSize?: number;
}

/** What `evaluate` takes. */
export interface EvaluateOptions extends BatchOptions {
  /** How much each sample counts in the loss, as in `fit`; default 1. Metrics are not weighted. */
  sampleWeight?: SampleWeight;
}

/** What `predict` takes. */
export interface PredictOptions<B extends ArrayBufferLike = ArrayBufferLike> extends BatchOptions {
  /** Where to put the predictions, instead of a new array. */
  out?: Float32Array<B>;
}

const validationNames = ['validationData[0]', 'validationData[1]', 'validationData[2]'];

/**
 * A network that trains. Made by `sequential`, `model` and `loadModel`. Arrays handed in are only read during the call, arrays
 * handed back are copies.
 */
export class Model extends Network {
  /** Set by a callback, ends training after the batch. */
  stopTraining = false;
  #compiled: Compiled | undefined;
  #isFitting = false;

  /**
   * Chooses optimizer, loss and metrics, and starts the optimizer afresh. Keras: `compile`.
   * @throws when a name or an option is unknown, lists do not fit the outputs, or `fit` is running.
   */
  compile(options: CompileOptions): void {
    if (this.#isFitting) throw this.error('expected compile() before or after fit(), got it while fit() is running');
    checkKnown('compile()', options, ['optimizer', 'loss', 'metrics', 'lossWeights']);
    const compiled = new Compiled(this, options);
    this.#compiled?.updater.dispose();
    this.#compiled = compiled;
  }

  /** Losses, metrics and optimizer at work. @throws before {@link compile}. */
  get compiled(): Compiled {
    if (this.#compiled) return this.#compiled;
    throw this.error(
      "not compiled: call compile({ optimizer, loss, metrics }) first, e.g. { optimizer: 'adam', loss: 'mse' }",
    );
  }

  get isCompiled(): boolean {
    return this.#compiled !== undefined;
  }

  /** The optimizer; its `learningRate` may be set. @throws before {@link compile}. */
  get optimizer(): Optimizer {
    return this.compiled.updater.optimizer;
  }

  /**
   * Trains on inputs `x` and targets `y`: batch-major arrays, channels last; lists of them for several inputs or outputs. An
   * input that only dense layers read may be a sparse matrix, a row for each sample, and is not made dense. Loss and metrics of each epoch are in the history. Keras: `fit`.
   * @throws (rejects) when the model is not compiled or already in `fit`; on unknown options; on arrays of the wrong shape or
   * count, empty ones, NaN or infinite numbers, labels out of range, weights that do not fit; when the loss becomes NaN or infinite (no update is made then).
   */
  async fit(x: SamplesInput, y: SamplesInput, options: FitOptions = {}): Promise<History> {
    const { compiled } = this;
    if (this.#isFitting) throw this.error('fit() is running already: await it before the next');
    checkFitOptions(options);
    const parts = this.#parts(x, y, options);
    this.#isFitting = true;
    this.stopTraining = false;
    try {
      return await train(this, compiled, parts, options);
    } finally {
      this.#isFitting = false;
    }
  }

  /** Loss and metrics over all samples, nothing trained: `{ loss, accuracy }`. Keras: `evaluate`. @throws as {@link fit}; from a callback amid an epoch. */
  evaluate(x: SamplesInput, y: SamplesInput, options: EvaluateOptions = {}): Logs {
    const { compiled } = this;
    checkKnown('evaluate()', options, ['batchSize', 'sampleWeight']);
    const { batchSize = 32, sampleWeight } = options;
    checkWhole('evaluate()', { batchSize }, 1);
    const pairs = this.#pairs(x, y, { sampleWeight });
    compiled.reset();
    for (const indices of batches(pairs.x.count, batchSize)) testBatch(this, compiled, pairs, indices);
    const logs = compiled.logs();
    checkLoss(logs.loss, 'in evaluate()');
    return logs;
  }

  /**
   * The output for each sample, `[batch, ..]`. Keras: `predict`.
   * @throws on inputs of the wrong shape, empty, or not finite; on an `out` of another length; when the model has several outputs.
   */
  predict<B extends ArrayBufferLike = ArrayBuffer>(x: SamplesInput, options: PredictOptions<B> = {}): NdArray<B> {
    checkKnown('predict()', options, ['batchSize', 'out']);
    const { batchSize, out } = options;
    if (this.outputs.length !== 1) {
      throw this.error(`predict() is for one output, this model has ${this.outputs.length}: use predictAll()`);
    }
    return this.#predict(x, { batchSize }, out)[0];
  }

  /** As {@link predict}, for models with several outputs: an array for each. */
  predictAll(x: SamplesInput, options: BatchOptions = {}): NdArray[] {
    checkKnown('predictAll()', options, ['batchSize']);
    return this.#predict(x, options);
  }

  /** One update from one batch; its loss and metrics, from before the update. Keras: `train_on_batch`. @throws as {@link evaluate}. */
  trainOnBatch(x: SamplesInput, y: SamplesInput, options: WeightOptions = {}): Logs {
    const { compiled } = this;
    checkKnown('trainOnBatch()', options, ['sampleWeight', 'classWeight']);
    const pairs = this.#pairs(x, y, options);
    compiled.reset();
    const loss = arena.scope(() => {
      const { count } = pairs.x;
      const batch = new Batch(count, this.slabWidth, 16);
      const [indices] = batches(count, count);
      return compiled.train(gather(pairs, indices, batch), this.seed);
    });
    checkLoss(loss, 'in trainOnBatch()');
    return compiled.logs();
  }

  /** Loss and metrics of one batch. Keras: `test_on_batch`. @throws as {@link evaluate}. */
  testOnBatch(x: SamplesInput, y: SamplesInput, options: Omit<EvaluateOptions, 'batchSize'> = {}): Logs {
    checkKnown('testOnBatch()', options, ['sampleWeight']);
    const batchSize = Samples.of(x, this.#expectedInputs('x')).count;
    return this.evaluate(x, y, { ...options, batchSize });
  }

  /** The model as the bytes of a model file; `loadModel` reads them. @throws when two layers hold the same weights, which files cannot keep as one. */
  toBytes(options: SaveOptions = {}): Uint8Array<ArrayBuffer> {
    return modelBytes(this, options);
  }

  /**
   * Writes the model to a file, whole or not at all; `loadModel` reads it. With masks, optimizer state and compile settings, so
   * that training goes on from it bit for bit.
   * @throws when the path cannot be written to; as {@link toBytes}.
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    await saveFile(path, this.toBytes(options));
  }

  override dispose(): void {
    this.#compiled?.updater.dispose();
    super.dispose();
  }

  #expectedInputs(argument: string): Expected[] {
    const { inputs, name } = this;
    return inputs.map(({ shape, node }, i) => ({
      shape,
      name: inputs.length === 1 ? `${name}: ${argument}` : `${name}: ${argument}[${i}] (${node.name ?? `input ${i}`})`,
      refusesSparse: this.refusesSparse(i)?.name,
    }));
  }

  #inputs(x: SamplesInput, argument: string): Samples {
    const expected = this.#expectedInputs(argument);
    const samples = Samples.of(x, expected);
    for (const [i, { data }] of samples.columns.entries()) this.checkInput(i, data, expected[i].name);
    return samples;
  }

  /** The samples to train on, and those to judge by. */
  #parts(x: SamplesInput, y: SamplesInput, options: FitOptions): { training: Pairs; validation?: Pairs } {
    const pairs = this.#pairs(x, y, options);
    const { validationData, validationSplit, classWeight } = options;
    if (validationData) {
      const [x, y, sampleWeight] = validationData;
      return { training: pairs, validation: this.#pairs(x, y, { sampleWeight }, validationNames) };
    }
    if (!validationSplit) return { training: pairs };
    const { training, validation } = split(pairs, validationSplit);
    return { training, validation: classWeight ? { ...validation, weights: undefined } : validation };
  }

  #pairs(
    x: SamplesInput,
    y: SamplesInput,
    weights: WeightOptions,
    [xName, yName, weightName]: readonly string[] = ['x', 'y', 'sampleWeight'],
  ): Pairs {
    const { compiled } = this;
    const inputs = this.#inputs(x, xName);
    const expected = compiled.targets(`${this.name}: ${yName}`);
    const targets = Samples.of(y, expected);
    if (targets.count !== inputs.count) {
      const isLabels = targets.columns.some(({ shape, data }) => sizeOf(shape) > 1 && data.length === inputs.count);
      const hint = isLabels ? '; one label a sample is for sparseCategoricalCrossentropy' : '';
      throw new Error(
        `${this.name}: expected as many targets as samples, got ${inputs.count} in ${xName} and ${targets.count} in ${yName}${hint}.`,
      );
    }
    for (const [i, { loss, shape }] of compiled.outputs.entries()) {
      loss.checkTargets?.(targets.columns[i].data, shape, expected[i].name);
    }
    return { x: inputs, y: targets, weights: weightsOf(compiled, weights, targets, this.name, weightName) };
  }

  #predict<B extends ArrayBufferLike = ArrayBuffer>(
    x: SamplesInput,
    { batchSize = 32 }: BatchOptions,
    out?: Float32Array<B>,
  ): NdArray<B>[] {
    checkWhole('predict()', { batchSize }, 1);
    const samples = this.#inputs(x, 'x');
    const results = this.outputs.map(({ shape }) => {
      const length = samples.count * sizeOf(shape);
      if (out !== undefined && !(out instanceof Float32Array && out.length === length)) {
        const given = (out as unknown) instanceof Float32Array ? `${out.length} numbers` : showValue(out);
        throw this.error(`expected an \`out\` of ${length} numbers, a Float32Array, got ${given}`);
      }
      const mayWrite = out && samples.columns.every(({ data }) => data.buffer !== out.buffer);
      return { data: mayWrite ? out : (new Float32Array(length) as Float32Array<B>), shape: [samples.count, ...shape] };
    });
    let first = 0;
    for (const indices of batches(samples.count, batchSize)) {
      arena.scope(() => {
        const batch = new Batch(indices.length, this.slabWidth);
        for (const [i, y] of this.forward(samples.gather(indices, batch), new Tape()).entries()) {
          y.toArray(results[i].data.subarray(first * y.features, (first + indices.length) * y.features));
        }
      });
      first += indices.length;
    }
    if (!out || results[0].data === out) return results;
    out.set(results[0].data);
    return [{ ...results[0], data: out }];
  }
}
