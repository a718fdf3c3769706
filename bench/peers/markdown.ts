// The results as Markdown tables: inference, training, products.

import type { Header } from '../header.ts';
import type { Result, Skipped } from './task.ts';

/** All that a run found out. */
export interface PeersReport {
  readonly header: Header;
  /** Libraries that ran, in the order of the columns. */
  readonly libraries: readonly { readonly name: string; readonly version: string; readonly native: boolean }[];
  readonly results: readonly Result[];
  readonly skipped: readonly Skipped[];
}

const models = {
  a: '(a) LeNet-300-100',
  b: '(b) LeNet-5-Caffe',
  c: "(c) the article's CNN",
  d: "(d) the article's LSTM",
} as const;

function nameOf({ task: { kind, model, batch, m, k, n } }: Result): string {
  if (kind === 'gemm') return `dense W[${m}×${k}]·X[${k}×${n}]`;
  if (kind === 'spmm') return `90% sparse W[${m}×${k}]·X[${k}×${n}]`;
  return `${model ? models[model] : ''}, batch ${batch}`;
}

/** 31.42 → `31.4`, 4567.8 → `4568`. */
const rounded = (value: number): string => (value < 100 ? value.toPrecision(3) : value.toFixed(0));

const microseconds = ({ seconds }: Result): string =>
  `${rounded(seconds.min * 1e6)} / ${rounded(seconds.median * 1e6)}`;

const samplesPerSecond = ({ seconds, task: { batch = 1 } }: Result): string =>
  `${rounded(batch / seconds.min)} / ${rounded(batch / seconds.median)}`;

const heading = ({ library, form, native }: Result, only: boolean): string =>
  `${library}${only ? '' : ` ${form}`}${native ? ' (native)' : ''}`;

/** Lines of a table: a row for each task, a column for each contender that any of them has. */
function tableOf(results: readonly Result[], corner: string, cell: (result: Result) => string): string[] {
  const tasks = [...new Set(results.map(nameOf))];
  const formsOf = (library: string) => new Set(results.filter((r) => r.library === library).map(({ form }) => form));
  const column = (result: Result) => heading(result, formsOf(result.library).size === 1 && result.form === 'dense');
  const columns = [...new Set(results.map(column))];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line([corner, ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...tasks.map((task) => {
      const own = results.filter((result) => nameOf(result) === task);
      return line([
        task,
        ...columns.map((name) => {
          const result = own.find((one) => column(one) === name);
          return result ? cell(result) : '–';
        }),
      ]);
    }),
  ];
}

/** The report; every part says what it counts. */
export function markdownOf({ header, libraries, results, skipped }: PeersReport): string {
  const only = (...kinds: Result['task']['kind'][]) => results.filter(({ task }) => kinds.includes(task.kind));
  const versions = libraries.filter(({ name }) => name !== 'espalier').map(({ name, version }) => `${name} ${version}`);
  const lines: string[] = [];
  const add = (found: readonly Result[], corner: string, cell: (result: Result) => string) => {
    if (found.length > 0) lines.push(...tableOf(found, corner, cell), '');
  };
  add(only('predict'), 'µs per call, best / median', microseconds);
  add(only('train'), 'samples per second, Adam, best / median', samplesPerSecond);
  add(only('gemm'), 'µs per product, best / median', microseconds);
  add(only('spmm'), 'µs per product, best / median', microseconds);
  lines.push(
    `${header.processor}, Node ${header.node}, one thread each, samples interleaved, typed array in and out; every answer was checked first. ` +
      `90% sparse: every weight matrix but the output's, at random places or in blocks (16 outputs × 1 input at batch 1, 4 × 1 at 64). ` +
      `${versions.length > 0 ? `Beside it: ${versions.join(', ')}.` : 'No peer was installed.'}`,
  );
  const notes = skipped.map(({ library, why }) => `Not measured: ${library} (${why}).`);
  for (const note of new Set(notes)) lines.push('', note);
  return `${lines.join('\n')}\n`;
}
