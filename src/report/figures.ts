// Charts with a heading, a key, and the same numbers as a table to unfold.

import {
  curveChart,
  curveSeries,
  dashes,
  densityChart,
  densityText,
  historyChart,
  historySeries,
  latencyChart,
  marks,
  type Series,
} from './charts.ts';
import type { DemoReport } from './demo-report.ts';
import { type Chart, drawChart } from './draw.ts';
import { type Content, type Html, html } from './html.ts';
import { percent, significant } from './numbers.ts';
import { type Column, table } from './table.ts';

const shapes = {
  circle: html`<circle cx="14" cy="6" r="4"/>`,
  rect: html`<rect x="10" y="2" width="8" height="8"/>`,
  triangle: html`<path d="M14 2l4.4 8h-8.8z"/>`,
  diamond: html`<path d="M14 1l5 5l-5 5l-5-5z"/>`,
};

/** The key of a line chart: dash and mark as drawn. */
export function lineKey(names: readonly string[]): Html {
  return html`<ul class="key">${names.map(
    (name, i) =>
      html`<li><svg class="series-${i % 6}" viewBox="0 0 28 12" aria-hidden="true"><path class="dash" d="M0 6H28" stroke-dasharray="${dashes[i % dashes.length].join(' ')}"/>${shapes[marks[i % marks.length]]}</svg>${name}</li>`,
  )}</ul>`;
}

/** The key of a bar chart. */
export function barKey(names: readonly string[]): Html {
  return html`<ul class="key">${names.map((name, i) => html`<li><i class="swatch series-${i % 6}"></i>${name}</li>`)}</ul>`;
}

export function figure(chart: Chart, key: Content, note: string, numbers: Content): Html {
  return html`<figure class="card">
<figcaption><h3>${chart.title}</h3>${key}</figcaption>
${drawChart(chart)}
<p class="note">${note}</p>
${numbers === '' ? '' : html`<details><summary>The numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="${chart.title}">${numbers}</div></details>`}
</figure>`;
}

/** A row for each x, a column for each series; a dash where a series has no point. */
export function numbersTable(
  title: string,
  first: string,
  series: readonly Series[],
  x: (x: number) => string,
  y: (y: number) => string,
): Html {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const columns: Column[] = [{ name: first }, ...series.map(({ name }) => ({ name, figures: true }))];
  const rows = xs.map((at) => [
    x(at),
    ...series.map(({ points }) => {
      const point = points.find(([other]) => other === at);
      return point === undefined ? '–' : y(point[1]);
    }),
  ]);
  return table(title, columns, [{ rows }]);
}

/** Accuracy against sparsity. */
export function curveFigure(report: DemoReport): Html {
  const chart = curveChart(report);
  const series = curveSeries(report.curve);
  const mirrored = series.map(({ name, points }) => ({
    name,
    points: points.map(([kept, y]): [number, number] => [Number((100 - kept).toFixed(4)), y]),
  }));
  const numbers = numbersTable(
    chart.title,
    'Sparsity',
    mirrored,
    (x) => `${x}%`,
    (y) => `${y.toFixed(2)}%`,
  );
  const note =
    'Sparsity is the share of the counted weights that is zero. The axis is logarithmic in the weights that are left.';
  return figure(chart, lineKey(series.map(({ name }) => name)), note, numbers);
}

/** Density layer by layer. */
export function densityFigure(report: DemoReport): Html {
  const chart = densityChart(report);
  const { variants } = report;
  const columns: Column[] = [{ name: 'Layer' }, ...variants.map(({ name }) => ({ name, figures: true }))];
  const texts = variants.map(densityText);
  const rows = variants[0].layers.map((layer, i) => [
    html`${layer.name} <small>${layer.shape.join(' × ')}</small>`,
    ...texts.map((text) => text[i]),
  ]);
  const note = 'The share of each layer’s kernel weights that is not zero, in percent.';
  return figure(chart, barKey(variants.map(({ name }) => name)), note, table(chart.title, columns, [{ rows }]));
}

/** Time for a batch. */
export function latencyFigure(report: DemoReport, batch: 1 | 64): Html {
  const note =
    'Bars end at the median, the upright line marks the minimum; beside each bar, how many times as fast as the first.';
  return figure(latencyChart(report, batch), '', note, '');
}

/** Loss or accuracy by epoch. */
export function historyFigure(report: DemoReport, what: 'loss' | 'accuracy'): Html {
  const loss = what === 'loss';
  const chart = historyChart(report, what);
  const series = historySeries(report.history, (point) => (loss ? point.loss : point.validationAccuracy));
  const numbers = numbersTable(chart.title, 'Epoch', series, String, loss ? significant : (y) => percent(y, 2));
  const note = loss
    ? 'Mean cross-entropy over each epoch, without penalties. Pruned networks begin where they leave the others.'
    : 'Measured at the end of each epoch on images kept out of training.';
  return figure(chart, lineKey(series.map(({ name }) => name)), note, numbers);
}
