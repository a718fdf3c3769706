// A run of the demo that never was: round numbers whose charts and tables can be checked by hand.

import type { DemoReport, LayerChoice, VariantReport } from '../src/report/index.ts';

const layers: [name: string, kind: string, shape: number[]][] = [
  ['conv2d', 'conv2d', [3, 3, 1, 32]],
  ['conv2d_1', 'conv2d', [3, 3, 32, 64]],
  ['dense', 'dense', [1600, 64]],
  ['dense_1', 'dense', [64, 10]],
];
const product = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

function variant(name: string, title: string, accuracy: number, densities: number[], speed: number): VariantReport {
  const counts = layers.map(([layer, kind, shape], i) => {
    const weights = product(shape);
    return { name: layer, kind, shape, weights, weightsKept: Math.round(weights * densities[i]) };
  });
  const sum = (pick: (layer: (typeof counts)[number]) => number) => counts.reduce((total, l) => total + pick(l), 0);
  const kept = sum((layer) => layer.weightsKept);
  const choices = counts.flatMap(({ name: layer, weights, weightsKept }) =>
    [1, 64].map((batch): LayerChoice => {
      const dense = (batch * weights) / 2000;
      const sparse = (batch * ((dense / batch) * (weightsKept / weights) * 2.5 + 0.2)) / speed;
      const form = sparse < dense ? 'csr' : 'dense';
      return {
        layer,
        batch,
        form,
        why: `${form} is predicted to be the fastest of 3 forms: ${weightsKept} of ${weights} weights are kept.`,
        alternatives: [
          { form: 'dense', micros: dense },
          { form: 'csr', micros: sparse },
          { form: 'block4', micros: sparse * 1.2 },
        ],
      };
    }),
  );
  return {
    name,
    title,
    testAccuracy: accuracy,
    weights: sum((layer) => layer.weights),
    weightsKept: kept,
    bytes: densities[0] === 1 ? 488_120 : kept * 5 + 1200,
    bytesGzip: densities[0] === 1 ? 451_034 : kept * 4 + 1100,
    msBatch1: { min: 0.48 / speed, median: 0.5 / speed },
    msBatch64: { min: 19.5 / speed, median: 20 / speed },
    layers: counts,
    choices,
  };
}

const weight = (seed: number, i: number) => (((seed * 7919 + i * 104_729) % 1009) / 1009 - 0.5) * 0.6;
const variants = [
  variant('dense', 'trained as it is', 0.9912, [1, 1, 1, 1], 1),
  variant('l1', 'trained with proximal L1', 0.9893, [0.8, 0.35, 0.12, 0.6], 1.6),
  variant('pruned', 'dense, pruned and fine-tuned', 0.9905, [0.6, 0.25, 0.07, 0.5], 2),
  variant('sparsified+pruned', 'L1, pruned and fine-tuned', 0.9908, [0.55, 0.2, 0.08, 0.55], 2.5),
];

/** A digit-like ring and bar. */
function drawing(seed: number): number[] {
  return Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [(i % 28) - 13.5, Math.floor(i / 28) - 13.5];
    const ring = Math.abs(Math.sqrt(x * x + y * y * 0.7) - 6 - (seed % 3)) < 1.6;
    const bar = seed % 2 === 1 && Math.abs(x - y * 0.3 - (seed % 5)) < 1.4 && Math.abs(y) < 10;
    return ring || bar ? 255 - ((seed * 13 + i) % 60) : 0;
  });
}

export const fixture: DemoReport = {
  dataset: { name: 'MNIST', train: 55_000, validation: 5_000, test: 10_000 },
  seed: 7,
  seconds: 431,
  command: 'espalier demo --data mnist --epochs 6',
  sparsity: 0.9,
  environment: {
    processor: 'Imaginary Core 5, 2 threads',
    node: 'v20.20.2',
    v8: '11.3.244.8',
    date: '2026-11-24T10:00:00Z',
  },
  counted: 'the kernels of the four layers, 121,760 weights; biases (170) are neither counted nor pruned',
  timed: 'Each time is one predict of the loaded file; the variants take turns, 200 samples each.',
  variants,
  curve: [
    ['dense, then pruned', [0.9915, 0.9913, 0.9911, 0.989, 0.971, 0.92, 0.61]] as const,
    ['l1, then pruned', [0.9902, 0.9902, 0.9902, 0.99, 0.987, 0.969, 0.82]] as const,
    ['random', [0.9915, 0.94, 0.8, 0.42, 0.2, 0.12, 0.1]] as const,
  ].flatMap(([series, accuracies]) =>
    [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99].map((sparsity, i) => ({ series, sparsity, accuracy: accuracies[i] })),
  ),
  history: variants.flatMap(({ name }, v) =>
    Array.from({ length: v < 2 ? 6 : 3 }, (_, epoch) => ({
      variant: name,
      epoch: epoch + (v < 2 ? 1 : 7),
      loss: 0.3 / (epoch + 1) + 0.01 * v,
      validationAccuracy: 0.992 - 0.03 / (epoch + 1) - 0.001 * v,
    })),
  ),
  kernels: variants.flatMap(({ name }, v) =>
    Array.from({ length: 32 }, (_, kernel) => ({
      variant: name,
      width: 3,
      height: 3,
      values: Array.from({ length: 9 }, (_, i) => {
        const w = weight(kernel + 1, i);
        return v > 0 && Math.abs(w) < 0.06 + 0.03 * v ? 0 : w;
      }),
    })),
  ),
  mistakes: variants.flatMap(({ name }, v) =>
    Array.from({ length: v === 3 ? 24 : 12 }, (_, i) => ({
      variant: name,
      image: { width: 28, height: 28, values: drawing(i + v) },
      truth: (i * 3) % 10,
      predicted: (i * 3 + 5) % 10,
    })),
  ),
};
