// The proximal gradient method, plain and accelerated: the papers' steps, runs that go on, and what the weights are when a run ends.

import { describe, expect, test } from 'vitest';
import { dense } from '../src/layers/index.ts';
import { sgd } from '../src/optimizers/index.ts';
import { oneShot, proximalGradient, pruning } from '../src/pruning/index.ts';
import { l2, proximalL1 } from '../src/regularizers/index.ts';
import { Random } from '../src/tensor/random.ts';
import { type Callback, loadModel, type Model, sequential, TerminateOnNaN } from '../src/training/index.ts';
import { classifier, parameterOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();

describe('proximal gradient on the lasso', () => {
  const n = 30;
  const rows = 64;
  const random = new Random(7);
  const shared = Float64Array.from({ length: rows }, () => random.normal());
  const features = Float32Array.from({ length: rows * n }, (_, i) => 0.5 * random.normal() + shared[Math.floor(i / n)]);
  const targets = Float32Array.from({ length: rows }, (_, row) => {
    const at = row * n;
    return 2 * features[at] - 3 * features[at + 7] + features[at + 20] + 0.1 * random.normal();
  });
  const lambda = 0.05;
  const rate = 0.02;

  const objective = (w: ArrayLike<number>) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      let gap = -targets[row];
      for (let i = 0; i < n; i++) gap += features[row * n + i] * w[i];
      sum += (gap * gap) / rows;
    }
    return sum + lambda * Array.from(w, Math.abs).reduce((a, b) => a + b, 0);
  };

  /** ISTA or FISTA in f64, from the papers. */
  function oracle(start: ArrayLike<number>, steps: number, accelerated: boolean): number[] {
    let x = Array.from(start);
    let y = x;
    let t = 1;
    for (let step = 0; step < steps; step++) {
      const g = new Array<number>(n).fill(0);
      for (let row = 0; row < rows; row++) {
        let gap = -targets[row];
        for (let i = 0; i < n; i++) gap += features[row * n + i] * y[i];
        for (let i = 0; i < n; i++) g[i] += (2 * gap * features[row * n + i]) / rows;
      }
      const next = y.map((w, i) => w - rate * g[i]).map((z) => Math.sign(z) * Math.max(0, Math.abs(z) - rate * lambda));
      const after = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
      y = accelerated ? next.map((w, i) => w + ((t - 1) / after) * (w - x[i])) : next;
      x = next;
      t = after;
    }
    return x;
  }

  async function fitted(epochs: number, accelerated: boolean, restart: boolean) {
    const model = sequential([dense({ units: 1, useBias: false, inputShape: [n], name: 'd' })]);
    model.compile({ optimizer: sgd({ learningRate: rate }), loss: 'meanSquaredError' });
    const start = model.getWeights()[0].data;
    const callback = proximalGradient({ regularizer: proximalL1(lambda), accelerated, restart });
    await model.fit(features, targets, { epochs, batchSize: rows, callbacks: [callback] });
    return { start, end: model.getWeights()[0].data };
  }

  for (const accelerated of [false, true]) {
    test(`${accelerated ? 'FISTA' : 'ISTA'} is the algorithm of the paper`, async () => {
      const { start, end } = await fitted(60, accelerated, false);
      const expected = oracle(start, 60, accelerated);
      for (const [i, w] of expected.entries()) expect(end[i]).toBeCloseTo(w, 4);
      expect(zeros(end)).toBe(zeros(expected));
    });
  }

  test('FISTA with restart comes nearer to the minimum in the same steps, and is sparse', async () => {
    const best = objective(oracle(new Float64Array(n), 20000, true));
    const plain = await fitted(80, false, false);
    const fast = await fitted(80, true, true);
    expect(objective(fast.end) - best).toBeLessThan((objective(plain.end) - best) / 2);
    expect(zeros(fast.end)).toBeGreaterThan(5);
  });

  describe('interrupted', () => {
    const make = (accelerated: boolean, resume = false) =>
      proximalGradient({ regularizer: proximalL1(0.003), accelerated, resume });
    const compiled = () => classifier(sgd({ learningRate: 0.05 }));
    const bits = (model: Model) =>
      model.parameters.map(({ values, mask }) => [[...values.view], mask && [...mask.view]]);
    const thin = (resume: boolean) =>
      pruning({ schedule: oneShot({ sparsity: 0.5, step: 37 }), layers: ['second'], resume });

    test('a run resumed from a checkpoint is the run that was not interrupted, bit for bit; pruned meanwhile, too', async () => {
      for (const accelerated of [false, true]) {
        const model = compiled();
        let file: Uint8Array = new Uint8Array();
        const checkpoint = {
          onEpochEnd(epoch: number) {
            if (epoch === 2) file = model.toBytes();
          },
        };
        await model.fit(x, y, { epochs: 6, callbacks: [make(accelerated), thin(false), checkpoint] });
        const rest = async (...callbacks: Callback[]) => {
          const resumed = await loadModel(file);
          await resumed.fit(x, y, { epochs: 6, initialEpoch: 3, callbacks: [...callbacks, thin(true)] });
          return bits(resumed);
        };
        expect(await rest(make(accelerated, true))).toEqual(bits(model));
        if (accelerated) expect(await rest(make(true))).not.toEqual(bits(model));
      }
    });

    test('the next fit goes on, unless the weights were changed', async () => {
      const whole = compiled();
      await whole.fit(x, y, { epochs: 4, callbacks: [make(true)] });
      const halves = compiled();
      const callback = make(true);
      await halves.fit(x, y, { epochs: 2, callbacks: [callback] });
      await halves.fit(x, y, { epochs: 4, initialEpoch: 2, callbacks: [callback] });
      expect(bits(halves)).toEqual(bits(whole));

      const start = compiled().getWeights();
      halves.setWeights(start);
      await halves.fit(x, y, { epochs: 1, shuffle: false, callbacks: [callback] });
      const fresh = compiled();
      fresh.setWeights(start);
      await fresh.fit(x, y, { epochs: 1, shuffle: false, callbacks: [make(true)] });
      expect(bits(halves)).toEqual(bits(fresh));
    });
  });

  test('a regularizer without a proximal step', () => {
    expect(() => proximalGradient({ regularizer: l2(0.1) })).toThrow(
      'expected a regularizer with a proximal step, got l2',
    );
  });
});

