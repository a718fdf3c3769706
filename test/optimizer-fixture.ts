// What the tests of optimizers share: PyTorch's trajectories, a function to go down, optimizers of every kind.

import { readFileSync } from 'node:fs';
import { adam, customOptimizer, type Optimizer, rmsprop, sgd } from '../src/optimizers/index.ts';
import { Parameter } from '../src/tensor/index.ts';

export const golden: { optimizers: Record<string, number[][]>; averages: number[][] } = JSON.parse(
  readFileSync(new URL('golden/training.json', import.meta.url), 'utf8'),
);

export const parameterOf = (data: ArrayLike<number>, options = {}) => {
  const parameter = new Parameter({ name: 'w', shape: [data.length], ...options });
  parameter.values.view.set(data);
  return parameter;
};

/** Sets the gradient of ½|A·w − b|² + Σw⁴/4, in f64. */
export function setGradient(parameter: Parameter, a: Float32Array, b: Float32Array): void {
  const w = Array.from(parameter.values.view);
  const n = w.length;
  const residual = Array.from(b, (bi, i) => w.reduce((sum, wj, j) => sum + a[i * n + j] * wj, -bi));
  const gradient = w.map((wj, j) => residual.reduce((sum, r, i) => sum + a[i * n + j] * r, wj ** 3));
  parameter.gradient.view.set(gradient);
}

const epsilon = 1e-12;
export const makers: Record<string, () => Optimizer> = {
  sgd: () => sgd({ learningRate: 0.05 }),
  'sgd momentum': () => sgd({ learningRate: 0.05, momentum: 0.9 }),
  'sgd nesterov': () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  rmsprop: () => rmsprop({ learningRate: 0.01, epsilon }),
  'rmsprop momentum': () => rmsprop({ learningRate: 0.01, epsilon, momentum: 0.8 }),
  'rmsprop centered': () => rmsprop({ learningRate: 0.01, epsilon, centered: true }),
  adam: () => adam({ learningRate: 0.02, epsilon }),
  'adam decay': () => adam({ learningRate: 0.02, epsilon, weightDecay: 0.1 }),
};

const mean = () =>
  customOptimizer({
    name: 'mean',
    slots: ['sum'],
    update({ values, gradient, slots: { sum }, learningRate }) {
      for (let i = 0; i < values.length; i++) {
        sum[i] = 0.5 * sum[i] + gradient[i] + 0.01;
        values[i] -= learningRate * sum[i] + 0.01;
      }
    },
  });

const averaging = {
  'adam, averaged': () => adam({ learningRate: 0.02, useEma: true, emaMomentum: 0.8 }),
  'sgd, averaged now and then': () =>
    sgd({ learningRate: 0.02, momentum: 0.9, useEma: true, emaOverwriteFrequency: 2 }),
};

/** Every kind of state: moments, averages, slots of one's own. */
export const all: Record<string, () => Optimizer> = { ...makers, ...averaging, custom: mean };
