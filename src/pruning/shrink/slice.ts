// One layer with fewer channels: configuration, weights, masks, and where each number stood before. Arrays are in storage order; Keras
// axis axes[s] stands s-th there.

import type { ArrayDescription, LayerDescription } from '../../format/index.ts';
import type { Layer } from '../../layers/index.ts';
import { inputAxisOf, outputAxisOf } from '../../tensor/index.ts';
import { type Kind, kindOf, type Matrix } from './kinds.ts';

/** The channels that stay of a layer's first input and output. */
export interface Channels {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A layer's parts after slicing: `places` by parameter, the position in the old storage of each number of the new. */
export interface Sliced {
  readonly description: LayerDescription;
  readonly places: ReadonlyMap<string, Uint32Array>;
}

/** A layer with these channels. `fold` is by input the constant that goes into the bias where the input goes. */
export function slice(
  layer: Layer,
  described: LayerDescription,
  channels: Channels,
  matrix: Matrix | undefined,
  fold: Float64Array | undefined,
): Sliced {
  const kind = kindOf(layer);
  const { outputs } = channels;
  const places = new Map<string, Uint32Array>();
  const arrays: Record<string, ArrayDescription> = {};
  for (const [name, array] of Object.entries(described.arrays)) {
    const kept = keptOf(name, array, kind, channels);
    const positions = positionsOf(array, kept);
    places.set(name, positions);
    arrays[name] = gather(array, kept, positions);
  }
  if (matrix && fold && arrays.bias) {
    const { data } = arrays.bias;
    const folded = foldedBias(matrix, fold, channels);
    for (const [at, i] of outputs.entries()) data[at] = folded(i, data[at]);
  }
  return { description: { ...described, config: configOf(layer, described.config, outputs.length), arrays }, places };
}

/** By Keras axis, the indices that stay. */
function keptOf(name: string, array: ArrayDescription, kind: Kind, { inputs, outputs }: Channels): number[][] {
  const { shape } = array;
  const kept = shape.map((size) => Array.from({ length: size }, (_, i) => i));
  const last = shape.length - 1;
  if (kind === 'channelwise' || kind === 'table') kept[last] = [...outputs];
  if (kind === 'product') kept[shape.length > 1 ? outputAxisOf(array) : last] = [...outputs];
  if (kind === 'product' && name === 'kernel') kept[inputAxisOf(array)] = [...inputs];
  if (kind === 'recurrent') {
    const units = shape[last] / 4;
    kept[last] = [0, 1, 2, 3].flatMap((gate) => outputs.map((unit) => gate * units + unit));
    if (name === 'kernel') kept[0] = [...inputs];
    if (name === 'recurrentKernel') kept[0] = [...outputs];
  }
  return kept;
}

/** b + Σ over inputs that go of w·constant. */
function foldedBias({ k, sums }: Matrix, fold: Float64Array, { inputs }: Channels) {
  const stays = new Set(inputs);
  const gone = Array.from(fold.keys()).filter((j) => !stays.has(j) && !Number.isNaN(fold[j]) && fold[j] !== 0);
  return (i: number, bias: number) => gone.reduce((sum, j) => sum + sums[i * k + j] * fold[j], bias);
}

function configOf(
  layer: Pick<Layer, 'type'>,
  config: LayerDescription['config'],
  outputs: number,
): LayerDescription['config'] {
  switch (layer.type) {
    case 'dense':
      return { ...config, units: outputs };
    case 'conv1d':
    case 'conv2d':
    case 'conv2dTranspose':
      return { ...config, filters: outputs };
    case 'lstm':
      return { ...config, units: outputs };
    case 'embedding':
      return { ...config, outputDim: outputs };
    case 'timeDistributed': {
      const inner = config.layer as LayerDescription;
      return { ...config, layer: { ...inner, config: configOf(inner, inner.config, outputs) } };
    }
    case 'reshape':
      return { targetShape: [...(config.targetShape as number[]).slice(0, -1), outputs] };
    default:
      return config;
  }
}

/** The positions, in storage order, of the numbers at the kept indices of each Keras axis. */
function positionsOf({ shape, axes }: ArrayDescription, kept: readonly (readonly number[])[]): Uint32Array {
  let positions = new Uint32Array(1);
  for (const axis of axes) {
    const indices = kept[axis];
    const next = new Uint32Array(positions.length * indices.length);
    let place = 0;
    for (const at of positions) for (const i of indices) next[place++] = at * shape[axis] + i;
    positions = next;
  }
  return positions;
}

function gather(array: ArrayDescription, kept: readonly (readonly number[])[], positions: Uint32Array) {
  const { axes, data, mask } = array;
  return {
    shape: kept.map(({ length }) => length),
    axes,
    data: Float32Array.from(positions, (at) => data[at]),
    ...(mask && { mask: Uint8Array.from(positions, (at) => mask[at]) }),
  };
}
