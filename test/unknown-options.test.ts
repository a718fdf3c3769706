// An option that nobody reads is a wish ignored: whoever takes options refuses one it does not know, and says which it knows.

import { expect, test } from 'vitest';
import * as e from '../src/index.ts';

const odd = <T extends object>(options: T): T => ({ ...options, unheardOf: 1 });

const model = e.sequential([e.dense({ units: 2, inputShape: [2] }), e.dense({ units: 1 })]);
model.compile({ optimizer: 'sgd', loss: 'mse' });
const [layer] = model.layers;
const x = [[1, 2]];
const y = [[1]];
const data = { x, y };
const dictionary = new e.Dictionary([1, 0, 0, 1], { features: 2 });
const csr = e.CsrMatrix.fromDense([1, 0, 0, 1], { rows: 2, columns: 2 });
const steps = { beginStep: 0, endStep: 10 };
const ramp = { ...steps, initialSparsity: 0, finalSparsity: 0.5 };
const judge = { evaluate: () => 1, tolerance: 0.1 };
const schedule = e.oneShot({ sparsity: 0.5 });
const grid = { rows: 2, columns: 2, size: 1 };

type Calls = Record<string, [known: string, call: () => unknown]>;

const layers: Calls = {
  activation: ['activation', () => e.activation(odd({ activation: 'relu' }))],
  activityRegularization: ['l1', () => e.activityRegularization(odd({ l1: 1 }))],
  add: ['name', () => e.add(odd({}))],
  averagePooling2d: ['poolSize', () => e.averagePooling2d(odd({}))],
  batchNormalization: ['momentum', () => e.batchNormalization(odd({}))],
  concatenate: ['axis', () => e.concatenate(odd({}))],
  conv1d: ['kernelSize', () => e.conv1d(odd({ filters: 1, kernelSize: 1 }))],
  conv2d: ['dilationRate', () => e.conv2d(odd({ filters: 1, kernelSize: 1 }))],
  conv2dTranspose: ['outputPadding', () => e.conv2dTranspose(odd({ filters: 1, kernelSize: 1 }))],
  cropping2d: ['cropping', () => e.cropping2d(odd({}))],
  dense: ['kernelRegularizer', () => e.dense(odd({ units: 1 }))],
  dropout: ['rate', () => e.dropout(odd({ rate: 0.5 }))],
  embedding: ['maskZero', () => e.embedding(odd({ inputDim: 1, outputDim: 1 }))],
  flatten: ['inputShape', () => e.flatten(odd({}))],
  globalAveragePooling1d: ['name', () => e.globalAveragePooling1d(odd({}))],
  globalAveragePooling2d: ['keepdims', () => e.globalAveragePooling2d(odd({}))],
  globalMaxPooling1d: ['name', () => e.globalMaxPooling1d(odd({}))],
  globalMaxPooling2d: ['keepdims', () => e.globalMaxPooling2d(odd({}))],
  input: ['shape', () => e.input(odd({ shape: [1] }))],
  kSparse: ['alpha', () => e.kSparse(odd({ k: 1 }))],
  leakyRelu: ['negativeSlope', () => e.leakyRelu(odd({}))],
  lstm: ['returnState', () => e.lstm(odd({ units: 1 }))],
  maxPooling2d: ['poolSize', () => e.maxPooling2d(odd({}))],
  reshape: ['targetShape', () => e.reshape(odd({ targetShape: [1] }))],
  squeezeExcitation: ['ratio', () => e.squeezeExcitation(odd({}))],
  timeDistributed: ['layer', () => e.timeDistributed(odd({ layer: e.flatten() }))],
  upSampling2d: ['interpolation', () => e.upSampling2d(odd({}))],
  zeroPadding2d: ['padding', () => e.zeroPadding2d(odd({}))],
};

