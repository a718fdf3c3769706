// A page about one study, told as plain data: a paragraph, a few figures, and sections of tables, charts, pictures and texts.

import { barsChart } from './bars.ts';
import { document, type Figure, factList, figureRow, section } from './document.ts';
import { barKey, figure, lineKey, numbersTable } from './figures.ts';
import { type Content, type Html, html } from './html.ts';
import { type Bitmap, picture } from './pictures.ts';
import { type BarsBlock, type LinesBlock, linesChart, withUnit } from './study-charts.ts';
import { table } from './table.ts';

/** Rows of cells; the first cell of each row names it. A cell of two parts shows the second one small. */
export interface TableBlock {
  kind: 'table';
  title: string;
  columns: readonly { name: string; figures?: boolean }[];
  rows: readonly (readonly (string | readonly [string, string])[])[];
  note?: string;
}

/** Images side by side, each with a caption; `width` is that of each on the page, in CSS pixels. */
export interface PicturesBlock {
  kind: 'pictures';
  title: string;
  pictures: readonly { image: Bitmap; caption: string; note?: string }[];
  width?: number;
  note?: string;
}

/** Text as it is, line by line. */
export interface TextBlock {
  kind: 'text';
  title: string;
  text: string;
  note?: string;
}

export type Block = TableBlock | LinesBlock | BarsBlock | PicturesBlock | TextBlock;

/** Blocks under a heading. */
export interface StudySection {
  title: string;
  intro?: string;
  blocks: readonly Block[];
}

/** A page's content. */
export interface Study {
  title: string;
  summary: string;
  /** Up to four. */
  figures?: readonly Figure[];
  sections: readonly StudySection[];
  /** What the run was: data, command, machine. */
  facts: readonly (readonly [name: string, value: string])[];
  /** ISO 8601. */
  date: string;
}

/** The page as one HTML document. The same data gives the same text. */
export function renderStudy({ title, summary, figures = [], sections, facts, date }: Study): string {
  const parts = sections.map((each, i) => section(`part-${i}`, each.title, each.intro ?? '', laidOut(each.blocks, i)));
  const run = section('run', 'The run', '', html`<div class="card">${factList(facts)}</div>`);
  return document({
    title: `${title}: an espalier study`,
    heading: title,
    summary,
    headline: figures.length > 0 ? figureRow(title, figures) : '',
    date,
    main: html`${parts}${run}`,
    footer: 'Every figure on this page was measured in the run described above.',
  });
}

/** Charts two by two, all else over the whole width. */
function laidOut(blocks: readonly Block[], part: number): Html[] {
  const rows: Html[] = [];
  let charts: Html[] = [];
  const flush = () => {
    if (charts.length > 0) rows.push(html`<div class="pair">${charts}</div>`);
    charts = [];
  };
  for (const [i, block] of blocks.entries()) {
    const id = `chart-${part}-${i}`;
    if (block.kind === 'lines') charts.push(linesFigure(id, block));
    else if (block.kind === 'bars') charts.push(barsFigure(id, block));
    else {
      flush();
      rows.push(html`<div class="card">${wide(block)}</div>`);
    }
    if (charts.length === 2) flush();
  }
  flush();
  return rows;
}

function linesFigure(id: string, block: LinesBlock): Html {
  const { title, x, y, series, note = '' } = block;
  const numbers = numbersTable(title, x.name, series, withUnit(x.unit), withUnit(y.unit));
  return figure(linesChart(id, block), lineKey(series.map(({ name }) => name)), note, numbers);
}

function barsFigure(id: string, block: BarsBlock): Html {
  const { title, groups, unit, series, note = '' } = block;
  const names = series.map(({ name }) => name);
  const show = withUnit(unit);
  const rows = groups.map((group, i) => [group, ...series.map(({ values }) => show(values[i]))]);
  const columns = [{ name: '' }, ...names.map((name) => ({ name, figures: true }))];
  return figure(
    barsChart({ ...block, id, show }),
    names.length > 1 ? barKey(names) : '',
    note,
    table(title, columns, [{ rows }]),
  );
}

function wide(block: TableBlock | PicturesBlock | TextBlock): Html {
  const note = block.note === undefined ? '' : html`<p class="note">${block.note}</p>`;
  switch (block.kind) {
    case 'table': {
      const rows = block.rows.map((row) => row.map(cell));
      return html`${table(block.title, [...block.columns], [{ rows }])}${note}`;
    }
    case 'pictures':
      return html`<h3>${block.title}</h3><div class="pictures">${block.pictures.map((each) => shown(each, block.width))}</div>${note}`;
    case 'text':
      return html`<h3>${block.title}</h3><pre>${block.text}</pre>${note}`;
  }
}

const cell = (content: string | readonly [string, string]): Content =>
  typeof content === 'string' ? content : html`${content[0]} <small>${content[1]}</small>`;

function shown({ image, caption, note }: PicturesBlock['pictures'][number], size = 220): Html {
  const { uri, width, height } = picture(image);
  const alt = note === undefined ? caption : `${caption}: ${note}`;
  return html`<figure><img src="${uri}" width="${size}" height="${Math.round((size * height) / width)}" alt="${alt}">
<figcaption><b>${caption}</b>${note === undefined ? '' : html` <small>${note}</small>`}</figcaption></figure>`;
}
