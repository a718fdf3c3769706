// The rows as a page: speed-up against sparsity for every sparse product, times of models and of products at one
// sparsity, and all numbers in tables.
// Drawn like the demo's report, in its colours.

import { axis, font, grid, lines, type Series, seriesColor, seriesOf } from '../src/report/charts.ts';
import { type Chart, type ChartOption, drawChart } from '../src/report/draw.ts';
import { barKey } from '../src/report/figures.ts';
import { type Html, html, markup } from '../src/report/html.ts';
import { style } from '../src/report/style.ts';
import { table as htmlTable } from '../src/report/table.ts';
import { breakEvens } from './break-even.ts';
import type { Header } from './header.ts';
import { showShape } from './kernel-entry.ts';
import { isCompared, ops, type Row } from './row.ts';
import { breakEvenColumns, type Column, columnsOf, microseconds, percent } from './table.ts';

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

const isNetwork = ({ op }: Row): boolean => op === 'model' || op === 'train';

/** Sparse products of one operation and shape. */
const products = (rows: readonly Row[]): [title: string, rows: Row[]][] =>
  groupBy(
    rows.filter((row) => row.structure !== 'dense' && !isNetwork(row)),
    ({ op, shape, variant }) => `${op} ${showShape(shape)} (${variant})`,
  );

const seriesIn = (rows: readonly Row[]): Series[] =>
  seriesOf(
    rows.filter(isCompared),
    ({ name, structure }) => `${name}, ${structure}`,
    ({ sparsity, speedup }) => [100 * (1 - sparsity), speedup],
  );

const isLine = (series: readonly Series[]): boolean => series.some(({ points }) => points.length > 1);

/** Speed-up over dense against sparsity, a chart for each operation and shape with at least two points. */
const speedupFigures = (rows: readonly Row[]): Figure[] =>
  products(rows).flatMap(([title, group], i) => {
    const series = seriesIn(group);
    if (!isLine(series)) return [];
    const chart = { id: `speedup-${i}`, title, option: (narrow: boolean) => lineOption(series, narrow) };
    return [{ chart, names: series.map(({ name }) => name) }];
  });

/** Best times of the forms that were measured at one sparsity only, as bars. */
const formFigures = (rows: readonly Row[]): Figure[] =>
  products(rows)
    .filter(([, group]) => !isLine(seriesIn(group)))
    .map(([title, group], i) => {
      const form = ({ name, structure }: Row) => /_f32_([a-z]+\d*)/.exec(name)?.[1] ?? structure;
      const names = group.map((row) => `${form(row)} ${percent(row.sparsity)}`);
      return barFigure(`form-${i}`, title, names, group);
    });

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
  const whole = rows.filter((row) => isNetwork(row) && row.share === undefined);
  return groupBy(whole, ({ op, shape, variant }) => `${op} ${showShape(shape)} (${variant})`).map(
    ([title, group], i) => {
      const names = group.map(({ structure, sparsity }) =>
        sparsity > 0 ? `${structure} ${percent(sparsity)}` : structure,
      );
      return barFigure(`model-${i}`, title, names, group);
    },
  );
}

const barFigure = (id: string, title: string, names: readonly string[], rows: readonly Row[]): Figure => ({
  chart: { id, title: `${title}, µs a call`, option: (narrow: boolean) => barOption(names, rows, narrow) },
  names: [],
});

const barOption = (names: readonly string[], rows: readonly Row[], narrow: boolean): ChartOption => ({
  grid: { left: narrow ? 126 : 150, right: narrow ? 96 : 116, top: 8, bottom: 30 },
  xAxis: { ...axis, type: 'value', min: 0, splitNumber: narrow ? 3 : 5 },
  yAxis: {
    ...axis,
    type: 'category',
    inverse: true,
    data: [...names],
    axisTick: { show: false },
    axisLabel: { ...font, color: 'var(--ink)' },
  },
  series: [
    {
      type: 'bar',
      silent: true,
      barCategoryGap: '36%',
      barMaxWidth: 34,
      label: {
        show: true,
        position: 'right',
        ...font,
        color: 'var(--ink)',
        formatter: ({ dataIndex: i }: { dataIndex: number }) =>
          [microseconds(rows[i].seconds.min), ...(isCompared(rows[i]) ? [`${rows[i].speedup.toFixed(1)}×`] : [])].join(
            ', ',
          ),
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

const capital = (title: string): string => `${title[0].toUpperCase()}${title.slice(1)}`;

/** What the terminal shows, as a table of the page. */
const shown = <T>(caption: string, columns: readonly Column<T>[], items: readonly T[]): Html =>
  html`<details><summary>${caption}: ${items.length} ${items.length === 1 ? 'row' : 'rows'}</summary><div class="scroll" tabindex="0" role="region" aria-label="${caption}">${htmlTable(
    caption,
    columns.map(({ title, left }) => ({ name: /^[a-z]+$/.test(title) ? capital(title) : title, figures: !left })),
    [{ rows: items.map((item) => columns.map(({ cell }) => cell(item))) }],
  )}</div></details>`;

const section = (title: string, intro: string, figures: readonly Figure[]): Html | string =>
  figures.length === 0
    ? ''
    : html`<section><h2>${title}</h2><p class="intro">${intro}</p><div class="pair">${figures.map(figure)}</div></section>`;

/** The page: no script, nothing fetched. */
export function benchPage(about: Header, rows: readonly Row[]): string {
  const ran = `${about.processor}, ${about.cores} cores, ${about.caches.join(', ')}. Node ${about.node}, V8 ${about.v8}, commit ${about.commit ?? 'unknown'}.`;
  const even = breakEvens(rows);
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
${section('Sparse products at one sparsity', 'The best time of a call, and the speed-up where the dense product was timed, too.', formFigures(rows))}
${section('Models', 'The best time of a call, and the speed-up over the same network dense.', modelFigures(rows))}
<section><h2>The numbers</h2>${ops.map((op) => {
    const own = rows.filter((row) => row.op === op);
    return own.length > 0 ? shown(op, columnsOf(own), own) : '';
  })}${even.length > 0 ? shown('break-even', breakEvenColumns, even) : ''}</section>
</main>
</body>
</html>
`.text;
}
