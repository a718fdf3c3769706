// Prunings that would do nothing, or something else than was meant, are refused with an error that says what was expected.

import { describe, expect, test } from 'vitest';
import { compress } from '../src/inference/index.ts';
import { dense, input } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import {
  adaptivePruning,
  block,
  bounded,
  global,
  iterativePruning,
  layerwise,
  magnitude,
  nOfM,
  nonzeroRule,
  type PruneOptions,
  perLayer,
  perOutput,
  prune,
  pruneLayers,
  pruning,
  rigl,
  sensitivity,
  shrink,
  sparsify,
  splicing,
} from '../src/pruning/index.ts';
import { classifier, maskOf, mlp, parameterOf, zeros } from './pruning-fixture.ts';

/** A pruning throws and leaves all as it was. */
function refused(options: object, message: string | RegExp): void {
  const model = mlp();
  expect(() => prune(model, options as PruneOptions & { schedule?: undefined })).toThrow(message);
  expect(model.parameters.every(({ mask }) => mask === undefined)).toBe(true);
}

describe('how much', () => {
  const message = 'expected either an amount (the fraction to prune) or a rule';

  test('a scope or a structure that does not say how much', () => {
    refused({ scope: global }, message);
    refused({ scope: bounded(global, { ceiling: 0.5 }) }, message);
    refused({ structure: block(4, 1) }, message);
    refused({ structure: block(4, 1), scope: layerwise }, message);
    refused({ scope: () => [] }, 'nothing would be pruned');
    refused({ amount: 0.5, scope: () => [{ targets: [] }] }, 'nothing would be pruned');
    refused({ amount: {} }, 'expected an amount for one layer or more of first, second, output, got none');
    refused({ scope: perLayer({}) }, 'nothing would be pruned');
  });

  test('those that say it themselves need no amount', () => {
    const density = (options: object) => prune(mlp(), options as { amount: number }).density;
    expect(density({ structure: nOfM(2, 4), layers: ['first'] })).toBe(0.5);
    expect(density({ structure: perOutput(0.5), scope: global, layers: ['first'] })).toBe(0.5);
    expect(density({ scope: perLayer({ first: 0.25 }), structure: block(1, 1) })).toBe(0.75);
    expect(density({ scope: bounded(layerwise, { first: { floor: 0.25 } }) })).toBe(1 - 150 / 1280);
    expect(density({ rule: nonzeroRule, scope: global })).toBe(1);
  });

  test('a parameter in two shares', () => {
    refused(
      { amount: 0.5, scope: (targets: object[]) => [{ targets }, { targets: targets.slice(1, 2) }] },
      'second/kernel: expected the scope to name it once, got it twice',
    );
  });
});

describe('what', () => {
  test('parts that are no functions', () => {
    for (const part of ['criterion', 'structure', 'scope', 'rule']) {
      refused({ amount: 0.5, [part]: 'magnitude' }, `expected ${part} to be a function such as `);
      refused({ amount: 0.5, [part]: 'magnitude' }, 'got "magnitude"');
    }
    refused(
      { schedule: 'oneShot' },
      'expected schedule to be a function such as oneShot({ sparsity: 0.5 }), got "oneShot"',
    );
    expect(() => pruning({ schedule: 0.5 } as never)).toThrow('pruning: expected schedule to be a function such as');
    expect(() => pruning({ schedule: () => 0.5, criterion: 'snip' } as never)).toThrow(TypeError);
    expect(() => pruning({} as never)).toThrow(
      'expected a schedule, such as oneShot({ sparsity: 0.5 }), got undefined',
    );
  });

  test('what is no model', async () => {
    const compressed = compress(classifier()) as never;
    const options = { amount: 0.5, evaluate: () => 1, tolerance: 0, count: 1, rounds: 1, train: () => undefined };
    const message = /expected a model as sequential\(\), model\(\) or loadModel\(\) make it, got /;
    for (const made of [compressed, dense({ units: 3 }) as never, undefined as never]) {
      expect(() => prune(made, { amount: 0.5 })).toThrow(message);
      expect(() => prune(made, { schedule: () => 0.5 })).toThrow(message);
      expect(() => sparsify(made, { amount: 0.5 })).toThrow(message);
      expect(() => shrink(made)).toThrow(message);
      expect(() => adaptivePruning(made, { evaluate: options.evaluate, tolerance: 0 })).toThrow(message);
      await expect(pruneLayers(made, { evaluate: options.evaluate, count: 1 })).rejects.toThrow(message);
      await expect(sensitivity(made, { data: { x: [], y: [] } })).rejects.toThrow(message);
      await expect(iterativePruning(made, { amount: 0.5, rounds: 1, train: options.train })).rejects.toThrow(message);
    }
    expect(() => prune(dense({ units: 3 }) as never, { amount: 0.5 })).toThrow("a layer of type 'dense'");
  });

  test('units that are no whole numbers from 0', () => {
    for (const wrong of [-1, 0.5, Number.NaN]) {
      const structure = ({ shape: [inputs, units] }: { shape: readonly number[] }) => ({
        count: 2,
        of: new Array(inputs * units).fill(wrong),
      });
      refused({ amount: 0.5, structure }, 'a unit, a whole number from 0 below 2');
    }
  });

  test('figures that are no numbers', async () => {
    const model = mlp();
    const evaluate = (async () => 1) as never;
    expect(() => adaptivePruning(model, { evaluate, tolerance: 0 })).toThrow('to give a number, got a promise');
    expect(() => adaptivePruning(model, { evaluate: (() => 'good') as never, tolerance: 0 })).toThrow('got "good"');
    expect(() => adaptivePruning(model, { evaluate: () => Number.NaN, tolerance: 0 })).toThrow(RangeError);
    await expect(pruneLayers(model, { evaluate, count: 1 })).rejects.toThrow(
      'pruneLayers: expected evaluate() to give',
    );
    expect(model.parameters.every(({ mask }) => mask === undefined)).toBe(true);
  });
});

