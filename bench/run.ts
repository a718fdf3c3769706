// Runs the cases that were asked for, in every binary that this machine has.

import { arena, type Kernels } from '../src/engine/index.ts';
import { kernelsOf } from '../test/kernels/binaries.ts';
import { matrixSections } from './matrix.ts';
import { brief, measure, whole } from './measure.ts';
import { sections } from './operations.ts';
import type { Options } from './options.ts';
import { type Effort, type Group, isDense, type Row, type Section, type Variant } from './row.ts';
import { matches } from './table.ts';

type Asked = Pick<Options, 'filter' | 'matrix' | 'shape' | 'sparsities' | 'quick'>;

const variants: readonly Variant[] = ['plain', 'relaxed'];

/** The rows of every section, handed over as each is done. */
export function run(
  options: Asked,
  onSection: (section: Section, rows: readonly Row[]) => void,
  effort: Effort = options.quick ? brief : whole,
): Row[] {
  const binaries = variants.flatMap((variant): [Variant, Kernels][] => {
    const kernels = kernelsOf(variant);
    return kernels ? [[variant, kernels]] : [];
  });
  const all = options.matrix ? matrixSections(options.matrix.entries, options.shape?.n) : sections(options);
  return all.flatMap((section) => {
    const rows = section.groups.flatMap((group) =>
      binaries.flatMap(([variant, kernels]) => measured(group, kernels, variant, options.filter, effort)),
    );
    if (rows.length > 0) onSection(section, rows);
    return rows;
  });
}

/** The rows that the filter wants, and the one they are compared with. */
function measured(group: Group, kernels: Kernels, variant: Variant, filter: string, effort: Effort): Row[] {
  const entries = group.entries(kernels, variant);
  const wanted = entries.filter((entry) => matches(entry, filter));
  if (wanted.length === 0) return [];
  const [first] = entries;
  const chosen = isDense(first) ? [first, ...wanted.filter((entry) => entry !== first)] : wanted;
  return arena.scope(() => (group.measure ?? measure)(chosen, effort));
}
