// The document around every page: one HTML text, no script, nothing fetched. What comes from data is escaped in html``.

import { type Content, type Html, html, markup } from './html.ts';
import { style } from './style.ts';

// A tree trained flat against wires.
const mark = html`<svg class="mark" viewBox="0 0 48 40" aria-hidden="true"><path class="wire" d="M2 10H46M2 20H46M2 30H46"/>
<path class="tree" d="M24 39V6M24 33C24 30 20 30 16 30H8M24 33C24 30 28 30 32 30H40M24 23C24 20 20 20 16 20H10M24 23C24 20 28 20 32 20H38M24 13C24 10 20 10 18 10H14M24 13C24 10 28 10 30 10H34"/></svg>`;

/** What stands on a page. */
export interface DocumentParts {
  /** For the browser's tab. */
  title: string;
  heading: string;
  /** Paragraph under the heading. */
  summary: Content;
  /** Between the paragraph and the sections. */
  headline?: Content;
  /** ISO 8601. */
  date?: string;
  main: Content;
  footer?: string;
}

/** The whole page. The same parts give the same text. */
export function document({ title, heading, summary, headline = '', date, main, footer }: DocumentParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="espalier">
<title>${title}</title>
<style>${markup(style)}</style>
</head>
<body>
<header>
<p class="brand">${mark}<span>espalier</span>${date === undefined ? '' : html` <time datetime="${date}">${date.slice(0, 10)}</time>`}</p>
<h1>${heading}</h1>
<p class="summary">${summary}</p>
${headline}
</header>
<main>
${main}
</main>
${footer === undefined ? '' : html`<footer><p>${footer}</p></footer>`}
</body>
</html>
`.text;
}

/** A part of a page under a heading of its own. */
export function section(id: string, title: string, intro: Content, body: Content): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${intro === '' ? '' : html`<p class="intro">${intro}</p>`}
${body}</section>`;
}

/** A number that a page is about. */
export interface Figure {
  value: string;
  name: string;
  /** What it is compared with. */
  note: string;
}

/** Four figures, large. */
export const figureRow = (label: string, figures: readonly Figure[]): Html =>
  html`<ul class="headline" aria-label="${label}">${figures.map(
    ({ value, name, note }) => html`<li><strong>${value}</strong> <span>${name}</span> <small>${note}</small></li>`,
  )}</ul>`;

/** What a run was, by name. */
export const factList = (facts: readonly (readonly [name: string, value: Content])[]): Html =>
  html`<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
