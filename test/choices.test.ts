// Choices by name, and by what was made of a name: all that is neither is one clear error, where it is given.

import { describe, expect, test } from 'vitest';
import * as e from '../src/index.ts';
import { metricOf } from '../src/metrics/index.ts';

const x = [
  [1, -2, 0.5],
  [0.25, 3, -1],
];
const y = [[1], [0]];

/** The loss of two updates, which depends on every penalty. */
function losses(options: Partial<e.DenseOptions>): number[] {
  const model = e.sequential([e.dense({ units: 2, inputShape: [3], ...options }), e.dense({ units: 1 })], { seed: 3 });
  model.compile({ optimizer: e.sgd({ learningRate: 0.1 }), loss: 'mse' });
  return [0, 1, 2].map(() => model.trainOnBatch(x, y).loss);
}

describe('a regularizer by name', () => {
  const names: [e.RegularizerChoice, e.Regularizer][] = [
    ['l1', e.l1()],
    ['l2', e.l2()],
    ['l1l2', e.l1l2({ l1: 0.01, l2: 0.01 })],
    ['proximalL1', e.proximalL1()],
    ['elasticNet', e.elasticNet()],
    ['groupLasso', e.groupLasso()],
    [{ name: 'l2', l2: 0.3 }, e.l2(0.3)],
  ];
  const plain = losses({});

  test.each(names)('%o is the one at its default strength', (name, made) => {
    expect(losses({ kernelRegularizer: name })).toEqual(losses({ kernelRegularizer: made }));
    expect(losses({ kernelRegularizer: name })).not.toEqual(plain);
  });

  test('of biases, embeddings, recurrent kernels and outputs', () => {
    expect(losses({ biasRegularizer: 'l1', useBias: true })).toEqual(losses({ biasRegularizer: e.l1() }));
    expect(losses({ activityRegularizer: 'l2' })).toEqual(losses({ activityRegularizer: e.l2() }));
    expect(losses({ activityRegularizer: 'klDivergence', activation: 'sigmoid' })).toEqual(
      losses({ activityRegularizer: e.klDivergence(), activation: 'sigmoid' }),
    );
    const regularizers = (layer: e.Layer) => layer.parameters.map(({ regularizer }) => regularizer?.name);
    const tokens = e.embedding({ inputDim: 3, outputDim: 2, embeddingsRegularizer: 'l2' });
    const cells = e.lstm({ units: 2, kernelRegularizer: 'l1', recurrentRegularizer: 'l2', biasRegularizer: 'l1l2' });
    e.sequential([e.input({ shape: [4] }), tokens, cells]);
    expect(regularizers(tokens)).toEqual(['l2']);
    expect(regularizers(cells)).toEqual(['l1', 'l2', 'l1l2']);
  });

  test('is saved as what it stands for', async () => {
    const model = e.sequential([
      e.dense({ units: 1, inputShape: [3], name: 'd', kernelRegularizer: 'l1', activityRegularizer: 'l2' }),
    ]);
    const again = (await e.loadModel(model.toBytes())).getLayer('d');
    expect(again.parameters[0].regularizer?.config()).toEqual({ name: 'l1', l1: 0.01 });
    expect(again.activityRegularizer?.config()).toEqual({ name: 'l2', l2: 0.01 });
  });

  test('null is none', () => {
    expect(losses({ kernelRegularizer: null as never, activityRegularizer: null as never })).toEqual(plain);
  });
});

const model = e.sequential([e.dense({ units: 1, inputShape: [3] })]);
const [layer] = model.layers;
const measured = { target: [1], prediction: [1] };
const makers: [what: string, make: (choice: never) => unknown, known: string][] = [
  ['activation', (activation) => e.dense({ units: 1, activation }), 'relu'],
  ['activity regularizer', (activityRegularizer) => e.dense({ units: 1, activityRegularizer }), 'l1'],
  [
    'initializer',
    (kernelInitializer) => e.dense({ units: 1, kernelInitializer }).apply(e.input({ shape: [3] })),
    'zeros',
  ],
  ['loss', (loss) => model.compile({ loss }), 'huber'],
  ['metric', (metric) => metricOf(metric, measured), 'accuracy'],
  ['metric', (metric) => model.compile({ loss: 'mse', metrics: [metric] }), 'meanIoU'],
  ['optimizer', (optimizer) => model.compile({ optimizer, loss: 'mse' }), 'adam'],
  ['regularizer', (kernelRegularizer) => e.dense({ units: 1, kernelRegularizer }), 'groupLasso'],
  ['regularizer', (embeddingsRegularizer) => e.embedding({ inputDim: 2, outputDim: 2, embeddingsRegularizer }), 'l2'],
  ['regularizer', (recurrentRegularizer) => e.lstm({ units: 2, recurrentRegularizer }), 'l2'],
  ['regularizer', (regularizer) => e.proximalGradient({ regularizer }), 'l2'],
];

describe.each(makers)('%s', (what, make, known) => {
  // What an object of names inherits is no name.
  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'nobody'])('has none named %s', (name) => {
    expect(() => make(name as never)).toThrow(`Unknown ${what} '${name}': expected `);
    expect(() => make(name as never)).toThrow(known);
  });

  test.each([
    [3, '3'],
    [{}, 'an object'],
  ])('is not %o', (choice, shown) => {
    expect(() => make(choice as never)).toThrow(`Unknown ${what} ${shown}: expected`);
  });
});

test('a factory that was not called is no choice', () => {
  expect(() => e.dense({ units: 1, kernelRegularizer: e.l1 as never })).toThrow(
    'Unknown regularizer a function: expected',
  );
  expect(() => model.compile({ loss: e.huber as never })).toThrow('Unknown loss a function: expected');
  expect(() => model.compile({ optimizer: e.adam as never, loss: 'mse' })).toThrow('Unknown optimizer a function');
});

