// Pruning where time passes: what kernels of sequences multiply, against the layers' own outputs; every criterion on an embedding and an
// LSTM; whole units; blocks; reports.

import { describe, expect, test } from 'vitest';
import { compress } from '../src/inference/index.ts';
import {
  batchNormalization,
  conv1d,
  conv2d,
  dense,
  embedding,
  flatten,
  globalAveragePooling1d,
  type Layer,
  lstm,
  squeezeExcitation,
  timeDistributed,
} from '../src/layers/index.ts';
import {
  apoz,
  batchNormScale,
  block16x1,
  type Criterion,
  criterion,
  embeddingRows,
  fisher,
  geometricMedian,
  global,
  lamp,
  lnMagnitude,
  lstmUnits,
  magnitude,
  meanActivation,
  movement,
  neurons,
  obs,
  polynomialDecay,
  prune,
  random,
  sensitivity,
  shrink,
  snip,
  sparsityReport,
  synflow,
  taylor,
  uniform,
  wanda,
} from '../src/pruning/index.ts';
import type { NdArray } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';
import { loadModel, type Model, sequential } from '../src/training/index.ts';
import { maskOf, parameterOf, zeros } from './pruning-fixture.ts';

const numbers = (length: number, seed = 1) => {
  const draws = new Random(seed, 'numbers');
  return Float32Array.from({ length }, () => draws.uniform(-1, 1));
};

/** What a criterion is told of the named parameters' inputs. */
function inputsOf(
  model: Model,
  data: object,
  names: readonly string[],
): Map<string, { inputs: NdArray; norms: Float64Array }> {
  const seen = new Map<string, { inputs: NdArray; norms: Float64Array }>();
  const listening = criterion({
    needs: ['inputs', 'inputNorms'],
    score({ layerName, parameter, values, inputs, inputNorms }) {
      seen.set(`${layerName}/${parameter.name}`, { inputs, norms: inputNorms.slice() });
      return values.map(Math.abs);
    },
  });
  prune(model, { criterion: listening, amount: 0, data: data as { x: Float32Array } });
  expect([...seen.keys()]).toEqual(expect.arrayContaining([...names]));
  return seen;
}

const multiply = (
  { data, shape: [rows, n] }: NdArray,
  w: ArrayLike<number>,
  bias?: ArrayLike<number>,
): Float64Array => {
  const m = w.length / n;
  const y = new Float64Array(rows * m);
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < m; o++) {
      let sum = bias?.[o] ?? 0;
      for (let i = 0; i < n; i++) sum += data[row * n + i] * w[i * m + o];
      y[row * m + o] = sum;
    }
  }
  return y;
};

const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i]) / largest).toBeLessThan(1e-5);
};

