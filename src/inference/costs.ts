// What a product costs in each form, in nanoseconds: so much for each row, and so much for each stored weight, for every panel of
// columns that the kernel goes through. Kernels that skip zero inputs cost so much for each input that is not 0 instead of each row,
// and only the weights of those; finding them costs something for every input. Weights beyond the cache cost what reading them does.

import { log } from '../tensor/math.ts';
import { sumsLength } from './by-column.ts';
import type { Cost, CostTable, PanelCosts } from './cost-table.ts';
import { type Form, heightOf, type Weights } from './weights.ts';
import type { Work } from './work.ts';

/** The forms that have a kernel for such work. */
export const formsFor = ({ vector }: Work): readonly Form[] =>
  vector
    ? ['dense', 'csr', 'sell4', 'block4', 'block8', 'block16', 'csc', 'column4', 'column8', 'column16']
    : ['dense', 'csr', 'block4'];

/** The parts of a prediction: what does not depend on the number of stored weights, and what each of them costs. */
export function parts(table: CostTable, form: Form, weights: Weights, work: Work): { fixed: number; weight: number } {
  const { m, k } = weights;
  const rows = Math.ceil(m / heightOf(form));
  const { runs, length, direct, reach, few, tiling, copied } = work.span(form);
  const before = table.call * runs + table.copy * copied;
  if (work.vector) {
    const { row, weight } = table.vector[form === 'dense' && !weights.isTiled ? 'gemv' : form];
    if (!skips(form, weights)) {
      const once = row * rows + besides(table, form, weights);
      return { fixed: before + runs * once, weight: runs * weight };
    }
    const nonzero = 1 - work.zeros;
    return {
      fixed: before + runs * (table.scan + row * nonzero) * k,
      weight: runs * weight * timesRead(table, form, weights, work.zeros),
    };
  }
  const dense = direct ? (few ? 'csr' : 'direct') : 'dense';
  const kind = form === 'dense' ? dense : form === 'block4' ? 'block4' : 'csr';
  let row = 0;
  let weight = 0;
  for (const [count, cost] of panelsOf(length, table.panels[kind])) {
    row += count * cost.row;
    weight += count * cost.weight;
  }
  if (tiling) return { fixed: before, weight: runs * weight * tiling.share };
  const waiting = form === 'dense' || !direct ? 0 : (length / 32) * fetching(table, form, weights, 4 * reach);
  return { fixed: before + runs * (row * rows + waiting), weight: runs * weight };
}

/** What a sparse convolution waits for its taps in a panel of an image of so many bytes. */
function fetching({ far }: CostTable, form: Form, weights: Weights, bytes: number): number {
  if (bytes <= far.near) return 0;
  const taps = Math.min(weights.k, weights.stored(form) / heightOf(form));
  return far[form === 'block4' ? form : 'csr'] * taps * (1 - far.near / bytes);
}

/** What a vector costs a form besides its rows. */
export const besides = (table: CostTable, form: Form, { m, k }: Weights): number =>
  form === 'sell4' ? table.place * k : m % heightOf(form) > 0 ? table.ragged * heightOf(form) : 0;

/** Nanoseconds of a product with these weights in that form; Infinity where the form cannot hold them. */
export function predict(table: CostTable, form: Form, weights: Weights, work: Work): number {
  const { fixed, weight } = parts(table, form, weights, work);
  const stored = places(form, weights, work.vector);
  const computing = fixed + weight * stored;
  const bytes = stored * bytesOf(form);
  if (!(bytes > table.memory.cache)) return computing;
  const read = work.vector && skips(form, weights) ? timesRead(table, form, weights, work.zeros) : 1;
  return Math.max(computing, (work.vector ? work.span(form).runs : 1) * bytes * read * table.memory.byte);
}

/** Whether the kernel for one sample passes over inputs that are 0. */
export const skips = (form: Form, weights: Weights): boolean =>
  form === 'dense' ? weights.isTiled : form === 'csc' || form.startsWith('column');

/** The weights that the form's kernel multiplies, padding included. */
export function places(form: Form, weights: Weights, vector: boolean): number {
  if (!vector || form !== 'dense') return weights.stored(form);
  const { m, k, isTiled } = weights;
  return (isTiled ? sumsLength(m) : 4 * Math.ceil(m / 4)) * k;
}

/** The share of zero inputs from which on dense columns are passed over, as `gemv_f32_columns` has it. */
const fewestSkipped = ({ values }: Weights): number => (values.length <= 2 ** 18 ? 3 / 8 : 1 / 2);

/** What a weight costs a kernel that skips zero inputs, in parts of what it costs where no input is 0. */
function timesRead({ gaps }: CostTable, form: Form, weights: Weights, zeros: number): number {
  if (form !== 'dense') return 1 - zeros;
  if (zeros < fewestSkipped(weights)) return 1;
  const doublings = Math.max(0, log(weights.values.byteLength / gaps.beyond) / Math.LN2);
  return Math.min(1, (1 - zeros) * (1 + gaps.least + gaps.growth * doublings * doublings));
}

/** Bytes of a stored weight with its share of an index. */
function bytesOf(form: Form): number {
  if (form === 'dense') return 4;
  return form === 'sell4' ? 6 : 4 + 4 / heightOf(form);
}

/** How many panels of each width a run takes; what is left at the end is done by the narrowest vector panel, pulled back. */
function panelsOf(length: number, costs: PanelCosts): [count: number, cost: Cost][] {
  const counts: [number, Cost][] = [];
  let left = length;
  for (const [i, [width, cost]] of costs.entries()) {
    if (left === 0) break;
    if (width === 1 && length >= 4) {
      counts.push([1, costs[i - 1][1]]);
      break;
    }
    counts.push([Math.floor(left / width), cost]);
    left %= width;
  }
  return counts;
}
