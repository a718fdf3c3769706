import type { Network } from '../../model/index.ts';
import type { Parameter } from '../../tensor/index.ts';
import type { PruningData } from '../collect/data.ts';
import { meanGradients } from '../collect/gradients.ts';
import { lifted } from '../collect/lifted.ts';

/** @throws unless samples are given. */
export function checkSamples(who: string, data: PruningData | undefined): void {
  if (!data) throw new Error(`${who}: expected samples as \`data: { x, y, batches, batchSize }\`, got ${data}.`);
}

/** Gradients of all weights, pruned ones included, over the `index`-th of the data's batches (default one), round and round. */
export function denseGradients(
  network: Network,
  parameters: readonly Parameter[],
  { batches = 1, ...data }: PruningData,
  index: number,
): Map<Parameter, Float32Array> {
  const { firstBatch = 0 } = data;
  const part = { ...data, batches, firstBatch: batches === Infinity ? firstBatch : firstBatch + index * batches };
  return lifted(parameters, () => meanGradients(network, part, parameters));
}
