// What `compile` makes of a network: losses, metrics and an optimizer, and the two steps that use them.
//
//   loss = Σ weightᵢ·lossᵢ(yᵢ, predictionᵢ, weights of the samples) + penalties of the regularizers, on weights and on activations
//
// Everything of a step lies in the arena, which the caller scopes.

import { kernels } from '../engine/index.ts';
import { type Loss, type LossChoice, type LossConfig, lossOf } from '../losses/index.ts';
import { type Metric, type MetricChoice, type MetricConfig, metricOf } from '../metrics/index.ts';
import type { Network } from '../model/index.ts';
import { type OptimizerChoice, type OptimizerConfig, optimizerOf, Updater } from '../optimizers/index.ts';
import { type Batch, checkNumber, type Shape, showValue, Tape, type Tensor } from '../tensor/index.ts';
import { type Logs, prefixed } from './logs.ts';
import type { Examples } from './pairs.ts';
import type { Expected } from './samples.ts';

/** What `compile` takes. */
export interface CompileOptions {
  /** A name, or an optimizer; default 'rmsprop', as Keras. */
  optimizer?: OptimizerChoice | OptimizerConfig;
  /** For several outputs a list, one for each. */
  loss: LossChoice | LossConfig | readonly (LossChoice | LossConfig)[];
  /** For several outputs a list of lists, or one list of names and functions that serves each. */
  metrics?: readonly (MetricChoice | MetricConfig)[] | readonly (readonly (MetricChoice | MetricConfig)[])[];
  /** How much each output's loss weighs; default 1 each. */
  lossWeights?: readonly number[];
}

/** One output of the network and how it is judged. */
export interface Output {
  readonly name: string;
  /** Of one sample's prediction. */
  readonly shape: Shape;
  readonly loss: Loss;
  readonly weight: number;
  readonly metrics: readonly Metric[];
  /** Σ of the loss over the samples so far. */
  sum: number;
}

/** What training goes by: the outputs, each with its loss and metrics, and the optimizer at work. The model drives it. */
export class Compiled {
  readonly updater: Updater;
  readonly outputs: readonly Output[];
  readonly #network: Network;
  #isGathering = false;
  #total = 0;
  #samples = 0;

  /** @throws when lists do not fit the outputs, or a name is unknown. */
  constructor(network: Network, { optimizer = 'rmsprop', loss, metrics = [], lossWeights }: CompileOptions) {
    if (!loss) throw new Error(`${network.name}: compile() expects a loss, got ${loss}.`);
    const { outputs } = network;
    const losses = listFor(outputs.length, loss, 'losses');
    const weights = listFor(outputs.length, lossWeights ?? outputs.map(() => 1), 'lossWeights');
    for (const weight of weights) checkNumber('compile()', { 'each of lossWeights': weight }, 'a finite number');
    const names = outputNames(network);
    this.#network = network;
    this.outputs = outputs.map(({ shape }, i) => {
      const chosen = lossOf(losses[i]);
      const measured = { target: chosen.targetShape(shape), prediction: shape, fromLogits: chosen.fromLogits };
      return {
        name: names[i],
        shape,
        loss: chosen,
        weight: weights[i],
        metrics: metricsFor(metrics, i, outputs.length).map((metric) => metricOf(metric, measured)),
        sum: 0,
      };
    });
    this.updater = new Updater(optimizerOf(optimizer), network.parameters);
  }

  /** What the targets should be. */
  targets(argument: string): Expected[] {
    return this.outputs.map(({ loss, shape }, i) => ({
      shape: loss.targetShape(shape),
      name: this.argumentOf(i, argument),
      refusesSparse: loss.name,
    }));
  }

  /** What messages call an output's part of an argument. */
  argumentOf(i: number, argument: string): string {
    return this.outputs.length === 1 ? argument : `${argument}[${i}] (${this.outputs[i].name})`;
  }

