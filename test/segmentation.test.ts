// Classes for every pixel: training on labels [rows, columns], the scenes of examples/segment.ts, and the example itself, small.

import { describe, expect, test } from 'vitest';
import { networksIn } from '../examples/networks.ts';
import type { Progress } from '../examples/scaffold.ts';
import { classNames, generateScenes, side } from '../examples/segment/scenes.ts';
import { ends, uNet } from '../examples/segment/u-net.ts';
import { segment } from '../examples/segment.ts';
import {
  adam,
  block4x1,
  compress,
  conv2d,
  generateDigits,
  intersectionOverUnion,
  load,
  meanOfClasses,
  prune,
  Random,
  sequential,
} from '../src/index.ts';
import { renderStudy } from '../src/report/index.ts';

describe('labels for pixels', () => {
  const [count, rows, columns] = [21, 5, 7];
  const random = new Random(5);
  const x = Float32Array.from({ length: count * rows * columns }, () => random.uniform(-1, 1));
  const labels = Uint8Array.from(x, (v) => (v < -0.3 ? 0 : v < 0.3 ? 1 : 2));
  const made = () => {
    const model = sequential([conv2d({ filters: 3, kernelSize: 1, activation: 'softmax', inputShape: [rows, columns, 1] })], { seed: 1 }); // biome-ignore format: one line
    model.compile({
      optimizer: adam({ learningRate: 0.05 }),
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy', 'meanIoU'],
    });
    return model;
  };

  test('evaluate gives the means over all pixels of all samples', () => {
    const model = made();
    const { data } = model.predict(x);
    const best = Array.from(labels, (_, p) =>
      [0, 1, 2].reduce((a, c) => (data[3 * p + c] > data[3 * p + a] ? c : a), 0),
    );
    const confusion = new Float64Array(9);
    for (const [p, label] of labels.entries()) confusion[3 * label + best[p]]++;
    const logs = model.evaluate(x, labels, { batchSize: 8 });
    const loss = labels.reduce((sum, label, p) => sum - Math.log(data[3 * p + label]), 0) / labels.length;
    expect(logs.loss).toBeCloseTo(loss, 5);
    expect(logs.accuracy).toBeCloseTo(labels.filter((label, p) => label === best[p]).length / labels.length, 12);
    expect(logs.meanIoU).toBeCloseTo(meanOfClasses(intersectionOverUnion(confusion)), 12);
  });

  test('learn, and come as they like: [n, rows, columns], with a last axis of 1, nested, or as numbers alone', async () => {
    const nested = (shape: number[], from = 0): unknown[] =>
      Array.from({ length: shape[0] }, (_, i) => {
        const size = shape.slice(1).reduce((a, b) => a * b, 1);
        return shape.length === 1 ? labels[from + i] : nested(shape.slice(1), from + i * size);
      });
    const shapes = [
      labels,
      { data: labels, shape: [count, rows, columns] },
      { data: labels, shape: [count, rows, columns, 1] },
      nested([count, rows, columns, 1]) as number[][],
    ];
    const ends: number[] = [];
    for (const y of shapes) {
      const model = made();
      await model.fit(x, y, { epochs: 30, batchSize: 8 });
      const { loss, accuracy } = model.evaluate(x, labels);
      expect(accuracy).toBeGreaterThan(0.85);
      ends.push(loss);
    }
    expect(new Set(ends).size).toBe(1);
    await expect(made().fit(x, { data: labels, shape: [count, columns, rows] })).rejects.toThrow('[batch, 5, 7, 1]');
    await expect(made().fit(x, new Uint8Array(labels.length).fill(3))).rejects.toThrow('labels from 0 to 2, got 3');
  });
});

