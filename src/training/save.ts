// Trainable models as bytes: the network's description, and under `extra.training` and `state` how it was compiled and what its
// optimizer and stateful layers remember:
//
//   extra.training   { optimizer, losses, lossWeights, metrics, step, learningRate }
//   state            'optimizer/3/velocity': slot `velocity` of the trainable parameter 3, storage order
//                    'states/lstm/h': state `h` of the layer `lstm`, models outermost, [batch, units]

import {
  type ArrayDescription,
  decodeModel,
  encodeModel,
  FormatError,
  fromSource,
  type ModelDescription,
} from '../format/index.ts';
import type { LossConfig } from '../losses/index.ts';
import type { MetricConfig } from '../metrics/index.ts';
import { rebuild } from '../model/index.ts';
import type { OptimizerConfig, Updater } from '../optimizers/index.ts';
import { checkKnown } from '../tensor/index.ts';
import type { Compiled, CompileOptions } from './compiled.ts';
import { Model } from './model.ts';

/** What `save` and `toBytes` take. */
export interface SaveOptions {
  /** Whether to keep what the optimizer and stateful layers remember, to train on; default true. Of a model that is not compiled nothing is. */
  includeOptimizer?: boolean;
}

/** What {@link loadModel} takes. */
export interface LoadOptions {
  /**
   * Compile settings in place of those in the file; needed when they held a loss, metric or optimizer of your own making. What
   * the optimizer remembered is kept when its slots are the same; its learning rate is the one given here.
   */
  compile?: CompileOptions;
}

/** How a model was compiled. Parts of the user's own making are null: functions cannot be saved. */
interface SavedTraining {
  readonly optimizer: OptimizerConfig | null;
  readonly losses: readonly (LossConfig | null)[];
  readonly lossWeights: readonly number[];
  readonly metrics: readonly (readonly (MetricConfig | null)[])[];
  readonly step: number;
  /** Epochs trained; not in files of before. */
  readonly epochs?: number;
  readonly learningRate: number;
}

/** A model's bytes. */
export function modelBytes(model: Model, options: SaveOptions): Uint8Array<ArrayBuffer> {
  checkKnown('save()', options, ['includeOptimizer']);
  const { includeOptimizer = true } = options;
  const description = model.describe();
  if (!model.isCompiled) return encodeModel(description);
  const { updater, outputs }: Compiled = model.compiled;
  const { step, epochs, learningRate, slots } = updater.state();
  const training: SavedTraining = {
    optimizer: updater.optimizer.config?.() ?? null,
    losses: outputs.map(({ loss }) => loss.config?.() ?? null),
    lossWeights: outputs.map(({ weight }) => weight),
    metrics: outputs.map(({ metrics }) => metrics.map((metric) => metric.config?.() ?? null)),
    step: includeOptimizer ? step : 0,
    epochs: includeOptimizer ? epochs : 0,
    learningRate,
  };
  const entries = slots.flatMap((bySlot, i) =>
    Object.entries(bySlot).map(([name, data]): [string, ArrayDescription] => [
      `optimizer/${i}/${name}`,
      { shape: [data.length], axes: [0], data },
    ]),
  );
  const states = Object.entries(model.states).map(([path, { data, shape }]): [string, ArrayDescription] => [
    `${statesPrefix}${path}`,
    { shape, axes: shape.map((_, axis) => axis), data: Float32Array.from(data) },
  ]);
  return encodeModel({
    ...description,
    extra: { ...description.extra, training },
    ...(includeOptimizer && { state: { ...description.state, ...Object.fromEntries([...entries, ...states]) } }),
  });
}

/**
 * A model from a file (a path, in Node), a URL, or its bytes, with weights, masks, compile settings and optimizer state. When
 * the settings hold a loss, metric or optimizer of your own making, it comes back uncompiled unless `compile` is given.
 * @throws (rejects) when the file cannot be read, is no model file, is damaged, or holds layers that are not registered.
 */
export async function loadModel(
  source: string | URL | Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): Promise<Model> {
  checkKnown('loadModel', options, ['compile']);
  const isAddress = typeof source === 'string' || source instanceof URL;
  return isAddress ? fromSource(source, (bytes) => modelIn(bytes, options)) : modelIn(source, options);
}

function modelIn(bytes: Uint8Array | ArrayBuffer, { compile }: LoadOptions): Model {
  const description = decodeModel(bytes);
  const model = rebuild(description, (options) => new Model(options));
  model.restoreStates(statesIn(description));
  const training = description.extra?.training as SavedTraining | undefined;
  const settings = compile ?? (training && settingsOf(training));
  if (!settings) return model;
  model.compile(settings);
  if (training) resume(model.compiled.updater, training, description.state ?? {}, compile !== undefined);
  return model;
}

const statesPrefix = 'states/';

/** What stateful layers kept, by path. */
function statesIn({ state = {} }: ModelDescription): Record<string, ArrayDescription> {
  const kept = Object.entries(state).filter(([key]) => key.startsWith(statesPrefix));
  return Object.fromEntries(kept.map(([key, array]) => [key.slice(statesPrefix.length), array]));
}

/**
 * A model of its own with the same layers, weights and masks; not compiled, whether or not the model is.
 * @throws when a layer is of a type that is not registered ({@link registerLayer}), or two layers hold the same weights.
 */
export const cloneModel = (model: Model): Model => rebuild(model.describe(), (options) => new Model(options));

/** Compile settings, when all of them could be saved. */
function settingsOf({ optimizer, losses, lossWeights, metrics }: SavedTraining): CompileOptions | undefined {
  if (!optimizer || !losses.every((loss) => loss !== null)) return undefined;
  const lists = metrics.map((list) => list.filter((metric) => metric !== null));
  if (lists.some((list, i) => list.length !== metrics[i].length)) return undefined;
  return { optimizer, loss: losses as LossConfig[], lossWeights, metrics: lists };
}

/** Puts back what the optimizer remembered; one that was chosen anew and keeps other slots starts afresh. */
function resume(updater: Updater, training: SavedTraining, state: State, isChosenAnew: boolean): void {
  const slots = updater.parameters.map((_, i) =>
    Object.fromEntries(
      Object.entries(state).flatMap(([key, { data }]) => {
        const [group, index, name] = key.split('/');
        return group === 'optimizer' && index === String(i) ? [[name, data]] : [];
      }),
    ),
  );
  const names = [...updater.slotNames].sort().join();
  const isSame = slots.every((bySlot) => Object.keys(bySlot).sort().join() === names);
  const { step } = training;
  const epochs = Number.isInteger(training.epochs) ? (training.epochs as number) : 0;
  const learningRate = isChosenAnew ? updater.optimizer.learningRate : training.learningRate;
  if (isSame) updater.restore({ step, epochs, learningRate, slots });
  else if (!isChosenAnew && step > 0)
    throw new FormatError('This model file lacks a part of the optimizer state it should hold.');
}

type State = NonNullable<ModelDescription['state']>;
