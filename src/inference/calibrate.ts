// Measures a cost table on this machine: every kernel on a few matrices, the least time of many short samples, and for each kernel
// the two costs that come nearest to all its times (least squares of relative errors).

import { type Buffer, type Kernels, u32 } from '../engine/index.ts';
import { Store } from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import { builtInCosts, type Cost, type CostTable, type PanelCosts } from './cost-table.ts';
import { heightOf } from './costs.ts';
import { panelStep, vectorStep } from './draw-product.ts';
import { Prepared } from './prepared.ts';
import { type Form, formNames, Weights } from './weights.ts';

/** Outputs, inputs and density of the matrices. */
const matrices = [
  [32, 9, 0.1],
  [24, 25, 0.2],
  [64, 288, 0.1],
  [96, 784, 0.1],
  [64, 500, 0.02],
  [32, 160, 0.4],
] as const;

interface Case {
  /** Rows that the kernel counts, and weights that it multiplies. */
  rows: number;
  stored: number;
  nanoseconds: number;
}

/**
 * A cost table for these kernels here; the built-in one where the clock does not move.
 * @param milliseconds how long to measure; what surrounds it takes as long again at most.
 */
export function calibrate(kernels: Kernels, milliseconds = 80): CostTable {
  const { panels, call } = builtInCosts;
  const kinds = Object.entries(panels) as [keyof CostTable['panels'], PanelCosts][];
  const measurements = formNames.length + kinds.reduce((sum, [, widths]) => sum + widths.length, 0);
  const budget = milliseconds / (measurements * matrices.length);
  const bench = new Bench(kernels, budget);
  const fitted = (form: Form, step: (prepared: Prepared) => () => void) => fitCost(bench.cases(form, step), call);
  const vector = formNames.map((form) => [
    form,
    fitted(form, (prepared) => vectorStep(kernels, form, prepared, bench.x, bench.y, 0)),
  ]);
  const byWidth = kinds.map(([kind, widths]) => [
    kind,
    widths.map(([width]) => {
      const form = kind === 'direct' ? 'dense' : kind;
      return [
        width,
        fitted(form, (prepared) =>
          kind === 'direct'
            ? bench.direct(prepared, width)
            : panelStep(kernels, form, prepared, width, bench.x, bench.y, 0),
        ),
      ];
    }),
  ]);
  bench.dispose();
  const table: CostTable = { ...builtInCosts, vector: Object.fromEntries(vector), panels: Object.fromEntries(byWidth) };
  return bench.hasClock ? table : builtInCosts;
}

class Bench {
  readonly x: Buffer;
  readonly y: Buffer;
  hasClock = true;
  readonly #kernels: Kernels;
  readonly #budget: number;
  readonly #stores: Store[];
  /** By block height; 0: nothing pruned. */
  readonly #weights = new Map<number, Weights[]>();

  constructor(kernels: Kernels, budget: number) {
    this.#kernels = kernels;
    this.#budget = budget;
    const sizes = matrices.map(([m, k]) => Math.max(m, k));
    const store = () => new Store(32 * Math.max(...sizes));
    this.#stores = [store(), store(), store(), store()];
    [this.x, this.y] = this.#stores.map(({ buffer }) => buffer);
    this.#stores[0].view.forEach((_, i, view) => {
      view[i] = (i % 7) - 3;
    });
  }

  dispose(): void {
    for (const store of this.#stores) store.dispose();
  }

  /** Times of a form's kernel on every matrix. */
  cases(form: Form, step: (prepared: Prepared) => () => void): Case[] {
    const height = heightOf(form);
    const key = form === 'dense' ? 0 : height;
    const known = this.#weights.get(key) ?? matrices.map(([m, k, d]) => randomWeights(m, k, key ? d : 1, height));
    this.#weights.set(key, known);
    return known.map((weights) => {
      const prepared = new Prepared(weights, this.#kernels);
      const nanoseconds = this.#time(step(prepared));
      prepared.dispose();
      return { rows: Math.ceil(weights.m / height), stored: weights.stored(form), nanoseconds };
    });
  }

  /** A dense convolution of one run of `width` floats. */
  direct(prepared: Prepared, width: number): () => void {
    const { m, k } = prepared.weights;
    const { conv2d_f32_dense } = this.#kernels;
    const { buffer: a } = prepared.panels();
    const [, , scratch, table] = this.#stores.map(({ buffer }) => buffer);
    u32(table, k).forEach((_, tap, offsets) => {
      offsets[tap] = tap * width;
    });
    const { x, y } = this;
    return () => {
      conv2d_f32_dense(0, 1, 1, width, m, k, a, table, x, 0, 0, y, 0, 0, width, prepared.bias, 0, scratch);
    };
  }

  /** The least nanoseconds of one call. */
  #time(step: () => void): number {
    const end = performance.now() + this.#budget;
    let repeats = 1;
    let least = Infinity;
    for (let now = performance.now(); now < end; ) {
      for (let i = 0; i < repeats; i++) step();
      const after = performance.now();
      const took = after - now;
      if (took < 0.02 && repeats < 1e5) repeats *= 2;
      else least = Math.min(least, took / repeats);
      if (took === 0 && repeats >= 1e5) break;
      now = after;
    }
    if (!(least > 0 && least < Infinity)) this.hasClock = false;
    return least * 1e6;
  }
}

function randomWeights(m: number, k: number, density: number, height: number): Weights {
  const random = new Random(m * k, 'calibrate');
  const keep = Uint8Array.from({ length: Math.ceil(m / height) * k }, () => (random.uniform() < density ? 1 : 0));
  const data = Float32Array.from({ length: m * k }, (_, i) => keep[Math.floor(i / k / height) * k + (i % k)] * 0.01);
  return new Weights({ shape: [k, m], axes: [1, 0], data });
}

/** row and weight that minimize Σ ((call + row·rows + weight·stored)/time − 1)², neither below 0. */
function fitCost(cases: readonly Case[], call: number): Cost {
  let [rr, rs, ss, r, s] = [0, 0, 0, 0, 0];
  for (const { rows, stored, nanoseconds } of cases) {
    const [a, b, left] = [rows / nanoseconds, stored / nanoseconds, 1 - call / nanoseconds];
    rr += a * a;
    rs += a * b;
    ss += b * b;
    r += a * left;
    s += b * left;
  }
  const determinant = rr * ss - rs * rs;
  const row = (r * ss - s * rs) / determinant;
  const weight = (rr * s - rs * r) / determinant;
  if (!(row > 0)) return { row: 0, weight: s / ss };
  return weight > 0 ? { row, weight } : { row: r / rr, weight: 0 };
}
