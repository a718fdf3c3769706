// The camelCase face of torch.nn.utils.prune: the masks of PyTorch, position by position; random ones by count.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { batchNormalization, conv2d, dense, type Layer } from '../src/layers/index.ts';
import {
  customFromMask,
  globalUnstructured,
  identity,
  isPruned,
  l1Unstructured,
  lnStructured,
  pruningMethods,
  randomStructured,
  randomUnstructured,
  remove,
} from '../src/pruning/index.ts';
import { drawer } from './golden-fixture.ts';
import { maskOf, networkOf, parameterOf, zeros } from './pruning-fixture.ts';

const golden: { masks: Record<string, string> } = JSON.parse(
  readFileSync(new URL('./golden/prune.json', import.meta.url), 'utf8'),
);

function made(kind: string, seed = kind === 'dense' ? 1 : 2): Layer {
  const layer =
    kind === 'dense'
      ? dense({ units: 7, inputShape: [9], name: 'it' })
      : conv2d({ filters: 6, kernelSize: [3, 2], inputShape: [5, 5, 4], name: 'it' });
  const kernel = parameterOf(networkOf(layer), 'it');
  kernel.write({ data: drawer(seed)(kernel.length) });
  return layer;
}

const bits = (layer: Layer) => maskOf(layer.parameters[0]).join('');

/** Applies a step of a golden's name, such as `ln 0.5 inf -1`. */
function apply(layer: Layer, kind: string, step: string): void {
  const [rule, ...words] = step.split(' ');
  const [amount, n, dim] = words.map((word) => (word === 'inf' ? Infinity : Number(word)));
  if (rule === 'l1') l1Unstructured(layer, 'kernel', amount);
  else if (rule === 'ln') lnStructured(layer, 'kernel', amount, n, dim);
  else if (rule === 'identity') identity(layer, 'kernel');
  else if (rule === 'mask') {
    const { data } = made(kind, 7).parameters[0].read();
    customFromMask(
      layer,
      'kernel',
      data.map((value) => (value > -0.5 ? 1 : 0)),
    );
  } else if (rule === 'scores') {
    l1Unstructured(layer, 'kernel', amount, { importanceScores: made(kind, 5).parameters[0].read() });
  } else throw new Error(`unknown step ${step}`);
}

for (const [name, mask] of Object.entries(golden.masks)) {
  const [kind] = name.split(' ');
  if (kind === 'global') continue;
  test(`as PyTorch: ${name}`, () => {
    const layer = made(kind);
    const before = layer.parameters[0].read().data;
    const steps = name.slice(kind.length + 1).split(' then ');
    for (const step of steps) apply(layer, kind, step);
    expect(bits(layer)).toBe(mask);
    const after = layer.parameters[0].read().data;
    expect([...after]).toEqual([...before].map((w, i) => (mask[i] === '1' ? w : 0)));
    expect(pruningMethods(layer, 'kernel')).toHaveLength(steps.length);
  });
}

test('as PyTorch: several layers in one ranking', () => {
  const layers = [made('dense'), made('conv')];
  const parameters = layers.map((layer) => [layer, 'kernel'] as const);
  globalUnstructured(parameters, 'l1Unstructured', { amount: 0.4 });
  expect(layers.map(bits).join('')).toBe(golden.masks['global 0.4']);
  globalUnstructured(parameters, 'l1Unstructured', { amount: 30 });
  expect(layers.map(bits).join('')).toBe(golden.masks['global 0.4 then 30']);
});

describe('random ones, by count', () => {
  test('weights: of what is left; the seed decides which', () => {
    const layer = randomUnstructured(made('conv'), 'kernel', 0.5, { seed: 3 });
    expect(zeros(maskOf(layer.parameters[0]))).toBe(72);
    const first = bits(layer);
    randomUnstructured(layer, 'kernel', 10, { seed: 4 });
    expect(zeros(maskOf(layer.parameters[0]))).toBe(82);
    expect([...first].every((bit, i) => bit === '1' || bits(layer)[i] === '0')).toBe(true);
    expect(bits(randomUnstructured(made('conv'), 'kernel', 0.5, { seed: 3 }))).toBe(first);
    expect(bits(randomUnstructured(made('conv'), 'kernel', 0.5, { seed: 5 }))).not.toBe(first);
  });

  test.each([
    [0, 6, 24],
    [1, 4, 36],
    [2, 3, 48],
    [-1, 2, 72],
  ])('slices along dim %i: whole ones', (dim, count, size) => {
    const layer = randomStructured(made('conv'), 'kernel', 1, dim);
    expect(zeros(maskOf(layer.parameters[0]))).toBe(size);
    randomStructured(layer, 'kernel', count - 1, dim);
    expect(zeros(maskOf(layer.parameters[0]))).toBe(size * count);
  });

  test('several layers', () => {
    const layers = [made('dense'), made('conv')];
    globalUnstructured(
      layers.map((layer) => [layer, 'kernel'] as const),
      'randomUnstructured',
      { amount: 100 },
    );
    expect(layers.reduce((sum, layer) => sum + zeros(maskOf(layer.parameters[0])), 0)).toBe(100);
  });
});

