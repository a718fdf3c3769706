// From which sparsity on a sparse kernel beats the dense one: the time of a product is a straight line over its density
// between two measured ones.

import { type Compared, isCompared, type Row } from './row.ts';

/** A sparse kernel at a shape, and where it begins to pay. */
export interface BreakEven extends Pick<Row, 'name' | 'op' | 'shape' | 'structure' | 'variant'> {
  /** The sparsity, 0 to 1; where `isBound` it is faster from there on and perhaps from below, too. Absent: nowhere measured. */
  readonly sparsity?: number;
  readonly isBound: boolean;
}

/** Of every sparse kernel that was measured at several sparsities. */
export function breakEvens(rows: readonly Row[]): BreakEven[] {
  const families = new Map<string, Compared[]>();
  for (const row of rows.filter(isCompared)) {
    if (row.sparsity === 0 || row.op === 'train') continue;
    const { name, op, shape, structure, variant } = row;
    const key = JSON.stringify([name, op, shape, structure, variant]);
    families.set(key, [...(families.get(key) ?? []), row]);
  }
  return [...families.values()].filter((family) => family.length > 1).map(breakEven);
}

function breakEven(family: readonly Compared[]): BreakEven {
  const rows = [...family].sort((a, b) => a.sparsity - b.sparsity);
  const { name, op, shape, structure, variant } = rows[0];
  const about = { name, op, shape, structure, variant };
  // From the dense end: the last sparsity at which dense still wins.
  const last = rows.findLastIndex(({ speedup }) => speedup < 1);
  if (last === rows.length - 1) return { ...about, isBound: false };
  const after = rows[last + 1];
  if (last < 0) return { ...about, sparsity: after.sparsity, isBound: true };
  const before = rows[last];
  const [slow, fast] = [1 / before.speedup, 1 / after.speedup];
  const part = (slow - 1) / (slow - fast);
  return { ...about, sparsity: before.sparsity + part * (after.sparsity - before.sparsity), isBound: false };
}

/** `41%`, `below 30%`, `never`. */
export function showBreakEven({ sparsity, isBound }: BreakEven): string {
  if (sparsity === undefined) return 'not at these sparsities';
  return `${isBound ? 'below ' : ''}${Math.round(100 * sparsity)}%`;
}
