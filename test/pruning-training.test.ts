// What holds while a pruned network trains: zeros stay zero, budgets are kept, moments start afresh, checkpoints go on.

import { describe, expect, test } from 'vitest';
import { batchNormalization, conv2d, dense, flatten } from '../src/layers/index.ts';
import { type Memo, snapshot } from '../src/model/index.ts';
import { adam, rmsprop, sgd } from '../src/optimizers/index.ts';
import { meanGradients } from '../src/pruning/collect/gradients.ts';
import { lifted } from '../src/pruning/collect/lifted.ts';
import {
  constantSparsity,
  criterion,
  cyclicSparsity,
  erdosRenyiKernel,
  iterativePruning,
  magnitude,
  movement,
  oneShot,
  polynomialDecay,
  prune,
  pruning,
  random,
  rigl,
  sparseEvolution,
  splicing,
  uniform,
} from '../src/pruning/index.ts';
import { l1l2 } from '../src/regularizers/index.ts';
import type { Parameter } from '../src/tensor/index.ts';
import { cloneModel, loadModel, type Model, sequential } from '../src/training/index.ts';
import { classifier, maskOf, parameterOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();
const kernels = (model: Model) => model.parameters.filter(({ prunable }) => prunable);
const holdsZeros = (parameter: Parameter) => {
  const mask = parameter.mask?.view ?? new Float32Array();
  return parameter.values.view.every((w, i) => mask[i] === 1 || w === 0);
};

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

describe('the callback', () => {
  test('cubic schedule: the amount of each step, then training goes on; stopping and going on by startAt is the same', async () => {
    const schedule = () =>
      polynomialDecay({ initialSparsity: 0.2, finalSparsity: 0.85, beginStep: 4, endStep: 20, frequency: 4 });
    const whole = classifier();
    const callback = pruning({ schedule: schedule(), scope: uniform });
    const after: number[] = [];
    const watch = { onTrainBatchEnd: () => void after.push(zeros(maskOf(parameterOf(whole, 'first')))) };
    await whole.fit(x, y, { epochs: 3, callbacks: [callback, watch] });
    const at = (step: number) => Math.round(288 * (0.85 - 0.65 * (1 - (step - 4) / 16) ** 3));
    expect(after).toEqual(
      Array.from({ length: 24 }, (_, step) => (step < 4 ? 0 : at(Math.min(20, step - (step % 4))))),
    );
    expect(callback.report?.layers.map(({ layer }) => layer)).toEqual(['first', 'second']);
    expect(callback.step).toBe(24);

    const first = classifier();
    await first.fit(x, y, { epochs: 1, callbacks: [pruning({ schedule: schedule(), scope: uniform })] });
    const second = await loadModel(first.toBytes());
    await second.fit(x, y, {
      initialEpoch: 1,
      epochs: 3,
      callbacks: [pruning({ schedule: schedule(), scope: uniform, startAt: 0 })],
    });
    expect(second.getWeights().map(({ data }) => [...data])).toEqual(whole.getWeights().map(({ data }) => [...data]));
  });

  test('prune with a schedule gives it; one callback belongs to one model', async () => {
    const model = classifier();
    const callback = prune(model, { schedule: oneShot({ sparsity: 0.5, step: 3 }) });
    expect(kernels(model).some(({ mask }) => mask)).toBe(false);
    await model.fit(x, y, { callbacks: [callback] });
    expect(callback.report?.density).toBeCloseTo(0.5, 3);
    await expect(classifier().fit(x, y, { callbacks: [callback] })).rejects.toThrow('belongs to one model');
  });

  test('the step reaches the criterion', async () => {
    const steps: number[] = [];
    const counting = criterion({
      score(subject) {
        steps.push(subject.step);
        return magnitude(subject);
      },
    });
    const schedule = constantSparsity({ targetSparsity: 0.5, beginStep: 1, endStep: 5, frequency: 2 });
    await classifier().fit(x, y, { callbacks: [pruning({ schedule, criterion: counting, layers: ['first'] })] });
    expect(steps).toEqual([1, 3, 5]);
  });

  test('movement accumulates: under SGD it is −η·Σ w·∂L/∂w, batch after batch', async () => {
    const model = classifier(sgd({ learningRate: 0.05 }));
    const kernel = parameterOf(model, 'first');
    const expected = new Float64Array(kernel.length);
    let batch = 0;
    const oracle = {
      onTrainBatchBegin() {
        const data = { x: x.slice(batch * 384, (batch + 1) * 384), y: y.slice(batch * 32, (batch + 1) * 32) };
        batch++;
        const g = meanGradients(model, data, [kernel]).get(kernel) as Float32Array;
        kernel.read().data.forEach((w, i) => {
          expected[i] -= 0.05 * w * g[i];
        });
      },
    };
    let seen: ArrayLike<number> = [];
    const listening = criterion({
      needs: ['movement'],
      score(subject) {
        if (subject.layerName === 'first') seen = subject.movement.slice();
        return movement(subject);
      },
    });
    const callback = pruning({ schedule: oneShot({ sparsity: 0.5, step: 8 }), criterion: listening });
    await model.fit(x, y, { shuffle: false, callbacks: [callback, oracle] });
    const scale = Math.max(...expected.map(Math.abs));
    expect(Math.max(...expected.map((value, i) => Math.abs(value - seen[i]))) / scale).toBeLessThan(1e-3);
    const order = [...expected.keys()].sort((a, b) => expected[a] - expected[b]);
    const mask = maskOf(kernel);
    expect(order.slice(0, 140).filter((i) => mask[i] === 1).length).toBeLessThanOrEqual(1);
  });

  test('AC/DC trains dense and sparse by turns and ends sparse', async () => {
    const model = classifier(adam({ learningRate: 0.01 }));
    const schedule = cyclicSparsity({ sparsity: 0.75, beginStep: 8, endStep: 88, compressed: 16 });
    await model.fit(x, y, { epochs: 20, callbacks: [pruning({ schedule, scope: uniform })] });
    expect(zeros(parameterOf(model, 'first').values.view)).toBe(216);
    expect(model.evaluate(x, y).accuracy).toBeGreaterThan(0.8);
  });
});

describe('a checkpoint of a run goes on bit for bit', () => {
  const ramp = { initialSparsity: 0.2, finalSparsity: 0.9, beginStep: 3, endStep: 30, frequency: 5 };
  const steps = { beginStep: 4, endStep: 60, frequency: 3, seed: 2 };
  type Options = { resume?: boolean; name?: string };
  const runs = {
    movement: (options: Options) => pruning({ ...options, schedule: polynomialDecay(ramp), criterion: movement }),
    'AC/DC': (options: Options) =>
      pruning({ ...options, schedule: cyclicSparsity({ sparsity: 0.7, beginStep: 2, endStep: 34, compressed: 5 }) }),
    sparseEvolution: (options: Options) => sparseEvolution({ ...options, ...steps, fraction: 0.2 }),
    rigl: (options: Options) => rigl({ ...options, ...steps, fraction: 0.4, data: { x, y } }),
    splicing: (options: Options) => splicing({ ...options, ...steps, data: { x, y }, learningRate: 0.1 }),
  };
  const optimizer = () => adam({ learningRate: 0.01, useEma: true, emaMomentum: 0.9 });
  const bits = (model: Model) =>
    model.parameters.map(({ values, mask }) => [[...values.view], [...(mask?.view ?? [])]]);

  /** A model trained for five epochs, and its file as it was after the third. */
  async function run(make: (options: Options) => ReturnType<(typeof runs)['movement' | 'rigl']>, isMasked: boolean) {
    const model = classifier(optimizer());
    await model.fit(x, y, { epochs: 1 });
    if (isMasked) prune(model, { amount: 0.6, criterion: random });
    let file: Uint8Array = new Uint8Array();
    const checkpoint = {
      onEpochEnd(epoch: number) {
        if (epoch === 3) file = model.toBytes();
      },
    };
    const callback = make({});
    await model.fit(x, y, { epochs: 6, initialEpoch: 1, callbacks: [callback, checkpoint] });
    return { model, file, callback };
  }

  for (const [name, make] of Object.entries(runs)) {
    test(name, async () => {
      const isMasked = !['movement', 'AC/DC'].includes(name);
      const { model, file, callback } = await run(make, isMasked);
      const resume = async (options: Options) => {
        const resumed = await loadModel(file);
        const again = make(options);
        await resumed.fit(x, y, { epochs: 6, initialEpoch: 4, callbacks: [again] });
        return { resumed, again };
      };
      const { resumed, again } = await resume({ resume: true });
      expect(bits(resumed)).toEqual(bits(model));
      expect(again.step).toBe(callback.step);
      if ('grown' in again && 'grown' in callback) expect(again.grown).toBe(callback.grown);
      expect(bits((await resume({})).resumed)).not.toEqual(bits(model));
    });
  }

  test('of two prunings with names of their own, each goes on', async () => {
    const schedule = polynomialDecay(ramp);
    const make = ({ resume }: Options) => [
      pruning({ schedule, resume, name: 'slow', layers: ['second'], criterion: movement }),
      pruning({ schedule: oneShot({ sparsity: 0.5, step: 28 }), resume, name: 'once', layers: ['first'] }),
    ];
    const model = classifier(optimizer());
    let file: Uint8Array = new Uint8Array();
    const checkpoint = {
      onEpochEnd(epoch: number) {
        if (epoch === 2) file = model.toBytes();
      },
    };
    await model.fit(x, y, { epochs: 5, callbacks: [...make({}), checkpoint] });
    const resumed = await loadModel(file);
    await resumed.fit(x, y, { epochs: 5, initialEpoch: 3, callbacks: make({ resume: true }) });
    expect(bits(resumed)).toEqual(bits(model));
    expect(zeros(parameterOf(resumed, 'first').values.view)).toBe(144);
  });

  test('what comes from no run begins; what does not fit is refused', async () => {
    const schedule = oneShot({ sparsity: 0.5, step: 2 });
    const fresh = classifier();
    await fresh.fit(x, y, { callbacks: [pruning({ schedule, resume: true })] });
    expect(zeros(parameterOf(fresh, 'first').values.view)).toBe(144);
    const memos: Memo[] = [
      { data: { step: -1 } },
      { data: null },
      { data: { step: 4.5 } },
      { data: { step: 4, more: -1 } },
      { data: { step: 4, more: 'much' } },
      { data: { step: 4 }, weights: { 'first/kernel': new Float32Array(287) } },
      { data: { step: 4 }, weights: { 'gone/kernel': new Float32Array(1) } },
    ];
    for (const memo of memos) {
      const model = classifier();
      model.memos.set('pruning', () => memo);
      const fit = model.fit(x, y, { callbacks: [pruning({ schedule, resume: true })] });
      await expect(fit).rejects.toThrow('pruning: what the model keeps of the run to resume does not fit');
    }
    expect(() => pruning({ schedule, name: 'a/b' })).toThrow("a name of one letter or more without slashes, got 'a/b'");
  });
});

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
    expect(() => sparseEvolution({ beginStep: 5, endStep: 4 })).toThrow('in order');
    expect(() => sparseEvolution({ beginStep: 0, endStep: 4, fraction: 1 })).toThrow('fraction');
    expect(() => rigl({ beginStep: 0, endStep: 4, fraction: 0, data: { x, y } })).toThrow('fraction');
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
});
