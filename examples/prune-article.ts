// The article's systems of sparsification and pruning, one line each, on the same small classifier of generated digits: a convolution of
// 12 filters with a learned gate, and two dense layers. Every row starts from the same trained weights and is fine-tuned for two epochs.
//
//   npx tsx examples/prune-article.ts

import {
  absoluteRule,
  activation,
  adam,
  adaptivePruning,
  apoz,
  attention,
  channels,
  conv2d,
  dense,
  elasticNet,
  filters,
  flatten,
  generateDigits,
  global,
  groupLasso,
  iterativePruning,
  l1,
  l2,
  loadModel,
  lstm,
  lstmUnits,
  type Model,
  magnitude,
  maxPooling2d,
  meanActivation,
  neurons,
  nonzeroRule,
  polynomialDecay,
  proximalGradient,
  proximalL1,
  prune,
  pruneLayers,
  type RegularizerChoice,
  randomRule,
  reshape,
  sequential,
  sgd,
  snapshot,
  sparsify,
  sparsifyData,
  sparsity,
  squeezeExcitation,
  thresholdRule,
  topRule,
} from '../src/index.ts';
import { noOptions } from './command.ts';
import { percent } from './prune-task.ts';

noOptions(import.meta.url);

const train = generateDigits({ count: 2000, size: 14, stream: 'train' });
const test = generateDigits({ count: 1000, size: 14, stream: 'test' });
const held = generateDigits({ count: 500, size: 14, stream: 'held' });
const data = { x: train.images, y: train.labels, batches: 10 };

function make(kernelRegularizer?: Parameters<typeof dense>[0]['kernelRegularizer'], deeper = 0): Model {
  return compiled([
    conv2d({ filters: 12, kernelSize: 3, inputShape: [14, 14, 1], name: 'conv' }),
    activation({ activation: 'relu' }),
    squeezeExcitation({ ratio: 4, name: 'gate' }),
    maxPooling2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 48, activation: 'relu', kernelRegularizer, name: 'hidden' }),
    ...Array.from({ length: deeper }, () => dense({ units: 48, activation: 'relu' })),
    dense({ units: 10, activation: 'softmax', name: 'digits' }),
  ]);
}

