// What layers are given and what comes of it, as matrices with a row for each sample (and pixel).

import type { Layer } from '../../layers/index.ts';
import type { Network } from '../../model/index.ts';
import { pad, windowOf } from '../../ops/index.ts';
import { type NdArray, type Shape, Tape, type Tensor } from '../../tensor/index.ts';
import { eachBatch, type PruningData } from './data.ts';
import { walk } from './walk.ts';

/** Sees a layer's tensors, and gives rows of so many columns. */
export interface Look {
  readonly layer: Layer;
  readonly columns: number;
  rows(inputs: readonly Tensor[], outputs: readonly Tensor[]): Float32Array;
}

/** The rows of each look over all batches, in inference mode. */
export function lookAt(network: Network, data: PruningData, looks: readonly Look[]): NdArray[] {
  const parts: Float32Array[][] = looks.map(() => []);
  eachBatch(network, data, [], ({ inputs }) => {
    walk(network, inputs, new Tape(), (layer, read, filled) => {
      for (const [i, look] of looks.entries()) if (look.layer === layer) parts[i].push(look.rows(read, filled));
    });
  });
  return looks.map(({ columns }, i) => {
    const data = new Float32Array(parts[i].reduce((sum, { length }) => sum + length, 0));
    let place = 0;
    for (const part of parts[i]) {
      data.set(part, place);
      place += part.length;
    }
    return { data, shape: [data.length / columns, columns] };
  });
}

/** Whether {@link inputRows} knows what the layer's kernel multiplies. */
export const hasInputRows = ({ type }: Layer): boolean => type === 'dense' || type === 'conv2d';

/** What a kernel of Keras' shape `kernel` multiplies: the input itself, or the windows of a convolution in order (row, column, channel). */
export function inputRows(layer: Layer, kernel: Shape, x: Tensor): Float32Array {
  if (layer.type === 'dense') return x.toArray();
  const { strides = 1, padding = 'valid' } = layer.config() as {
    strides?: number | [number, number];
    padding?: 'valid';
  };
  const steps: readonly [number, number] = typeof strides === 'number' ? [strides, strides] : strides;
  const window = windowOf([x.shape[0], x.shape[1]], [kernel[0], kernel[1]], steps, padding);
  const image = pad(x, window).toArray();
  const [height, width, channels] = [...window.padded, x.channels];
  const [outRows, outColumns] = window.output;
  const line = kernel[1] * channels;
  const rows = new Float32Array(x.batch.size * outRows * outColumns * kernel[0] * line);
  let place = 0;
  for (let sample = 0; sample < x.batch.size; sample++) {
    for (let row = 0; row < outRows; row++) {
      for (let column = 0; column < outColumns; column++) {
        for (let dy = 0; dy < kernel[0]; dy++) {
          const at = ((sample * height + row * steps[0] + dy) * width + column * steps[1]) * channels;
          rows.set(image.subarray(at, at + line), place);
          place += line;
        }
      }
    }
  }
  return rows;
}
