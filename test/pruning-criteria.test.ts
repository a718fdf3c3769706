// Criteria against oracles from outside: PyTorch's gradients, f64 loops, a dense least-squares solution.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  activation,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  type Layer,
  maxPooling2d,
  squeezeExcitation,
} from '../src/layers/index.ts';
import { meanGradients } from '../src/pruning/collect/gradients.ts';
import { lifted } from '../src/pruning/collect/lifted.ts';
import {
  apoz,
  attention,
  batchNormScale,
  type Criterion,
  criterion,
  filters,
  fisher,
  geometricMedian,
  global,
  lamp,
  lnMagnitude,
  magnitude,
  meanActivation,
  neurons,
  obs,
  perOutput,
  prune,
  snip,
  sparsity,
  synflow,
  taylor,
  unitTaylor,
  wanda,
} from '../src/pruning/index.ts';
import { Random } from '../src/tensor/random.ts';
import { sequential } from '../src/training/index.ts';
import { drawer } from './golden-fixture.ts';
import { agrees, checkGradients } from './gradient-check.ts';
import { classifier, maskOf, networkOf, parameterOf, task, zeros } from './pruning-fixture.ts';

const golden: { scores: Record<'taylor' | 'fisher' | 'synflow' | 'unitTaylor', number[][]> } = JSON.parse(
  readFileSync(new URL('./golden/prune.json', import.meta.url), 'utf8'),
);

/** The network of prune.py, its samples and labels. */
function example() {
  const draw = drawer(11);
  const model = sequential([
    conv2d({ filters: 3, kernelSize: 3, activation: 'relu', inputShape: [5, 4, 2], name: 'a' }),
    flatten(),
    dense({ units: 5, activation: 'relu', name: 'b' }),
    dense({ units: 4, activation: 'softmax', name: 'c' }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const names = ['a', 'b', 'c'];
  for (const name of names) {
    const kernel = parameterOf(model, name);
    kernel.write({ data: draw(kernel.length).map((value) => value * 0.5) });
  }
  for (const name of names) {
    const bias = parameterOf(model, name, 'bias');
    bias.write({ data: draw(bias.length).map((value) => Math.fround(value * 0.1)) });
  }
  return { model, names, x: draw(6 * 40), y: [0, 1, 2, 3, 1, 0] };
}

/** What a criterion scores, layer by layer, without changing anything: a criterion of its own listens in. */
function scoresOf(
  model: Parameters<typeof prune>[0],
  rank: Criterion,
  options: object = {},
): Map<string, Float64Array> {
  const seen = new Map<string, Float64Array>();
  const listener = Object.assign(
    (subject: Parameters<Criterion>[0]) => {
      seen.set(subject.layerName, Float64Array.from(rank(subject)));
      return rank(subject);
    },
    { needs: rank.needs },
  );
  prune(model, { criterion: listener, rule: () => () => true, ...options });
  return seen;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...Array.from(expected, Math.abs));
  expect(Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]))) / scale).toBeLessThan(tolerance);
}

describe("against PyTorch's gradients", () => {
  for (const batchSize of [1, 4, 6]) {
    test(`taylor, snip, fisher; batches of ${batchSize}`, () => {
      const { model, names, x, y } = example();
      const data = { x, y, batchSize };
      const [first, second, third] = [taylor, snip, fisher].map((rank) => scoresOf(model, rank, { data }));
      for (const [i, name] of names.entries()) {
        expectClose(first.get(name) ?? [], golden.scores.taylor[i]);
        expectClose(second.get(name) ?? [], golden.scores.taylor[i]);
        expectClose(third.get(name) ?? [], golden.scores.fisher[i]);
      }
    });
  }

  test('synflow: no data, no softmax, no biases; the model untouched', () => {
    const { model, names } = example();
    const before = model.getWeights().map(({ data }) => [...data]);
    const scores = scoresOf(model, synflow);
    for (const [i, name] of names.entries()) expectClose(scores.get(name) ?? [], golden.scores.synflow[i]);
    expect(model.getWeights().map(({ data }) => [...data])).toEqual(before);
  });

  test('unitTaylor: filters by the sum inside', () => {
    const { model, x, y } = example();
    prune(model, { criterion: unitTaylor, structure: neurons, amount: { count: 18 }, layers: ['b'], data: { x, y } });
    const worst = golden.scores.unitTaylor[1].indexOf(Math.min(...golden.scores.unitTaylor[1]));
    expect(maskOf(parameterOf(model, 'b'))).toEqual(Array.from({ length: 90 }, (_, i) => (i % 5 === worst ? 0 : 1)));
  });

  test('masked layers: lifting the masks gives the gradients of pruned weights too, and leaves all as it was', () => {
    const { model, x, y } = example();
    const parameters = model.parameters.filter(({ prunable }) => prunable);
    prune(model, { amount: 0.7 });
    const values = model.getWeights().map(({ data }) => [...data]);
    const masks = parameters.map(maskOf);
    const sparse = meanGradients(model, { x, y }, parameters);
    const whole = lifted(parameters, () => meanGradients(model, { x, y }, parameters));
    expect(parameters.map(maskOf)).toEqual(masks);
    expect(model.getWeights().map(({ data }) => [...data])).toEqual(values);
    for (const [i, parameter] of parameters.entries()) {
      const [kept, all] = [sparse.get(parameter) ?? [], whole.get(parameter) ?? []];
      expectClose(
        kept,
        Array.from(all, (g, at) => g * masks[i][at]),
      );
      expect(Array.from(all).some((g, at) => g !== 0 && masks[i][at] === 0)).toBe(true);
    }
  });
});