describe('the inputs of a kernel, times the kernel, are the layer’s outputs', () => {
  const sequence = { inputShape: [9, 3], name: 'it' };
  const image = { inputShape: [8, 7, 2], name: 'it' };
  const layers: Record<string, () => Layer> = {
    'conv1d, valid, strides 2': () => conv1d({ ...sequence, filters: 4, kernelSize: 3, strides: 2 }),
    'conv1d, same': () => conv1d({ ...sequence, filters: 4, kernelSize: 4, padding: 'same' }),
    'conv1d, causal': () => conv1d({ ...sequence, filters: 4, kernelSize: 3, padding: 'causal' }),
    'conv2d, dilated': () => conv2d({ ...image, filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' }),
    'conv2d, strides 2x1': () => conv2d({ ...image, filters: 3, kernelSize: [2, 3], strides: [2, 1] }),
    'timeDistributed dense': () => timeDistributed({ ...sequence, layer: dense({ units: 5 }) }),
  };
  test.each(Object.entries(layers))('%s', (_, make) => {
    const model = sequential([make()], { seed: 3 });
    const x = numbers(3 * model.inputs[0].shape.reduce((a, b) => a * b));
    const { inputs, norms } = inputsOf(model, { x, batchSize: 2 }, ['it/kernel']).get('it/kernel') as {
      inputs: NdArray;
      norms: Float64Array;
    };
    const y = multiply(inputs, parameterOf(model, 'it').read().data, parameterOf(model, 'it', 'bias').read().data);
    expectClose(model.predict(x).data, y);
    const squares = new Float64Array(norms.length);
    inputs.data.forEach((value, i) => {
      squares[i % squares.length] += value * value;
    });
    expectClose(norms, squares.map(Math.sqrt));
  });

  test.each([{}, { goBackwards: true }, { activation: 'relu' as const, useBias: false }])('lstm %j', (options) => {
    const units = 3;
    const model = sequential([lstm({ units, name: 'it', inputShape: [6, 2], ...options })], { seed: 4 });
    const x = numbers(2 * 6 * 2);
    const seen = inputsOf(model, { x }, ['it/kernel', 'it/recurrentKernel']);
    const [xs, hs] = ['it/kernel', 'it/recurrentKernel'].map((name) => (seen.get(name) as { inputs: NdArray }).inputs);
    expect([...xs.data]).toEqual([...x]);
    const bias = options.useBias === false ? undefined : parameterOf(model, 'it', 'bias').read().data;
    const fromX = multiply(xs, parameterOf(model, 'it').read().data, bias);
    const fromH = multiply(hs, parameterOf(model, 'it', 'recurrentKernel').read().data);
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const act = options.activation === 'relu' ? (z: number) => Math.max(z, 0) : Math.tanh;
    const last: number[] = [];
    for (let sample = 0; sample < 2; sample++) {
      const c = new Float64Array(units);
      for (let t = 0; t < 6; t++) {
        const read = sample * 6 + (options.goBackwards ? 5 - t : t);
        const state = sample * 6 + t;
        const h = Array.from(c, (_, j) => {
          const [i, f, g, o] = [0, 1, 2, 3].map(
            (gate) => fromX[read * 4 * units + gate * units + j] + fromH[state * 4 * units + gate * units + j],
          );
          c[j] = sigmoid(f) * c[j] + sigmoid(i) * act(g);
          return sigmoid(o) * act(c[j]);
        });
        if (t === 0) expect([...hs.data.subarray(state * units, (state + 1) * units)]).toEqual([0, 0, 0]);
        if (t < 5) expectClose(hs.data.subarray((state + 1) * units, (state + 2) * units), h);
        else last.push(...h);
      }
    }
    expectClose(model.predict(x).data, last);
  });

  test('an embedding’s are its tokens, counted; padding is no row of what follows', () => {
    const model = sequential([
      embedding({ inputDim: 5, outputDim: 3, maskZero: true, name: 'table', inputShape: [4] }),
      lstm({ units: 2, name: 'it' }),
    ]);
    const tokens = Float32Array.from([1, 2, 2, 0, 4, 2, 0, 0, 1, 4, 4, 4]);
    const counts = [3, 2, 3, 0, 4];
    const seen = inputsOf(model, { x: tokens, batchSize: 2 }, ['table/embeddings', 'it/kernel', 'it/recurrentKernel']);
    const { inputs, norms } = seen.get('table/embeddings') as { inputs: NdArray; norms: Float64Array };
    expectClose(norms, counts.map(Math.sqrt));
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        const gram = [0, 1, 2, 3, 4].reduce((sum, row) => sum + inputs.data[row * 5 + i] * inputs.data[row * 5 + j], 0);
        expect(gram / 5).toBeCloseTo(i === j ? counts[i] / 12 : 0, 6);
      }
    }
    const real = [...tokens].filter((token) => token > 0);
    const rows = parameterOf(model, 'table', 'embeddings').read().data;
    const embedded = (seen.get('it/kernel') as { inputs: NdArray }).inputs;
    expect([...embedded.data]).toEqual(real.flatMap((token) => [...rows.slice(3 * token, 3 * token + 3)]));
    expect((seen.get('it/recurrentKernel') as { inputs: NdArray }).inputs.shape).toEqual([9, 2]);
  });
});

/** Whether token 3 comes before token 4, among 20 tokens. */
function order(count = 240, seed = 5): { x: Float32Array; y: Float32Array } {
  const draws = new Random(seed, 'order');
  const x = new Float32Array(count * 8);
  const y = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const length = 4 + draws.integer(5);
    for (let t = 8 - length; t < 8; t++) x[8 * i + t] = 5 + draws.integer(15);
    const [a, b] = [8 - length + draws.integer(length - 1), 7];
    y[i] = draws.integer(2);
    x[8 * i + a] = y[i] ? 3 : 4;
    x[8 * i + b] = y[i] ? 4 : 3;
  }
  return { x, y };
}

const { x, y } = order();
const data = { x, y, batchSize: 60 };

