// Metrics against plain loops over batch-major arrays.

import { describe, expect, test } from 'vitest';
import { arena } from '../src/engine/index.ts';
import {
  intersectionOverUnion,
  type Metric,
  type MetricChoice,
  type MetricConfig,
  meanOfClasses,
  metricOf,
} from '../src/metrics/index.ts';
import { Batch, type NdArray, sizeOf, Tensor } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';

const random = new Random(17);
const uniforms = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
const rowsOf = (data: Float32Array, size: number) =>
  Array.from({ length: data.length / size }, (_, i) => Array.from(data.subarray(i * size, (i + 1) * size)));
const argmax = (row: number[]) => row.indexOf(Math.max(...row));
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The metric's result over batches of 19 and 37 samples, and all that was judged. */
function judge(
  choice: MetricChoice,
  shape: number[],
  targetShape: number[],
  drawTarget: (length: number) => Float32Array,
) {
  const metric = metricOf(choice, { prediction: shape, target: targetShape });
  const all = { target: [] as number[], prediction: [] as number[] };
  for (const samples of [19, 37]) {
    const prediction = uniforms(samples * sizeOf(shape));
    const target = drawTarget(samples * sizeOf(targetShape));
    update(metric, target, targetShape, prediction, shape, samples);
    all.target.push(...target);
    all.prediction.push(...prediction);
  }
  return {
    result: metric.result(),
    target: Float32Array.from(all.target),
    prediction: Float32Array.from(all.prediction),
  };
}

function update(metric: Metric, t: Float32Array, tShape: number[], y: Float32Array, yShape: number[], samples: number) {
  arena.scope(() => {
    const batch = new Batch(samples, 32, 16);
    metric.update(Tensor.from(t, tShape, batch), Tensor.from(y, yShape, batch));
  });
}

describe.each([[[7]], [[2, 7]], [[2, 3, 7]]])('predictions of shape %j', (shape) => {
  const labelShape = [...shape.slice(0, -1), 1];
  const labels = (length: number) => Float32Array.from({ length }, () => random.integer(7));
  const among = (k: number, truth: (i: number) => number, prediction: Float32Array) =>
    mean(rowsOf(prediction, 7).map((row, i) => (row.filter((v) => v > row[truth(i)]).length < k ? 1 : 0)));

  test('sparse accuracies', () => {
    const one = judge('accuracy', shape, labelShape, labels);
    expect(one.result).toBeCloseTo(
      among(1, (i) => one.target[i], one.prediction),
      12,
    );
    const five = judge('sparseTopKCategoricalAccuracy', shape, labelShape, labels);
    expect(five.result).toBeCloseTo(
      among(5, (i) => five.target[i], five.prediction),
      12,
    );
  });

  test('one-hot accuracies', () => {
    const check = (choice: MetricChoice, k: number) => {
      const { result, target, prediction } = judge(choice, shape, shape, uniforms);
      const truth = rowsOf(target, 7).map(argmax);
      expect(result).toBeCloseTo(
        among(k, (i) => truth[i], prediction),
        12,
      );
    };
    check('accuracy', 1);
    check('topKCategoricalAccuracy', 5);
  });

  test('means over elements', () => {
    const bits = (length: number) => Float32Array.from({ length }, () => random.integer(2));
    const binary = judge('binaryAccuracy', shape, shape, bits);
    const right = Array.from(binary.prediction, (y, i) => (y > 0.5 === (binary.target[i] === 1) ? 1 : 0));
    expect(binary.result).toBeCloseTo(mean(right), 12);
    const mae = judge('mae', shape, shape, uniforms);
    expect(mae.result).toBeCloseTo(mean(Array.from(mae.prediction, (y, i) => Math.abs(y - mae.target[i]))), 6);
    const mse = judge('meanSquaredError', shape, shape, uniforms);
    expect(mse.result).toBeCloseTo(mean(Array.from(mse.prediction, (y, i) => (y - mse.target[i]) ** 2)), 6);
  });

  test('a function sees Keras order, and its values are averaged by batch size', () => {
    const shapes: (readonly number[])[] = [];
    function first(yTrue: NdArray, yPred: NdArray) {
      shapes.push(yTrue.shape, yPred.shape);
      return yPred.data[0];
    }
    const { result, prediction } = judge(first, shape, shape, uniforms);
    expect(shapes).toEqual([
      [19, ...shape],
      [19, ...shape],
      [37, ...shape],
      [37, ...shape],
    ]);
    expect(result).toBeCloseTo((19 * prediction[0] + 37 * prediction[19 * sizeOf(shape)]) / 56, 6);
  });
});