test('where pruned weights may come back, their gradients are collected too', () => {
  const { model, x, y } = example();
  const kernel = parameterOf(model, 'b');
  const bySlope = criterion({ needs: ['gradients'], score: ({ gradients }) => gradients.map(Math.abs) });
  const options = { criterion: bySlope, layers: ['b'], amount: 0.7, data: { x, y } };
  prune(model, options);
  kernel.write({ data: kernel.read().data.map(() => 0) });
  const seen = lifted([kernel], () => meanGradients(model, { x, y }, [kernel]).get(kernel)) as Float32Array;
  prune(model, { ...options, regrow: true });
  const order = [...seen.keys()].sort((a, b) => Math.abs(seen[b]) - Math.abs(seen[a]) || a - b).slice(0, 27);
  expect(maskOf(kernel)).toEqual(Array.from({ length: 90 }, (_, i) => (order.includes(i) ? 1 : 0)));
});

describe('synflow', () => {
  test('keeps every layer alive at 98%, in 100 rounds, where one round of snip loses one', () => {
    const build = () => {
      const model = sequential([
        dense({ units: 100, activation: 'relu', inputShape: [30], name: 'a' }),
        dense({ units: 100, activation: 'relu', name: 'b' }),
        dense({ units: 100, activation: 'relu', name: 'c' }),
        dense({ units: 10, activation: 'softmax', name: 'd' }),
      ]);
      return model;
    };
    const model = build();
    const { layers, density } = prune(model, { criterion: synflow, scope: global, amount: 0.98, iterations: 50 });
    expect(Math.round((1 - density) * 24000)).toBe(23520);
    expect(Math.min(...layers.map(({ kept }) => kept))).toBeGreaterThan(20);
  });
});

