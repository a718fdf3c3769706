// What layers are given and what comes of it, as matrices with a row for each sample (and pixel).

import type { Layer } from '../../layers/index.ts';
import type { Network, Step } from '../../model/index.ts';
import { type NdArray, Tape, type Tensor } from '../../tensor/index.ts';
import { eachBatch, type PruningData } from './data.ts';
import { walk } from './walk.ts';

/** Sees the tensors of some uses of layers, and gives rows of so many columns. */
export interface Look {
  readonly steps: readonly Step[];
  readonly columns: number;
  rows(inputs: readonly Tensor[], outputs: readonly Tensor[], layer: Layer): Float32Array;
}

/** Hands over the rows of each look, batch by batch, in inference mode. */
export function eachLook(
  network: Network,
  data: PruningData,
  looks: readonly Look[],
  visit: (rows: Float32Array, index: number) => void,
): void {
  if (looks.length === 0) return;
  eachBatch(network, data, [], ({ inputs }) => {
    walk(network, inputs, new Tape(), (step, read, filled) => {
      for (const [i, { steps, rows }] of looks.entries()) {
        if (steps.includes(step)) visit(rows(read, filled, step.layer), i);
      }
    });
  });
}

/** The rows of each look over all batches, in inference mode. */
export function lookAt(network: Network, data: PruningData, looks: readonly Look[]): NdArray[] {
  const parts: Float32Array[][] = looks.map(() => []);
  eachLook(network, data, looks, (rows, i) => parts[i].push(rows));
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
