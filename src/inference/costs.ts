// What a product costs in each form, in nanoseconds: so much for each row, and so much for each stored weight, for every panel of
// columns that the kernel goes through. The table was measured (bench/costs.ts); ratios between forms travel better than times.

import type { Form, Weights } from './weights.ts';
import type { Work } from './work.ts';

interface Cost {
  /** For each output row (of blocks: each block row). */
  readonly row: number;
  /** For each stored weight. */
  readonly weight: number;
}

/** Nanoseconds for a kernel call and its step. */
const call = 12;
/** Nanoseconds for a float copied. */
const copy = 0.15;

/** A matrix times a vector. */
const vector: Record<Form, Cost> = {
  dense: { row: 1.5, weight: 0.08 },
  csr: { row: 3, weight: 0.46 },
  sell4: { row: 2.5, weight: 0.27 },
  block4: { row: 5, weight: 0.13 },
  block8: { row: 8, weight: 0.095 },
  block16: { row: 14, weight: 0.087 },
};

/** Panels by width, widest first; what is left of a run is done by the narrowest, pulled back. */
const panels: Record<'dense' | 'direct' | 'csr' | 'block4', readonly (readonly [width: number, cost: Cost])[]> = {
  dense: [
    [8, { row: 1.5, weight: 0.43 }],
    [4, { row: 1.5, weight: 0.33 }],
    [1, { row: 1.5, weight: 0.2 }],
  ],
  direct: [
    [16, { row: 3, weight: 0.9 }],
    [8, { row: 1.5, weight: 0.46 }],
    [4, { row: 1.5, weight: 0.4 }],
    [1, { row: 1.5, weight: 0.25 }],
  ],
  csr: [
    [32, { row: 10, weight: 2.4 }],
    [16, { row: 6, weight: 1.4 }],
    [8, { row: 4, weight: 0.95 }],
    [4, { row: 3, weight: 0.7 }],
    [1, { row: 3, weight: 0.5 }],
  ],
  block4: [
    [8, { row: 8, weight: 0.49 }],
    [4, { row: 6, weight: 0.3 }],
    [1, { row: 5, weight: 0.2 }],
  ],
};

/** The forms that have a kernel for such work. */
export const formsFor = ({ vector }: Work): readonly Form[] =>
  vector ? ['dense', 'csr', 'sell4', 'block4', 'block8', 'block16'] : ['dense', 'csr', 'block4'];

/** The parts of a prediction: what does not depend on the number of stored weights, and what each of them costs. */
export function parts(form: Form, m: number, k: number, work: Work): { fixed: number; weight: number } {
  const height = form === 'block4' ? 4 : form === 'block8' ? 8 : form === 'block16' ? 16 : 1;
  const rows = Math.ceil(m / height);
  const before = call * work.runs + copy * work.copied;
  if (work.vector) return { fixed: before + vector[form].row * rows, weight: vector[form].weight };
  const table = panels[form === 'dense' ? (work.direct ? 'direct' : 'dense') : form === 'block4' ? 'block4' : 'csr'];
  let row = 0;
  let weight = 0;
  for (const [count, cost] of panelsOf(work.length, table)) {
    row += count * cost.row;
    weight += count * cost.weight;
  }
  const copied = form === 'dense' && work.direct ? copy * k * work.length : 0;
  return { fixed: before + work.runs * (row * rows + copied), weight: work.runs * weight };
}

/** Nanoseconds of a product with these weights in that form; Infinity where the form cannot hold them. */
export function predict(form: Form, weights: Weights, work: Work): number {
  const { fixed, weight } = parts(form, weights.m, weights.k, work);
  return fixed + weight * weights.stored(form);
}

/** How many panels of each width a run of `length` columns takes. */
function panelsOf(length: number, table: readonly (readonly [number, Cost])[]): [number, Cost][] {
  const counts: [number, Cost][] = [];
  let left = length;
  for (const [width, cost] of table) {
    if (left === 0) break;
    if (width === 1 && length >= 4) {
      counts.push([1, table[table.length - 2][1]]);
      break;
    }
    counts.push([Math.floor(left / width), cost]);
    left %= width;
  }
  return counts;
}