test("'accuracy' of a single output is yes or no, at 0 for logits", () => {
  const accuracy = (fromLogits: boolean, y: number[]) => {
    const metric = metricOf('accuracy', { prediction: [1], target: [1], fromLogits });
    update(metric, Float32Array.of(1, 0, 1, 0), [1], Float32Array.from(y), [1], 4);
    return metric.result();
  };
  expect(accuracy(false, [0.6, 0.4, 0.4, 0.6])).toBe(0.5);
  expect(accuracy(true, [0.1, -3, 4, 0.2])).toBe(0.75);
});

test('reset forgets; names are those chosen by; unknown ones are refused', () => {
  const metric = metricOf('mse', { prediction: [1], target: [1] });
  expect(metric.name).toBe('mse');
  update(metric, Float32Array.of(1), [1], Float32Array.of(3), [1], 1);
  expect(metric.result()).toBe(4);
  metric.reset();
  expect(metric.result()).toBe(0);
  const measured = { prediction: [1], target: [1] };
  expect(() => metricOf('f1' as MetricChoice, measured)).toThrow("Unknown metric 'f1': expected one of accuracy,");
  expect(() => metricOf(() => 0, measured)).toThrow('A metric function needs a name');
  expect(() => metricOf({ name: 'topKCategoricalAccuracy', k: 0 }, measured)).toThrow(
    'expected k to be a whole number',
  );
});

describe('mean intersection over union', () => {
  const shape = [3, 2, 5];
  /** The same by sets of places. */
  const expected = (truth: number[], answers: number[]) => {
    const ious = [0, 1, 2, 3, 4].flatMap((c) => {
      const either = truth.filter((t, i) => t === c || answers[i] === c).length;
      return either === 0 ? [] : [truth.filter((t, i) => t === c && answers[i] === c).length / either];
    });
    return mean(ious);
  };

  test('of labels and of one-hot targets, over all batches', () => {
    const labels = (length: number) => Float32Array.from({ length }, () => random.integer(4));
    const sparse = judge('meanIoU', shape, [3, 2, 1], labels);
    const answers = rowsOf(sparse.prediction, 5).map(argmax);
    expect(sparse.result).toBeCloseTo(expected(Array.from(sparse.target), answers), 12);
    const oneHot = judge('meanIoU', shape, shape, uniforms);
    const truth = rowsOf(oneHot.target, 5).map(argmax);
    expect(oneHot.result).toBeCloseTo(expected(truth, rowsOf(oneHot.prediction, 5).map(argmax)), 12);
  });

  test('by class, of counts; a class that never occurs counts for nothing', () => {
    expect(intersectionOverUnion([3, 1, 0, 2, 4, 0, 0, 0, 0])).toEqual([3 / 6, 4 / 7, Number.NaN]);
    expect(meanOfClasses([0.5, Number.NaN, 0.25])).toBe(0.375);
    expect(meanOfClasses([])).toBe(0);
    expect(() => intersectionOverUnion([1, 2, 3])).toThrow('expected counts of classes by classes, got 3');
    const metric = metricOf('meanIoU', { prediction: [2], target: [1] });
    expect(metric.result()).toBe(0);
    update(metric, Float32Array.of(1), [1], Float32Array.of(0, 1), [2], 1);
    expect(metric.result()).toBe(1);
    metric.reset();
    expect(metric.result()).toBe(0);
    expect(metricOf(metric.config?.() as MetricConfig, { prediction: [2], target: [1] }).name).toBe('meanIoU');
  });
});
