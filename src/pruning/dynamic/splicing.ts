import type { Network } from '../../model/index.ts';
import { checkNumber, type Parameter } from '../../tensor/index.ts';
import type { PruningData } from '../collect/data.ts';
import { lowest } from '../rules/lowest.ts';
import { byPath } from '../targets.ts';
import { type Change, type DynamicCallback, type DynamicOptions, dynamic, type Hidden } from './callback.ts';
import { checkSamples, denseGradients } from './dense-gradients.ts';

/** Options of {@link splicing}. */
export interface SplicingOptions extends DynamicOptions {
  /** Samples for the gradients of pruned weights: at each change the next batch of them (or the next `batches`). */
  data: PruningData;
  /** Of the steps that pruned weights take, per training step; default the optimizer's. */
  learningRate?: number;
}

/**
 * Dynamic network surgery: pruned weights go on learning unseen, by the gradients of the pruned network, w ← w − frequency·rate·∂L/∂w at each
 * change; then the largest |w| of all are kept, as many as the layer had, so that what was pruned wrongly is spliced in again, with the
 * value it has come to (as the paper has it) and moments of zero. (Guo, Yao, Chen 2016, with their two thresholds replaced by the budget)
 * @throws {RangeError} on numbers out of range, an error without `data`; in training, an error on a model without masks or data that does not fit it.
 */
export function splicing(options: SplicingOptions): DynamicCallback {
  const { data, learningRate, frequency = 100 } = options ?? {};
  if (learningRate !== undefined) checkNumber('splicing', { learningRate }, 'a finite number from 0');
  const hidden = new Map<Parameter, Float32Array>();
  const shadows: Hidden = {
    read: (model) =>
      Object.fromEntries(
        [...byPath(model)].flatMap(([path, parameter]) => {
          const shadow = hidden.get(parameter);
          return shadow ? [[path, parameter.toStorage(shadow)]] : [];
        }),
      ),
    write(model, weights) {
      for (const [path, parameter] of byPath(model)) {
        if (weights[path]) hidden.set(parameter, parameter.toKeras(weights[path]));
      }
    },
  };
  const change = ({ model, targets, index }: Change) => {
    const parameters = targets.map(({ parameter }) => parameter);
    const gradients = denseGradients(model, parameters, data, index);
    const rate = frequency * (learningRate ?? rateOf(model));
    return parameters.reduce((grown, parameter) => {
      const step = (gradients.get(parameter) as Float32Array).map((g) => rate * g);
      const shadow = hidden.get(parameter) ?? new Float32Array(parameter.length);
      hidden.set(parameter, shadow);
      return grown + splice(parameter, shadow, step);
    }, 0);
  };
  const callback = dynamic('splicing', options, ['data', 'learningRate'], change, shadows);
  checkSamples('splicing', data);
  return callback;
}

/** Moves what is pruned along its gradient and keeps the largest of all; `shadow` holds the values of what is pruned. */
function splice(parameter: Parameter, shadow: Float32Array, step: Float32Array): number {
  const mask = parameter.toKeras(parameter.mask?.view ?? []);
  const values = parameter.read().data.map((w, i) => (mask[i] ? w : shadow[i] - step[i]));
  const size = Float64Array.from(values, Math.abs);
  const all = Uint32Array.from(values.keys());
  const prunedNow = lowest(
    size,
    new Uint8Array(values.length).fill(1),
    all,
    values.length - mask.reduce((a, b) => a + b, 0),
  );
  let grown = 0;
  for (const i of all) {
    if (!mask[i] && !prunedNow[i]) grown++;
    shadow[i] = prunedNow[i] ? values[i] : 0;
  }
  parameter.setMask(parameter.toStorage(mask.map((_, i) => 1 - prunedNow[i])));
  parameter.write({ data: values });
  return grown;
}

/** The learning rate of a compiled model. */
function rateOf(model: Network): number {
  const { optimizer } = model as { optimizer?: { learningRate: number } };
  if (optimizer) return optimizer.learningRate;
  throw new Error('splicing: expected a compiled model, or a learningRate.');
}
