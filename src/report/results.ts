// What came out: the sentence at the top, the four figures under it, and the table of variants.

import type { DemoReport, Timing, VariantReport } from './demo-report.ts';
import { figureRow } from './document.ts';
import { type Html, html } from './html.ts';
import { count, duration, kilobytes, milliseconds, percent, points, significant, times } from './numbers.ts';
import { table } from './table.ts';

/** How many times as fast as the first variant, by medians of the same run. */
export const speedup = (dense: Timing, other: Timing): number => dense.median / other.median;

const share = ({ weights, weightsKept }: VariantReport): number => weightsKept / weights;

/** Keeps a number and its unit on one line. */
const whole = (text: string): string => text.replaceAll(' ', '\u00a0');

/** One sentence: what was measured, on what, and what was counted. */
export function summary({ dataset, variants, counted, environment, seconds }: DemoReport): Html {
  const [dense, last] = [variants[0], variants[variants.length - 1]];
  return html`On ${count(dataset.test)} test images of ${dataset.name}, never used in training or tuning, the
<b>${last.name}</b> network is right ${percent(last.testAccuracy, 2)} of the time with ${count(last.weightsKept)} of
${count(last.weights)} weights left, where the ${dense.name} one is right ${percent(dense.testAccuracy, 2)} of the time;
its file has ${whole(kilobytes(last.bytes))} against ${whole(kilobytes(dense.bytes))}, and it classifies one image in
${whole(milliseconds(last.msBatch1.median))} against ${whole(milliseconds(dense.msBatch1.median))}, 64 images in
${whole(milliseconds(last.msBatch64.median))} against ${whole(milliseconds(dense.msBatch64.median))} (medians, one thread,
${environment.processor}). Counted: ${counted}. The whole run took ${whole(duration(seconds))}.`;
}

/** The four figures of the last variant. */
export function headline({ variants }: DemoReport): Html {
  const [dense, last] = [variants[0], variants[variants.length - 1]];
  return figureRow(`${last.name} in four figures`, [
    {
      name: 'test accuracy',
      value: percent(last.testAccuracy, 2),
      note: `${points(last.testAccuracy - dense.testAccuracy)} points against ${dense.name}`,
    },
    {
      name: 'of the weights kept',
      value: percent(share(last)),
      note: `${count(last.weightsKept)} of ${count(last.weights)}`,
    },
    {
      name: 'of the file size',
      value: percent(last.bytes / dense.bytes),
      note: `${kilobytes(last.bytes)} of ${kilobytes(dense.bytes)}`,
    },
    {
      name: 'as fast at batch 1',
      value: times(speedup(dense.msBatch1, last.msBatch1)),
      note: `${times(speedup(dense.msBatch64, last.msBatch64))} at batch 64`,
    },
  ]);
}

const timed = (time: Timing): Html => html`${significant(time.median)} <small>min ${significant(time.min)}</small>`;

/** A row for each variant. */
export function resultsTable({ variants, dataset, timed: how }: DemoReport): Html {
  const dense = variants[0];
  const columns = [
    { name: 'Network' },
    { name: 'Test accuracy', figures: true },
    { name: 'Weights kept', figures: true },
    { name: 'File, kB', figures: true },
    { name: 'gzip, kB', figures: true },
    { name: 'ms, batch 1', figures: true },
    { name: 'speed-up', figures: true },
    { name: 'ms, batch 64', figures: true },
    { name: 'speed-up', figures: true },
  ];
  const rows = variants.map((variant, i) => [
    html`<i class="swatch series-${i % 6}"></i>${variant.name} <small>${variant.title}</small>`,
    html`${percent(variant.testAccuracy, 2)} <small>${i === 0 ? `of ${count(dataset.test)}` : `${points(variant.testAccuracy - dense.testAccuracy)} points`}</small>`,
    html`${percent(share(variant))} <small>${count(variant.weightsKept)} of ${count(variant.weights)}</small>`,
    (variant.bytes / 1000).toFixed(1),
    (variant.bytesGzip / 1000).toFixed(1),
    timed(variant.msBatch1),
    times(speedup(dense.msBatch1, variant.msBatch1)),
    timed(variant.msBatch64),
    times(speedup(dense.msBatch64, variant.msBatch64)),
  ]);
  return html`${table('Each network on the same test images, in the same run', columns, [{ rows }])}
<p class="note">Times are medians with the minimum beneath, in milliseconds for the whole batch. ${how} A speed-up is the ${dense.name}
network’s median divided by this one’s; the ${dense.name} network runs compressed too, in the fastest forms found for it.</p>`;
}
