// A number that is none of its kind, text and NaN too, is refused at the door, in one wording.

import { expect, test } from 'vitest';
import * as e from '../src/index.ts';
import { showValue } from '../src/tensor/index.ts';

const bad: readonly unknown[] = ['3', '0.5', NaN, null, [3], [0.5], true, -Infinity, -1, 1.5, Infinity];

/** Which of these are of the kind all the same. */
const fit: Readonly<Record<string, readonly unknown[]>> = {
  'a whole number': [-1],
  'a whole number from 0 or Infinity': [Infinity],
  'a whole number from 1 or Infinity': [Infinity],
  'a whole number from 4 or Infinity': [Infinity],
  // −1 is TFMOT's Infinity.
  'a whole number from 5 or Infinity': [-1, Infinity],
  'a number': [-Infinity, -1, 1.5, Infinity],
  'a finite number': [-1, 1.5],
  'a number from 0': [1.5, Infinity],
  'a number above 0': [1.5, Infinity],
  'a finite number from 0': [1.5],
  'a finite number above 0': [1.5],
};

const x = [[1, 2]];
const y = [[1]];
const data = { x, y };
const model = e.sequential([e.dense({ units: 2, inputShape: [2] }), e.dense({ units: 1 })]);
model.compile({ optimizer: 'sgd', loss: 'mse' });
const [layer] = model.layers;
const fast = e.compress(model);
const few = e.kSparse({ k: 1, name: 'few' });
const dictionary = new e.Dictionary([1, 0, 0, 1], { features: 2 });
const csr = e.CsrMatrix.fromDense([1, 0, 0, 1], { rows: 2, columns: 2 });
const digits = e.generateDigits({ count: 2 });
const reviews = e.generateReviews({ count: 2 });
const steps = { beginStep: 5, endStep: 10 };
const ramp = { ...steps, initialSparsity: 0, finalSparsity: 0.5 };
const cycle = { ...steps, sparsity: 0.5, compressed: 2 };
const grid = { rows: 2, columns: 2, size: 1 };
const evaluate = () => 1;
const train = () => {};
const schedule = e.oneShot({ sparsity: 0.5 });
const needy = e.criterion({ needs: ['gradients'], score: () => [0] });
const saver = { filepath: 'never-written.espalier' };

