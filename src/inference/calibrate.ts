// Measures a cost table on this machine: every kernel on a few matrices, the least time of many short samples, and for each kernel
// the two costs that come nearest to all its times (least squares of relative errors).

import type { Buffer, Kernels } from '../engine/index.ts';
import { type Clock, least } from './clock.ts';
import { builtInCosts, type Cost, type CostTable } from './cost-table.ts';
import { besides, places, skips } from './costs.ts';
import { Prepared } from './prepared.ts';
import { panelRun, plainPanel, vectorRun } from './product-run.ts';
import { Shelf } from './shelf.ts';
import { type Form, heightOf, Weights } from './weights.ts';

/** Outputs, inputs and density. */
type Matrix = readonly [m: number, k: number, density: number];

const allMatrices: readonly Matrix[] = [
  [24, 25, 0.2],
  [32, 160, 0.4],
  [64, 288, 0.1],
  [64, 500, 0.02],
  [160, 400, 0.1],
];

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

/** Milliseconds in which kernels are called so that the engine compiles them well, which it does beside what comes next. */
const warmingTime = 12;

/** Milliseconds that warming and measuring take; what surrounds them takes less. */
export const calibrationTime = 52;

/** What such short measuring may be wrong by: kernels that differ less from the built-in costs keep these, at this machine's pace. */
const doubt = 0.15;

/** How many times as much rows may have become dearer than weights. */
const mostTilt = 1.5;

/** A kernel on a matrix: what it counts as rows and multiplies, the call, and what its time has besides these. */
export interface Case {
  readonly rows: number;
  readonly stored: number;
  readonly fixed: number;
  readonly step: () => void;
}

interface Fit {
  readonly cases: readonly Case[];
  /** The built-in cost. */
  readonly known: Cost;
  readonly use: (cost: Cost) => void;
}

/**
 * A cost table for these kernels here; the built-in costs where the clock does not move. Kernels are called on smaller matrices
 * first: while the larger ones are made, the engine compiles what was called often.
 */
export function calibrate(kernels: Kernels, milliseconds = calibrationTime, clock?: Clock): CostTable {
  const bench = new Bench(kernels);
  try {
    return costsOn(bench, milliseconds, clock);
  } finally {
    bench.dispose();
  }
}

function costsOn(bench: Bench, milliseconds: number, clock?: Clock): CostTable {
  const warming = (milliseconds * warmingTime) / calibrationTime;
  least(stepsOf(fitsOf(bench, allMatrices.slice(1, 3)).fits), warming, clock);
  const { fits, vector, panels } = fitsOf(bench, allMatrices);
  const times = least(stepsOf(fits), milliseconds - warming, clock);
  const found = fits.map(({ cases }) => times.splice(0, cases.length));
  const ratios = fits.map((fit, i) => ratioOf(fit, found[i]));
  const pace = middle(ratios.filter(Number.isFinite)) ?? 1;
  fits.forEach(({ cases, known, use }, i) => {
    const isOther = Math.abs(ratios[i] / pace - 1) > doubt;
    use((isOther && fitCost(cases, known, found[i])) || scaledBy(known, pace));
  });
  for (const [name, like] of scaled) {
    vector[name] = scaledBy(vector[name], vector[like].weight / builtInCosts.vector[like].weight);
  }
  return {
    ...builtInCosts,
    call: pace * builtInCosts.call,
    copy: pace * builtInCosts.copy,
    scan: pace * builtInCosts.scan,
    place: pace * builtInCosts.place,
    ragged: pace * builtInCosts.ragged,
    vector,
    panels: Object.fromEntries(panels) as unknown as CostTable['panels'],
  };
}

/** How many times as long a kernel takes here as its built-in cost says. */
const ratioOf = ({ cases, known }: Pick<Fit, 'cases' | 'known'>, times: readonly number[]): number =>
  middle(cases.map(({ rows, stored, fixed }, i) => (times[i] - fixed) / (known.row * rows + known.weight * stored))) ??
  Number.NaN;

const middle = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];

const scaledBy = ({ row, weight }: Cost, factor: number): Cost => ({ row: factor * row, weight: factor * weight });

