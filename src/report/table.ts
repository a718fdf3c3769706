// A table for wide pages that reads as a list of cards on narrow ones: each cell carries its column's name. The roles are
// spelled out because CSS that changes `display` would otherwise take them away.

import { type Content, type Html, html } from './html.ts';

/** A column of figures stands right-aligned. */
export interface Column {
  name: string;
  figures?: boolean;
}

/** Rows under one heading; the first cell of each row names it. */
export interface RowGroup {
  heading?: Content;
  rows: readonly (readonly Content[])[];
}

/** A table with a caption, column headers and row headers. */
export function table(caption: string, columns: readonly Column[], groups: readonly RowGroup[]): Html {
  const align = ({ figures }: Column) => (figures ? 'figures' : 'words');
  const head = columns.map(
    (column) => html`<th role="columnheader" scope="col" class="${align(column)}">${column.name}</th>`,
  );
  const row = ([name, ...cells]: readonly Content[]) =>
    html`<tr role="row"><th role="rowheader" scope="row">${name}</th>${cells.map(
      (cell, i) =>
        html`<td role="cell" class="${align(columns[i + 1])}" data-label="${columns[i + 1].name}"><span>${cell}</span></td>`,
    )}</tr>`;
  const body = ({ heading, rows }: RowGroup) =>
    html`<tbody role="rowgroup">${
      heading === undefined
        ? ''
        : html`<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="${columns.length}">${heading}</th></tr>`
    }${rows.map(row)}</tbody>`;
  return html`<table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
${groups.map(body)}
</table>`;
}
