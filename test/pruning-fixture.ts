// What the tests of pruning share: small networks, a task, masks and scores looked at.

import { expect } from 'vitest';
import { activation, dense, input, type Layer } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { type Criterion, prune } from '../src/pruning/index.ts';
import type { Parameter } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { type Model, sequential } from '../src/training/index.ts';

export function networkOf(...layers: Layer[]): Network {
  const x = input({ shape: layers[0].inputShape ?? [20] });
  return new Network({ inputs: x, outputs: layers.reduce((tensor, layer) => layer.apply(tensor), x), seed: 5 });
}

export function parameterOf(model: Network, layer: string, name = 'kernel'): Parameter {
  const found = model.getLayer(layer).parameters.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no ${layer}/${name}`);
  return found;
}

/** The mask in Keras order; ones when there is none. */
export const maskOf = (parameter: Parameter): number[] =>
  parameter.mask ? [...parameter.toKeras(parameter.mask.view)] : new Array(parameter.length).fill(1);

/** Three dense layers of 600, 510 and 170 weights. */
export const mlp = () =>
  networkOf(
    dense({ units: 30, name: 'first' }),
    dense({ units: 17, name: 'second' }),
    dense({ units: 10, name: 'output' }),
    activation({ activation: 'softmax' }),
  );

/** The parameters that pruning looks at unless told. */
export const kernels = (model: Network): Parameter[] => model.parameters.filter(({ prunable }) => prunable);

/** Whether every pruned weight is 0. */
export const holdsZeros = (parameter: Parameter) => {
  const mask = parameter.mask?.view ?? new Float32Array();
  return parameter.values.view.every((w, i) => mask[i] === 1 || w === 0);
};

export const zeros = (values: ArrayLike<number>): number => Array.from(values).filter((value) => value === 0).length;

export const numbers = (length: number, seed = 1): Float32Array => {
  const random = new Random(seed, 'numbers');
  return Float32Array.from({ length }, () => random.uniform(-1, 1));
};

/** A task of 3 classes in 12 features, 5 of them noise: where two hyperplanes cut. */
export function task(count = 240, seed = 3): { x: Float32Array; y: Float32Array } {
  const random = new Random(seed);
  const x = Float32Array.from({ length: count * 12 }, () => random.uniform(-1, 1));
  const y = Float32Array.from({ length: count }, (_, i) => {
    const at = i * 12;
    const a = x[at] - x[at + 1] + 0.5 * x[at + 2];
    const b = x[at + 3] + x[at + 4] - 0.5 * x[at + 5] * x[at + 6];
    return (a > 0 ? 1 : 0) + (a > 0 && b > 0 ? 1 : 0);
  });
  return { x, y };
}

/** A compiled classifier for {@link task}. */
export function classifier(optimizer: Parameters<Model['compile']>[0]['optimizer'] = 'adam', seed = 1): Model {
  const model = sequential(
    [
      dense({ units: 24, activation: 'relu', inputShape: [12], name: 'first' }),
      dense({ units: 16, activation: 'relu', name: 'second' }),
      dense({ units: 3, activation: 'softmax', name: 'output' }),
    ],
    { seed },
  );
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** What a criterion scores, layer by layer, without changing anything: a criterion of its own listens in. */
export function scoresOf(
  model: Parameters<typeof prune>[0],
  rank: Criterion,
  options: object = {},
): Map<string, Float64Array> {
  const seen = new Map<string, Float64Array>();
  const listener = Object.assign(
    (subject: Parameters<Criterion>[0]) => {
      seen.set(subject.layerName, Float64Array.from(rank(subject)));
      return rank(subject);
    },
    { needs: rank.needs },
  );
  prune(model, { criterion: listener, rule: () => () => true, ...options });
  return seen;
}

/** max|a − b| ≤ tolerance·max|b|. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(...Array.from(expected, Math.abs));
  const difference = Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i])));
  expect(difference).toBeLessThanOrEqual(tolerance * largest);
}
