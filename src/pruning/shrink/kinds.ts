// What a layer does with channels. Everything here goes by the layer's type and its configuration.
//
//   product       mixes channels by a kernel: dense, conv2d, conv2dTranspose
//   channelwise   channel c of the output is made of channel c of the input: batch norm, pooling, activation, dropout, upsampling, borders
//   shaping       the same numbers, cut into channels anew: flatten, reshape
//   sum, join     channel c of all inputs together, or the inputs' channels one after another: add, concatenate
//   mixing        channelwise in shape, but each channel hangs on all: softmax, kSparse
//   opaque        all the others, layers of one's own among them: nothing is known, so all channels stay

import type { Layer } from '../../layers/index.ts';
import { type ActivationName, type Padding, windowOf } from '../../ops/index.ts';
import type { Parameter } from '../../tensor/index.ts';
import type { Site } from './unfold.ts';

export type Kind = 'product' | 'channelwise' | 'shaping' | 'sum' | 'join' | 'mixing' | 'opaque';

const kinds: Readonly<Record<string, Kind>> = {
  dense: 'product',
  conv2d: 'product',
  conv2dTranspose: 'product',
  batchNormalization: 'channelwise',
  activation: 'channelwise',
  leakyRelu: 'channelwise',
  dropout: 'channelwise',
  activityRegularization: 'channelwise',
  kSparse: 'mixing',
  maxPooling2d: 'channelwise',
  averagePooling2d: 'channelwise',
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
  if (layer.type === 'activation' && activationName(layer) === 'softmax') return 'mixing';
  return Object.hasOwn(kinds, layer.type) ? kinds[layer.type] : 'opaque';
}

/** The activation in a layer's configuration. */
export const activationName = (layer: Layer): ActivationName =>
  (layer.config().activation as ActivationName | undefined) ?? 'linear';

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
}

/** The matrix of a product. */
export function matrixOf(layer: Layer): Matrix {
  const kernel = parameterOf(layer, 'kernel');
  if (!kernel) throw new Error(`${layer.name}: expected a kernel in a layer of type '${layer.type}', it has none.`);
  const { shape, axes } = kernel;
  const [m, k] = [shape[axes[0]], shape[axes[1]]];
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

/** Whether a product's windows reach over the border, where a constant channel ends and zeros begin; or see gaps between pixels. */
export function isPadded({ layer, inputs: [{ shape }] }: Site): boolean {
  if (layer.type === 'conv2dTranspose') return true;
  const { kernelSize, strides = 1, padding = 'valid', dilationRate = 1 } = layer.config();
  if (kernelSize === undefined) return false;
  const image = [shape[0], shape[1]] as const;
  const window = windowOf(image, pair(kernelSize), pair(strides), padding as Padding, pair(dilationRate));
  return window.padded[0] > image[0] || window.padded[1] > image[1];
}

const pair = (value: unknown): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : (value as readonly [number, number]);
