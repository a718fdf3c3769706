// Pictures: the kernels of the first convolution, variant beside variant, and the test images that are taken for another digit.

import type { DemoReport, KernelPicture, Mistake, VariantReport } from './demo-report.ts';
import { type Html, html } from './html.ts';
import { count, significant } from './numbers.ts';
import { greyPicture, kernelSheet } from './pictures.ts';

/** One sheet of kernels for each variant, all on one scale of colour. */
export function kernelGallery({ kernels, variants }: DemoReport): Html {
  const largest = kernels.reduce((most, { values }) => values.reduce((m, w) => Math.max(m, Math.abs(w)), most), 0) || 1;
  const sheets = variants.flatMap((variant, i) => {
    const own = kernels.filter((kernel) => kernel.variant === variant.name);
    return own.length === 0 ? [] : [sheet(variant, i, own, largest)];
  });
  return html`<ul class="key scale"><li><i class="weight negative"></i>below zero, to −${significant(largest)}</li>
<li><i class="weight zero"></i>exactly zero</li><li><i class="weight positive"></i>above zero, to ${significant(largest)}</li></ul>
<div class="sheets">${sheets}</div>`;
}

function sheet(variant: VariantReport, i: number, kernels: readonly KernelPicture[], largest: number): Html {
  const weights = kernels.flatMap(({ values }) => values);
  const zeros = weights.filter((weight) => weight === 0).length;
  const { uri, width, height } = kernelSheet(kernels, 8, largest);
  const { width: w, height: h } = kernels[0];
  const alt = `The ${kernels.length} kernels of ${w} by ${h} weights of ${variant.name}: ${zeros} of ${weights.length} weights are zero.`;
  return html`<figure class="sheet"><figcaption><i class="swatch series-${i % 6}"></i><b>${variant.name}</b> <small>${count(zeros)} of ${count(weights.length)} are zero</small></figcaption>
<img src="${uri}" width="${width}" height="${height}" alt="${alt}"></figure>`;
}

/** The images each variant gets wrong, as many as were recorded of as many as there are. */
export function mistakeGallery({ mistakes, variants, dataset }: DemoReport): Html {
  const groups = [...variants].reverse().flatMap((variant) => {
    const own = mistakes.filter((mistake) => mistake.variant === variant.name);
    const wrong = Math.round((1 - variant.testAccuracy) * dataset.test);
    return own.length === 0 ? [] : [mistakeGroup(variant.name, own, wrong)];
  });
  const [first, ...others] = groups;
  if (first === undefined) return html`<p>None was recorded.</p>`;
  return html`${first}${others.length === 0 ? '' : html`<details><summary>The other networks’ mistakes</summary>${others}</details>`}`;
}

function mistakeGroup(name: string, mistakes: readonly Mistake[], wrong: number): Html {
  return html`<h3>${name} <small>${count(mistakes.length)} of the ${count(wrong)} it gets wrong</small></h3>
<ul class="mistakes">${mistakes.map(mistake)}</ul>`;
}

function mistake({ image, truth, predicted }: Mistake): Html {
  const { uri, width, height } = greyPicture(image);
  return html`<li><img src="${uri}" width="${width}" height="${height}" alt="A ${truth}, taken for a ${predicted}">
<span>${truth} <small>taken for</small> <b>${predicted}</b></span></li>`;
}
