// The rows as a page: speed-up against sparsity for every sparse product, times of the models, and all numbers in tables.
// Drawn like the demo's report, in its colours.

import { axis, font, grid, lines, type Series, seriesColor, seriesOf } from '../src/report/charts.ts';
import { type Chart, type ChartOption, drawChart } from '../src/report/draw.ts';
import { barKey } from '../src/report/figures.ts';
import { type Html, html, markup } from '../src/report/html.ts';
import { style } from '../src/report/style.ts';
import { table as htmlTable } from '../src/report/table.ts';
import type { Header } from './header.ts';
import { showShape } from './kernel-entry.ts';
import { type Op, ops, type Row } from './row.ts';
import { microseconds, percent } from './table.ts';

/** A chart and the names of its series. */
export interface Figure {
  readonly chart: Chart;
  readonly names: readonly string[];
}

const groupBy = (rows: readonly Row[], key: (row: Row) => string): [string, Row[]][] => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups];
};

/** Speed-up over dense against sparsity, a chart for each operation and shape with at least two points. */
export function speedupFigures(rows: readonly Row[]): Figure[] {
  const sparse = rows.filter(({ op, sparsity }) => sparsity > 0 && op !== 'model' && op !== 'train');
  return groupBy(sparse, ({ op, shape, variant }) => `${op} ${showShape(shape)} (${variant})`).flatMap(
    ([title, group], i) => {
      const series = seriesOf(
        group,
        ({ name, structure }) => `${name}, ${structure}`,
        ({ sparsity, speedup }) => [100 * (1 - sparsity), speedup],
      );
      if (!series.some(({ points }) => points.length > 1)) return [];
      const chart = { id: `speedup-${i}`, title, option: (narrow: boolean) => lineOption(series, narrow) };
      return [{ chart, names: series.map(({ name }) => name) }];
    },
  );
}

function lineOption(series: readonly Series[], narrow: boolean): ChartOption {
  const kept = [...new Set(series.flatMap(({ points }) => points.map(([x]) => Number(x.toFixed(4)))))];
  return {
    grid: { ...grid(narrow), right: 22 },
    xAxis: {
      ...axis,
      type: 'log',
      inverse: true,
      name: 'weights set to zero',
      nameGap: 30,
      min: Math.min(...kept),
      max: Math.max(...kept),
      splitLine: { show: false },
      axisTick: { ...axis.axisTick, customValues: kept },
      axisLabel: { ...font, customValues: kept, hideOverlap: true, formatter: (x: number) => percent(1 - x / 100) },
    },
    yAxis: { ...axis, type: 'log', name: narrow ? '' : 'times dense', nameGap: 40, axisLabel: font },
    series: lines(series),
  };
}

/** Best times of a model at one batch size, or of a training step, as bars. */
export function modelFigures(rows: readonly Row[]): Figure[] {
  const whole = rows.filter(({ op, share }) => (op === 'model' || op === 'train') && share === undefined);
  return groupBy(whole, ({ op, shape, variant }) => `${op} ${showShape(shape)} (${variant})`).map(
    ([title, group], i) => ({
      chart: { id: `model-${i}`, title: `${title}, µs a call`, option: (narrow: boolean) => barOption(group, narrow) },
      names: [],
    }),
  );
}

const barOption = (rows: readonly Row[], narrow: boolean): ChartOption => ({
  grid: { left: narrow ? 126 : 150, right: narrow ? 96 : 116, top: 8, bottom: 30 },
  xAxis: { ...axis, type: 'value', min: 0, splitNumber: narrow ? 3 : 5 },
  yAxis: {
    ...axis,
    type: 'category',
    inverse: true,
    data: rows.map(({ structure, sparsity }) => (sparsity > 0 ? `${structure} ${percent(sparsity)}` : structure)),
    axisTick: { show: false },
    axisLabel: { ...font, color: 'var(--ink)' },
  },
  series: [
    {
      type: 'bar',
      silent: true,
      barCategoryGap: '36%',
      label: {
        show: true,
        position: 'right',
        ...font,
        color: 'var(--ink)',
        formatter: ({ dataIndex: i }: { dataIndex: number }) =>
          `${microseconds(rows[i].seconds.min)}, ${rows[i].speedup.toFixed(1)}×`,
      },
      data: rows.map(({ seconds }, i) => ({
        value: seconds.min * 1e6,
        itemStyle: { color: seriesColor(i), borderRadius: [0, 2, 2, 0] },
      })),
    },
  ],
});

const figure = ({ chart, names }: Figure): Html =>
  html`<figure class="card"><figcaption><h3>${chart.title}</h3>${names.length > 0 ? barKey(names) : ''}</figcaption>
${drawChart(chart)}</figure>`;

const columns = [
  'Name',
  'Shape',
  'Structure',
  'Sparsity',
  'Variant',
  'min µs',
  'median µs',
  'GF/s',
  'Dense-equivalent',
  'Speed-up',
];

const numbers = (op: Op, rows: readonly Row[]): Html =>
  html`<details><summary>${op}: ${rows.length} rows</summary><div class="scroll" tabindex="0" role="region" aria-label="${op}">${htmlTable(
    op,
    columns.map((name, i) => ({ name, figures: i > 4 || i === 3 })),
    [
      {
        rows: rows.map(({ name, shape, structure, sparsity, variant, seconds, gflops, ...row }) => [
          ...[name, showShape(shape), structure, percent(sparsity), variant],
          ...[microseconds(seconds.min), microseconds(seconds.median), gflops.toFixed(1)],
          ...[row.denseEquivalentGflops.toFixed(1), `${row.speedup.toFixed(2)}×`],
        ]),
      },
    ],
  )}</div></details>`;

const section = (title: string, intro: string, figures: readonly Figure[]): Html | string =>
  figures.length === 0
    ? ''
    : html`<section><h2>${title}</h2><p class="intro">${intro}</p><div class="pair">${figures.map(figure)}</div></section>`;

/** The page: no script, nothing fetched. */
export function benchPage(about: Header, rows: readonly Row[]): string {
  const ran = `${about.processor}, ${about.cores} cores, ${about.caches.join(', ')}. Node ${about.node}, V8 ${about.v8}, commit ${about.commit ?? 'unknown'}.`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>espalier bench</title>
<style>${markup(style)}</style>
</head>
<body>
<header><h1>Bench</h1><p class="summary">${ran} One thread; the best of interleaved samples.</p></header>
<main>
${section('Sparse products', 'How many times as fast as our own dense kernel at the same shape in the same run. Both axes are logarithmic.', speedupFigures(rows))}
${section('Models', 'The best time of a call, and the speed-up over the same network dense.', modelFigures(rows))}
<section><h2>The numbers</h2>${ops.map((op) => {
    const own = rows.filter((row) => row.op === op);
    return own.length > 0 ? numbers(op, own) : '';
  })}</section>
</main>
</body>
</html>
`.text;
}
