// Dynamic sparse training: as many weights come as go, and those that come start from nothing.

import { describe, expect, test } from 'vitest';
import { adam, sgd } from '../src/optimizers/index.ts';
import { meanGradients } from '../src/pruning/collect/gradients.ts';
import { lifted } from '../src/pruning/collect/lifted.ts';
import { erdosRenyiKernel, prune, random, rigl, sparseEvolution, splicing, uniform } from '../src/pruning/index.ts';
import { classifier, holdsZeros, kernels, maskOf, parameterOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();

describe('dynamic sparse training keeps its budget', () => {
  const steps = { beginStep: 4, endStep: 40, frequency: 6, seed: 2 };
  const callbacks = {
    sparseEvolution: () => sparseEvolution({ ...steps, fraction: 0.2 }),
    rigl: () => rigl({ ...steps, fraction: 0.4, data: { x, y } }),
    splicing: () => splicing({ ...steps, data: { x, y, batches: 2 }, learningRate: 0.1 }),
  };
  for (const [name, make] of Object.entries(callbacks)) {
    for (const optimizer of ['sgd', 'adam'] as const) {
      test(`${name} with ${optimizer}: exactly at every step; what comes back starts from nothing`, async () => {
        const model = classifier(
          optimizer === 'sgd' ? sgd({ learningRate: 0.1, momentum: 0.9 }) : adam({ learningRate: 0.01 }),
        );
        prune(model, { amount: 0.8, criterion: random, scope: erdosRenyiKernel });
        const budgets = kernels(model).map((kernel) => zeros(maskOf(kernel)));
        const callback = make();
        let masks = kernels(model).map(maskOf);
        let came = 0;
        const watch = {
          onTrainBatchBegin() {
            const { slots } = model.compiled.updater.state();
            const now = kernels(model).map(maskOf);
            for (const [k, kernel] of kernels(model).entries()) {
              const index = model.parameters.indexOf(kernel);
              const values = kernel.read().data;
              for (const [i, bit] of now[k].entries()) {
                if (bit === 0 || masks[k][i] === 1) continue;
                came++;
                if (name !== 'splicing') expect(values[i] === 0).toBe(true);
                for (const slot of Object.values(slots[index] ?? {})) expect(kernel.toKeras(slot)[i] === 0).toBe(true);
              }
            }
            masks = now;
          },
          onTrainBatchEnd() {
            expect(kernels(model).map((kernel) => zeros(maskOf(kernel)))).toEqual(budgets);
            expect(kernels(model).every(holdsZeros)).toBe(true);
          },
        };
        await model.fit(x, y, { epochs: 6, callbacks: [callback, watch] });
        expect(callback.grown).toBe(came);
        expect(came).toBeGreaterThan(20);
      });
    }
  }

  test('RigL grows what has the largest gradient among the pruned, and drops the smallest weights', async () => {
    const model = classifier(sgd({ learningRate: 0.1 }));
    prune(model, { amount: 0.75, criterion: random });
    const kernel = parameterOf(model, 'first');
    const data = { x, y, batchSize: 240 };
    const gradient = lifted([kernel], () => meanGradients(model, data, [kernel])).get(kernel) as Float32Array;
    const before = maskOf(kernel);
    const values = kernel.read().data;
    const callback = rigl({ beginStep: 0, endStep: 10, frequency: 10, fraction: 0.25, data });
    callback.setModel(model);
    callback.onTrainBegin();
    callback.onTrainBatchBegin();
    const ranked = (chosen: number, score: (i: number) => number) =>
      [...before.keys()].filter((i) => before[i] === chosen).sort((a, b) => score(b) - score(a));
    const kept = ranked(1, (i) => Math.abs(values[i])).slice(0, 54);
    const grown = ranked(0, (i) => Math.abs(gradient[i])).slice(0, 18);
    const expected = before.map((_, i) => (kept.includes(i) || grown.includes(i) ? 1 : 0));
    expect(maskOf(kernel)).toEqual(expected);
  });

  test('RigL looks at all batches for each change when there is no end of them', async () => {
    const [two, all] = await Promise.all(
      [2, Infinity].map(async (batches) => {
        const model = classifier();
        prune(model, { amount: 0.75, criterion: random });
        const data = { x, y, batchSize: 120, batches };
        await model.fit(x, y, { callbacks: [rigl({ beginStep: 0, endStep: 6, frequency: 3, data })] });
        return maskOf(parameterOf(model, 'first'));
      }),
    );
    expect(all).toEqual(two);
  });

  test('RigL beats the same random masks left alone', async () => {
    const accuracy = async (isDynamic: boolean) => {
      let sum = 0;
      for (const seed of [1, 2, 3]) {
        const model = classifier(adam({ learningRate: 0.01 }), seed);
        prune(model, { amount: 0.9, criterion: random, scope: uniform, seed });
        const dynamic = rigl({ beginStep: 8, endStep: 200, frequency: 8, data: { x, y, batchSize: 120 } });
        await model.fit(x, y, { epochs: 40, callbacks: isDynamic ? [dynamic] : [] });
        sum += model.evaluate(x, y).accuracy;
      }
      return sum;
    };
    expect(await accuracy(true)).toBeGreaterThan(await accuracy(false));
  });

  test('bad input', async () => {
    const model = classifier();
    await expect(model.fit(x, y, { callbacks: [sparseEvolution({ beginStep: 0, endStep: 10 })] })).rejects.toThrow(
      'expected a model with masks: prune it first',
    );
    expect(() => sparseEvolution({ beginStep: 5, endStep: 4 })).toThrow(
      'endStep to be a whole number from 5 or Infinity, got 4',
    );
    expect(() => sparseEvolution({ beginStep: 0, endStep: 4, fraction: 1 })).toThrow('fraction');
    expect(() => rigl({ beginStep: 0, endStep: 4, fraction: 0, data: { x, y } })).toThrow('fraction');
  });
});
