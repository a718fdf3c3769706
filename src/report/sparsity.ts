// Where a network's zeros are: kernels in figures, charts and pictures, and what each layer bears. Sections of a page, and a page of
// their own.

import { blockShapes, type Empties, type SensitivityReport, type SparsityReport } from '../pruning/index.ts';
import { isShare } from '../training/index.ts';
import { barsChart } from './bars.ts';
import { document } from './document.ts';
import { barKey, figure, lineKey, numbersTable } from './figures.ts';
import { type Html, html } from './html.ts';
import { count, percent, significant } from './numbers.ts';
import { barsOf, sensitivityChart, sensitivitySeries } from './sparsity-charts.ts';
import type { MaskPicture } from './sparsity-masks.ts';
import { table } from './table.ts';

/** What there is to show of a network; plain JSON. */
export interface SparsityView {
  report: SparsityReport;
  /** Pictures of the kernels; none by default. */
  masks?: MaskPicture[];
  sensitivity?: SensitivityReport;
}

const share = ({ count: all, empty }: Empties): string => (empty > 0 ? percent(empty / all) : '–');
const blocks = blockShapes.map((shape) => `Empty ${shape}`);
const empties = ({ count: all, empty }: Empties): string => (empty > 0 ? `${count(empty)} of ${count(all)}` : '–');

/** Figures of each kernel and of all. */
function kernelTable({ layers, total }: SparsityReport): Html {
  const columns = [
    { name: 'Kernel' },
    ...['Weights', 'Kept', 'Density', 'MACs kept', 'Bytes in a file', 'Empty rows', 'Empty columns', ...blocks].map(
      (name) => ({ name, figures: true }),
    ),
  ];
  const figures = (each: SparsityReport['total']) => [
    count(each.weights),
    count(each.kept),
    percent(each.density),
    html`${count(each.keptMacs)} <small>of ${count(each.macs)}</small>`,
    html`${count(each.savedBytes)} <small>of ${count(each.bytes)}</small>`,
  ];
  const rows = layers.map((layer) => [
    html`${layer.layer} <small>${layer.type}, ${layer.shape.join(' × ')}</small>`,
    ...figures(layer),
    empties(layer.rows),
    empties(layer.columns),
    ...blockShapes.map((shape) => share(layer.blocks[shape])),
  ]);
  const all = ['all', ...figures(total), '', '', '', '', ''];
  return html`${table('Kernels as matrices: a row for each output, a column for each input', columns, [{ rows: [...rows, all] }])}
<p class="note">Weights are those of kernels; biases are not counted. MACs: multiply-accumulates for one sample. Bytes: four for each weight, and
what the kernel takes in a model file. Blocks are consecutive rows of one column.</p>`;
}

/** Weights, work and size of each kernel as bars. */
function kernelFigures(report: SparsityReport): Html[] {
  const notes: Record<string, string> = {
    'kernel-density': 'The share of the weights that is not zero.',
    'kernel-macs': 'A weight of a convolution is used for every output pixel, a weight of a dense layer once.',
    'kernel-bytes': 'In the file a kernel is kept as values and positions where that is smaller.',
  };
  return barsOf(report).map((bars) => {
    const names = bars.series.map(({ name }) => name);
    const columns = [{ name: 'Kernel' }, ...names.map((name) => ({ name, figures: true }))];
    const rows = report.layers.map(({ layer }, i) => [layer, ...bars.series.map(({ values }) => bars.show(values[i]))]);
    const key = names.length > 1 ? barKey(names) : '';
    return figure(barsChart(bars), key, notes[bars.id], table(bars.title, columns, [{ rows }]));
  });
}

/** The pictures of the kernels. */
const maskGallery = (masks: readonly MaskPicture[]): Html =>
  html`<div class="masks">${masks.map(
    ({ name, rows, columns, uri, width, height, alt }) =>
      html`<figure><figcaption><b>${name}</b> <small>${count(rows)} outputs from top to bottom, ${count(columns)} inputs from left to right</small></figcaption>
<img src="${uri}" width="${width}" height="${height}" alt="${alt}"></figure>`,
  )}</div>
<p class="note">A dark pixel is a weight that is not zero, white is zero; where a pixel stands for several weights it is as dark as they are many.</p>`;

/** What each layer bears, alone. */
function sensitivityFigure(report: SensitivityReport): Html {
  const chart = sensitivityChart(report);
  const series = sensitivitySeries(report);
  const show = (y: number) => (isShare(report.metric) ? `${y.toFixed(2)}%` : significant(y));
  const numbers = numbersTable(chart.title, 'Sparsity', series, (x) => `${x}%`, show);
  return figure(
    chart,
    lineKey(series.map(({ name }) => name)),
    'Each layer is pruned alone, the others whole, and the network judged as it is.',
    numbers,
  );
}

/** The sections, without headings of their own. */
export function sparsitySections({ report, masks = [], sensitivity }: SparsityView): Html {
  const [density, work, bytes] = kernelFigures(report);
  const last = sensitivity ? [bytes, sensitivityFigure(sensitivity)] : [bytes];
  return html`<div class="card">${kernelTable(report)}</div>
<div class="pair">${density}${work}</div>
<div class="pair">${last}</div>
${masks.length > 0 ? html`<div class="card">${maskGallery(masks)}</div>` : ''}`;
}

/** A page of its own: one HTML document, no script, nothing fetched. The same data gives the same text. */
export function renderSparsity(view: SparsityView): string {
  const { network, total } = view.report;
  return document({
    title: `${network}: where the zeros are`,
    heading: `${network}: where the zeros are`,
    summary: `${count(total.kept)} of ${count(total.weights)} kernel weights are kept (${percent(total.density)}), and ${count(total.keptMacs)} of ${count(total.macs)} multiply-accumulates for one sample; the kernels take ${count(total.savedBytes)} of ${count(total.bytes)} bytes in a file.`,
    main: html`<section aria-label="Kernels">${sparsitySections(view)}</section>`,
  });
}
