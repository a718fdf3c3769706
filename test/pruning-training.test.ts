// What holds while a pruned network trains: zeros stay zero; rounds begin where they are told.

import { describe, expect, test } from 'vitest';
import { batchNormalization, conv2d, dense, flatten } from '../src/layers/index.ts';
import { snapshot } from '../src/model/index.ts';
import { adam, rmsprop, sgd } from '../src/optimizers/index.ts';
import { iterativePruning, prune } from '../src/pruning/index.ts';
import { l1l2 } from '../src/regularizers/index.ts';
import { cloneModel, LearningRateScheduler, loadModel, type Model, sequential } from '../src/training/index.ts';
import { classifier, holdsZeros, kernels, maskOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();

describe('zeros stay zero', () => {
  const optimizers = {
    sgd: () => sgd({ learningRate: 0.1 }),
    'sgd, momentum': () => sgd({ learningRate: 0.05, momentum: 0.9 }),
    'sgd, nesterov, decay': () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    rmsprop: () => rmsprop({ learningRate: 0.01, momentum: 0.5, centered: true }),
    adam: () => adam({ learningRate: 0.01 }),
    'adamw, clipnorm': () => adam({ learningRate: 0.01, weightDecay: 0.05, clipnorm: 0.1 }),
    'adam, clipvalue': () => adam({ learningRate: 0.01, clipvalue: 0.01 }),
    'adam, averaged': () => adam({ learningRate: 0.01, useEma: true, emaMomentum: 0.9 }),
    'sgd, averaged every 7': () => sgd({ learningRate: 0.1, momentum: 0.9, useEma: true, emaOverwriteFrequency: 7 }),
    'adam, globalClipnorm': () => adam({ learningRate: 0.01, globalClipnorm: 0.1 }),
  };
  for (const [name, optimizer] of Object.entries(optimizers)) {
    for (const amount of [0.3, 0.8]) {
      test(`${name} at ${amount}, through re-compile, clone, and a checkpoint`, async () => {
        const compile = (model: Model) =>
          model.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
        const model = classifier(optimizer());
        await model.fit(x, y, { epochs: 1 });
        prune(model, { amount });
        const masks = kernels(model).map(maskOf);
        const check = async (checked: Model) => {
          const before = kernels(checked).map(({ values }) => [...values.view]);
          await checked.fit(x, y, { epochs: 2 });
          expect(kernels(checked).map(maskOf)).toEqual(masks);
          expect(kernels(checked).every(holdsZeros)).toBe(true);
          expect(kernels(checked).map(({ values }) => [...values.view])).not.toEqual(before);
        };
        await check(model);
        await check(await loadModel(model.toBytes()));
        const clone = cloneModel(model);
        compile(clone);
        await check(clone);
        compile(model);
        await check(model);
        expect(kernels(model).map(({ length }, i) => zeros(masks[i]) - Math.round(amount * length))).toEqual([0, 0, 0]);
      });
    }
  }

  test('with regularizers, batch normalization, convolutions', async () => {
    const kernelRegularizer = l1l2({ l1: 1e-3, l2: 1e-3 });
    const model = sequential([
      conv2d({ filters: 6, kernelSize: 2, inputShape: [4, 3, 1], kernelRegularizer }),
      batchNormalization(),
      flatten(),
      dense({ units: 3, activation: 'softmax', kernelRegularizer }),
    ]);
    model.compile({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), loss: 'sparseCategoricalCrossentropy' });
    prune(model, { amount: 0.6 });
    await model.fit({ data: x, shape: [240, 4, 3, 1] }, y, { epochs: 3 });
    expect(kernels(model).every(holdsZeros)).toBe(true);
  });
});

