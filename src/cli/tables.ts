// Tables for the terminal.

import { count, type DemoReport, duration, milliseconds, percent, times } from '../report/index.ts';

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd();
  return `${[line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n')}\n`;
}

/** What the demo found, in a table and what it counts. */
export function demoTable({ dataset, seed, seconds, variants, counted }: DemoReport): string {
  const dense = variants[0];
  const head = ['network', 'test accuracy', 'weights kept', '', 'bytes', 'gzip', 'batch 1', '', 'batch 64', ''];
  const rows = variants.map((variant) => [
    variant.name,
    percent(variant.testAccuracy, 2),
    count(variant.weightsKept),
    percent(variant.weightsKept / variant.weights),
    count(variant.bytes),
    count(variant.bytesGzip),
    milliseconds(variant.msBatch1.median),
    times(dense.msBatch1.median / variant.msBatch1.median),
    milliseconds(variant.msBatch64.median),
    times(dense.msBatch64.median / variant.msBatch64.median),
  ]);
  const images = [dataset.train, dataset.validation, dataset.test].map(count);
  return `
${dataset.name}: ${images[0]} images to train on, ${images[1]} to tune by, ${images[2]} to test with; seed ${seed}

${textTable(head, rows)}
Counted: ${counted}.
Times: medians of a whole batch in one thread, and how many times as fast as dense in this run. Took ${duration(seconds)}.
`;
}
