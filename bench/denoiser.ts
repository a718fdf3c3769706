// The residual network of examples/denoise.ts on a picture of 256×256 pixels, dense, and with 80% of the weights pruned in every layer
// but the first and last, singly or in blocks of 4 output channels.

import { residualNetwork } from '../examples/denoise/residual-network.ts';
import { prune, Random } from '../src/index.ts';
import { predictions } from './model.ts';
import { type StructureName, structures } from './networks.ts';
import type { Section } from './row.ts';
import { fixedOf, type Selection } from './selection.ts';

const name = 'denoiser';
const side = 256;

function network(sparsity: number, structure: StructureName = 'unstructured') {
  const model = residualNetwork({ depth: 8, filters: 32 }, side, side, 1);
  if (sparsity > 0) prune(model, { amount: sparsity, structure: structures[structure], skip: ['conv_1', 'conv_8'] });
  return model;
}

function picture(): Float32Array {
  const random = new Random(3, 'bench');
  return Float32Array.from({ length: side * side }, () => random.uniform(-2, 2));
}

export const denoiser = (selection: Selection): Section => ({
  title: 'model: a residual denoiser of 256 × 256 pixels, dense and pruned in every layer but the first and last',
  groups: fixedOf(selection, [1]).map((batch) => ({
    entries: (_, variant) =>
      predictions(selection, variant, {
        ...{ name, network, batch, input: picture },
        sparsities: [0.8],
        structures: ['unstructured', 'block4x1'],
      }),
  })),
});