describe('scenes', () => {
  const digits = generateDigits({ count: 20 });
  const scenes = (count: number, seed = 1, stream = 'train') => generateScenes(digits, { count, seed, stream });
  const ten = scenes(10);

  test('are functions of seed, stream and index', () => {
    expect(scenes(3).images).toEqual(ten.images.subarray(0, 3 * side * side));
    expect(scenes(10).labels).toEqual(ten.labels);
    expect(scenes(10, 2).images).not.toEqual(ten.images);
    expect(scenes(10, 1, 'test').images).not.toEqual(ten.images);
  });

  test('have every class, and things brighter than what lies around them', () => {
    expect(new Set(ten.labels)).toEqual(new Set(classNames.keys()));
    expect(ten.images.every((v) => v >= 0 && v <= 1)).toBe(true);
    const meanOf = (isThing: boolean) => {
      const greys = ten.images.filter((_, p) => ten.labels[p] > 0 === isThing);
      return greys.reduce((sum, v) => sum + v, 0) / greys.length;
    };
    expect(meanOf(true)).toBeGreaterThan(meanOf(false) + 0.3);
  });
});

test.each([undefined, block4x1])(
  'the U-Net, pruned and compressed, answers as in training and from its file',
  (structure) => {
    const model = uNet({ side: 16, classes: 3, seed: 2, width: 4 });
    if (structure) prune(model, { amount: 0.6, structure, skip: ends });
    const random = new Random(9);
    const x = Float32Array.from({ length: 5 * 256 }, () => random.uniform());
    const expected = model.predict(x).data;
    const running = compress(model);
    for (const each of [running, load(running.toBytes())]) {
      const together = each.predict(x).data;
      const apart = Float32Array.from({ length: 5 }, (_, i) => i).reduce<number[]>(
        (all, i) => all.concat(Array.from(each.predict(x.subarray(256 * i, 256 * (i + 1))).data)),
        [],
      );
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(together[i] - value)).toBeLessThan(2e-5);
        expect(Math.abs(apart[i] - value)).toBeLessThan(2e-5);
      }
    }
  },
);

test('the example tells of four networks', async () => {
  const quiet: Progress = { phase() {}, update() {}, done() {}, stop() {} };
  const options = {
    seed: 3,
    epochs: 2,
    scenes: 32,
    sparsity: 0.8,
    width: 4,
    counts: { validation: 8, test: 8 },
    rounds: 2,
  };
  const { variants, sections, summary, more } = await segment(options, {
    progress: quiet,
    signal: new AbortController().signal,
    networks: networksIn(undefined, () => {}),
  });
  expect(variants.map(({ name }) => name)).toEqual(['dense', 'pruned', 'blocks', 'shrunk']);
  const [dense, pruned, blocks, shrunk] = variants as readonly Record<string, unknown>[] as readonly Record<
    string,
    number
  >[];
  // Of 4,952 weights the 36 of the first convolution and the 20 of the classes are not pruned.
  expect(dense.weights).toBe(4952);
  expect(pruned.weights).toBeGreaterThanOrEqual(Math.floor(0.2 * 4896) + 56);
  expect(pruned.weights).toBeLessThan(0.23 * dense.weights);
  expect(blocks.weights).toBeLessThan(0.23 * dense.weights);
  expect(shrunk.weights).toBeLessThan(0.35 * dense.weights);
  for (const each of [pruned, blocks, shrunk]) expect(each.bytes).toBeLessThan(0.7 * dense.bytes);
  for (const each of [dense, pruned, blocks, shrunk]) {
    expect(each.meanIoU).toBeCloseTo((each.iou0 + each.iou1 + each.iou2 + each.iou3 + each.iou4) / 5, 12);
    expect(each.speedup).toBeCloseTo(dense.milliseconds / each.milliseconds, 12);
  }
  expect(more).toEqual({ classes: classNames });
  const page = renderStudy({ title: 'Segmentation', summary, sections, facts: [], date: '2026-01-02T03:04:05.000Z' });
  expect(page.match(/pixels wrong/g)?.length).toBeGreaterThanOrEqual(4 * 5);
});
