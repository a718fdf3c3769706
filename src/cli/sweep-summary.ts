// Mean and standard deviation over the seeds.

import { count, percent } from '../report/index.ts';
import { jobFields, type SweepJob, type SweepResult } from './sweep-job.ts';
import { textTable } from './tables.ts';

/** One rule at one sparsity; accuracies on the test images. */
export interface SweepSummary extends Omit<SweepJob, 'seed'> {
  readonly dataset: string;
  readonly seeds: readonly number[];
  readonly mean: number;
  /** Of the sample (n − 1); 0 of one seed. */
  readonly sd: number;
  readonly denseMean: number;
  readonly denseSd: number;
}

const ruleFields = [...jobFields.filter((field) => field !== 'seed'), 'dataset'] as const;

/** Rows that differ in the seed alone, together; in order of first appearance. */
export function summarize(rows: readonly SweepResult[]): SweepSummary[] {
  const groups = new Map<string, SweepResult[]>();
  for (const row of rows) {
    const key = JSON.stringify(ruleFields.map((field) => row[field]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const [mean, sd] = moments(group.map(({ accuracy }) => accuracy));
    const [denseMean, denseSd] = moments(group.map(({ denseAccuracy }) => denseAccuracy));
    const [first] = group;
    const rule = Object.fromEntries(ruleFields.map((field) => [field, first[field]])) as Omit<SweepJob, 'seed'>;
    return {
      ...rule,
      dataset: first.dataset,
      seeds: group.map(({ seed }) => seed).sort((a, b) => a - b),
      mean,
      sd,
      denseMean,
      denseSd,
    };
  });
}

function moments(values: readonly number[]): [mean: number, sd: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0];
}

const shown = (mean: number, sd: number, seeds: number): string =>
  seeds > 1 ? `${percent(mean, 2)} ± ${(100 * sd).toFixed(2)}` : percent(mean, 2);

/** A table for each network, data and length of training: rows are rules, columns sparsities. What has fewer seeds says how many. */
export function summaryTable(summaries: readonly SweepSummary[]): string {
  const settings = (each: SweepSummary) =>
    `${each.network} on ${each.dataset} (${count(each.images)} images), ${each.denseEpochs} + ${each.tuneEpochs} epochs of batches of ${each.batchSize}`;
  const rule = ({ criterion, scope, schedule }: SweepSummary) => `${criterion}, ${scope}, ${schedule}`;
  return [...new Set(summaries.map(settings))]
    .map((title) => {
      const own = summaries.filter((each) => settings(each) === title);
      const sparsities = [...new Set(own.map(({ sparsity }) => sparsity))].sort((a, b) => a - b);
      const seeds = [...new Set(own.flatMap((each) => each.seeds))].sort((a, b) => a - b);
      const rows = [...new Set(own.map(rule))].map((name) => [
        name,
        ...sparsities.map((sparsity) => {
          const found = own.find((each) => rule(each) === name && each.sparsity === sparsity);
          if (!found) return '–';
          const missing = found.seeds.length < seeds.length ? ` (${found.seeds.length} of ${seeds.length} seeds)` : '';
          return shown(found.mean, found.sd, found.seeds.length) + missing;
        }),
      ]);
      const dense = own.map(({ denseMean, denseSd, seeds }) => shown(denseMean, denseSd, seeds.length));
      const head = ['test accuracy', ...sparsities.map((sparsity) => `${Number((100 * sparsity).toFixed(2))}%`)];
      return `${title}; seeds ${seeds.join(', ')}; dense ${dense[0]}\n\n${textTable(head, rows)}`;
    })
    .join('\n');
}
