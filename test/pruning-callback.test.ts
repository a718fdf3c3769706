// Pruning as a callback of fit: what is due at which step, what it tells criteria, phases dense and sparse.

import { describe, expect, test } from 'vitest';
import { adam, sgd } from '../src/optimizers/index.ts';
import { meanGradients } from '../src/pruning/collect/gradients.ts';
import {
  constantSparsity,
  criterion,
  cyclicSparsity,
  magnitude,
  movement,
  oneShot,
  polynomialDecay,
  prune,
  pruning,
  uniform,
} from '../src/pruning/index.ts';
import { loadModel } from '../src/training/index.ts';
import { classifier, kernels, maskOf, parameterOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();

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
