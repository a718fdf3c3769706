// Network (d) of the model rows, and tokens for it:
//
//   d  256 tokens of 10,000, embedding 16, LSTM 128, dense 2        73,728 LSTM weights, 38 MFlop a review
//
// "90% sparse" is both kernels of the LSTM.

import { dense, embedding, input, lstm, type Model, prune, Random, sequential } from '../src/index.ts';
import { type StructureName, structures } from './networks.ts';

export const vocabulary = 10_000;
export const reviewLength = 256;

/** Network (d) at its random start; with a structure, its LSTM pruned in it by magnitude. */
export function reviewNetwork(sparsity = 0, structure: StructureName = 'unstructured'): Model {
  const layers = [
    embedding({ inputDim: vocabulary, outputDim: 16, name: 'embedding' }),
    lstm({ units: 128 }),
    dense({ units: 2, activation: 'softmax', name: 'output' }),
  ];
  const model = sequential([input({ shape: [reviewLength] }), ...layers], { name: 'd', seed: 1 });
  const skip = ['embedding', 'output'];
  if (sparsity > 0) prune(model, { amount: sparsity, structure: structures[structure], skip });
  return model;
}

/** Token ids, of all words equally often, and labels. */
export function reviews(count: number): { tokens: Float32Array; labels: Float32Array } {
  const random = new Random(5, 'bench');
  const tokens = Float32Array.from({ length: count * reviewLength }, () => Math.floor(random.uniform() * vocabulary));
  return { tokens, labels: Float32Array.from({ length: count }, (_, i) => i % 2) };
}