/** Of each kind, `who: name` and a call that gives the number by this name. */
const calls: Readonly<Record<string, Readonly<Record<string, (given: never) => unknown>>>> = {
  'a whole number': {
    'groupLasso: axis': (axis) => e.groupLasso(0.1, { axis }),
  },
  'a whole number from 0': {
    'EarlyStopping: startFromEpoch': (startFromEpoch) => new e.EarlyStopping({ startFromEpoch }),
    'Pruning: data: firstBatch': (firstBatch) =>
      e.prune(model, { amount: 0.5, criterion: needy, data: { ...data, firstBatch } }),
    'Random.restore: drawn': (drawn) => e.Random.restore({ key: [0, 0], drawn }),
    'adaptivePruning: steps': (count) => e.adaptivePruning(model, { evaluate, tolerance: 0, steps: count }),
    'constantSparsity: beginStep': (beginStep) => e.constantSparsity({ targetSparsity: 0.5, beginStep }),
    'cubicSparsity: beginStep': (beginStep) => e.cubicSparsity({ ...ramp, beginStep }),
    'cyclicSparsity: beginStep': (beginStep) => e.cyclicSparsity({ ...cycle, beginStep }),
    'fit(): epochs': (epochs) => model.fit(x, y, { epochs }),
    'fit(): initialEpoch': (initialEpoch) => model.fit(x, y, { initialEpoch }),
    'generateDigits: count': (count) => e.generateDigits({ count }),
    'generateDigits: start': (start) => e.generateDigits({ count: 1, start }),
    'generateReviews: count': (count) => e.generateReviews({ count }),
    'generateReviews: start': (start) => e.generateReviews({ count: 1, start }),
    'oneShot: step': (step) => e.oneShot({ sparsity: 0.5, step }),
    'pruning: startAt': (startAt) => e.pruning({ schedule, startAt }),
    'spmm: columns': (columns) => e.spmm(csr, [1, 2], { columns }),
    'topRule: count': e.topRule,
  },
  'a whole number from 0 or Infinity': {
    'EarlyStopping: patience': (patience) => new e.EarlyStopping({ patience }),
    'ReduceLROnPlateau: patience': (patience) => new e.ReduceLROnPlateau({ patience }),
    'ReduceLROnPlateau: cooldown': (cooldown) => new e.ReduceLROnPlateau({ cooldown }),
  },
  'a whole number from 0 to 2': {
    'CsrMatrix.slice: begin': (begin) => csr.slice(begin),
    'CsrMatrix.slice: end': (end) => csr.slice(0, end),
    'takeSplit: begin': (begin) => e.takeSplit(digits, begin),
    'takeSplit: end': (end) => e.takeSplit(digits, 0, end),
    'takeTexts: begin': (begin) => e.takeTexts(reviews, begin),
    'takeTexts: end': (end) => e.takeTexts(reviews, 0, end),
  },
  'a whole number from 0 to 4': {
    'Pruning: count': (count) => e.prune(model, { amount: { count }, layers: [layer.name] }),
  },
  'a whole number from 0 to 2147483647': {
    'CsrMatrix.fromDense: rows': (rows) => e.CsrMatrix.fromDense([1], { rows, columns: 1 }),
    'gemm: n': (n) => e.gemm([1], [1], { m: 1, k: 1, n }),
    'prepareDense: m': (m) => e.prepareDense([1], { m, k: 1 }),
  },
  'a whole number from 0 to 4294967295': {
    'Random: seed': (seed) => new e.Random(seed),
  },
  'a whole number from 1': {
    'CountVectorizer: maxFeatures': (maxFeatures) => new e.CountVectorizer({ maxFeatures }),
    'Dictionary: features': (features) => new e.Dictionary([1, 0], { features }),
    'Pruning: data: batchSize': (batchSize) =>
      e.prune(model, { amount: 0.5, criterion: needy, data: { ...data, batchSize } }),
    'Tokenizer: numWords': (numWords) => new e.Tokenizer({ numWords }),
    'adam: emaOverwriteFrequency': (emaOverwriteFrequency) => e.adam({ emaOverwriteFrequency }),
    'block: rows': (rows) => e.block(rows, 1),
    'compress: batch': (batch) => e.compress(model, { batch }),
    'conv1d: filters': (filters) => e.conv1d({ filters, kernelSize: 1 }),
    'conv1d: kernelSize': (kernelSize) => e.conv1d({ filters: 1, kernelSize }),
    'conv1d: strides': (strides) => e.conv1d({ filters: 1, kernelSize: 1, strides }),
    'conv2d: filters': (filters) => e.conv2d({ filters, kernelSize: 1 }),
    'conv2dTranspose: filters': (filters) => e.conv2dTranspose({ filters, kernelSize: 1 }),
    'cyclicSparsity: compressed': (compressed) => e.cyclicSparsity({ ...cycle, compressed }),
    'cyclicSparsity: decompressed': (decompressed) => e.cyclicSparsity({ ...cycle, decompressed }),
    'dctDictionary: size': (size) => e.dctDictionary({ size }),
    'dense: units': (units) => e.dense({ units }),
    'embedding: inputDim': (inputDim) => e.embedding({ inputDim, outputDim: 1 }),
    'embedding: outputDim': (outputDim) => e.embedding({ inputDim: 1, outputDim }),
    'evaluate(): batchSize': (batchSize) => model.evaluate(x, y, { batchSize }),
    'explain: batch': (batch) => fast.explain({ batch }),
    'extractPatches2d: height': (size) => e.extractPatches2d([1, 2, 3, 4], { ...grid, size: [size, 1] as never }),
    'extractPatches2d: stride': (stride) => e.extractPatches2d([1, 2, 3, 4], { ...grid, stride }),
    'few: k': (k) => Object.assign(few, { k }),
    'fista: iterations': (iterations) => e.fista(dictionary, [1, 2], { lambda: 1, iterations }),
    'fit(): batchSize': (batchSize) => model.fit(x, y, { batchSize }),
    'iterativePruning: rounds': (rounds) => e.iterativePruning(model, { amount: 0.5, rounds, train }),
    'kSparse: k': (k) => e.kSparse({ k }),
    'ksvd: atoms': (atoms) => e.ksvd([1, 2], { atoms, features: 2 }),
    'ksvd: features': (features) => e.ksvd([1, 2], { atoms: 1, features }),
    'ksvd: iterations': (iterations) => e.ksvd([1, 2], { initial: dictionary, iterations }),
    'linearSparsity: frequency': (frequency) => e.linearSparsity({ ...ramp, frequency }),
    'lstm: units': (units) => e.lstm({ units }),
    'nOfM: n': (n) => e.nOfM(n, 4),
    'oneHot: numClasses': (numClasses) => e.oneHot([0], numClasses),
    'padSequences: maxlen': (maxlen) => e.padSequences([[1]], { maxlen }),
    'predict(): batchSize': (batchSize) => model.predict(x, { batchSize }),
    'prune: iterations': (iterations) => e.prune(model, { amount: 0.5, iterations }),
    'rigl: frequency': (frequency) => e.rigl({ ...steps, data, frequency }),
    'shrink: minimum': (minimum) => e.shrink(model, { minimum }),
    'squeezeExcitation: ratio': (ratio) => e.squeezeExcitation({ ratio }),
    'topKCategoricalAccuracy: k': (k) => e.topKCategoricalAccuracy({ k }),
  },
  'a whole number from 1 or Infinity': {
    'Pruning: data: batches': (batches) =>
      e.prune(model, { amount: 0.5, criterion: needy, data: { ...data, batches } }),
    'pruneLayers: count': (count) => e.pruneLayers(model, { evaluate, count, tolerance: 1 }),
  },
  'a whole number from 1 to 2': {
    'omp: nonzeros': (nonzeros) => e.omp(dictionary, [1, 2], { nonzeros }),
  },
  'a whole number from 1 to 4294967296': {
    'Random.integer: below': (below) => new e.Random(0).integer(below),
  },
  'a whole number from 3': {
    'nOfM: m': (m) => e.nOfM(2, m),
  },
  'a whole number from 4 or Infinity': {
    'sparseEvolution: endStep': (endStep) => e.sparseEvolution({ beginStep: 4, endStep }),
  },
  'a whole number from 5': {
    'cyclicSparsity: endStep': (endStep) => e.cyclicSparsity({ ...cycle, endStep }),
  },
  'a whole number from 5 or Infinity': {
    'constantSparsity: endStep': (endStep) => e.constantSparsity({ targetSparsity: 0.5, beginStep: 5, endStep }),
  },
  'a whole number from 6': {
    'cosineSparsity: endStep': (endStep) => e.cosineSparsity({ ...ramp, endStep }),
  },
  'a whole number from 8': {
    'generateDigits: size': (size) => e.generateDigits({ count: 1, size }),
  },
  'a number': {
    'EarlyStopping: baseline': (baseline) => new e.EarlyStopping({ baseline }),
    'ModelCheckpoint: initialValueThreshold': (initialValueThreshold) =>
      new e.ModelCheckpoint({ ...saver, initialValueThreshold }),
    'absoluteRule: least': e.absoluteRule,
  },
  'a finite number': {
    'binaryAccuracy: threshold': (threshold) => e.binaryAccuracy({ threshold }),
    'compile(): each of lossWeights': (weight) => model.compile({ loss: 'mse', lossWeights: [weight] }),
    'padSequences: value': (value) => e.padSequences([[1]], { value }),
  },
  'a number from 0': {
    'CsrMatrix.fromDense: tolerance': (tolerance) => e.CsrMatrix.fromDense([1], { rows: 1, columns: 1, tolerance }),
    'adaptivePruning: tolerance': (tolerance) => e.adaptivePruning(model, { evaluate, tolerance }),
    'ista: tolerance': (tolerance) => e.ista(dictionary, [1, 2], { lambda: 1, tolerance }),
    'omp: error': (error) => e.omp(dictionary, [1, 2], { error }),
    'pruneLayers: tolerance': (tolerance) => e.pruneLayers(model, { evaluate, count: 1, tolerance }),
  },
  'a number above 0': {
    'lnMagnitude: n': e.lnMagnitude,
    'polynomialDecay: power': (power) => e.polynomialDecay({ ...ramp, power }),
  },
  'a finite number from 0': {
    'EarlyStopping: minDelta': (minDelta) => new e.EarlyStopping({ minDelta }),
    'ReduceLROnPlateau: minDelta': (minDelta) => new e.ReduceLROnPlateau({ minDelta }),
    'ReduceLROnPlateau: minLearningRate': (minLearningRate) => new e.ReduceLROnPlateau({ minLearningRate }),
    'adam: epsilon': (epsilon) => e.adam({ epsilon }),
    'adam: learningRate': (learningRate) => e.adam({ learningRate }),
    'elasticNet: l2': (l2) => e.elasticNet({ l2 }),
    'fista: lambda': (lambda) => e.fista(dictionary, [1, 2], { lambda }),
    'groupLasso: lambda': (lambda) => e.groupLasso(lambda),
    'klDivergence: lambda': (lambda) => e.klDivergence(lambda),
    'l1: l1': (lambda) => e.l1(lambda),
    'leakyRelu: negativeSlope': (negativeSlope) => e.leakyRelu({ negativeSlope }),
    "reconstructFromPatches2d: the blend's weight": (weight) =>
      e.reconstructFromPatches2d([1, 2, 3, 4], grid, { image: [1, 2, 3, 4], weight }),
    'rmsprop: epsilon': (epsilon) => e.rmsprop({ epsilon }),
    'sgd: clipnorm': (clipnorm) => e.sgd({ clipnorm }),
    'sgd: clipvalue': (clipvalue) => e.sgd({ clipvalue }),
    'sgd: globalClipnorm': (globalClipnorm) => e.sgd({ globalClipnorm }),
    'sgd: weightDecay': (weightDecay) => e.sgd({ weightDecay }),
    'splicing: learningRate': (learningRate) => e.splicing({ ...steps, data, learningRate }),
  },
  'a finite number above 0': {
    'batchNormalization: epsilon': (epsilon) => e.batchNormalization({ epsilon }),
    'huber: delta': (delta) => e.huber({ delta }),
    'kSparse: alpha': (alpha) => e.kSparse({ k: 1, alpha }),
    'obs: damping': (damping) => e.obs({ damping }),
  },
  'a number in [0, 1]': {
    'batchNormalization: momentum': (momentum) => e.batchNormalization({ momentum }),
    'bounded: ceiling': (ceiling) => e.bounded(e.global, { [layer.name]: { ceiling } }),
    'bounded: floor': (floor) => e.bounded(e.global, { [layer.name]: { floor } }),
    'mine: momentum': (momentum) => e.batchNormalization({ momentum, name: 'mine' }),
    'randomRule: keep': e.randomRule,
    'rmsprop: emaMomentum': (emaMomentum) => e.rmsprop({ emaMomentum }),
    'sparsifyData: keep': (keep) => e.sparsifyData(x, [2], { keep: [1, keep] }),
    'thresholdRule: rate': e.thresholdRule,
  },
  'a number in [0, 1)': {
    'ReduceLROnPlateau: factor': (factor) => new e.ReduceLROnPlateau({ factor }),
    'adam: beta1': (beta1) => e.adam({ beta1 }),
    'constantSparsity: targetSparsity': (targetSparsity) => e.constantSparsity({ targetSparsity, beginStep: 0 }),
    'dropout: rate': (rate) => e.dropout({ rate }),
    'exponentialSparsity: initialSparsity': (initialSparsity) => e.exponentialSparsity({ ...ramp, initialSparsity }),
    'fit(): validationSplit': (validationSplit) => model.fit(x, y, { validationSplit }),
    'iterativePruning: amount': (amount) => e.iterativePruning(model, { amount, rounds: 1, train }),
    'lstm: dropout': (dropout) => e.lstm({ units: 1, dropout }),
    'lstm: recurrentDropout': (recurrentDropout) => e.lstm({ units: 1, recurrentDropout }),
    'oneShot: sparsity': (sparsity) => e.oneShot({ sparsity }),
    'perOutput: amount': e.perOutput,
    'rmsprop: rho': (rho) => e.rmsprop({ rho }),
    'sensitivity: each of sparsities': (amount) => e.sensitivity(model, { data, sparsities: [amount] }),
    'sgd: momentum': (momentum) => e.sgd({ momentum }),
  },
  'a number in (0, 1)': {
    'klDivergence: target': (target) => e.klDivergence(0.1, { target }),
    'rigl: fraction': (fraction) => e.rigl({ ...steps, data, fraction }),
    'sparseEvolution: fraction': (fraction) => e.sparseEvolution({ ...steps, fraction }),
  },
  'a number in [0, 1) or a whole number from 1': {
    'l1Unstructured: amount': (amount) => e.l1Unstructured(layer, 'kernel', amount),
  },
  "'epoch' or a whole number from 1": {
    'ModelCheckpoint: saveFreq': (saveFreq) => new e.ModelCheckpoint({ ...saver, saveFreq }),
  },
  'a share from 0 to 1 or a whole number of texts': {
    'CountVectorizer: minDf': (minDf) => new e.CountVectorizer({ minDf }),
  },
};

const all = Object.entries(calls).flatMap(([kind, each]) =>
  Object.entries(each).map(([name, call]) => [name, kind, call] as const),
);

test.each(all)('%s: %s', async (name, kind, call) => {
  const place = name.lastIndexOf(': ');
  const expected = `${name.slice(0, place)}: expected ${name.slice(place + 2)} to be ${kind}, got `;
  for (const value of bad) {
    if (fit[kind]?.includes(value)) continue;
    const error = await (async () => call(value as never))().then(
      () => new Error(`took ${showValue(value)}`),
      (thrown) => thrown,
    );
    expect(error.message).toBe(`${expected}${showValue(value)}.`);
    expect(error).toBeInstanceOf(RangeError);
  }
});
