// The gradient of every layer, and of layers shared, branched and nested, against differences; and the checker itself.

import { expect, test } from 'vitest';
import * as layers from '../src/layers/index.ts';
import { input, Layer, type SymbolicTensor } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { type ActivationName, activations } from '../src/ops/index.ts';
import type { Shape, Tape, Tensor } from '../src/tensor/index.ts';
import { agrees, checkGradients } from './gradient-check.ts';

const {
  activation,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv1d,
  conv2d,
  dense,
  dropout,
  flatten,
  leakyRelu,
} = layers;
const { globalAveragePooling1d, globalMaxPooling1d, lstm, timeDistributed } = layers;
const { conv2dTranspose, cropping2d, globalAveragePooling2d, globalMaxPooling2d, kSparse } = layers;
const { maxPooling2d, reshape, upSampling2d, zeroPadding2d } = layers;

type Build = (inputs: SymbolicTensor[]) => SymbolicTensor;
const chain =
  (list: () => Layer[]): Build =>
  ([x]) =>
    list().reduce((h, layer) => layer.apply(h), x);

const cases: Record<string, [shapes: Shape[], build: Build]> = {
  dense: [[[7]], chain(() => [dense({ units: 5 })])],
  'dense without bias': [[[7]], chain(() => [dense({ units: 5, useBias: false })])],
  ...Object.fromEntries(
    (Object.keys(activations).filter((name) => name !== 'linear') as ActivationName[]).flatMap((name) => [
      [`activation ${name}`, [[[4, 5, 3]], chain(() => [activation({ activation: name })])]],
      [`conv2d ${name}`, [[[5, 6, 2]], chain(() => [conv2d({ filters: 3, kernelSize: 3, activation: name })])]],
    ]),
  ),
  leakyRelu: [[[9]], chain(() => [leakyRelu({ negativeSlope: 0.05 })])],
  'conv2d same, strides': [
    [[6, 5, 2]],
    chain(() => [conv2d({ filters: 3, kernelSize: [2, 3], strides: [2, 1], padding: 'same' })]),
  ],
  'dense of a sequence': [[[6, 4]], chain(() => [dense({ units: 5, activation: 'tanh' })])],
  'dense of a long sequence': [
    [[40, 3]],
    chain(() => [dense({ units: 4 }), dense({ units: 2, activation: 'sigmoid' })]),
  ],
  conv1d: [[[9, 3]], chain(() => [conv1d({ filters: 4, kernelSize: 3, strides: 2, activation: 'tanh' })])],
  'conv1d same': [[[7, 3]], chain(() => [conv1d({ filters: 2, kernelSize: 4, padding: 'same' })])],
  'conv1d causal': [[[7, 3]], chain(() => [conv1d({ filters: 2, kernelSize: 3, padding: 'causal' })])],
  globalMaxPooling1d: [[[7, 3]], chain(() => [globalMaxPooling1d()])],
  globalAveragePooling1d: [[[7, 3]], chain(() => [globalAveragePooling1d()])],
  'timeDistributed dense': [
    [[6, 4]],
    chain(() => [timeDistributed({ layer: dense({ units: 5, activation: 'sigmoid' }) })]),
  ],
  'timeDistributed conv2d': [
    [[3, 5, 4, 2]],
    chain(() => [timeDistributed({ layer: conv2d({ filters: 3, kernelSize: 2, activation: 'tanh' }) })]),
  ],
  'timeDistributed batchNormalization': [[[4, 3]], chain(() => [timeDistributed({ layer: batchNormalization() })])],
  'timeDistributed of a sequence': [
    [[3, 5, 2]],
    chain(() => [
      timeDistributed({ layer: globalAveragePooling1d() }),
      timeDistributed({ layer: dense({ units: 2 }) }),
    ]),
  ],
  'conv2d dilated': [[[7, 6, 2]], chain(() => [conv2d({ filters: 3, kernelSize: [2, 3], dilationRate: [3, 2] })])],
  kSparse: [[[3, 4, 2]], chain(() => [kSparse({ k: 7 }), conv2d({ filters: 2, kernelSize: 2 })])],
  conv2dTranspose: [
    [[3, 4, 2]],
    chain(() => [conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'sigmoid' })]),
  ],
  'conv2dTranspose with gaps': [
    [[3, 2, 2]],
    chain(() => [conv2dTranspose({ filters: 2, kernelSize: [1, 4], strides: [2, 3], activation: 'tanh' })]),
  ],
  upSampling2d: [[[3, 4, 2]], chain(() => [upSampling2d({ size: [1, 3] })])],
  'upSampling2d bilinear': [[[3, 4, 2]], chain(() => [upSampling2d({ size: [3, 2], interpolation: 'bilinear' })])],
  'zeroPadding2d, cropping2d': [
    [[3, 4, 2]],
    chain(() => [
      zeroPadding2d({ padding: [1, 2] }),
      conv2d({ filters: 2, kernelSize: 2 }),
      cropping2d({ cropping: 1 }),
    ]),
  ],
  globalAveragePooling2d: [[[3, 4, 2]], chain(() => [globalAveragePooling2d(), dense({ units: 2 })])],
  globalMaxPooling2d: [[[3, 4, 2]], chain(() => [globalMaxPooling2d(), dense({ units: 2 })])],
  ...Object.fromEntries(
    (['tanh', 'linear', 'sigmoid'] as const).map((name) => [
      `lstm ${name}`,
      [[[5, 3]], chain(() => [lstm({ units: 4, activation: name, returnSequences: true })])],
    ]),
  ),
  'lstm hardSigmoid, without bias': [
    [[4, 3]],
    chain(() => [lstm({ units: 3, recurrentActivation: 'hardSigmoid', useBias: false })]),
  ],
  'lstm backwards': [[[5, 3]], chain(() => [lstm({ units: 4, goBackwards: true })])],
  'lstm with dropout': [[[5, 6]], chain(() => [lstm({ units: 5, dropout: 0.3, recurrentDropout: 0.4 })])],
  'lstm backwards with dropout, nine steps': [
    [[9, 3]],
    chain(() => [lstm({ units: 4, dropout: 0.3, recurrentDropout: 0.4, goBackwards: true, returnSequences: true })]),
  ],
  'lstm from a state to a state': [
    [[4, 3], [3], [3]],
    (inputs) => {
      const [y, h, c] = lstm({ units: 3, returnSequences: true, returnState: true }).applyAll(inputs);
      return concatenate().apply([globalAveragePooling1d().apply(y), h, c]);
    },
  ],
  'lstm in every step': [[[2, 3, 2]], chain(() => [timeDistributed({ layer: lstm({ units: 3 }) })])],
  maxPooling2d: [[[7, 6, 2]], chain(() => [maxPooling2d()])],
  'maxPooling2d of a ReLU': [[[8, 6, 2]], chain(() => [activation({ activation: 'relu' }), maxPooling2d()])],
  'maxPooling2d of a ReLU, overlapping': [
    [[7, 7, 2]],
    chain(() => [activation({ activation: 'relu' }), maxPooling2d({ poolSize: 3, strides: 2 })]),
  ],
  'a ReLU that a maxPooling2d and others read': [
    [[4, 4, 3]],
    ([x]) => {
      const y = activation({ activation: 'relu' }).apply(x);
      const pooled = flatten().apply(maxPooling2d().apply(y));
      const scaled = conv2d({ filters: 3, kernelSize: 1 }).apply(y);
      return concatenate().apply([pooled, flatten().apply(scaled)]);
    },
  ],
  'maxPooling2d same': [[[7, 6, 2]], chain(() => [maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' })])],
  averagePooling2d: [[[7, 6, 2]], chain(() => [averagePooling2d({ padding: 'same' })])],
  'flatten, reshape': [
    [[4, 3, 2]],
    chain(() => [
      flatten(),
      dense({ units: 12 }),
      reshape({ targetShape: [2, 3, 2] }),
      conv2d({ filters: 2, kernelSize: 2 }),
    ]),
  ],
  dropout: [[[40]], chain(() => [dropout({ rate: 0.4 }), dense({ units: 3 })])],
  batchNormalization: [[[3, 4, 2]], chain(() => [batchNormalization()])],
  'batchNormalization without scale and center': [
    [[6]],
    chain(() => [batchNormalization({ scale: false, center: false })]),
  ],
  'add of three, one twice': [[[4], [4]], ([a, b]) => add().apply([a, b, a])],
  concatenate: [
    [
      [3, 2, 2],
      [3, 2, 1],
    ],
    (inputs) => conv2d({ filters: 2, kernelSize: 2 }).apply(concatenate().apply(inputs)),
  ],
  'a shared layer': [
    [[4], [4]],
    ([a, b]) => {
      const shared = dense({ units: 4, activation: 'tanh' });
      return add().apply([shared.apply(a), shared.apply(shared.apply(b))]);
    },
  ],
  'a residual branch': [
    [[4, 4, 2]],
    ([x]) => add().apply([x, conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'sigmoid' }).apply(x)]),
  ],
  'a model as a layer, twice': [
    [[5], [5]],
    ([a, b]) => {
      const x = input({ shape: [5] });
      const inner = new Network({ inputs: x, outputs: dense({ units: 3, activation: 'tanh' }).apply(x) });
      return concatenate().apply([inner.apply(a), inner.apply(b)]);
    },
  ],
};

