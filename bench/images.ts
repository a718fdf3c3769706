// What makes images larger: a transposed convolution, the layer as a user calls it, dense and pruned; and upsampling, the kernels of both
// interpolations and their gradients, one image and a slab of 32.

import { conv2dTranspose, input, type Model, prune, Random, sequential } from '../src/index.ts';
import { kernelEntry } from './kernel-entry.ts';
import { predictions } from './model.ts';
import { type StructureName, structures } from './networks.ts';
import type { Section } from './row.ts';
import { fixedOf, type Selection } from './selection.ts';

const image = { side: 14, channels: 64, filters: 32 };
const maps = [1, 32].map((n) => ({ rows: 14, cols: 14, channels: 32, n }));
const passes = ['upsample2d_f32', 'upsample2d_backward_f32', 'bilinear2d_f32', 'bilinear2d_backward_f32'] as const;

/** 14 × 14 pixels of 64 channels to 28 × 28 of 32, as a decoder has it. */
function layer(sparsity: number, structure: StructureName = 'unstructured'): Model {
  const { side, channels, filters } = image;
  const model = sequential(
    [
      input({ shape: [side, side, channels] }),
      conv2dTranspose({ filters, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
    ],
    { name: 'conv2dTranspose', seed: 1 },
  );
  if (sparsity > 0) prune(model, { amount: sparsity, structure: structures[structure] });
  return model;
}

function batchOf(count: number): Float32Array {
  const random = new Random(3, 'bench');
  return Float32Array.from({ length: count * image.side * image.side * image.channels }, () => random.uniform(-1, 1));
}

export const transposedConvolution = (selection: Selection): Section => ({
  title: `model: a transposed convolution, ${image.side} × ${image.side} × ${image.channels} to twice the size and ${image.filters} channels`,
  groups: fixedOf(selection, [1, 64]).map((batch) => ({
    entries: (_, variant) =>
      predictions(selection, variant, {
        ...{ name: 'conv2dTranspose', network: layer, batch },
        sparsities: [0.8, 0.9],
        structures: ['unstructured', 'block4x1'],
        input: () => batchOf(batch),
      }),
  })),
});

export const upsampling = (selection: Selection): Section => ({
  title: 'elementwise: maps made twice as large, and the way back',
  groups: fixedOf(selection, maps).flatMap((shape) =>
    passes.map((name) => ({
      entries: (kernels, variant) => [
        kernelEntry(kernels, variant, name, { ...shape, down: 2, across: 2 }, { op: 'elementwise', shape }),
      ],
    })),
  ),
});
