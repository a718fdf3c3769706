// A checkpoint of a run that prunes goes on bit for bit: masks, moments, averages, scores gathered so far.

import { describe, expect, test } from 'vitest';
import type { Memo } from '../src/model/index.ts';
import { adam } from '../src/optimizers/index.ts';
import {
  cyclicSparsity,
  movement,
  oneShot,
  polynomialDecay,
  prune,
  pruning,
  random,
  rigl,
  sparseEvolution,
  splicing,
} from '../src/pruning/index.ts';
import { loadModel, type Model } from '../src/training/index.ts';
import { classifier, parameterOf, task, zeros } from './pruning-fixture.ts';

const { x, y } = task();

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