function reader(seed = 1): Model {
  const model = sequential(
    [
      embedding({ inputDim: 20, outputDim: 6, maskZero: true, name: 'table', inputShape: [8] }),
      lstm({ units: 16, returnSequences: true, name: 'first' }),
      lstm({ units: 8, name: 'second' }),
      dense({ units: 2, activation: 'softmax', name: 'out' }),
    ],
    { seed },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const kernels = (model: Model) => model.parameters.filter(({ prunable }) => prunable);

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

describe('lstmUnits', () => {
  const columnsOf = (mask: number[], units: number, unit: number) => mask.filter((_, at) => at % units === unit);

  test('the unit with the lowest mean |w| goes: four columns of both kernels, biases, rows here and in the reader', () => {
    const model = reader();
    const [kernel, recurrent] = ['kernel', 'recurrentKernel'].map((name) => parameterOf(model, 'first', name));
    const dead = [3, 11];
    for (const parameter of [kernel, recurrent]) {
      parameter.write({ data: parameter.read().data.map((w, at) => (dead.includes(at % 16) ? w / 100 : w)) });
    }
    const { layers, skipped } = prune(model, { structure: lstmUnits, amount: 2 / 16, layers: ['first'] });
    expect(skipped).toEqual([]);
    for (let unit = 0; unit < 16; unit++) {
      const kept = dead.includes(unit) ? 0 : 1;
      expect(columnsOf(maskOf(kernel), 16, unit)).toEqual(new Array(24).fill(kept));
      const rowMask = maskOf(recurrent).slice(64 * unit, 64 * unit + 64);
      expect(rowMask.every((bit, at) => bit === (kept && !dead.includes(at % 16) ? 1 : 0))).toBe(true);
      expect(maskOf(parameterOf(model, 'second')).slice(32 * unit, 32 * unit + 32)).toEqual(new Array(32).fill(kept));
    }
    const bias = parameterOf(model, 'first', 'bias');
    expect(maskOf(bias).map((bit, at) => bit === (dead.includes(at % 16) ? 0 : 1))).not.toContain(false);
    expect(layers).toMatchObject([{ kept: 84 * 4 }, { kept: 14 * 14 * 4 }]);
  });

  test('an amount is a share of units, the same at once and step by step; other layers are listed', async () => {
    const counts: number[] = [];
    for (const isGradual of [false, true]) {
      const model = reader();
      const options = { structure: lstmUnits, scope: global, skip: ['out'] };
      if (isGradual) {
        const steps = { initialSparsity: 0.2, finalSparsity: 0.5, beginStep: 0, endStep: 12, frequency: 3 };
        const callback = prune(model, { ...options, schedule: polynomialDecay(steps) });
        await model.fit(x, y, { epochs: 2, callbacks: [callback] });
      } else {
        const { skipped } = prune(model, { ...options, amount: 0.5 });
        expect(skipped).toEqual([{ layer: 'table', reason: "the structure is for layers of type 'lstm'" }]);
        expect(() => prune(model, { structure: lstmUnits, amount: 0.7, strict: true })).toThrow('strict: table');
      }
      const gone = (layer: string, units: number, size: number) =>
        size *
        Array.from({ length: units }, (_, unit) => columnsOf(maskOf(parameterOf(model, layer)), units, unit)).filter(
          (bits) => !bits.includes(1),
        ).length;
      counts.push(gone('first', 16, 4 * 22) + gone('second', 8, 4 * 24));
      expect(zeros(maskOf(parameterOf(model, 'out')))).toBe(0);
    }
    const half = (16 * 4 * 22 + 8 * 4 * 24) / 2;
    for (const count of counts) expect(Math.abs(count - half)).toBeLessThanOrEqual(48);
  });

  test('a pruned unit stays silent through training, files and shrinking', async () => {
    const model = reader();
    await model.fit(x, y, { epochs: 8 });
    prune(model, { structure: lstmUnits, scope: uniform, amount: 0.5 });
    await model.fit(x, y, { epochs: 10 });
    expect(model.evaluate(x, y).accuracy).toBeGreaterThan(0.9);
    const small = shrink(await loadModel(model.toBytes()));
    expect(['first', 'second'].map((name) => small.getLayer(name).config().units)).toEqual([8, 4]);
    expectClose(small.predict(x).data, model.predict(x).data);
    const { accuracy } = small.evaluate(x, y);
    expect(accuracy).toBe(model.evaluate(x, y).accuracy);
    await small.fit(x, y, { epochs: 1 });
  });

  test('with random scores on a model without LSTM: an error that says so', () => {
    const model = sequential([
      squeezeExcitation({ name: 'gate', inputShape: [2, 2, 4] }),
      conv2d({ filters: 2, kernelSize: 2, name: 'c' }),
      flatten(),
      dense({ units: 2, name: 'd' }),
    ]);
    expect(() => prune(model, { structure: lstmUnits, amount: 0.5 })).toThrow(
      "Pruning: the structure is for layers of type 'lstm', got c (conv2d), d (dense).",
    );
  });
});

describe('structures', () => {
  test('blocks lie over the 4·units rows of an LSTM’s kernels', () => {
    const model = reader();
    prune(model, { structure: block16x1, amount: 0.5, layers: ['first', 'second'] });
    for (const [layer, units] of [
      ['first', 16],
      ['second', 8],
    ] as const) {
      for (const name of ['kernel', 'recurrentKernel']) {
        const parameter = parameterOf(model, layer, name);
        const stored = parameter.mask?.view as Float32Array;
        const inputs = parameter.shape[0];
        for (let row = 0; row < 4 * units; row++) {
          const first = row - (row % 16);
          for (let i = 0; i < inputs; i++) expect(stored[row * inputs + i]).toBe(stored[first * inputs + i]);
        }
        expect(zeros(stored)).toBe(parameter.length / 2);
      }
    }
  });

  test('rows of an embedding go whole; other layers are skipped', () => {
    const model = reader();
    const { skipped } = prune(model, { structure: embeddingRows, amount: 0.3 });
    const mask = maskOf(parameterOf(model, 'table', 'embeddings'));
    const rows = Array.from({ length: 20 }, (_, token) => mask.slice(6 * token, 6 * token + 6));
    expect(rows.every((row) => new Set(row).size === 1)).toBe(true);
    expect(rows.filter(([bit]) => bit === 0).length).toBe(6);
    expect(skipped.map(({ layer }) => layer)).toEqual(['first', 'second', 'out']);
  });
});

test('shrink lets pruned rows of a table stand, as tokens number them; a file leaves them out', () => {
  const model = sequential([
    embedding({ inputDim: 1000, outputDim: 16, name: 'table', inputShape: [8] }),
    globalAveragePooling1d(),
    dense({ units: 2, name: 'out' }),
  ]);
  const tokens = Float32Array.from({ length: 8 * 16 }, (_, i) => (i * 389) % 1000);
  const before = model.toBytes().length;
  prune(model, { structure: embeddingRows, amount: 0.9 });
  const small = shrink(model);
  expect(parameterOf(small, 'table', 'embeddings').shape).toEqual([1000, 16]);
  expect(small.predict(tokens)).toEqual(model.predict(tokens));
  const report = 1000;
  for (const { length } of [small.toBytes(), compress(small).toBytes()]) {
    expect(length).toBeLessThan(before - 4 * 900 * 16 + 16_000 / 8 + report);
  }
});

test('the report counts multiplications by steps', () => {
  const model = sequential([
    embedding({ inputDim: 20, outputDim: 6, name: 'table', inputShape: [8] }),
    conv1d({ filters: 5, kernelSize: 3, strides: 2, name: 'conv' }),
    timeDistributed({ layer: dense({ units: 4 }), name: 'each' }),
    lstm({ units: 7, returnSequences: true, name: 'it' }),
    globalAveragePooling1d(),
    dense({ units: 2, name: 'out' }),
  ]);
  prune(model, { structure: neurons, amount: { table: 0.5 } });
  const { layers } = sparsityReport(model);
  const macs = Object.fromEntries(layers.map((each) => [`${each.layer}/${each.parameter}`, each.macs]));
  expect(macs).toEqual({
    'table/embeddings': 0,
    'conv/kernel': 3 * 3 * 6 * 5,
    'each/kernel': 3 * 5 * 4,
    'it/kernel': 3 * 4 * 28,
    'it/recurrentKernel': 3 * 7 * 28,
    'out/kernel': 7 * 2,
  });
  expect(layers[0]).toMatchObject({ kept: 60, columns: { count: 6, empty: 3 }, rows: { count: 20, empty: 0 } });
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
