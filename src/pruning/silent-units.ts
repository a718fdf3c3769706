// What goes with an LSTM's unit once its columns are pruned: its biases, for its state to be 0, and what reads that 0 in the recurrent
// kernel and in the layers after it.

import type { Layer } from '../layers/index.ts';
import { Network } from '../model/index.ts';
import { inputAxisOf, type Parameter } from '../tensor/index.ts';
import { plainLayer } from './plain-layer.ts';
import { layersNamed, leaves } from './targets.ts';

const gates = 4;

/** Prunes what goes with the units of a layer that have no weight left, but for readers that are to `skip`. */
export function pruneSilent(network: Network, layer: Layer, skip: readonly string[] = []): void {
  const [kernel, recurrentKernel] = ['kernel', 'recurrentKernel'].map((name) => parameterOf(layer, name) as Parameter);
  const units = recurrentKernel.shape[0];
  const silent = Array.from({ length: units }, (_, unit) => unit).filter((unit) =>
    [kernel, recurrentKernel].every((parameter) => isEmpty(parameter, unit, units)),
  );
  if (silent.length === 0) return;
  const bias = parameterOf(layer, 'bias');
  if (bias) also(bias, (at) => !silent.includes(at % units));
  const gone = new Set(silent);
  for (const reader of [recurrentKernel, ...readersOf(network, layer, skip)]) {
    const row = indexOn(reader, inputAxisOf(reader));
    also(reader, (at) => !gone.has(row(at)));
  }
}

const parameterOf = (layer: Layer, name: string): Parameter | undefined =>
  layer.parameters.find((parameter) => parameter.name === name);

/** Whether all four columns of a unit are pruned; storage is [4·units, in]. */
function isEmpty({ mask, length, shape }: Parameter, unit: number, units: number): boolean {
  if (!mask) return false;
  const width = length / shape[1];
  return Array.from({ length: gates }, (_, gate) => (gate * units + unit) * width).every((from) =>
    mask.view.subarray(from, from + width).every((bit) => bit === 0),
  );
}

/** Prunes what `keeps` does not, given positions in Keras order, beside what is pruned. */
function also(parameter: Parameter, keeps: (position: number) => boolean): void {
  const { mask, length } = parameter;
  const before = mask ? parameter.toKeras(mask.view) : new Float32Array(length).fill(1);
  parameter.setMask(parameter.toStorage(before.map((bit, at) => (keeps(at) ? bit : 0))));
}

function indexOn({ shape }: Parameter, axis: number): (position: number) => number {
  const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return (position) => Math.floor(position / stride) % shape[axis];
}

/** Layers that pass zeros on, channel by channel. */
const passing = new Set(['dropout', 'globalMaxPooling1d', 'globalAveragePooling1d']);
const reading = new Set(['dense', 'conv1d', 'lstm']);

/** The kernels that read the layer's output alone, at every place where it is used. */
function readersOf(network: Network, layer: Layer, skip: readonly string[]): Parameter[] {
  const home = homeOf(network, layer);
  if (!home) return [];
  const found = new Set<Layer>();
  const from = home.steps.filter((step) => step.layer === layer).map(({ fills }) => fills[0]);
  for (let slot = from.pop(); slot !== undefined; slot = from.pop()) {
    for (const { layer: next, reads, fills } of home.steps) {
      if (reads[0] !== slot) continue;
      if (passing.has(next.type)) from.push(fills[0]);
      else if (reading.has(plainLayer(next).type)) found.add(next);
    }
  }
  const isUsedOnce = (reader: Layer) => home.steps.filter((step) => step.layer === reader).length === 1;
  const names = layersNamed(network, skip);
  const skipped = new Set(leaves(network).flatMap(({ layerName, layer }) => (names.has(layerName) ? [layer] : [])));
  return [...found]
    .filter((reader) => isUsedOnce(reader) && !skipped.has(reader))
    .flatMap((reader) => parameterOf(reader, 'kernel') ?? []);
}

/** The network within which the layer stands. */
function homeOf(network: Network, layer: Layer): Network | undefined {
  if (network.layers.includes(layer)) return network;
  for (const inner of network.layers) {
    const home = inner instanceof Network ? homeOf(inner, layer) : undefined;
    if (home) return home;
  }
  return undefined;
}
