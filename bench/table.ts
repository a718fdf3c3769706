// Rows as a table for the terminal.

import { showShape } from './kernel-entry.ts';
import type { Entry, Row } from './row.ts';

const columns: readonly { title: string; left?: boolean; cell(row: Row): string }[] = [
  { title: 'name', left: true, cell: ({ name }) => name },
  { title: 'structure', left: true, cell: ({ structure }) => structure },
  { title: 'sparsity', cell: ({ sparsity }) => `${Math.round(1000 * sparsity) / 10}%` },
  { title: 'variant', left: true, cell: ({ variant }) => variant },
  { title: 'min µs', cell: ({ seconds }) => microseconds(seconds.min) },
  { title: 'median µs', cell: ({ seconds }) => microseconds(seconds.median) },
  { title: 'GF/s', cell: ({ gflops }) => gflops.toFixed(1) },
  { title: 'dense-equivalent', cell: ({ denseEquivalentGflops }) => denseEquivalentGflops.toFixed(1) },
  { title: 'speed-up', cell: ({ speedup }) => `${speedup.toFixed(2)}x` },
];

const microseconds = (seconds: number): string => (seconds * 1e6).toFixed(seconds < 1e-5 ? 2 : 1);

/** The rows under one heading: their shapes differ only where they say so. */
export function table(title: string, rows: readonly Row[]): string {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => line[c].length)));
  const lines = cells.map((line) =>
    line.map((cell, c) => (columns[c].left ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '),
  );
  return [title, ...lines, ''].join('\n');
}

/** Whether every word of `filter` is in what the entry says of itself. */
export function matches({ name, op, shape, sparsity, structure, variant }: Entry, filter: string): boolean {
  const text = `${op} ${name} ${showShape(shape)} ${sparsity} ${structure} ${variant}`;
  return filter.split(' ').every((word) => text.includes(word));
}