for (const [name, [shapes, build]] of Object.entries(cases)) {
  for (const samples of [1, 3, 37]) {
    if (samples === 1 && name.startsWith('batchNormalization without')) continue; // one sample minus itself is 0
    test(`${name}: gradients are those of differences, ${samples} samples`, () => {
      const operands = checkGradients(shapes, build, samples);
      for (const operand of operands) expect(agrees(operand), JSON.stringify(operand)).toBe(true);
      expect(operands.length).toBeGreaterThan(0);
    });
  }
}

/** A dense layer whose gradient for x is 2% too large. */
class Wrong extends Layer {
  readonly type = 'wrong';
  readonly #inner = dense({ units: 4 });
  protected override build(inputs: readonly Shape[]): void {
    this.#inner.ensureBuilt(inputs);
  }
  override outputShapes(inputs: readonly Shape[]): Shape[] {
    return this.#inner.outputShapes(inputs);
  }
  override get parameters() {
    return this.#inner.parameters;
  }
  override forward(inputs: readonly Tensor[], tape: Tape): Tensor[] {
    return this.#inner.forward(inputs, tape);
  }
  override backward(gradients: readonly Tensor[], tape: Tape): (Tensor | undefined)[] {
    const [dx] = this.#inner.backward(gradients, tape);
    dx?.view.forEach((value, i, view) => {
      view[i] = 1.02 * value;
    });
    return [dx];
  }
  override config(): Record<string, unknown> {
    return {};
  }
}

test('the checker fails on a gradient that is 2% off, and only there', () => {
  const verdicts = checkGradients(
    [[6]],
    chain(() => [new Wrong()]),
  ).map((operand) => [operand.name, agrees(operand)]);
  expect(verdicts).toEqual([
    ['input 0', false],
    ['kernel', true],
    ['bias', true],
  ]);
});