const stepsOf = (fits: readonly Fit[]) => fits.flatMap(({ cases }) => cases.map(({ step }) => step));

/** What is to be measured on these matrices, and the built-in costs that it will replace. */
function fitsOf(bench: Bench, matrices: readonly Matrix[]) {
  const vector = { ...builtInCosts.vector };
  const fits: Fit[] = measured.map((name) => ({
    cases: bench.vectors(name, matrices),
    known: vector[name],
    use: (cost) => {
      vector[name] = cost;
    },
  }));
  const panels = Object.entries(builtInCosts.panels).map(([kind, widths]) => {
    const costs = widths.map(([width, cost]): [number, Cost] => [width, cost]);
    for (const entry of costs) {
      const [width] = entry;
      fits.push({
        cases: kind === 'direct' ? bench.direct(width, matrices) : bench.panels(kind as Form, width, matrices),
        known: entry[1],
        use: (cost) => {
          entry[1] = cost;
        },
      });
    }
    return [kind, costs] as const;
  });
  return { fits, vector, panels };
}

/** Operands for the kernels. */
class Bench {
  readonly #kernels: Kernels;
  readonly #shelf = new Shelf();
  readonly #x: Buffer;
  readonly #y: Buffer;
  readonly #scratch: Buffer;
  /** By block height, or 0 where nothing is pruned, and size. */
  readonly #prepared = new Map<string, Prepared>();

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    const longest = 32 * Math.max(...allMatrices.map(([m, k]) => Math.max(m, k)));
    [this.#x, this.#y, this.#scratch] = this.#shelf.once('operands', (shelf) => [
      shelf.floats(new Float32Array(longest).fill(1)),
      shelf.room(longest),
      shelf.room(longest),
    ]);
  }

  dispose(): void {
    this.#shelf.dispose();
    for (const prepared of this.#prepared.values()) prepared.dispose();
  }

  vectors(name: Form | 'gemv', matrices: readonly Matrix[]): Case[] {
    const form = name === 'gemv' ? 'dense' : name;
    const fitting = this.#prepare(form, matrices).filter(
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

  panels(form: Form, width: number, matrices: readonly Matrix[]): Case[] {
    return this.#prepare(form, matrices).map((prepared) => {
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
  direct(width: number, matrices: readonly Matrix[]): Case[] {
    const { conv2d_f32_dense } = this.#kernels;
    const [x, y, scratch] = [this.#x, this.#y, this.#scratch];
    return this.#prepare('dense', matrices).map((prepared) => {
      const { m, k } = prepared.weights;
      const { buffer: a } = prepared.panels();
      const table = this.#shelf.integers(Uint32Array.from({ length: k }, (_, tap) => tap * width));
      const step = () => conv2d_f32_dense(0, 1, 1, width, m, k, a, table, x, 0, 0, y, width, prepared.bias, 0, scratch);
      return { rows: m, stored: m * k, fixed: builtInCosts.call, step };
    });
  }

  #prepare(form: Form, matrices: readonly Matrix[]): Prepared[] {
    const height = heightOf(form);
    return matrices.map(([m, k, density]) => {
      const key = `${form === 'dense' ? 0 : height} ${m}x${k}`;
      const known = this.#prepared.get(key);
      if (known) return known;
      const made = new Prepared(randomWeights(m, k, form === 'dense' ? 1 : density, height), this.#kernels);
      this.#prepared.set(key, made);
      return made;
    });
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

/**
 * row ≥ 0 and weight that minimize Σ ((fixed + row·rows + weight·stored)/time − 1)²; undefined where a case was not measured. What makes
 * rows much dearer than weights, or the other way round, is no kernel but a call that the engine has not compiled: then the case with most
 * weights alone counts.
 */
export function fitCost(cases: readonly Case[], known: Cost, times: readonly number[]): Cost | undefined {
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
  const tilt = row / known.row / (weight / known.weight);
  if (tilt > 1 / mostTilt && tilt < mostTilt) return { row, weight };
  if (known.row === 0) return { row: 0, weight: s / ss };
  const largest = cases.reduce((best, { stored }, i) => (stored > cases[best].stored ? i : best), 0);
  return scaledBy(known, ratioOf({ cases: [cases[largest]], known }, [times[largest]]));
}