const training: Calls = {
  EarlyStopping: ['restoreBestWeights', () => new e.EarlyStopping(odd({}))],
  ModelCheckpoint: ['saveFreq', () => new e.ModelCheckpoint(odd({ filepath: 'x' }))],
  ProgressBar: ['writer', () => new e.ProgressBar(odd({}))],
  ReduceLROnPlateau: ['cooldown', () => new e.ReduceLROnPlateau(odd({}))],
  adam: ['beta1', () => e.adam(odd({}))],
  binaryAccuracy: ['threshold', () => e.binaryAccuracy(odd({}))],
  binaryCrossentropy: ['fromLogits', () => e.binaryCrossentropy(odd({}))],
  categoricalCrossentropy: ['fromLogits', () => e.categoricalCrossentropy(odd({}))],
  compile: ['lossWeights', () => model.compile(odd({ loss: 'mse' }))],
  customLoss: ['targetShape', () => e.customLoss(odd({ name: 'mine', value: () => 0, gradient: () => [0] }))],
  customOptimizer: ['slots', () => e.customOptimizer(odd({ name: 'mine', update: () => {} }))],
  elasticNet: ['l2', () => e.elasticNet(odd({}))],
  evaluate: ['batchSize', () => model.evaluate(x, y, odd({}))],
  fit: ['epochs', () => model.fit(x, y, odd({}))],
  groupLasso: ['axis', () => e.groupLasso(0.1, odd({}))],
  huber: ['delta', () => e.huber(odd({}))],
  klDivergence: ['target', () => e.klDivergence(0.1, odd({}))],
  l1: ['proximal', () => e.l1(0.1, odd({}))],
  l1l2: ['proximal', () => e.l1l2(odd({}))],
  loadModel: ['compile', () => e.loadModel(model.toBytes(), odd({}))],
  model: ['outputs', () => e.model(odd({ inputs: model.inputs, outputs: model.outputs }))],
  predict: ['out', () => model.predict(x, odd({}))],
  predictAll: ['batchSize', () => model.predictAll(x, odd({}))],
  rmsprop: ['rho', () => e.rmsprop(odd({}))],
  save: ['includeOptimizer', () => model.save('never-written.espalier', odd({}))],
  sequential: ['seed', () => e.sequential([e.input({ shape: [1] }), e.flatten()], odd({}))],
  sgd: ['nesterov', () => e.sgd(odd({}))],
  sparseCategoricalCrossentropy: ['fromLogits', () => e.sparseCategoricalCrossentropy(odd({}))],
  sparseTopKCategoricalAccuracy: ['k', () => e.sparseTopKCategoricalAccuracy(odd({}))],
  testOnBatch: ['sampleWeight', () => model.testOnBatch(x, y, odd({}))],
  topKCategoricalAccuracy: ['k', () => e.topKCategoricalAccuracy(odd({}))],
  trainOnBatch: ['classWeight', () => model.trainOnBatch(x, y, odd({}))],
};

const pruning: Calls = {
  adaptivePruning: ['tolerance', () => e.adaptivePruning(model, odd(judge))],
  bounded: ['ceiling', () => e.bounded(e.global, odd({ floor: 0.1 }))],
  constantSparsity: ['targetSparsity', () => e.constantSparsity(odd({ targetSparsity: 0.5, beginStep: 0 }))],
  cosineSparsity: ['finalSparsity', () => e.cosineSparsity(odd(ramp))],
  criterion: ['needs', () => e.criterion(odd({ score: () => [] }))],
  cubicSparsity: ['finalSparsity', () => e.cubicSparsity(odd(ramp))],
  cyclicSparsity: ['compressed', () => e.cyclicSparsity(odd({ ...steps, sparsity: 0.5, compressed: 2 }))],
  data: [
    'firstBatch',
    () =>
      e.prune(model, {
        amount: 0.5,
        criterion: e.criterion({ needs: ['gradients'], score: () => [] }),
        data: odd(data),
      }),
  ],
  exponentialSparsity: ['finalSparsity', () => e.exponentialSparsity(odd(ramp))],
  globalUnstructured: ['amount', () => e.globalUnstructured([[layer, 'kernel']], 'l1Unstructured', odd({ amount: 1 }))],
  iterativePruning: ['rounds', () => e.iterativePruning(model, odd({ amount: 0.5, rounds: 1, train: () => {} }))],
  l1Unstructured: ['importanceScores', () => e.l1Unstructured(layer, 'kernel', 1, odd({}))],
  linearSparsity: ['finalSparsity', () => e.linearSparsity(odd(ramp))],
  lnStructured: ['importanceScores', () => e.lnStructured(layer, 'kernel', 1, 2, 0, odd({}))],
  obs: ['damping', () => e.obs(odd({}))],
  oneShot: ['step', () => e.oneShot(odd({ sparsity: 0.5 }))],
  polynomialDecay: ['power', () => e.polynomialDecay(odd(ramp))],
  proximalGradient: ['accelerated', () => e.proximalGradient(odd({ regularizer: 'proximalL1' as const }))],
  prune: ['structure', () => e.prune(model, odd({ amount: 0.5 }))],
  pruneLayers: ['count', () => e.pruneLayers(model, odd(judge))],
  pruning: ['schedule', () => e.pruning(odd({ schedule }))],
  randomStructured: ['seed', () => e.randomStructured(layer, 'kernel', 1, 0, odd({}))],
  randomUnstructured: ['seed', () => e.randomUnstructured(layer, 'kernel', 1, odd({}))],
  rigl: ['fraction', () => e.rigl(odd({ ...steps, data }))],
  sensitivity: ['sparsities', () => e.sensitivity(model, odd({ data }))],
  shrink: ['multiple', () => e.shrink(model, odd({}))],
  sparseEvolution: ['fraction', () => e.sparseEvolution(odd(steps))],
  sparsify: ['amount', () => e.sparsify(model, odd({ amount: 0.5 }))],
  sparsifyData: ['rescale', () => e.sparsifyData(x, [2], odd({ keep: 0.5 }))],
  splicing: ['learningRate', () => e.splicing(odd({ ...steps, data }))],
};