describe('however fit ends, the weights are the sparse iterate', () => {
  type Acting = (model: Model) => Callback;
  const beginning =
    (act: (model: Model) => void): Acting =>
    (model) => ({ onTrainBatchBegin: (batch) => (batch === 4 ? act(model) : undefined) });
  const ending =
    (act: (model: Model) => void): Acting =>
    (model) => ({ onTrainBatchEnd: (batch) => (batch === 4 ? act(model) : undefined) });
  const biases = (model: Model) => parameterOf(model, 'output', 'bias').values.view;
  const poison = (model: Model) => void biases(model).fill(Number.NaN);
  const fail = () => {
    throw new Error('enough');
  };
  const stop = (model: Model) => {
    model.stopTraining = true;
  };
  const ends: Record<string, { before?: Acting; behind?: Acting; error?: string }> = {
    'a loss that is NaN': { behind: beginning(poison), error: 'The loss became NaN' },
    'a loss that is NaN, TerminateOnNaN before it': { before: () => new TerminateOnNaN(), behind: beginning(poison) },
    'a loss that is NaN, TerminateOnNaN behind it': { before: beginning(poison), behind: () => new TerminateOnNaN() },
    'an error before the step': { behind: beginning(fail), error: 'enough' },
    'an error between the step and the proximal one': { before: ending(fail), error: 'enough' },
    'an error after both': { behind: ending(fail), error: 'enough' },
    'told to stop': { before: ending(stop) },
  };
  for (const accelerated of [false, true]) {
    test.each(Object.entries(ends))(`${accelerated ? 'FISTA' : 'ISTA'}: %s`, async (_, { before, behind, error }) => {
      const model = classifier(sgd({ learningRate: 0.05 }));
      const kernel = parameterOf(model, 'first');
      const state = () => ({ weights: [...kernel.values.view], run: model.memos.get('proximalGradient')?.() });
      let last = state();
      const watch: Callback = {
        onTrainBatchEnd() {
          if (biases(model).every(Number.isFinite)) last = state();
        },
      };
      const method = proximalGradient({ regularizer: proximalL1(0.1), accelerated, layers: ['first'] });
      const callbacks = [before?.(model) ?? {}, method, watch, behind?.(model) ?? {}];
      const fit = model.fit(x, y, { epochs: 2, shuffle: false, callbacks });
      await (error ? expect(fit).rejects.toThrow(error) : fit);
      expect(state()).toEqual(last);
      expect(zeros(last.weights)).toBeGreaterThan(0);
    });
  }
});
