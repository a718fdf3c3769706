// What a layer does with channels. Everything here goes by the layer's type and its configuration.
//
//   product       mixes channels by a kernel [.., in, out]: dense, conv2d, conv1d, conv2dTranspose
//   recurrent     the same from step to step, with a state for each unit: lstm
//   table         channels are the features of a table, whatever the tokens: embedding
//   channelwise   channel c of the output is made of channel c of the input: batch norm, pooling, activation, dropout, upsampling, borders
//   shaping       the same numbers, cut into channels anew: flatten, reshape
//   sum, join     channel c of all inputs together, or the inputs' channels one after another: add, concatenate
//   mixing        channelwise in shape, but each channel hangs on all: softmax, kSparse
//   opaque        all the others, layers of one's own among them: nothing is known, so all channels stay
//
// timeDistributed is what its layer is, where that is a product or channelwise.

import type { Layer } from '../../layers/index.ts';
import { type ActivationName, type Padding, windowOf } from '../../ops/index.ts';
import { inputAxisOf, outputAxisOf, type Parameter } from '../../tensor/index.ts';
import { plainLayer } from '../plain-layer.ts';
import type { Recurrence } from './recurrence.ts';
import type { Site } from './unfold.ts';

export type Kind = 'product' | 'recurrent' | 'table' | 'channelwise' | 'shaping' | 'sum' | 'join' | 'mixing' | 'opaque';

const kinds: Readonly<Record<string, Kind>> = {
  dense: 'product',
  conv2d: 'product',
  conv1d: 'product',
  conv2dTranspose: 'product',
  lstm: 'recurrent',
  embedding: 'table',
  batchNormalization: 'channelwise',
  activation: 'channelwise',
  leakyRelu: 'channelwise',
  dropout: 'channelwise',
  activityRegularization: 'channelwise',
  kSparse: 'mixing',
  maxPooling2d: 'channelwise',
  averagePooling2d: 'channelwise',
  globalMaxPooling1d: 'channelwise',
  globalAveragePooling1d: 'channelwise',
  globalMaxPooling2d: 'channelwise',
  globalAveragePooling2d: 'channelwise',
  upSampling2d: 'channelwise',
  zeroPadding2d: 'channelwise',
  cropping2d: 'channelwise',
  flatten: 'shaping',
  reshape: 'shaping',
  add: 'sum',
  concatenate: 'join',
};

/** What a layer does with channels. */
export function kindOf(layer: Layer): Kind {
  const { type } = plainLayer(layer);
  if (type === 'activation' && activationName(layer) === 'softmax') return 'mixing';
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : 'opaque';
  const isWithin = type !== layer.type;
  return isWithin && kind !== 'product' && kind !== 'channelwise' ? 'opaque' : kind;
}

/** The activation in a layer's configuration. */
export const activationName = (layer: Layer): ActivationName =>
  (plainLayer(layer).config.activation as ActivationName | undefined) ?? 'linear';

/** The layer's parameter of that name. */
export const parameterOf = (layer: Layer, name: string): Parameter | undefined =>
  layer.parameters.find((parameter) => parameter.name === name);

/** A product's kernel as a matrix of taps: m outputs × k inputs, each entry the taps of one window. */
export interface Matrix {
  readonly m: number;
  readonly k: number;
  /** Whether a tap of entry i·k + j is not 0. */
  readonly nonzero: Uint8Array;
  /** The sum of the taps of entry i·k + j: what a constant input is multiplied by. */
  readonly sums: Float64Array;
  readonly bias: Float32Array | undefined;
  readonly activation: ActivationName;
  /** Of an LSTM. */
  readonly recurrence?: Recurrence;
}

/** The matrix of a product. */
export function matrixOf(layer: Layer): Matrix {
  const kernel = parameterOf(layer, 'kernel');
  if (!kernel) throw new Error(`${layer.name}: expected a kernel in a layer of type '${layer.type}', it has none.`);
  const [m, k] = [kernel.shape[outputAxisOf(kernel)], kernel.shape[inputAxisOf(kernel)]];
  const values = kernel.values.view;
  const taps = values.length / (m * k);
  const nonzero = new Uint8Array(m * k);
  const sums = new Float64Array(m * k);
  for (let i = 0; i < values.length; i++) {
    const entry = Math.floor(i / taps);
    if (values[i] !== 0) nonzero[entry] = 1;
    sums[entry] += values[i];
  }
  const bias = parameterOf(layer, 'bias')?.values.view.slice();
  return { m, k, nonzero, sums, bias, activation: activationName(layer) };
}

/**
 * Whether a product's windows reach over the border, where a constant channel ends and zeros begin; and whether, in a transposed convolution,
 * not all taps reach every pixel. An LSTM's inputs are never folded: as if padded.
 */
export function isPadded({ layer, inputs: [{ shape }] }: Site): boolean {
  const { type, config } = plainLayer(layer);
  const { kernelSize, strides = 1, padding = 'valid', dilationRate = 1 } = config;
  if (type === 'conv2dTranspose' || type === 'lstm') return true;
  if (kernelSize === undefined) return false;
  if (type === 'conv1d') return padding !== 'valid';
  const [rows, columns] = shape.slice(-3);
  const window = [pair(kernelSize), pair(strides), padding as Padding, pair(dilationRate)] as const;
  const { input, padded } = windowOf([rows, columns], ...window);
  return padded[0] > input[0] || padded[1] > input[1];
}

const pair = (value: unknown): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : (value as readonly [number, number]);
