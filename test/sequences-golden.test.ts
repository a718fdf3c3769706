// Outputs and gradients of the layers of sequences against PyTorch (test/golden/sequences.py), in Keras' shapes: masks, both directions,
// given states; kernels as they are, and under a mask of all ones in half of their places, as sparse products see them.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { adam, customLoss, sequential } from '../src/index.ts';
import {
  batchNormalization,
  concatenate,
  conv1d,
  embedding,
  globalAveragePooling1d,
  globalMaxPooling1d,
  input,
  type Layer,
  lstm,
  type SymbolicTensor,
} from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { Batch } from '../src/tensor/index.ts';
import { drawer, expectClose } from './golden-fixture.ts';
import { run } from './gradient-check.ts';

interface Golden {
  inputs: number[][];
  tokens: number[][];
  parameters: number[][];
  shape: number[];
  y: number[];
  gradients: number[][];
}
const path = new URL('golden/sequences.json', import.meta.url);
const { SparseAdam: sparseAdam, ...golden } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Golden> & {
  SparseAdam: { steps: number[][][]; table: number[] };
};

const sizeOf = (shape: number[]) => shape.reduce((a, b) => a * b);

type Build = (inputs: SymbolicTensor[]) => SymbolicTensor;
const chain =
  (...make: (() => Layer)[]): Build =>
  ([x]) =>
    make.reduce((h, layer) => layer().apply(h), x);
const embed = (maskZero: boolean) => () => embedding({ inputDim: 6, outputDim: 4, maskZero });
const units = 3;

const networks: Record<string, Build> = {
  embedding: chain(embed(false)),
  conv1d: chain(() => conv1d({ filters: 4, kernelSize: 3, strides: 2 })),
  'text cnn': chain(
    embed(false),
    () => conv1d({ filters: 3, kernelSize: 2 }),
    () => globalMaxPooling1d(),
  ),
  lstm: chain(() => lstm({ units })),
  'lstm sequences': chain(() => lstm({ units, returnSequences: true })),
  'lstm backwards': chain(() => lstm({ units, returnSequences: true, goBackwards: true })),
  'lstm stacked': chain(
    () => lstm({ units, returnSequences: true }),
    () => lstm({ units: 2 }),
  ),
  'lstm from a state': (inputs) => concatenate().apply(lstm({ units, returnState: true }).applyAll(inputs)),
  'lstm relu': chain(() => lstm({ units, activation: 'relu' })),
  'lstm masked': chain(embed(true), () => lstm({ units })),
  'lstm masked sequences': chain(embed(true), () => lstm({ units, returnSequences: true })),
  'lstm masked backwards': chain(embed(true), () => lstm({ units, goBackwards: true })),
  'batch norm masked': chain(embed(true), () => batchNormalization({ momentum: 0 })),
  'lstm masked mean': chain(
    embed(true),
    () => lstm({ units, returnSequences: true }),
    () => globalAveragePooling1d(),
  ),
};

test('every golden case has a network here', () => {
  expect(Object.keys(networks).sort()).toEqual(Object.keys(golden).sort());
});

test('an embedding learns as under torch.optim.SparseAdam: rows that a step has not are left alone, moments and all', () => {
  const model = sequential([embedding({ inputDim: 6, outputDim: 4, inputShape: [5] })]);
  model.setWeights([{ data: drawer(11)(24) }]);
  const loss = customLoss({
    name: 'places',
    value: (_, y) => y.reduce((sum, v, i) => sum + v * i, 0),
    gradient: (_, y) => y.map((_v, i) => i),
  });
  model.compile({ optimizer: adam({ learningRate: 0.1 }), loss });
  const target = new Float32Array(20);
  const tables = sparseAdam.steps.map((tokens) => {
    model.trainOnBatch(tokens, target);
    return model.getWeights()[0].data;
  });
  expectClose(tables[2], sparseAdam.table, 'table');
  for (const row of [0, 3, 4, 5]) {
    expect(tables[2].subarray(4 * row, 4 * row + 4)).toEqual(tables[1].subarray(4 * row, 4 * row + 4));
  }
  model.dispose();
});

