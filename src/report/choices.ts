// What each layer is run as, and why: the words of compress, network by network.

import type { DemoReport, LayerChoice, VariantReport } from './demo-report.ts';
import { type Html, html } from './html.ts';
import { percent, significant } from './numbers.ts';
import { table } from './table.ts';

/** A table with one group of rows for each variant; one image and a batch stand side by side. */
export function choicesTable({ variants }: DemoReport): Html {
  const batches = [...new Set(variants.flatMap(({ choices }) => choices.map(({ batch }) => batch)))];
  const columns = [
    { name: 'Layer' },
    { name: 'Kept', figures: true },
    ...batches.map((batch) => ({ name: batch === 1 ? 'One image' : `Batch of ${batch}` })),
  ];
  const groups = variants.map((variant, i) => ({
    heading: html`<i class="swatch series-${i % 6}"></i>${variant.name} <small>${variant.title}</small>`,
    rows: [...new Set(variant.choices.map(({ layer }) => layer))].map((layer) => [
      layer,
      kept(variant, layer),
      ...batches.map((batch) => {
        const choice = variant.choices.find((each) => each.layer === layer && each.batch === batch);
        return choice === undefined ? '–' : explained(choice);
      }),
    ]),
  }));
  return table('Forms picked by compress() for each layer', columns, groups);
}

function kept({ layers }: VariantReport, layer: string): string {
  const counts = layers.find(({ name }) => name === layer);
  return counts === undefined ? '–' : percent(counts.weightsKept / counts.weights);
}

function explained({ form, why, alternatives }: LayerChoice): Html {
  const sorted = [...alternatives].sort((a, b) => a.micros - b.micros);
  const times = sorted.map(
    (each, i) =>
      html`${i ? ' · ' : ''}<span class="${each.form === form ? 'picked' : 'alternative'}">${each.form} ${significant(each.micros)}</span>`,
  );
  const reason = why.startsWith(form) ? why.slice(form.length).replace(/^[, ]+/, '') : why;
  return html`<b class="form">${form}</b> <span class="why">${reason}</span><small>µs: ${times}</small>`;
}
