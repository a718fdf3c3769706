// Rows as tables for the terminal.

import { type BreakEven, breakEvens, showBreakEven } from './break-even.ts';
import { showShape } from './kernel-entry.ts';
import type { Entry, Row } from './row.ts';

export interface Column<T> {
  readonly title: string;
  readonly left?: boolean;
  cell(item: T): string;
}

/** To a tenth, or to the first digit that tells it from 100%. */
export function percent(fraction: number): string {
  for (let digits = 1; ; digits++) {
    const shown = Number((100 * fraction).toFixed(digits));
    if (shown < 100 || fraction >= 1) return `${shown}%`;
  }
}
export const microseconds = (seconds: number): string => (seconds * 1e6).toFixed(seconds < 1e-5 ? 2 : 1);
const rate = (value: number): string => (value > 0 ? value.toFixed(1) : '');

const columns: readonly Column<Row>[] = [
  { title: 'name', left: true, cell: ({ name }) => name },
  { title: 'shape', left: true, cell: ({ shape }) => showShape(shape) },
  { title: 'structure', left: true, cell: ({ structure }) => structure },
  { title: 'sparsity', cell: ({ sparsity }) => percent(sparsity) },
  { title: 'variant', left: true, cell: ({ variant }) => variant },
  { title: 'min µs', cell: ({ seconds }) => microseconds(seconds.min) },
  { title: 'median µs', cell: ({ seconds }) => microseconds(seconds.median) },
  { title: 'GF/s', cell: ({ gflops }) => rate(gflops) },
  { title: 'dense-equivalent', cell: ({ denseEquivalentGflops }) => rate(denseEquivalentGflops) },
  { title: 'speed-up', cell: ({ speedup }) => (speedup === undefined ? '' : `${speedup.toFixed(2)}×`) },
];
const bandwidth: Column<Row> = {
  title: 'GB/s',
  cell: ({ gigabytesPerSecond }) => gigabytesPerSecond?.toFixed(1) ?? '',
};
const share: Column<Row> = {
  title: 'of the step',
  cell: ({ share }) => (share === undefined ? '' : percent(share)),
};

export const breakEvenColumns: readonly Column<BreakEven>[] = [
  { title: 'name', left: true, cell: ({ name }) => name },
  { title: 'shape', left: true, cell: ({ shape }) => showShape(shape) },
  { title: 'structure', left: true, cell: ({ structure }) => structure },
  { title: 'variant', left: true, cell: ({ variant }) => variant },
  { title: 'faster than dense from', cell: showBreakEven },
];

/** Those that all rows have, and those that some of these have. */
export const columnsOf = (rows: readonly Row[]): readonly Column<Row>[] => [
  ...columns,
  ...(rows.some(({ gigabytesPerSecond }) => gigabytesPerSecond) ? [bandwidth] : []),
  ...(rows.some((row) => row.share !== undefined) ? [share] : []),
];

/** The rows under one heading, and where the sparse ones begin to pay. */
export function table(title: string, rows: readonly Row[]): string {
  const even = breakEvens(rows);
  const lines = [title, '', ...ruled(columnsOf(rows), rows), ''];
  return (even.length > 0 ? [...lines, 'break-even', '', ...ruled(breakEvenColumns, even), ''] : lines).join('\n');
}

function ruled<T>(columns: readonly Column<T>[], items: readonly T[]): string[] {
  const cells = [columns.map(({ title }) => title), ...items.map((item) => columns.map(({ cell }) => cell(item)))];
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => line[c].length)));
  return cells.map((line) =>
    line
      .map((cell, c) => (columns[c].left ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join('  ')
      .trimEnd(),
  );
}

/** Whether every word of `filter` is in what the entry says of itself. */
export function matches({ name, op, shape, sparsity, structure, variant }: Entry, filter: string): boolean {
  const text = `${op} ${name} ${showShape(shape)} ${sparsity} ${structure} ${variant}`;
  return filter.split(' ').every((word) => text.includes(word));
}
