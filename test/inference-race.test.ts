// Forms whose predictions are near are measured with the layer's own weights.

import { describe, expect, test } from 'vitest';
import { heap, kernels } from '../src/engine/index.ts';
import { dense, prune, sequential } from '../src/index.ts';
import { candidates, chooseForms, fastest, type Job } from '../src/inference/choose.ts';
import { builtInCosts } from '../src/inference/cost-table.ts';
import { compress, type Form } from '../src/inference/index.ts';
import { contenders, race } from '../src/inference/race.ts';
import { Weights } from '../src/inference/weights.ts';
import { denseWork } from '../src/inference/work.ts';
import { Random } from '../src/tensor/random.ts';

const random = new Random(22, 'inference-race');

describe('a race', () => {
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
      const times = race(job, ['dense', 'csr', 'block4'], kernels(), 5);
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

  test('is told of by explain()', () => {
    const model = sequential([dense({ units: 64, inputShape: [400] })]);
    prune(model, { amount: 0.72 });
    const [{ form, why }] = compress(model, { calibrate: true }).explain();
    const { vector } = builtInCosts;
    expect(vector[form].weight).toBeGreaterThan(0);
    expect(why).toMatch(new RegExp(`^measured here, since predictions were near: \\S+ µs as ${form}, .+\\.$`));
  });
});
