// The problems: inference of networks (a) to (d), a training step of (c) and of (d), a dense and a sparse product.

import type { Model } from '../../src/index.ts';
import { random } from '../../test/kernels/cases/random.ts';
import { digits, network, type StructureName } from '../networks.ts';
import { reviewNetwork, reviews } from '../reviews.ts';
import type { LayerSpec, ModelName, Task, TrainedName } from './task.ts';

/** A network's layers with their weights, for libraries that have layers of their own. */
export function layersOf(model: Model): LayerSpec[] {
  return model.steps.map(({ layer }): LayerSpec => {
    if (layer.type === 'maxPooling2d') return { type: 'maxPooling2d' };
    if (layer.type === 'embedding') {
      const [{ data, shape }] = layer.getWeights();
      return { type: 'embedding', table: data, shape };
    }
    if (layer.type === 'lstm') {
      const [kernel, recurrentKernel, bias] = layer.getWeights();
      const [units] = recurrentKernel.shape;
      return { type: 'lstm', units, kernel: kernel.data, recurrentKernel: recurrentKernel.data, bias: bias.data };
    }
    if (layer.type === 'flatten') return { type: 'flatten', shape: [...layer.inputShapes[0]] };
    if (layer.type !== 'conv2d' && layer.type !== 'dense') throw new Error(`Peers: layer ${layer.type} is not known.`);
    const [kernel, bias] = layer.getWeights();
    const { activation = 'linear' } = layer.config() as { activation?: 'linear' | 'relu' | 'softmax' };
    return { type: layer.type, kernel: kernel.data, shape: [...kernel.shape], bias: bias.data, activation };
  });
}

/** A network by its letter. */
export const modelOf = (name: ModelName, sparsity = 0, structure?: StructureName): Model =>
  name === 'd' ? reviewNetwork(sparsity, structure) : network(name, sparsity, structure);

export function predictTask(model: ModelName, batch: number): Task {
  const x = model === 'd' ? reviews(batch).tokens : digits(batch).images;
  return { kind: 'predict', model, batch, layers: layersOf(modelOf(model)), x };
}

export function trainTask(model: TrainedName): Task {
  const batch = 64;
  const [x, labels] =
    model === 'd'
      ? [reviews(batch).tokens, reviews(batch).labels]
      : [digits(batch).images, digits(batch).labels];
  return { kind: 'train', model, batch, layers: layersOf(modelOf(model)), x, labels };
}

/** W with `density` of its numbers kept, at random places; numbers uniform in ±1. */
function product(kind: 'gemm' | 'spmm', m: number, k: number, n: number, density: number): Task {
  const next = random(3);
  const number = () => 2 * next() - 1;
  const w = Float32Array.from({ length: m * k }, () => (next() < density ? number() : 0));
  return { kind, m, k, n, w, x: Float32Array.from({ length: k * n }, number) };
}

/** Each is made when its turn comes. */
export const tasks: readonly (() => Task)[] = [
  ...(['a', 'b', 'c', 'd'] as const).flatMap((model) => [1, 64].map((batch) => () => predictTask(model, batch))),
  () => product('gemm', 512, 512, 512, 1),
  () => product('spmm', 1024, 1024, 64, 0.1),
  () => trainTask('c'),
  () => trainTask('d'),
];

/** The transpose of a row-major rows × columns matrix. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  return result;
}