test('isPruned, remove, the container', () => {
  const layer = dense({ units: 7, inputShape: [9], name: 'it' });
  const model = networkOf(layer, batchNormalization());
  expect(isPruned(model)).toBe(false);
  l1Unstructured(layer, 'kernel', 0.5);
  lnStructured(layer, 'kernel', 1, 2, 0);
  expect([isPruned(model), isPruned(layer)]).toEqual([true, true]);
  const history = pruningMethods(layer, 'kernel');
  expect([...history].map(({ name }) => name)).toEqual(['l1Unstructured', 'lnStructured']);
  expect(history.at(-1)).toMatchObject({ amount: 1, dim: 0 });
  const other = dense({ units: 7, inputShape: [9], name: 'other' });
  parameterOf(networkOf(other), 'other').write(layer.parameters[0].read());
  const copy = made('dense');
  const twin = made('dense');
  l1Unstructured(copy, 'kernel', 0.5);
  lnStructured(copy, 'kernel', 1, 2, 0);
  expect(bits(pruningMethods(copy, 'kernel').apply(twin, 'kernel'))).toBe(bits(copy));

  const values = [...layer.parameters[0].read().data];
  remove(layer, 'kernel');
  expect(isPruned(model)).toBe(false);
  expect([...layer.parameters[0].read().data]).toEqual(values);
  expect(pruningMethods(layer, 'kernel')).toHaveLength(0);
  expect(() => remove(layer, 'kernel')).toThrow("expected 'kernel' to be pruned");
});

test('bad input leaves the layer as it was', () => {
  const layer = made('conv');
  const wrong = (work: () => unknown, message: string) => {
    expect(work).toThrow(message);
    expect(isPruned(layer)).toBe(false);
  };
  for (const amount of [-0.1, 1.5, -3, Number.NaN])
    wrong(
      () => l1Unstructured(layer, 'kernel', amount),
      'expected amount to be a number in [0, 1) or a whole number from 1',
    );
  wrong(() => l1Unstructured(layer, 'kernel', 145), 'at most the 144 that are left, got 145');
  wrong(() => lnStructured(layer, 'kernel', 7, 2, 0), 'at most the 6');
  wrong(
    () => lnStructured(layer, 'kernel', 1, 2, 4),
    'expected dim for kernel to be a whole number from -4 to 3, got 4',
  );
  wrong(() => lnStructured(layer, 'kernel', 1, 0, 0), 'above 0');
  wrong(() => lnStructured(layer, 'bias', 1, 2, 0), 'two axes or more');
  wrong(() => l1Unstructured(layer, 'weight', 1), "(kernel, bias), got 'weight'");
  wrong(() => customFromMask(layer, 'kernel', [1, 0]), 'expected a mask of shape [3, 2, 4, 6], got 2 numbers');
  wrong(() => customFromMask(layer, 'kernel', new Float32Array(144).fill(2)), 'got 2');
  wrong(
    () => globalUnstructured([[layer, 'kernel']], 'lnStructured' as never, { amount: 1 }),
    'l1Unstructured, random',
  );
});

test('a whole model is no layer to prune', () => {
  const model = networkOf(dense({ units: 7, inputShape: [9], name: 'first' }), dense({ units: 2 }));
  const message = "expected one of its layers, such as getLayer('first'), got the whole model: use prune(), or globalU";
  for (const work of [
    () => l1Unstructured(model, 'kernel', 0.5),
    () => lnStructured(model, 'kernel', 1, 2, 0),
    () => customFromMask(model, 'kernel', [1]),
    () => globalUnstructured([[model, 'kernel']], 'l1Unstructured', { amount: 0.5 }),
    () => pruningMethods(model, 'kernel'),
    () => remove(model, 'kernel'),
  ]) {
    expect(work).toThrow(message);
    expect(isPruned(model)).toBe(false);
  }
});