describe('rounds', () => {
  test('a lottery ticket: weights back where they were, under the mask', async () => {
    const model = classifier();
    const start = snapshot(model);
    const initial = kernels(model).map((kernel) => [...kernel.read().data]);
    const rounds: number[] = [];
    const reports = await iterativePruning(model, {
      amount: 0.875,
      rounds: 3,
      rewindTo: start,
      async train(round) {
        rounds.push(round);
        for (const [k, kernel] of kernels(model).entries()) {
          const mask = maskOf(kernel);
          expect([...kernel.read().data]).toEqual(initial[k].map((w, i) => (mask[i] ? w : 0)));
        }
        await model.fit(x, y, { epochs: 2 });
        expect(kernels(model).every(holdsZeros)).toBe(true);
      },
    });
    expect(rounds).toEqual([0, 1, 2]);
    expect(reports.map(({ density }) => Math.round(1000 * density) / 1000)).toEqual([0.5, 0.25, 0.125]);
    start.restore();
    expect(kernels(model).map((kernel) => [...kernel.read().data])).toEqual(initial);
    expect(kernels(model).every(({ mask }) => mask === undefined)).toBe(true);
  });

  test('each round prunes the same share of what is left, of a model that was pruned before too', async () => {
    const densities = async (before: number, options = {}) => {
      const model = classifier();
      prune(model, { amount: before });
      const train = () => undefined;
      const reports = await iterativePruning(model, { amount: 0.875, rounds: 2, train, ...options });
      return reports.map(({ density }) => Number(density.toFixed(2)));
    };
    expect(await densities(0.5)).toEqual([0.25, 0.13]);
    expect(await densities(0.5, { regrow: true })).toEqual([0.35, 0.13]);
    expect(await densities(0)).toEqual([0.35, 0.13]);
    expect(await densities(0.875)).toEqual([0.13, 0.13]);
    expect(await densities(0.95)).toEqual([0.05, 0.05]);
  });

  /** Halves the learning rate each epoch, from whatever it is. */
  const callbacks = () => [new LearningRateScheduler((_, rate) => rate / 2)];

  test('a lottery ticket trains as one that was freshly compiled: no moments, no decayed rate', async () => {
    for (const [optimizer, isCompiledAnew] of [
      [() => adam({ learningRate: 0.02 }), false],
      [() => sgd({ learningRate: 0.2, momentum: 0.9 }), true],
    ] as const) {
      const model = classifier(optimizer());
      const start = snapshot(model);
      const compile = (one: Model) => one.compile({ optimizer: optimizer(), loss: 'sparseCategoricalCrossentropy' });
      if (isCompiledAnew) compile(model);
      await model.fit(x, y, { epochs: 3, callbacks: callbacks() });
      await iterativePruning(model, {
        amount: 0.7,
        rounds: 2,
        rewindTo: start,
        async train() {
          const ticket = cloneModel(model);
          compile(ticket);
          await ticket.fit(x, y, { epochs: 2, callbacks: callbacks() });
          await model.fit(x, y, { epochs: 2, callbacks: callbacks() });
          expect(model.getWeights()).toEqual(ticket.getWeights());
          expect(model.optimizer.learningRate).toBe(ticket.optimizer.learningRate);
        },
      });
    }
  });

  test('a ticket rewound to amid training goes on from there bit for bit', async () => {
    const model = classifier(adam({ learningRate: 0.02 }));
    await model.fit(x, y, { epochs: 2, callbacks: callbacks() });
    const [middle, bytes] = [snapshot(model), model.toBytes()];
    await model.fit(x, y, { epochs: 5, initialEpoch: 2, callbacks: callbacks() });
    await iterativePruning(model, { amount: 0.7, rounds: 1, rewindTo: middle, train: () => undefined });
    const reference = await loadModel(bytes);
    for (const [i, kernel] of kernels(reference).entries()) kernel.setMask(kernels(model)[i].mask?.view);
    for (const one of [model, reference]) await one.fit(x, y, { epochs: 4, initialEpoch: 2, callbacks: callbacks() });
    expect(model.toBytes()).toEqual(reference.toBytes());
  });
});
