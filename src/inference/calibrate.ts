// Measures a cost table on this machine: every kernel on a few matrices, the least time of many short samples, and for each kernel
// the two costs that come nearest to all its times (least squares of relative errors).

import { type Buffer, type Kernels, u32 } from '../engine/index.ts';
import { Store } from '../tensor/index.ts';
import { type Clock, least } from './clock.ts';
import { builtInCosts, type Cost, type CostTable } from './cost-table.ts';
import { besides, places, skips } from './costs.ts';
import { Prepared } from './prepared.ts';
import { panelRun, plainPanel, vectorRun } from './product-run.ts';
import { type Form, heightOf, Weights } from './weights.ts';

/** Outputs, inputs and density of the matrices. */
const matrices = [
  [24, 25, 0.2],
  [32, 160, 0.4],
  [64, 288, 0.1],
  [96, 500, 0.02],
  [160, 400, 0.1],
] as const;

/** The kernels that multiply by a vector and are measured. */
const measured = ['gemv', 'dense', 'csr', 'sell4', 'block4', 'block8', 'block16'] as const;

/**
 * Sparse ones that skip zero inputs are not: in so short a time the processor learns by heart where the zeros are, or nothing. They
 * become as much slower or faster as their like.
 */
const scaled = [
  ['csc', 'csr'],
  ['column4', 'block4'],
  ['column8', 'block8'],
  ['column16', 'block16'],
] as const;

/** Milliseconds that measuring takes; what surrounds it takes less. */
export const calibrationTime = 50;

/** A kernel on a matrix: what it counts as rows and multiplies, the call, and what its time has besides these. */
interface Case {
  readonly rows: number;
  readonly stored: number;
  readonly fixed: number;
  readonly step: () => void;
}

interface Fit {
  readonly cases: readonly Case[];
  readonly use: (cost: Cost) => void;
}

/** A cost table for these kernels here; the built-in costs where the clock does not move. */
export function calibrate(kernels: Kernels, milliseconds = calibrationTime, clock?: Clock): CostTable {
  const bench = new Bench(kernels);
  const vector = { ...builtInCosts.vector };
  const fits: Fit[] = measured.map((name) => ({
    cases: bench.vectors(name),
    use: (cost) => {
      vector[name] = cost;
    },
  }));
  const panels = Object.entries(builtInCosts.panels).map(([kind, widths]) => {
    const costs = widths.map(([width, cost]): [number, Cost] => [width, cost]);
    for (const entry of costs) {
      const cases = kind === 'direct' ? bench.direct(entry[0]) : bench.panels(kind as Form, entry[0]);
      fits.push({
        cases,
        use: (cost) => {
          entry[1] = cost;
        },
      });
    }
    return [kind, costs] as const;
  });
  const steps = fits.flatMap(({ cases }) => cases.map(({ step }) => step));
  const times = least(steps, milliseconds, clock);
  bench.dispose();
  let next = 0;
  for (const { cases, use } of fits) {
    const cost = fitCost(cases, times.slice(next, next + cases.length));
    if (cost) use(cost);
    next += cases.length;
  }
  for (const [name, like] of scaled) {
    const ratio = vector[like].weight / builtInCosts.vector[like].weight;
    const { row, weight } = builtInCosts.vector[name];
    vector[name] = { row: ratio * row, weight: ratio * weight };
  }
  return { ...builtInCosts, vector, panels: Object.fromEntries(panels) as unknown as CostTable['panels'] };
}

/** Operands for the kernels. */
class Bench {
  readonly #kernels: Kernels;
  readonly #stores: Store[];
  readonly #x: Buffer;
  readonly #y: Buffer;
  readonly #scratch: Buffer;
  /** By block height; 0: nothing pruned. */
  readonly #prepared = new Map<number, Prepared[]>();

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    const longest = 32 * Math.max(...matrices.map(([m, k]) => Math.max(m, k)));
    this.#stores = [new Store(longest), new Store(longest), new Store(longest)];
    [this.#x, this.#y, this.#scratch] = this.#stores.map(({ buffer }) => buffer);
    this.#stores[0].view.fill(1);
  }

