// Gradients of the loss over samples: their mean, or the mean of each sample's squares.

import { kernels } from '../../engine/index.ts';
import type { Network } from '../../model/index.ts';
import { type Parameter, type Shape, Tape, type Tensor } from '../../tensor/index.ts';
import { type ExpectedTargets, eachBatch, type PruningData } from './data.ts';

/** One output's loss, as `compile` keeps it. */
interface Judge {
  readonly loss: {
    targetShape(prediction: Shape): Shape;
    checkTargets?(targets: ArrayLike<number>, prediction: Shape, argument: string): void;
    evaluate(target: Tensor, prediction: Tensor): { readonly value: number; readonly gradient: Tensor };
  };
  readonly weight: number;
}

/** A model that was compiled: all that pruning asks of it. */
interface Trained {
  readonly compiled?: { readonly outputs: readonly Judge[] };
}

/** The losses of a compiled model. @throws when it is none. */
function judgesOf(network: Network): readonly Judge[] {
  const { compiled } = network as Trained;
  if (compiled) return compiled.outputs;
  throw new Error(`${network.name}: gradients need a loss: expected a model that was compiled.`);
}

/** How gradients of batches are added up. */
export interface GradientOptions {
  /** Whether to square each sample's gradient first, a backward pass each; default false. */
  squared?: boolean;
}

/**
 * The mean over the samples of the gradients of the loss (without penalties) for each parameter, Keras order; in inference mode. The
 * parameters' own gradients are left at zero.
 */
export function meanGradients(
  network: Network,
  data: PruningData,
  parameters: readonly Parameter[],
  { squared = false }: GradientOptions = {},
): Map<Parameter, Float32Array> {
  const judges = judgesOf(network);
  const expected = judges.map(({ loss }, i): ExpectedTargets => {
    const { shape } = network.outputs[i];
    return {
      shape: loss.targetShape(shape),
      check: (targets, argument) => loss.checkTargets?.(targets, shape, argument),
    };
  });
  const sums = parameters.map(({ length }) => new Float64Array(length));
  const clear = () => {
    for (const parameter of network.parameters) if (parameter.trainable) parameter.clearGradient();
  };
  let samples = 0;
  eachBatch(network, squared ? eachSample(data) : data, expected, ({ batch, inputs, targets }) => {
    clear();
    const tape = new Tape({ penalizes: false });
    const predictions = network.forward(inputs, tape);
    const gradients = predictions.map((prediction, i) => {
      const { loss, weight } = judges[i];
      const { gradient } = loss.evaluate(targets[i], prediction);
      if (weight !== 1) kernels().scale_f32(0, gradient.length, weight, gradient.buffer, gradient.buffer);
      return gradient;
    });
    network.backward(gradients, tape);
    for (const [i, { gradient }] of parameters.entries()) {
      const sum = sums[i];
      gradient.view.forEach((g, at) => {
        sum[at] += squared ? g * g : g * batch.size;
      });
    }
    samples += batch.size;
  });
  clear();
  return new Map(parameters.map((parameter, i) => [parameter, parameter.toKeras(sums[i].map((sum) => sum / samples))]));
}

/** The same samples in batches of one. */
const eachSample = ({ batches = Infinity, batchSize = 32, firstBatch = 0, ...data }: PruningData): PruningData => ({
  ...data,
  batches: batches * batchSize,
  firstBatch: firstBatch * batchSize,
  batchSize: 1,
});
