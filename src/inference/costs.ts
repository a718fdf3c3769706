// What a product costs in each form, in nanoseconds: so much for each row, and so much for each stored weight, for every panel of
// columns that the kernel goes through.

import type { Cost, CostTable, PanelCosts } from './cost-table.ts';
import type { Form, Weights } from './weights.ts';
import type { Work } from './work.ts';

/** The forms that have a kernel for such work. */
export const formsFor = ({ vector }: Work): readonly Form[] =>
  vector ? ['dense', 'csr', 'sell4', 'block4', 'block8', 'block16'] : ['dense', 'csr', 'block4'];

/** Rows that the kernel of a form takes at once. */
export const heightOf = (form: Form): number => (form.startsWith('block') ? Number(form.slice(5)) : 1);

/** The parts of a prediction: what does not depend on the number of stored weights, and what each of them costs. */
export function parts(table: CostTable, form: Form, m: number, work: Work): { fixed: number; weight: number } {
  const rows = Math.ceil(m / heightOf(form));
  const before = table.call * work.runs + table.copy * work.copied;
  if (work.vector) return { fixed: before + table.vector[form].row * rows, weight: table.vector[form].weight };
  const kind = form === 'dense' ? (work.direct ? 'direct' : 'dense') : form === 'block4' ? 'block4' : 'csr';
  let row = 0;
  let weight = 0;
  for (const [count, cost] of panelsOf(work.length, table.panels[kind])) {
    row += count * cost.row;
    weight += count * cost.weight;
  }
  return { fixed: before + work.runs * row * rows, weight: work.runs * weight };
}

/** Nanoseconds of a product with these weights in that form; Infinity where the form cannot hold them. */
export function predict(table: CostTable, form: Form, weights: Weights, work: Work): number {
  const { fixed, weight } = parts(table, form, weights.m, work);
  return fixed + weight * weights.stored(form);
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