const others: Calls = {
  Parameter: ['sparseGradient', () => new e.Parameter(odd({ name: 'w', shape: [1] }))],
  CountVectorizer: ['minDf', () => new e.CountVectorizer(odd({}))],
  Dictionary: ['features', () => new e.Dictionary([1, 0], odd({ features: 2 }))],
  TfidfVectorizer: ['sublinearTf', () => new e.TfidfVectorizer(odd({}))],
  Tokenizer: ['numWords', () => new e.Tokenizer(odd({}))],
  compress: ['calibrate', () => e.compress(model, odd({}))],
  dctDictionary: ['atoms', () => e.dctDictionary(odd({}))],
  extractPatches2d: ['stride', () => e.extractPatches2d([1, 2, 3, 4], odd(grid))],
  fista: ['lambda', () => e.fista(dictionary, [1, 2], odd({ lambda: 1 }))],
  gemm: ['relaxed', () => e.gemm([1], [1], odd({ m: 1, k: 1, n: 1 }))],
  gemv: ['relaxed', () => e.gemv([1], [1], odd({}))],
  generateDigits: ['count', () => e.generateDigits(odd({ count: 1 }))],
  generateReviews: ['count', () => e.generateReviews(odd({ count: 1 }))],
  generatedDigits: ['train', () => e.generatedDigits(odd({ train: 1, test: 1 }))],
  generatedReviews: ['train', () => e.generatedReviews(odd({ train: 1, test: 1 }))],
  init: ['maximumMemory', () => e.init(odd({}))],
  ista: ['lambda', () => e.ista(dictionary, [1, 2], odd({ lambda: 1 }))],
  ksvd: ['nonzeros', () => e.ksvd([1, 2], odd({ initial: dictionary }))],
  load: ['relaxed', () => e.load(model.toBytes(), odd({}))],
  loadImdb: ['path', () => e.loadImdb(odd({ path: 'nowhere' }))],
  loadMnist: ['folder', () => e.loadMnist(odd({ folder: 'nowhere' }))],
  loadText: ['encoding', () => e.loadText('nowhere', odd({}))],
  loadTextFolder: ['classNames', () => e.loadTextFolder('nowhere', odd({}))],
  omp: ['nonzeros', () => e.omp(dictionary, [1, 2], odd({}))],
  padSequences: ['maxlen', () => e.padSequences([[1]], odd({}))],
  parseImdb: ['fatal', () => e.parseImdb(new Uint8Array(), odd({}))],
  prepare: ['relaxed', () => e.prepare(csr, odd({}))],
  prepareDense: ['relaxed', () => e.prepareDense([1], odd({ m: 1, k: 1 }))],
  reconstructFromPatches2d: [
    'weight',
    () => e.reconstructFromPatches2d([1, 2, 3, 4], grid, odd({ image: x[0], weight: 1 })),
  ],
  sddmm: ['relaxed', () => e.sddmm(csr, [1, 2], [1, 2], odd({}))],
  spmm: ['columns', () => e.spmm(csr, [1, 2], odd({ columns: 1 }))],
  spmmTransposed: ['columns', () => e.spmmTransposed(csr, [1, 2], odd({ columns: 1 }))],
  spmv: ['relaxed', () => e.spmv(csr, [1, 2], odd({}))],
  spmvTransposed: ['relaxed', () => e.spmvTransposed(csr, [1, 2], odd({}))],
  takeDataset: ['test', () => e.takeDataset(e.generatedDigits({ train: 1, test: 1 }), odd({}))],
  writeMatrixMarket: ['symmetry', () => e.writeMatrixMarket(csr, odd({}))],
};

const all = Object.entries({ ...layers, ...training, ...pruning, ...others });

test.each(all)('%s', async (name, [known, call]) => {
  const complaint = new RegExp(`${name}.*: unknown option 'unheardOf': expected one of .*\\b${known}\\b`);
  await expect((async () => call())()).rejects.toThrow(complaint);
});

test('what is undefined is not given, and what is no object is no options', () => {
  expect(e.huber({ unheardOf: undefined } as object).config?.()).toEqual({ name: 'huber', delta: 1 });
  expect(() => e.adam(0.01 as never)).toThrow(
    'adam: expected an object of options (beta1, beta2, epsilon, learningRate',
  );
  for (const none of [null, 3, 'relu'] as never[]) {
    for (const make of [e.dense, e.activation, e.flatten, e.huber, e.obs, e.oneShot, e.sgd, e.input, e.rigl]) {
      expect(() => make(none)).toThrow(/expected an object of options \(.*\), got/);
    }
  }
});
