// What criteria are told of a layer's inputs, against the layer's own outputs: convolutions, LSTMs, embeddings.

import { describe, expect, test } from 'vitest';
import { conv1d, conv2d, dense, embedding, type Layer, lstm, timeDistributed } from '../src/layers/index.ts';
import { criterion, prune } from '../src/pruning/index.ts';
import type { NdArray } from '../src/tensor/index.ts';
import { type Model, sequential } from '../src/training/index.ts';
import { expectClose, numbers, parameterOf } from './pruning-fixture.ts';

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