function compiled(layers: Parameters<typeof sequential>[0]): Model {
  const model = sequential(layers, { seed: 1 });
  model.compile({
    optimizer: adam({ learningRate: 0.003 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

const learn = (model: Model, epochs: number, callbacks: Parameters<Model['fit']>[2] = {}) =>
  model.fit(train.images, train.labels, { epochs, ...callbacks });
/** What is chosen by measure is chosen on digits of its own. */
const heldAccuracy = (model: Model) => model.evaluate(held.images, held.labels, { batchSize: 200 }).accuracy;
const accuracy = (model: Model) => model.evaluate(test.images, test.labels, { batchSize: 200 }).accuracy;

/** Trains from the beginning with a regularizer, then makes its zeros a mask. */
async function regularized(regularizer: Parameters<typeof make>[0]): Promise<Model> {
  const model = make(regularizer);
  await learn(model, 6);
  prune(model, { rule: nonzeroRule });
  return model;
}

/** Plain SGD with proximal steps, from the trained weights. */
async function proximal(model: Model, regularizer: RegularizerChoice, accelerated: boolean): Promise<void> {
  model.compile({
    optimizer: sgd({ learningRate: 0.05 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const callback = proximalGradient({ regularizer, accelerated, layers: ['hidden'] });
  await learn(model, 3, { callbacks: [callback] });
  prune(model, { rule: nonzeroRule });
}

/** Learns with three hidden layers more than it takes, and loses the two that it misses least. */
async function shallower(): Promise<Model> {
  const deep = make(undefined, 3);
  await learn(deep, 6);
  const { model } = await pruneLayers(deep, { evaluate: heldAccuracy, count: 2 });
  return model;
}

/** Reads an image row by row, and loses half of its units. */
async function recurrent(): Promise<Model> {
  const model = compiled([
    reshape({ targetShape: [14, 14], inputShape: [14, 14, 1] }),
    lstm({ units: 32, name: 'rows' }),
    dense({ units: 10, activation: 'softmax', name: 'digits' }),
  ]);
  await learn(model, 6);
  prune(model, { structure: lstmUnits, amount: 0.5 });
  return model;
}

/** Each changes the model it is given, or gives another. */
const systems: Record<string, (model: Model) => unknown> = {
  'dense, as trained': () => {},
  'data: half of the pixels kept': (model) =>
    model.fit(sparsifyData(train.images, train.shape, { keep: 0.5 }), train.labels, { epochs: 2 }),
  'weights at random, then trained on': (model) => sparsify(model, { rule: randomRule(0.5) }),
  'weights at random, pruned': (model) => prune(model, { rule: randomRule(0.5) }),
  'L1 as a penalty (no zeros)': () => regularized(l1(0.0003)),
  'L2 as a penalty (no zeros)': () => regularized(l2(0.001)),
  'L1 by proximal steps': () => regularized(proximalL1(0.1)),
  'elastic net by proximal steps': () => regularized(elasticNet({ l1: 0.1, l2: 0.1 })),
  'group lasso: whole neurons': () => regularized(groupLasso(0.08)),
  'proximal gradient (ISTA)': (model) => proximal(model, proximalL1(0.003), false),
  'accelerated (FISTA)': (model) => proximal(model, proximalL1(0.003), true),
  'threshold: |w| < 0.2·max|w|': (model) => prune(model, { rule: thresholdRule(0.2) }),
  'threshold: |w| < 0.05': (model) => prune(model, { rule: absoluteRule(0.05) }),
  'the 1,000 largest of each layer': (model) => prune(model, { rule: topRule(1000), layers: ['hidden'] }),
  'magnitude, 80%, one shot': (model) => prune(model, { amount: 0.8, scope: global }),
  'sparsified (ISTA), then pruned, 80%': async (model) => {
    await proximal(model, proximalL1(0.003), false);
    prune(model, { amount: 0.8, scope: global });
  },
  'magnitude, 80%, while training': (model) => {
    const schedule = polynomialDecay({
      initialSparsity: 0.2,
      finalSparsity: 0.8,
      beginStep: 0,
      endStep: 100,
      frequency: 10,
    });
    return learn(model, 2, { callbacks: [prune(model, { schedule, scope: global })] });
  },
  'neurons by mean activation': (model) =>
    prune(model, { criterion: meanActivation, structure: neurons, amount: 0.5, layers: ['hidden'], data }),
  'neurons by zeros (APoZ)': (model) =>
    prune(model, { criterion: apoz, structure: neurons, amount: 0.5, layers: ['hidden'], data }),
  'filters by magnitude': (model) =>
    prune(model, { criterion: magnitude, structure: filters, amount: 0.5, layers: ['conv'], biases: true }),
  'channels that a layer reads': (model) =>
    prune(model, { criterion: magnitude, structure: channels, amount: 0.5, layers: ['hidden'] }),
  'units of an LSTM by magnitude': recurrent,
  'filters by attention': (model) =>
    prune(model, { criterion: attention, structure: filters, amount: 0.5, layers: ['conv'], biases: true, data }),
  'two of three deeper layers': shallower,
  'iterative: three rounds to 90%': (model) =>
    iterativePruning(model, { amount: 0.9, rounds: 3, scope: global, train: () => learn(model, 1) }),
  'lottery ticket: the same, rewound': () => {
    const fresh = make();
    const start = snapshot(fresh);
    const search = learn(fresh, 3).then(() =>
      iterativePruning(fresh, { amount: 0.9, rounds: 3, scope: global, rewindTo: start, train: () => learn(fresh, 3) }),
    );
    return search.then(() => fresh);
  },
  'adaptive: one point, globally': (model) =>
    adaptivePruning(model, { evaluate: () => heldAccuracy(model), tolerance: 0.01 }),
  'adaptive: one point, by sensitivity': (model) =>
    adaptivePruning(model, { evaluate: () => heldAccuracy(model), tolerance: 0.01, by: 'sensitivity' }),
};

const start = make();
await learn(start, 6);
const trained = start.toBytes();
console.log(`${'system'.padEnd(38)}${'kept'.padStart(7)}${'accuracy'.padStart(10)}${'fine-tuned'.padStart(12)}`);
for (const [name, apply] of Object.entries(systems)) {
  const loaded = await loadModel(trained);
  const given = await apply(loaded);
  const model = given && typeof given === 'object' && 'fit' in given ? (given as Model) : loaded;
  const before = accuracy(model);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await learn(model, 2);
  const row = [sparsity(model).density, before, accuracy(model)].map(percent);
  console.log(name.padEnd(38) + row[0].padStart(7) + row[1].padStart(10) + row[2].padStart(12));
}