  /** One update from one batch. @returns the batch's loss; when it is not finite, no update was made. */
  train({ inputs, targets, weights }: Examples, seed: number): number {
    const tape = new Tape({ training: true, seed, step: this.updater.step });
    const predictions = this.#network.forward(inputs, tape);
    const gradients: Tensor[] = [];
    const loss = this.#judge(predictions, targets, tape, ({ loss, weight }, i) => {
      const { value, gradient } = loss.evaluate(targets[i], predictions[i], weights?.[i]);
      if (weight !== 1) kernels().scale_f32(0, gradient.length, weight, gradient.buffer, gradient.buffer);
      gradients.push(gradient);
      return value;
    });
    if (!Number.isFinite(loss)) return loss;
    this.updater.zeroGradients();
    this.#network.backward(gradients, tape);
    this.updater.update();
    return loss;
  }

  /** Judges one batch. @returns its loss. */
  test({ inputs, targets, weights }: Examples): number {
    const tape = new Tape();
    const predictions = this.#network.forward(inputs, tape);
    return this.#judge(predictions, targets, tape, ({ loss }, i) =>
      loss.value(targets[i], predictions[i], weights?.[i]),
    );
  }

  /** Forgets the batches so far. @throws between {@link begin} and {@link end}. */
  reset(): void {
    if (this.#isGathering) {
      throw new Error(
        `${this.#network.name}: expected to be judged or trained between epochs, got it amid one, whose figures would be lost: call from onEpochBegin or onEpochEnd (predict() is always free).`,
      );
    }
    this.#total = 0;
    this.#samples = 0;
    for (const output of this.outputs) {
      output.sum = 0;
      for (const metric of output.metrics) metric.reset();
    }
  }

  /** As {@link reset}, where callbacks run before {@link end}. */
  begin(): void {
    this.reset();
    this.#isGathering = true;
  }

  /** The figures since {@link begin}. */
  end(): Logs {
    this.#isGathering = false;
    return this.logs();
  }

  /** The figures over the batches since {@link reset}: `loss`, then the metrics; of several outputs each with the output's name. */
  logs(): Logs {
    const count = this.#samples || 1;
    const logs: Logs = { loss: this.#total / count };
    const several = this.outputs.length > 1;
    if (several) for (const { name, sum } of this.outputs) logs[prefixed(name, 'loss')] = sum / count;
    for (const { name, metrics } of this.outputs) {
      for (const metric of metrics) logs[several ? prefixed(name, metric.name) : metric.name] = metric.result();
    }
    return logs;
  }

  #judge(
    predictions: readonly Tensor[],
    targets: readonly Tensor[],
    { penalty }: Tape,
    value: (output: Output, i: number) => number,
  ): number {
    const { size }: Batch = predictions[0].batch;
    let total = this.updater.penalty() + penalty;
    for (const [i, output] of this.outputs.entries()) {
      const loss = value(output, i);
      total += output.weight * loss;
      output.sum += loss * size;
      for (const metric of output.metrics) metric.update(targets[i], predictions[i]);
    }
    this.#total += total * size;
    this.#samples += size;
    return total;
  }
}

function listFor<T>(count: number, given: T | readonly T[], what: string): readonly T[] {
  const list = Array.isArray(given) ? (given as readonly T[]) : [given as T];
  if (list.length === count) return list;
  throw new Error(`compile(): expected ${count} ${what}, one for each output, got ${list.length}.`);
}

type Choice = MetricChoice | MetricConfig;

function metricsFor(metrics: NonNullable<CompileOptions['metrics']>, i: number, count: number): readonly Choice[] {
  if (!Array.isArray(metrics)) {
    throw new TypeError(`compile(): expected a list of metrics, such as ['accuracy'], got ${showValue(metrics)}.`);
  }
  if (metrics.length && metrics.every((list) => Array.isArray(list))) {
    return listFor(count, metrics as readonly (readonly Choice[])[], 'lists of metrics')[i];
  }
  const list = metrics as readonly Choice[];
  if (count > 1 && list.some((metric) => typeof metric === 'object' && metric && 'update' in metric)) {
    throw new Error(
      `compile(): a metric object serves one output: expected a list of metrics for each of ${count} outputs.`,
    );
  }
  return list;
}

/** The names of the layers that make the outputs, numbered where one makes several. */
function outputNames(network: Network): string[] {
  const seen = new Map<string, number>();
  return network.outputs.map(({ node }) => {
    const name = node.layer?.name ?? node.name ?? 'input';
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count ? `${name}_${count}` : name;
  });
}
