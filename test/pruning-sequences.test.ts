// Every criterion on an embedding and LSTMs; and what it costs to prune each of them.

import { describe, expect, test } from 'vitest';
import { batchNormalization, lstm } from '../src/layers/index.ts';
import {
  apoz,
  batchNormScale,
  type Criterion,
  criterion,
  fisher,
  geometricMedian,
  lamp,
  lnMagnitude,
  lstmUnits,
  magnitude,
  meanActivation,
  movement,
  obs,
  prune,
  random,
  sensitivity,
  snip,
  synflow,
  taylor,
  wanda,
} from '../src/pruning/index.ts';
import { loadModel, sequential } from '../src/training/index.ts';
import { kernels, maskOf, parameterOf, zeros } from './pruning-fixture.ts';
import { data, reader, x, y } from './pruning-sequence-fixture.ts';

describe('every criterion on an embedding and on LSTMs', () => {
  const criteria: Record<string, Criterion> = {
    magnitude,
    lnMagnitude: lnMagnitude(3),
    random,
    taylor,
    snip,
    fisher,
    synflow,
    movement,
    obs: obs(),
    wanda,
    apoz,
    meanActivation,
    lamp,
    geometricMedian,
  };
  for (const [name, rule] of Object.entries(criteria)) {
    test(name, () => {
      const model = reader();
      const { layers, skipped } = prune(model, { criterion: rule, amount: 0.75, data });
      expect(skipped).toEqual([]);
      for (const kernel of kernels(model)) expect(zeros(maskOf(kernel))).toBe(Math.round(0.75 * kernel.length));
      expect(layers.map(({ layer, parameter }) => `${layer}/${parameter}`)).toEqual([
        'table/embeddings',
        'first/kernel',
        'first/recurrentKernel',
        'second/kernel',
        'second/recurrentKernel',
        'out/kernel',
      ]);
    });
  }

  test('synflow: every token’s row is worth the same but for its weights', () => {
    const model = reader();
    let scores: Float64Array = new Float64Array();
    const listening = criterion({
      needs: ['flow'],
      score({ layerName, flow, values }) {
        if (layerName === 'table') scores = Float64Array.from(flow);
        return values.map(Math.abs);
      },
    });
    prune(model, { criterion: listening, amount: 0 });
    for (let feature = 0; feature < 6; feature++) {
      expect(scores[feature]).toBeGreaterThan(0);
      for (let token = 1; token < 20; token++) expect(scores[6 * token + feature]).toBe(scores[feature]);
    }
  });

  test('by batch normalization, of an LSTM for all four gates of a unit', () => {
    const model = sequential([
      lstm({ units: 3, name: 'it', inputShape: [4, 2] }),
      batchNormalization({ name: 'norm' }),
    ]);
    parameterOf(model, 'norm', 'gamma').write({ data: [1, -0.1, 2] });
    prune(model, { criterion: batchNormScale, structure: lstmUnits, amount: 1 / 3 });
    expect(maskOf(parameterOf(model, 'it')).slice(0, 12)).toEqual([1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1]);
  });

  test('OBS on a recurrent kernel and a table loses less than magnitude does', async () => {
    const trained = reader();
    await trained.fit(x, y, { epochs: 12 });
    const bytes = trained.toBytes();
    const before = trained.predict(x).data;
    const lost = async (rule: Criterion) => {
      const model = await loadModel(bytes);
      prune(model, { criterion: rule, amount: 0.5, data, layers: ['table', 'first', 'second'] });
      return model.predict(x).data.reduce((sum, p, i) => sum + (p - before[i]) ** 2, 0);
    };
    expect(await lost(obs())).toBeLessThan(await lost(magnitude));
  });
});

test('sensitivity prunes both kernels of an LSTM together', async () => {
  const model = reader();
  await model.fit(x, y, { epochs: 6 });
  const { layers, baseline } = await sensitivity(model, { data, sparsities: [0.5, 0.99] });
  expect(layers.map(({ layer }) => layer)).toEqual(['table', 'first', 'second', 'out']);
  for (const { points } of layers) expect(points[1].value).toBeLessThanOrEqual(baseline);
  expect(layers[1].points.map(({ sparsity }) => Math.round(100 * sparsity))).toEqual([50, 99]);
});

test('tokens out of the vocabulary are named', () => {
  const wrong = x.slice();
  wrong[9] = 20;
  expect(() => prune(reader(), { criterion: wanda, amount: 0.5, data: { x: wrong } })).toThrow(/data\.x.*20/);
});