const trainable = (network: Network) => network.parameters.filter((each) => each.trainable);

/** The golden case's operands, and its network with the parameters set. */
function operandsOf(name: string) {
  const { inputs, tokens, parameters, shape } = golden[name];
  const draw = drawer(11);
  const xs = inputs.map((each) => draw(sizeOf(each)));
  const weights = parameters.map((each) => draw(sizeOf(each)));
  const dy = draw(sizeOf(shape));
  const shapes = tokens.length > 0 ? [[3, 5]] : inputs;
  const symbolic = shapes.map((each) => input({ shape: each.slice(1) }));
  const network = new Network({ inputs: symbolic, outputs: networks[name](symbolic) });
  for (const [i, parameter] of trainable(network).entries()) {
    parameter.write({ data: weights[i], shape: parameters[i] });
  }
  return { network, dy, xs: tokens.length > 0 ? [Float32Array.from(tokens.flat())] : xs };
}

for (const [name, { inputs, shape, y, gradients }] of Object.entries(golden)) {
  // Slabs of 2 put the third sample in a slab of its own.
  for (const [slab, multiple] of [
    [32, 16],
    [2, 1],
  ]) {
    test(`${name}: outputs and gradients are PyTorch's, slabs of ${slab}`, () => {
      const { network, xs, dy } = operandsOf(name);
      const result = run(network, xs, dy, new Batch(shape[0], slab, multiple));
      expect(network.outputs[0].shape).toEqual(shape.slice(1));
      expectClose(result.output, y, 'y');
      for (const i of inputs.keys()) expectClose(result.gradients[i], gradients[i], `dx ${i}`);
      for (const [i, parameter] of trainable(network).entries()) {
        const { name: what, gradient, toKeras } = parameter;
        expectClose(toKeras.call(parameter, gradient.view), gradients[inputs.length + i], `d${what}`);
      }
      network.dispose();
    });
  }
}

const sparse = Object.keys(networks).filter((name) => name.startsWith('lstm'));
test.each(sparse)(
  '%s: pruned kernels multiply as the zeros in them do, and have gradients where weights are kept',
  (name) => {
    const { network, xs, dy } = operandsOf(name);
    const batch = new Batch(3, 32, 16);
    const kernels = network.parameters.filter(({ name: of }) => of === 'kernel' || of === 'recurrentKernel');
    // both, one, and the other of two kernels
    for (const pruned of [kernels, kernels.slice(0, 1), kernels.slice(1)]) {
      for (const parameter of pruned) {
        const kept = Float32Array.from({ length: parameter.length }, (_, i) => Number((i * i) % 5 === 1));
        const { view } = parameter.values;
        for (let i = 0; i < view.length; i++) view[i] *= kept[i];
      }
      const dense = run(network, xs, dy, batch);
      const denseGradients = network.parameters.map(({ gradient }) => gradient.view.slice());
      for (const parameter of pruned) {
        parameter.setMask(Float32Array.from({ length: parameter.length }, (_, i) => Number((i * i) % 5 === 1)));
        expect(parameter.pattern).toBeDefined();
      }
      const result = run(network, xs, dy, batch);
      expectClose(result.output, Array.from(dense.output), 'y');
      for (const [i, dx] of dense.gradients.entries())
        if (dx.length) expectClose(result.gradients[i], Array.from(dx), `dx ${i}`);
      for (const [i, parameter] of network.parameters.entries()) {
        const expected = Array.from(denseGradients[i], (g, at) => (parameter.mask?.view[at] === 0 ? 0 : g));
        expectClose(parameter.gradient.view, expected, `d${parameter.name}`);
        parameter.setMask(undefined);
      }
    }
    network.dispose();
  },
);