describe('where', () => {
  const nested = () => {
    const deep = new Network({ ...ends(20, 'deep'), name: 'inner' });
    const x = input({ shape: [20] });
    const inner = new Network({
      inputs: x,
      outputs: deep.apply(dense({ units: 20, name: 'a' }).apply(x)),
      name: 'inner',
    });
    const y = input({ shape: [20] });
    return new Network({ inputs: y, outputs: dense({ units: 4, name: 'head' }).apply(inner.apply(y)) });
  };
  const ends = (size: number, name: string) => {
    const x = input({ shape: [size] });
    return { inputs: x, outputs: dense({ units: size, name }).apply(x) };
  };

  test('the name of a nested model stands for all of its layers', () => {
    const names = (options: object) =>
      prune(nested(), { amount: 0.1, ...options }).layers.map(({ layer }) => layer.replaceAll('/', '.'));
    expect(names({})).toEqual(['inner.a', 'inner.inner.deep', 'head']);
    expect(names({ layers: ['inner'] })).toEqual(['inner.a', 'inner.inner.deep']);
    expect(names({ layers: ['inner/inner', 'head'] })).toEqual(['inner.inner.deep', 'head']);
    expect(names({ skip: ['inner'] })).toEqual(['head']);
    expect(names({ layers: ['inner'], skip: ['inner/inner'] })).toEqual(['inner.a']);
    expect(() => names({ layers: ['in'] })).toThrow("no layer 'in', expected one of inner/a, inner/inner/deep, head");
    expect(() => names({ skip: 'inner' })).toThrow('expected a list of names of layers, got "inner"');
  });

  test('pruneLayers takes such names too', async () => {
    const evaluate = () => 1;
    const { removed } = await pruneLayers(nested(), { evaluate, count: 9, layers: ['inner'] });
    expect(removed.flatMap(({ layers }) => layers).sort()).toEqual(['inner/a', 'inner/inner/deep']);
    expect((await pruneLayers(nested(), { evaluate, count: 9, skip: ['inner'] })).removed).toEqual([]);
  });

  test('a model may be named whole where one of its layers is a layer of that name within', () => {
    const model = nested();
    prune(model, { amount: 0.5, criterion: magnitude, layers: ['inner/inner'] });
    const outer = model.getLayer('inner') as Network;
    expect(parameterOf(outer, 'a').mask).toBeUndefined();
    expect(zeros(maskOf(parameterOf(outer.getLayer('inner') as Network, 'deep')))).toBe(200);
  });
});

test('rigl and splicing without samples are refused at once', () => {
  expect(() => rigl({ beginStep: 0, endStep: 10 } as never)).toThrow('rigl: expected samples as `data: { x, y');
  expect(() => splicing({ beginStep: 0, endStep: 10 } as never)).toThrow('splicing: expected samples as `data: { x, y');
});

test('scores of both infinities in a unit are named, and no combine() that is not there', () => {
  const criterion = ({ values }: { values: Float32Array }) =>
    Float64Array.from(values, (_, i) => (i % 2 ? Infinity : -Infinity));
  refused(
    { amount: 0.5, criterion, structure: block(4, 1) },
    /unit 0: the mean score is NaN, as of Infinity and -Infinity/,
  );
});
