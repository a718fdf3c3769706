// The U-Net of examples/segment.ts, one scene at a time and in batches: dense, and with 80% of the weights pruned in every layer but the first and last.

import { ends, uNet } from '../examples/segment/u-net.ts';
import { prune, Random } from '../src/index.ts';
import { predictions } from './model.ts';
import { type StructureName, structures } from './networks.ts';
import type { Section } from './row.ts';
import { fixedOf, type Selection } from './selection.ts';

const name = 'u-net';
const side = 48;
const classes = 5;

function network(sparsity: number, structure: StructureName = 'unstructured') {
  const model = uNet({ side, classes, seed: 1 });
  if (sparsity > 0) prune(model, { amount: sparsity, structure: structures[structure], skip: ends });
  return model;
}

function scenes(count: number): Float32Array {
  const random = new Random(3, 'bench');
  return Float32Array.from({ length: count * side * side }, () => random.uniform());
}

export const segmentation = (selection: Selection): Section => ({
  title: 'model: a U-Net on 48 × 48 pixels, dense and pruned in every layer but the first and last',
  groups: fixedOf(selection, [1, 16]).map((batch) => ({
    entries: (_, variant) =>
      predictions(selection, variant, {
        ...{ name, network, batch, input: () => scenes(batch) },
        sparsities: [0.8],
        structures: ['unstructured', 'block4x1'],
      }),
  })),
});
