// What the tests of the model file write: arrays, masks, layers, as plain data.

import type { ArrayDescription, LayerDescription, ModelDescription } from '../src/format/index.ts';
import { Random } from '../src/tensor/random.ts';

export const random = new Random(7, 'format');
const identity = (shape: readonly number[]) => shape.map((_, axis) => axis);

export function array(shape: number[], axes = identity(shape)): ArrayDescription {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { shape, axes, data: Float32Array.from({ length: size }, () => random.normal()) };
}

/** Keeps blocks of r×c with that probability. */
export function pruned(full: ArrayDescription, density: number, r = 1, c = 1): ArrayDescription {
  const m = full.shape[full.axes[0]];
  const k = full.data.length / m;
  const blocks = new Map<number, number>();
  const mask = Uint8Array.from(full.data, (_, position) => {
    const block = Math.floor(Math.floor(position / k) / r) * k + Math.floor((position % k) / c);
    if (!blocks.has(block)) blocks.set(block, random.uniform() < density ? 1 : 0);
    return blocks.get(block) as number;
  });
  return { ...full, mask, data: full.data.map((value, i) => (mask[i] ? value : 0)) };
}

export const layer = (type: string, arrays: Record<string, ArrayDescription> = {}, config = {}): LayerDescription => ({
  type,
  name: `${type}_${random.uint32()}`,
  config,
  arrays,
});

export function chain(...layers: LayerDescription[]): ModelDescription {
  const all = [layer('input', {}, { shape: [4] }), ...layers];
  return {
    name: 'chain',
    graph: {
      layers: all,
      nodes: all.map((_, i) => ({ layer: i, inputs: i ? [[i - 1, 0] as const] : [] })),
      inputs: [[0, 0]],
      outputs: [[all.length - 1, 0]],
    },
  };
}

export const single = (kernel: ArrayDescription): ModelDescription => chain(layer('dense', { kernel }, { units: 3 }));

/** The article's CNN. */
export function cnn(prune: (kernel: ArrayDescription) => ArrayDescription): ModelDescription {
  const conv = (input: number, filters: number) =>
    layer(
      'conv2d',
      { kernel: prune(array([3, 3, input, filters], [3, 2, 0, 1])), bias: array([filters]) },
      configuration,
    );
  const configuration = { filters: 32, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', activation: 'relu' };
  const pool = () => layer('maxPooling2d', {}, { poolSize: [2, 2], strides: [2, 2], padding: 'valid' });
  return chain(
    conv(1, 32),
    pool(),
    conv(32, 64),
    pool(),
    layer('flatten'),
    layer('dense', { kernel: prune(array([1600, 64], [1, 0])), bias: array([64]) }, { units: 64, activation: 'relu' }),
    layer('dense', { kernel: array([64, 10], [1, 0]), bias: array([10]) }, { units: 10, activation: 'softmax' }),
  );
}
