// The page: one HTML document that needs nothing else. What comes from data is escaped in html``.

import { choicesTable } from './choices.ts';
import type { DemoReport } from './demo-report.ts';
import { curveFigure, densityFigure, historyFigure, latencyFigure } from './figures.ts';
import { kernelGallery, mistakeGallery } from './gallery.ts';
import { type Content, type Html, html, markup } from './html.ts';
import { count, duration, percent } from './numbers.ts';
import { headline, resultsTable, summary } from './results.ts';
import { sparsitySections } from './sparsity.ts';
import { style } from './style.ts';

// A tree trained flat against wires.
const mark = html`<svg class="mark" viewBox="0 0 48 40" aria-hidden="true"><path class="wire" d="M2 10H46M2 20H46M2 30H46"/>
<path class="tree" d="M24 39V6M24 33C24 30 20 30 16 30H8M24 33C24 30 28 30 32 30H40M24 23C24 20 20 20 16 20H10M24 23C24 20 28 20 32 20H38M24 13C24 10 20 10 18 10H14M24 13C24 10 28 10 30 10H34"/></svg>`;

function section(id: string, title: string, intro: Content, body: Content): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${intro === '' ? '' : html`<p class="intro">${intro}</p>`}
${body}</section>`;
}

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
    ...(where.commit === undefined ? [] : [['Commit', html`<code>${where.commit}</code>`] as [string, Content]]),
  ];
  return html`<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** The report as one HTML document: no script, nothing fetched. The same data gives the same text. */
export function renderReport(report: DemoReport): string {
  const { dataset, environment, sparsity } = report;
  const title = `${dataset.name.slice(0, 1).toUpperCase()}${dataset.name.slice(1)}, dense and sparse`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="espalier">
<title>${title}: an espalier report</title>
<style>${markup(style)}</style>
</head>
<body>
<header>
<p class="brand">${mark}<span>espalier</span> <time datetime="${environment.date}">${environment.date.slice(0, 10)}</time></p>
<h1>${title}</h1>
<p class="summary">${summary(report)}</p>
${headline(report)}
</header>
<main>
${section('results', 'Results', '', html`<div class="card">${resultsTable(report)}</div>`)}
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
${section('run', 'The run', '', html`<div class="card">${environmentList(report)}</div>`)}
</main>
<footer><p>Every figure on this page was measured in the run described above.</p></footer>
</body>
</html>
`;
  return page.text;
}
