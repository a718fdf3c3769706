// Forms whose predictions are near are measured with the layer's own weights.

import { describe, expect, test, vi } from 'vitest';
import { heap, kernels } from '../src/engine/index.ts';
import { dense, prune, sequential } from '../src/index.ts';
import { candidates, chooseForms, fastest, type Job } from '../src/inference/choose.ts';
import { builtInCosts } from '../src/inference/cost-table.ts';
import { explain } from '../src/inference/explain.ts';
import { compress, type Form } from '../src/inference/index.ts';
import { contenders, type Race, race } from '../src/inference/race.ts';
import { Weights } from '../src/inference/weights.ts';
import { denseWork } from '../src/inference/work.ts';
import { Random } from '../src/tensor/random.ts';

const random = new Random(22, 'inference-race');

// Again where the machine was busy elsewhere for as long as a race takes.
describe('a race', { retry: 3 }, () => {
  const weightsOf = (m: number, k: number, density: number) => {
    const data = Float32Array.from({ length: m * k }, () => (random.uniform() < density ? random.normal() : 0));
    return new Weights({ shape: [k, m], axes: [1, 0], data });
  };
  const jobOf = (weights: Weights, columns: number): Job => ({
    factor: { name: 'dense', type: 'dense', weights },
    work: denseWork(columns),
  });

  test('is between forms that are predicted to be near, dense alone where nothing is pruned', () => {
    for (const density of [0.02, 0.2, 0.3, 0.6]) {
      const job = jobOf(weightsOf(96, 200, density), 1);
      const times = candidates(job, builtInCosts);
      const most = 1.35 * (times.get(fastest(times, job.factor.weights)) ?? 0);
      const expected = [...times].filter(([, time]) => time <= most).map(([form]) => form);
      expect(contenders(job, builtInCosts)).toEqual(expected);
    }
    expect(contenders(jobOf(weightsOf(96, 200, 1), 1), builtInCosts)).toEqual(['dense']);
  });

  test('measures every form, returns its memory, and decides', () => {
    const before = heap.heapBytes();
    for (const columns of [1, 16]) {
      const job = jobOf(weightsOf(96, 200, 0.3), columns);
      const times = race(job, ['dense', 'csr', 'block4'], kernels(), 60) as Race;
      expect([...times.keys()]).toEqual(['dense', 'csr', 'block4']);
      for (const time of times.values()) expect(time).toBeGreaterThan(100);
      const forms = (map: ReadonlyMap<Form, number>) =>
        chooseForms([new Map([['dense', job]]), new Map()], builtInCosts, () => undefined, new Map([[job, map]]));
      const decided: [Form, number][] = [
        ['dense', 3],
        ['block4', 2],
        ['csr', 1],
      ];
      expect(forms(new Map(decided)).get('dense')?.[0]).toBe('csr');
    }
    expect(heap.heapBytes()).toBe(before);
  });

  test('of work in several runs counts all of them, as predictions do', () => {
    const weights = weightsOf(96, 200, 0.3);
    const time = (runs: number) => {
      const job = { ...jobOf(weights, 16), work: denseWork(16, runs) };
      return race(job, ['dense', 'csr'], kernels(), 60)?.get('dense') ?? Number.NaN;
    };
    const ratio = time(100) / time(1);
    expect(ratio).toBeGreaterThan(30);
    expect(ratio).toBeLessThan(300);
  });

  const close = () => {
    const model = sequential([dense({ units: 64, inputShape: [400] })]);
    prune(model, { amount: 0.72 });
    return model;
  };

  test('counts only where every form was measured: where the clock is too coarse or stands still, predictions decide', () => {
    const job = jobOf(weightsOf(96, 200, 0.3), 1);
    expect(race(job, ['dense', 'csr'], kernels(), 5, () => 7)).toBeUndefined();
    let reads = 0;
    expect(race(job, ['dense', 'csr'], kernels(), 5, () => 100 * Math.floor(reads++ / 50))).toBeUndefined();
    const still = vi.spyOn(performance, 'now').mockReturnValue(7);
    try {
      expect(compress(close(), { calibrate: true }).explain()).toEqual(compress(close()).explain());
    } finally {
      still.mockRestore();
    }
  });

  test('is told of by explain()', () => {
    const job = jobOf(weightsOf(96, 200, 0.3), 1);
    const told = (times: [Form, number][]) =>
      explain(new Map([['dense', job]]), new Map([['dense', ['csr', 'dense']]]), {
        ...{ side: 0, batch: 1, calls: 1, costs: builtInCosts, hasSamples: false },
        races: new Map([[job, new Map(times)]]),
      })[0].why;
    const won: [Form, number][] = [
      ['dense', 2000],
      ['csr', 1000],
      ['block4', 1500],
    ];
    expect(told(won)).toBe('measured here, since predictions were near: 1 µs as csr, 2 µs as dense, 1.5 µs as block4.');
    expect(told([['csr', 2000], won[0], ['block4', 1000]])).not.toContain('measured here');
  });
});
