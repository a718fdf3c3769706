// Pruning of whole layers: each layer that could be skipped is skipped in turn, and the one whose lack costs least goes.

import { type Network, type NetworkOptions, rebuild } from '../../model/index.ts';
import { checkKnown, checkNumber, checkOften } from '../../tensor/index.ts';
import { checkFunctions } from '../options.ts';
import { resume } from '../shrink/resume.ts';
import { layersNamed, leaves, outputLayers } from '../targets.ts';
import { bypass, type Part, partsOf, weighted } from './bypass.ts';
import { figure } from './figure.ts';

/** Options of {@link pruneLayers}: a `count`, or a `tolerance`, or both. */
export interface LayerPruningOptions<T extends Network> {
  /** The figure to hold, larger is better, on samples that were not trained on: `(model) => model.evaluate(x, y).accuracy`. */
  evaluate(model: T): number;
  /** How many times to skip the layer (or branch of a sum) that costs least; default until the tolerance ends it. */
  count?: number;
  /** How much of the figure may be lost in all, before any training; from 0. Default whatever it costs. */
  tolerance?: number;
  /** Names of the layers that may go; default all. */
  layers?: readonly string[];
  /** Names of layers that stay. */
  skip?: readonly string[];
  /** Trains the model after each layer that went; default not at all. */
  train?(model: T): Promise<unknown> | unknown;
}

/** What {@link pruneLayers} came to. */
export interface LayerPruning<T extends Network> {
  /** A model of its own, with copies of the weights; the one given when nothing could go. */
  readonly model: T;
  /** The figure before, and at the end. */
  readonly before: number;
  readonly after: number;
  /** What went, in order: the layers with weights, and the figure right after. */
  readonly removed: readonly { readonly layers: readonly string[]; readonly value: number }[];
}

/**
 * Removes whole layers. Those with weights whose output has the shape of their input can be skipped, models within the model too, and the
 * branches of residual sums; layers that compute an output cannot. Each is skipped in turn, the figure is measured, and the one whose lack costs
 * least goes; the first of equals. One evaluation for each layer that is left, each time. Weights, masks, compile settings and the
 * optimizer's state of what stays move along; the model given stays as it is. (Blocks of residual networks
 * left out: Veit, Wilber, Belongie 2016)
 * @throws (rejects) {RangeError} on numbers out of range, NaN from `evaluate`, {TypeError} on what is no number; on names of no layer; what `evaluate` and `train` throw.
 */
export async function pruneLayers<T extends Network>(
  network: T,
  options: LayerPruningOptions<T>,
): Promise<LayerPruning<T>> {
  checkKnown('pruneLayers', options, ['evaluate', 'count', 'tolerance', 'layers', 'skip', 'train']);
  const { evaluate, count = Infinity, tolerance = Infinity, layers, skip = [], train } = options;
  checkFunctions('pruneLayers', { evaluate, ...(train && { train }) });
  if (count === Infinity && tolerance === Infinity) {
    throw new RangeError('pruneLayers: expected a count of layers, or a tolerance, got neither.');
  }
  checkOften('pruneLayers', { count }, 1);
  checkNumber('pruneLayers', { tolerance }, 'a number from 0');
  const chosen = layers && layersNamed(network, layers);
  const skipped = layersNamed(network, skip);
  const score = (model: T) => figure('pruneLayers', evaluate(model));
  const mayGo = (name: string) => !skipped.has(name) && (chosen?.has(name) ?? true);
  const before = score(network);
  let after = before;
  let model = network;
  const discard = (one: T) => one !== network && one.dispose();
  const removed: { layers: string[]; value: number }[] = [];
  try {
    while (removed.length < count) {
      const found = cheapest(model, score, mayGo);
      if (!found || found.value < before - tolerance) {
        found?.model.dispose();
        break;
      }
      discard(model);
      model = found.model;
      after = found.value;
      removed.push({ layers: found.layers, value: found.value });
      await train?.(model);
      if (train) after = score(model);
    }
  } catch (error) {
    discard(model);
    throw error;
  }
  return { model, before, after, removed };
}

interface Candidate<T> {
  readonly model: T;
  readonly layers: string[];
  readonly value: number;
}

/** The model without the part whose lack costs least; undefined when there is none. */
function cheapest<T extends Network>(
  model: T,
  score: (model: T) => number,
  mayGo: (layer: string) => boolean,
): Candidate<T> | undefined {
  const description = model.describe();
  const all = weighted(description.graph);
  const outputs = new Set(
    leaves(model).flatMap(({ layer, layerName }) => (outputLayers(model).has(layer) ? [layerName] : [])),
  );
  const make = (made: NetworkOptions): T => Reflect.construct(model.constructor, [made]) as T;
  let best: Candidate<T> | undefined;
  const consider = (part: Part) => {
    const graph = bypass(description.graph, part);
    const left = new Set(weighted(graph));
    const layers = all.filter((name) => !left.has(name));
    if (layers.length === 0 || !layers.every((name) => mayGo(name) && !outputs.has(name))) return;
    const candidate = rebuild({ ...description, graph }, make);
    try {
      resume(model, candidate);
      const value = score(candidate);
      if (best && value <= best.value) {
        candidate.dispose();
        return;
      }
      best?.model.dispose();
      best = { model: candidate, layers, value };
    } catch (error) {
      candidate.dispose();
      best?.model.dispose();
      throw error;
    }
  };
  for (const part of partsOf(model)) consider(part);
  return best;
}