describe('OBS', () => {
  /** X [rows, n], a dense layer of `outputs`. */
  function setting(n: number, outputs: number, rows = 200) {
    const random = new Random(2);
    const shared = Float64Array.from({ length: rows }, () => random.normal());
    const x = Float32Array.from({ length: rows * n }, (_, i) => random.normal() + shared[Math.floor(i / n)]);
    const layer = dense({ units: outputs, name: 'd', inputShape: [n], useBias: false });
    const model = networkOf(layer);
    return { model, kernel: parameterOf(model, 'd'), x, rows, n, outputs };
  }

  /** Σ (X·a − X·b)² for one output. */
  function error(x: Float32Array, n: number, a: ArrayLike<number>, b: ArrayLike<number>): number {
    let sum = 0;
    for (let row = 0; row < x.length / n; row++) {
      let gap = 0;
      for (let i = 0; i < n; i++) gap += x[row * n + i] * (a[i] - b[i]);
      sum += gap * gap;
    }
    return sum;
  }

  /** Dense least squares by Gauss and Jordan with pivoting, knowing nothing of Cholesky. */
  function leastSquares(x: Float32Array, n: number, kept: number[], w: ArrayLike<number>, lambda: number): number[] {
    const rows = x.length / n;
    const h = (i: number, j: number) => {
      let sum = i === j ? lambda : 0;
      for (let row = 0; row < rows; row++) sum += (x[row * n + i] * x[row * n + j]) / rows;
      return sum;
    };
    const matrix = kept.map((i) => [
      ...kept.map((j) => h(i, j)),
      Array.from({ length: n }, (_, j) => h(i, j) * w[j]).reduce((a, b) => a + b, 0),
    ]);
    for (let c = 0; c < kept.length; c++) {
      const pivot = matrix
        .slice(c)
        .reduce((best, row, i) => (Math.abs(row[c]) > Math.abs(matrix[best][c]) ? c + i : best), c);
      [matrix[c], matrix[pivot]] = [matrix[pivot], matrix[c]];
      matrix[c] = matrix[c].map((value) => value / matrix[c][c]);
      for (let r = 0; r < kept.length; r++) {
        if (r !== c) matrix[r] = matrix[r].map((value, i) => value - matrix[r][c] * matrix[c][i]);
      }
    }
    return matrix.map((row) => row[kept.length]);
  }

  const column = (data: ArrayLike<number>, outputs: number, o: number) =>
    Array.from(data).filter((_, i) => i % outputs === o);

  test('what remains is the least-squares solution, and beats leaving it', () => {
    const { model, kernel, x, rows, n, outputs } = setting(12, 5);
    const before = kernel.read().data;
    let trace = 0;
    for (const value of x) trace += (value * value) / rows;
    prune(model, { criterion: obs(), amount: 0.5, data: { x } });
    const after = kernel.read().data;
    const mask = maskOf(kernel);
    for (let o = 0; o < outputs; o++) {
      const bits = column(mask, outputs, o);
      const kept = [...bits.keys()].filter((i) => bits[i] === 1);
      const w = column(before, outputs, o);
      const best = leastSquares(x, n, kept, w, (0.01 * trace) / n);
      expectClose(
        kept.map((i) => column(after, outputs, o)[i]),
        best,
      );
      const left = w.map((value, i) => value * bits[i]);
      expect(error(x, n, w, column(after, outputs, o))).toBeLessThan(error(x, n, w, left));
    }
  });

  test('the score is what the output loses: the loss after removing one weight and solving for the rest', () => {
    const { model, kernel, x, rows, n } = setting(8, 1);
    const w = kernel.read().data;
    const scores = scoresOf(model, obs({ damping: 1e-9, update: false }), { data: { x } }).get('d') ?? [];
    const losses = Array.from({ length: n }, (_, gone) => {
      const kept = [...w.keys()].filter((i) => i !== gone);
      const best = leastSquares(x, n, kept, w, 0);
      return (
        error(
          x,
          n,
          w,
          [...w.keys()].map((i) => (i === gone ? 0 : best[kept.indexOf(i)])),
        ) / rows
      );
    });
    expectClose(scores, losses, 1e-4);
  });

  test('round by round (OBC) loses less than at once, which loses less than magnitude and Wanda', () => {
    const lost = (criterion: Criterion, iterations: number) => {
      const { model, kernel, x, n, outputs } = setting(24, 6);
      const before = kernel.read().data;
      prune(model, { criterion, amount: 0.6, data: { x }, iterations });
      const after = kernel.read().data;
      return Array.from({ length: outputs }, (_, o) =>
        error(x, n, column(before, outputs, o), column(after, outputs, o)),
      ).reduce((a, b) => a + b, 0);
    };
    const [rounds, once, wandas, magnitudes] = [lost(obs(), 12), lost(obs(), 1), lost(wanda, 1), lost(magnitude, 1)];
    expect(rounds).toBeLessThan(once);
    expect(once).toBeLessThan(Math.min(wandas, magnitudes));
  });

  test('convolutions: the inputs are the windows', () => {
    const model = networkOf(
      conv2d({ filters: 3, kernelSize: [2, 3], strides: [2, 1], padding: 'same', inputShape: [5, 4, 2], name: 'c' }),
    );
    const x = drawer(4)(7 * 40);
    const bias = parameterOf(model, 'c', 'bias');
    bias.values.view.fill(0);
    const kernel = parameterOf(model, 'c').read().data;
    const multiplied: number[] = [];
    const outputs: number[] = [];
    const looking = criterion({
      needs: ['inputs', 'outputs'],
      score({ values, inputs, outputs: y }) {
        const [rows, n] = inputs.shape;
        for (let row = 0; row < rows; row++) {
          for (let o = 0; o < 3; o++) {
            let sum = 0;
            for (let i = 0; i < n; i++) sum += inputs.data[row * n + i] * kernel[i * 3 + o];
            multiplied.push(sum);
          }
        }
        outputs.push(...y.data);
        return values;
      },
    });
    prune(model, { criterion: looking, amount: 0, data: { x, batchSize: 3 } });
    expect(outputs).toHaveLength(7 * 3 * 4 * 3);
    expectClose(multiplied, outputs);
  });
});