  dispose(): void {
    for (const store of this.#stores) store.dispose();
    for (const prepared of this.#prepared.values()) for (const each of prepared) each.dispose();
  }

  vectors(name: Form | 'gemv'): Case[] {
    const form = name === 'gemv' ? 'dense' : name;
    const fitting = this.#matrices(form).filter(
      ({ weights }) => form !== 'dense' || weights.isTiled === (name === 'dense'),
    );
    return fitting.map((prepared) => {
      const { weights } = prepared;
      const run = vectorRun(this.#kernels, form, prepared, this.#scratch, 0);
      const { call, scan } = builtInCosts;
      const scanned = skips(form, weights) ? scan * weights.k : 0;
      return {
        rows: name === 'dense' ? 0 : rowsOf(weights, form),
        stored: places(form, weights, true),
        fixed: call + scanned + besides(builtInCosts, form, weights),
        step: () => run(this.#x, this.#y, prepared.bias),
      };
    });
  }

  panels(form: Form, width: number): Case[] {
    return this.#matrices(form).map((prepared) => {
      const run = panelRun(this.#kernels, form, prepared, plainPanel(width, 0));
      return {
        rows: rowsOf(prepared.weights, form),
        stored: places(form, prepared.weights, false),
        fixed: builtInCosts.call,
        step: () => run(this.#x, this.#y),
      };
    });
  }

  /** A dense convolution of one run of `width` floats. */
  direct(width: number): Case[] {
    const { conv2d_f32_dense } = this.#kernels;
    const [x, y, scratch] = [this.#x, this.#y, this.#scratch];
    return this.#matrices('dense').map((prepared) => {
      const { m, k } = prepared.weights;
      const { buffer: a } = prepared.panels();
      const table = new Store(k);
      this.#stores.push(table);
      u32(table.buffer, k).forEach((_, tap, offsets) => {
        offsets[tap] = tap * width;
      });
      const step = () =>
        conv2d_f32_dense(0, 1, 1, width, m, k, a, table.buffer, x, 0, 0, y, width, prepared.bias, 0, scratch);
      return { rows: m, stored: m * k, fixed: builtInCosts.call, step };
    });
  }

  #matrices(form: Form): Prepared[] {
    const height = heightOf(form);
    const key = form === 'dense' ? 0 : height;
    const known = this.#prepared.get(key);
    if (known) return known;
    const made = matrices.map(([m, k, d]) => new Prepared(randomWeights(m, k, key ? d : 1, height), this.#kernels));
    this.#prepared.set(key, made);
    return made;
  }
}

const rowsOf = ({ m }: Weights, form: Form): number => Math.ceil(m / heightOf(form));

function randomWeights(m: number, k: number, density: number, height: number): Weights {
  const data = new Float32Array(m * k);
  for (let i = 0; i < m; i++) {
    const row = i * k;
    if (i % height > 0) data.copyWithin(row, row - k, row);
    else for (let j = 0; j < k; j++) data[row + j] = scattered(row + j) < density ? 0.01 : 0;
  }
  return new Weights({ shape: [k, m], axes: [1, 0], data });
}

/** A number in [0, 1) that looks random, from a hash: thousands are made, and calibration shall be short. */
function scattered(i: number): number {
  const mixed = Math.imul(i ^ (i >>> 7), 0x9e3779b1);
  return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 0) / 2 ** 32;
}

/** row ≥ 0 and weight that minimize Σ ((fixed + row·rows + weight·stored)/time − 1)²; undefined where a case was not measured. */
function fitCost(cases: readonly Case[], times: readonly number[]): Cost | undefined {
  if (!times.every(Number.isFinite)) return undefined;
  let [rr, rs, ss, r, s] = [0, 0, 0, 0, 0];
  cases.forEach(({ rows, stored, fixed }, i) => {
    const nanoseconds = times[i];
    const [a, b, left] = [rows / nanoseconds, stored / nanoseconds, 1 - fixed / nanoseconds];
    rr += a * a;
    rs += a * b;
    ss += b * b;
    r += a * left;
    s += b * left;
  });
  const determinant = rr * ss - rs * rs;
  const row = (r * ss - s * rs) / determinant;
  const weight = (rr * s - rs * r) / determinant;
  const cost = row > 0 ? { row, weight } : { row: 0, weight: s / ss };
  return cost.weight > 0 ? cost : undefined;
}