test('an array is no initializer, and a name in an array no name', () => {
  const shape = [3];
  const dense = (options: object) => () => e.dense({ units: 1, ...options }).apply(e.input({ shape }));
  expect(dense({ kernelInitializer: [1, 2, 3] })).toThrow('Unknown initializer [1, 2, 3]: expected one of zeros');
  expect(dense({ biasInitializer: Float32Array.of(1) })).toThrow('Unknown initializer a Float32Array');
  expect(dense({ activation: ['relu'] })).toThrow('Unknown activation ["relu"]');
});

test('further names', () => {
  expect(() => e.globalUnstructured([[layer, 'kernel']], 'toString' as never, { amount: 1 })).toThrow(
    "expected one of l1Unstructured, randomUnstructured, got 'toString'",
  );
  expect(() => e.adaptivePruning(model, { evaluate: () => 1, tolerance: 0, by: 'toString' as never })).toThrow(
    "expected by to be 'global' or 'sensitivity', got \"toString\"",
  );
  expect(() => e.pruning({} as never)).toThrow('pruning: expected a schedule, such as oneShot(');
});

test('what compile() takes as lists', () => {
  const compile = (options: object) => () => model.compile({ loss: 'mse', ...options });
  expect(compile({ metrics: 'mae' })).toThrow(
    'compile(): expected a list of metrics, such as [\'accuracy\'], got "mae".',
  );
  expect(compile({ metrics: {} })).toThrow("such as ['accuracy'], got an object.");
  expect(compile({ lossWeights: ['2'] })).toThrow(
    'compile(): expected each of lossWeights to be a finite number, got "2".',
  );
  expect(compile({ lossWeights: [NaN] })).toThrow('a finite number, got NaN.');
  expect(compile({ loss: [null] })).toThrow('Unknown loss null: expected one of');
  expect(compile({ lossWeights: [0.5] })).not.toThrow();
});

test('parts of a pruning are functions, layers a list', () => {
  const prune = (options: object) => () => e.prune(model, { amount: 0.5, ...options });
  expect(prune({ criterion: 'magnitude' })).toThrow(
    'prune: expected criterion to be a function such as magnitude, got "magnitude".',
  );
  expect(prune({ structure: {} })).toThrow(
    'prune: expected structure to be a function such as unstructured, got an object.',
  );
  expect(prune({ scope: 'global' })).toThrow('prune: expected scope to be a function such as global, got "global"');
  expect(prune({ amount: undefined, rule: 3 })).toThrow(
    'prune: expected rule to be a function such as thresholdRule(0.1), got 3.',
  );
  expect(prune({ layers: 'dense' })).toThrow('expected a list of names of layers, got "dense".');
  expect(prune({ skip: null })).toThrow('expected a list of names of layers, got null.');
  expect(() => e.adaptivePruning(model, { tolerance: 0.1 } as never)).toThrow('expected evaluate to be a function');
  expect(() => e.customFromMask(layer, 'kernel', null as never)).toThrow(
    'kernel: expected a mask as an array of numbers',
  );
});

test('asynchronous prunings reject without what judges and trains', async () => {
  await expect(e.iterativePruning(model, { amount: 0.5, rounds: 1 } as never)).rejects.toThrow(
    'expected train to be a',
  );
  await expect(e.pruneLayers(model, { count: 1 } as never)).rejects.toThrow('expected evaluate to be a function');
  await expect(e.sensitivity(model, {} as never)).rejects.toThrow(
    'sensitivity: data: expected an object of options (x, y',
  );
});

test('numbers as text are no numbers', () => {
  expect(() => e.adam({ beta1: '0.9' as never })).toThrow('adam: expected beta1 to be a number in [0, 1), got "0.9".');
  expect(() => e.sgd({ learningRate: '0.1' as never })).toThrow(
    'learningRate to be a finite number from 0, got "0.1".',
  );
  expect(() => e.huber({ delta: '1' as never })).toThrow('delta to be a finite number above 0, got "1".');
  expect(() => e.l1('0.1' as never)).toThrow('l1: expected l1 to be a finite number from 0, got "0.1".');
  expect(() => e.klDivergence(0.1, { target: '0.5' as never })).toThrow('target to be a number in (0, 1), got "0.5".');
  expect(() => e.topKCategoricalAccuracy({ k: '3' as never })).toThrow('k to be a whole number from 1, got "3".');
  expect(() => e.binaryAccuracy({ threshold: NaN })).toThrow('threshold to be a finite number, got NaN.');
});

test('what is no layer and no symbolic tensor', () => {
  const shape = [3];
  expect(() => e.sequential([e.input({ shape }), null as never])).toThrow(
    'sequential: expected layers, got null at position 1.',
  );
  expect(() => e.sequential([e.input({ shape }), e.flatten as never])).toThrow('got a function at position 1.');
  expect(() => e.model({ inputs: e.input({ shape }), outputs: [] })).toThrow(
    'model: outputs: expected one or more, got none.',
  );
  expect(() => e.model({ inputs: 3 as never, outputs: [] })).toThrow(
    'model: inputs: expected what input() and apply() give, got 3.',
  );
  expect(() => e.model({ inputs: e.input({ shape }) } as never)).toThrow(
    'model: outputs: expected what input() and apply() give, got undefined.',
  );
  expect(() => e.dense({ units: 1 }).apply(null as never)).toThrow(
    'dense: expected what input() and apply() give, got null.',
  );
  expect(() => e.add().apply([e.input({ shape }), 3 as never])).toThrow(
    'add: expected what input() and apply() give, got 3.',
  );
  expect(() => e.dense({ units: 1, name: 5 as never })).toThrow('dense: expected name to be a string, got 5.');
});