describe('by activations', () => {
  const layers = (last: Layer[]) => networkOf(dense({ units: 6, name: 'd', inputShape: [4] }), ...last);
  const x = drawer(9)(50 * 4);

  test('wanda is |w| times the norm of its input; perOutput ranks within each output', () => {
    const model = layers([]);
    const w = parameterOf(model, 'd').read().data;
    const norms = [0, 1, 2, 3].map((i) => Math.sqrt(x.reduce((sum, v, at) => (at % 4 === i ? sum + v * v : sum), 0)));
    const expected = Array.from(w, (value, i) => Math.abs(value) * norms[Math.floor(i / 6)]);
    expectClose(scoresOf(model, wanda, { data: { x } }).get('d') ?? [], expected);
    prune(model, { criterion: wanda, structure: perOutput(0.5), data: { x } });
    const mask = maskOf(parameterOf(model, 'd'));
    for (let o = 0; o < 6; o++) {
      const ranked = [0, 1, 2, 3].sort((a, b) => expected[b * 6 + o] - expected[a * 6 + o]);
      expect(ranked.map((i) => mask[i * 6 + o])).toEqual([1, 1, 0, 0]);
    }
  });

  test('apoz and meanActivation see what comes after the activation that follows', () => {
    for (const model of [
      layers([activation({ activation: 'relu' })]),
      layers([batchNormalization(), activation({ activation: 'relu' })]),
    ]) {
      const y = [...run(model, x)];
      const positive = Array.from({ length: 24 }, (_, i) => y.filter((v, at) => at % 6 === i % 6 && v > 0).length / 50);
      const mean = Array.from({ length: 24 }, (_, i) =>
        y.reduce((sum, v, at) => (at % 6 === i % 6 ? sum + v / 50 : sum), 0),
      );
      expectClose(scoresOf(model, apoz, { data: { x } }).get('d') ?? [], positive);
      expectClose(scoresOf(model, meanActivation, { data: { x } }).get('d') ?? [], mean);
    }
  });

  test('batchNormScale: |γ| of the normalization that follows; without one the layer is skipped, or an error if strict', () => {
    const model = networkOf(
      dense({ units: 6, name: 'd', inputShape: [4] }),
      batchNormalization({ name: 'norm' }),
      dense({ units: 2, name: 'last' }),
    );
    parameterOf(model, 'norm', 'gamma').write({ data: [3, -0.1, 2, 0.2, -4, 1] });
    const options = { criterion: batchNormScale, structure: neurons, amount: 1 / 3 };
    expect(() => prune(model, { ...options, strict: true })).toThrow('strict: last: no batch normalization');
    expect(sparsity(model).density).toBe(1);
    const report = prune(model, options);
    expect(report.skipped).toEqual([{ layer: 'last', reason: 'no batch normalization with a scale follows it' }]);
    expect(maskOf(parameterOf(model, 'd'))).toEqual(
      Array.from({ length: 24 }, (_, i) => (i % 6 === 1 || i % 6 === 3 ? 0 : 1)),
    );
    expect(() => prune(model, { ...options, layers: ['last'] })).toThrow('last: no batch normalization');
  });
});

/** The outputs of a network. */
function run(model: ReturnType<typeof networkOf>, x: Float32Array): Float32Array {
  let out: Float32Array = new Float32Array();
  const look = criterion({
    needs: ['outputs'],
    score({ values, outputs }) {
      out = outputs.data;
      return values;
    },
  });
  prune(model, { criterion: look, rule: () => () => true, data: { x } });
  return out;
}

