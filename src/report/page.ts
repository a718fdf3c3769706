// The page of the main job.

import { choicesTable } from './choices.ts';
import type { DemoReport } from './demo-report.ts';
import { document, factList, section } from './document.ts';
import { curveFigure, densityFigure, historyFigure, latencyFigure } from './figures.ts';
import { kernelGallery, mistakeGallery } from './gallery.ts';
import { type Content, type Html, html } from './html.ts';
import { count, duration, percent } from './numbers.ts';
import { headline, resultsTable, summary } from './results.ts';
import { sparsitySections } from './sparsity.ts';

function environmentList(report: DemoReport): Html {
  const { dataset, environment: where } = report;
  const facts: [string, Content][] = [
    [
      'Data',
      `${dataset.name}: ${count(dataset.train)} images to train on, ${count(dataset.validation)} to tune by, ${count(dataset.test)} to test with`,
    ],
    ['Command', html`<code>${report.command}</code>`],
    ['Seed', String(report.seed)],
    ['Duration', duration(report.seconds)],
    ['Processor', where.processor],
    ['Node', `${where.node}, V8 ${where.v8}`],
    ['Date', html`<time datetime="${where.date}">${where.date}</time>`],
  ];
  return factList(facts);
}

/** The report as one HTML document: no script, nothing fetched. The same data gives the same text. */
export function renderReport(report: DemoReport): string {
  const { dataset, environment, sparsity } = report;
  const title = `${dataset.name.slice(0, 1).toUpperCase()}${dataset.name.slice(1)}, dense and sparse`;
  return document({
    title: `${title}: an espalier report`,
    heading: title,
    summary: summary(report),
    headline: headline(report),
    date: environment.date,
    main: html`${section('results', 'Results', '', html`<div class="card">${resultsTable(report)}</div>`)}
${section(
  'sparsity',
  'What sparsity costs',
  `Tuning looked at the validation split only. The networks in the table were asked for ${percent(sparsity)} zeros.`,
  html`<div class="pair">${curveFigure(report)}${densityFigure(report)}</div>`,
)}
${section('latency', 'What it buys', '', html`<div class="pair">${latencyFigure(report, 1)}${latencyFigure(report, 64)}</div>`)}
${section(
  'choices',
  'What each layer chose',
  'A layer with zeros is not always faster without them. compress() predicts the time of every form from a table of kernel costs and goes by that. The microseconds here are those predictions, for all the images of a batch; what was measured stands above.',
  html`<div class="card choices">${choicesTable(report)}</div>`,
)}
${
  report.zeros === undefined
    ? ''
    : section('zeros', 'Where the zeros are', 'In the last network of the table.', sparsitySections(report.zeros))
}
${section(
  'kernels',
  'First kernels',
  'The weights of the first convolution as they are after training, one block for each kernel, all on one scale: the depth of the colour grows with the square root of the weight.',
  html`<div class="card">${kernelGallery(report)}</div>`,
)}
${section('mistakes', 'Digits it gets wrong', '', html`<div class="card">${mistakeGallery(report)}</div>`)}
${section('training', 'Training', '', html`<div class="pair">${historyFigure(report, 'loss')}${historyFigure(report, 'accuracy')}</div>`)}
${section('run', 'The run', '', html`<div class="card">${environmentList(report)}</div>`)}`,
    footer: 'Every figure on this page was measured in the run described above.',
  });
}