describe('by weights alone', () => {
  const values = drawer(3)(60);
  const model = () => {
    const made = networkOf(dense({ units: 6, name: 'd', inputShape: [10] }));
    parameterOf(made, 'd').write({ data: values });
    return made;
  };

  test('lamp is w² over the sum of squares no smaller', () => {
    const expected = Array.from(
      values,
      (w) => (w * w) / values.reduce((sum, u) => (Math.abs(u) >= Math.abs(w) ? sum + u * u : sum), 0),
    );
    expectClose(scoresOf(model(), lamp).get('d') ?? [], expected);
  });

  test('geometricMedian: the filter nearest to the others', () => {
    const filter = (o: number) => Array.from({ length: 10 }, (_, i) => values[i * 6 + o]);
    const distance = (a: number, b: number) =>
      Math.sqrt(filter(a).reduce((sum, w, i) => sum + (w - filter(b)[i]) ** 2, 0));
    const sums = [0, 1, 2, 3, 4, 5].map((a) => [0, 1, 2, 3, 4, 5].reduce((sum, b) => sum + distance(a, b), 0));
    const pruned = model();
    prune(pruned, { criterion: geometricMedian, structure: filters, amount: { count: 10 } });
    expect(maskOf(parameterOf(pruned, 'd')).slice(0, 6)).toEqual(
      sums.map((sum) => (sum === Math.min(...sums) ? 0 : 1)),
    );
  });

  test.each([0.5, 1, 2, 3, Infinity])('lnMagnitude(%d): units by their norm', (n) => {
    const norm = (o: number) =>
      Array.from({ length: 10 }, (_, i) => Math.abs(values[i * 6 + o])).reduce(
        (sum, w) => (n === Infinity ? Math.max(sum, w) : sum + w ** n),
        0,
      );
    const norms = [0, 1, 2, 3, 4, 5].map(norm);
    const cut = [...norms].sort((a, b) => a - b)[2];
    const pruned = model();
    prune(pruned, { criterion: lnMagnitude(n), structure: filters, amount: 0.5 });
    expect(maskOf(parameterOf(pruned, 'd')).slice(0, 6)).toEqual(norms.map((value) => (value > cut ? 1 : 0)));
  });
});

describe('attention', () => {
  test('the gradients of the gate agree with differences', () => {
    const shapes = [[4, 3, 6], [8]];
    for (const shape of shapes) {
      const operands = checkGradients([shape], ([x]) => squeezeExcitation({ ratio: 2 }).apply(x), 20);
      for (const operand of operands) expect(agrees(operand), JSON.stringify(operand)).toBe(true);
    }
  });

  test('a filter whose gate is learned shut goes first', () => {
    const model = sequential([
      conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 1], name: 'c', padding: 'same' }),
      squeezeExcitation({ ratio: 1, name: 'gate' }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 1, name: 'out' }),
    ]);
    parameterOf(model, 'gate', 'expandBias').write({ data: [2, 2, -6, 2] });
    const x = drawer(8)(10 * 36);
    const report = prune(model, { criterion: attention, structure: filters, amount: 0.25, data: { x } });
    expect(report.skipped.map(({ layer }) => layer)).toContain('out');
    expect(maskOf(parameterOf(model, 'c'))).toEqual(Array.from({ length: 36 }, (_, i) => (i % 4 === 2 ? 0 : 1)));
  });
});

test('an update of the wrong length or with NaN is an error, and the model as it was; targets are not looked at in vain', () => {
  const model = classifier();
  const { x, y } = task();
  const before = model.getWeights().map(({ data }) => [...data]);
  const updating = (update: (values: Float32Array) => ArrayLike<number>) =>
    criterion({
      score: magnitude,
      update: ({ values, layerName }) => (layerName === 'output' ? update(values) : values),
    });
  const wrong = (update: (values: Float32Array) => ArrayLike<number>, message: string) =>
    expect(() => prune(model, { criterion: updating(update), amount: 0.5 })).toThrow(message);
  wrong(() => [1], "output/kernel: the criterion's update() should return 48 numbers, it returned 1");
  wrong((values) => values.map(() => Number.NaN), 'NaN or infinite');
  expect(model.getWeights().map(({ data }) => [...data])).toEqual(before);
  expect(model.parameters.every(({ mask }) => mask === undefined)).toBe(true);
  prune(model, { criterion: wanda, amount: 0.5, data: { x, y } });
});

test('a criterion that needs data or a loss says so, and leaves the model as it was', () => {
  const model = classifier();
  const { x, y } = task();
  expect(() => prune(model, { criterion: taylor, amount: 0.5 })).toThrow(
    "needs 'gradients': expected samples as `data",
  );
  expect(() => prune(model, { criterion: taylor, amount: 0.5, data: { x } })).toThrow('expected data.y');
  expect(() => prune(model, { criterion: taylor, amount: 0.5, data: { x, y: y.slice(1) } })).toThrow(
    'expected 240 samples',
  );
  expect(() => prune(model, { criterion: taylor, amount: 0.5, data: { x, y, batchSize: 0 } })).toThrow('batchSize');
  expect(() => prune(networkOf(dense({ units: 2 })), { criterion: taylor, amount: 0.5, data: { x, y } })).toThrow(
    'compiled',
  );
  expect(() =>
    prune(model, { criterion: criterion({ needs: ['luck' as never], score: magnitude }), amount: 0.5 }),
  ).toThrow("'luck'");
  expect(zeros(parameterOf(model, 'first').values.view)).toBe(0);
});
