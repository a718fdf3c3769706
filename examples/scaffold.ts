// What every larger example shares: its command line, progress, Ctrl-C, the table as text or JSON, and a page in the folder --out.

import type { Command } from 'commander';
import { path, whole } from '../src/cli/arguments.ts';
import { environmentNow } from '../src/cli/environment.ts';
import { describeError, exitCode, Interrupted } from '../src/cli/failure.ts';
import { interruptible, pause } from '../src/cli/interrupt.ts';
import { openOutput } from '../src/cli/output.ts';
import { type Progress, progressOn } from '../src/cli/progress.ts';
import { textTable } from '../src/cli/tables.ts';
import { duration, type Figure, renderStudy, type StudySection } from '../src/report/index.ts';
import { commandOf } from './command.ts';
import { type Networks, networksIn } from './networks.ts';

export { fraction, whole } from '../src/cli/arguments.ts';
export { trainEpochs } from '../src/cli/epochs.ts';
export { UsageError } from '../src/cli/failure.ts';
export { pause } from '../src/cli/interrupt.ts';
export { timePredictions } from '../src/cli/measure.ts';
export type { Progress } from '../src/cli/progress.ts';
export * from '../src/report/index.ts';

/** What every example takes. */
export interface CommonOptions {
  /** A folder of real data; built-in data without it. */
  data?: string;
  seed: number;
  out: string;
  /** The folder of an earlier run that kept its trained networks. */
  networks?: string;
  json?: boolean;
}

/** What a run is given beside its options. */
export interface Context {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly networks: Networks;
}

/** One variant: its name, and numbers under the names that `--json` gives them. */
export type Row = { name: string } & Record<string, string | number>;

/** A column of the table: which number of a row, under which heading, and how people read it. */
export interface Column {
  key: string;
  name: string;
  show?: (value: number) => string;
}

/** What an example found. */
export interface Outcome {
  /** The data, in words. */
  data: string;
  /** The table's rows, and what `--json` prints as `variants`. */
  variants: readonly Row[];
  columns: readonly Column[];
  /** What was counted and how it was measured; under the table. */
  note: string;
  /** Of the page. */
  summary: string;
  figures?: readonly Figure[];
  sections: readonly StudySection[];
  /** More for `--json`. */
  more?: Record<string, unknown>;
  /** To be written beside the page. */
  files?: ReadonlyMap<string, string | Uint8Array>;
}

/** What an example is. */
export interface Example<O extends CommonOptions> {
  /** The file's name without its ending. */
  name: string;
  /** The page's heading. */
  title: string;
  /** One sentence, for `--help`. */
  about: string;
  /** What `--data` takes, in words. */
  dataHelp: string;
  /** Adds options beside those that all examples have. */
  options?: (command: Command) => Command;
  /** Whether it trains networks by `context.networks.take`, and has the option `--networks`. */
  keepsNetworks?: boolean;
  run: (options: O, context: Context) => Promise<Outcome>;
}

/** Runs an example as a command: results to standard output, progress to standard error, a page into a folder. */
export async function example<O extends CommonOptions>(spec: Example<O>): Promise<void> {
  const command = commandOf(spec.name, spec.about)
    .option('--data <path>', spec.dataHelp, path)
    .option('--seed <number>', 'of initial weights and everything random', whole(0, 2 ** 32 - 1), 1)
    .option('--out <folder>', 'where report.html goes', path, `espalier-${spec.name}`)
    .option('--json', 'print one JSON document and nothing else on standard output')
    .option('--verbose', 'show where an error came from');
  spec.options?.(command);
  if (spec.keepsNetworks) {
    command.option(
      '--networks <folder>',
      'take the networks that an earlier run left there, and train only the others',
      path,
    );
  }
  command.parse();
  try {
    await carryOut(spec, command.opts<O>(), repeating(spec, command));
  } catch (error) {
    process.stderr.write(`${spec.name}: ${describeError(error, command.opts().verbose === true)}\n`);
    process.exitCode = exitCode(error);
  }
}

async function carryOut<O extends CommonOptions>(spec: Example<O>, options: O, command: string): Promise<void> {
  let kept = 0;
  try {
    await interruptible((signal) => fillFolder(spec, options, command, { signal, onKept: () => kept++ }));
  } catch (error) {
    throw kept > 0 ? withNetworks(error, kept, options.out) : error;
  }
}

/** @param onKept is told of each trained network that is in the folder already. */
async function fillFolder<O extends CommonOptions>(
  spec: Example<O>,
  options: O,
  command: string,
  { signal, onKept }: { signal: AbortSignal; onKept: () => void },
): Promise<void> {
  const start = performance.now();
  const output = openOutput(options.out);
  const progress = progressOn(process.stderr);
  try {
    const networks = networksIn(options.networks, (name, bytes) => {
      output.write(new Map([[name, bytes]]));
      onKept();
    });
    const outcome = await spec.run(options, { progress, signal, networks });
    const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
    const files = new Map<string, string | Uint8Array>(outcome.files);
    files.set('report.html', pageOf(spec, options, outcome, { command, seconds }));
    await pause(signal);
    output.write(files);
    const { data, variants, more } = outcome;
    const found = { example: spec.name, data, seed: options.seed, seconds, variants, ...more };
    process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : text(outcome));
    process.stderr.write(`Wrote ${[...files.keys()].reverse().join(', ')} to ${output.path}\n`);
  } finally {
    progress.stop();
    output.release();
  }
}

/** The error, told together with what is not lost. */
function withNetworks(error: unknown, kept: number, out: string): unknown {
  const told = `What was trained is kept, ${kept} network${kept > 1 ? 's' : ''}: --networks ${out} goes on from there.`;
  if (error instanceof Interrupted) return new Interrupted(`interrupted. ${told}`);
  if (error instanceof Error) error.message = `${error.message} ${told}`;
  return error;
}

const shown = (row: Row, { key, show }: Column): string => {
  const value = row[key];
  if (value === undefined) return '–';
  return typeof value === 'number' && show ? show(value) : String(value);
};

const cells = ({ variants, columns }: Outcome) =>
  variants.map((row) => [row.name, ...columns.map((column) => shown(row, column))]);

function text(outcome: Outcome): string {
  const head = ['', ...outcome.columns.map(({ name }) => name)];
  return `\n${outcome.data}\n\n${textTable(head, cells(outcome))}\n${outcome.note}\n`;
}

function pageOf<O extends CommonOptions>(
  { title }: Example<O>,
  { seed }: O,
  outcome: Outcome,
  { command, seconds }: { command: string; seconds: number },
): string {
  const { processor, node, v8, date } = environmentNow();
  const results: StudySection = {
    title: 'Results',
    blocks: [
      {
        kind: 'table',
        title: outcome.data,
        columns: [{ name: '' }, ...outcome.columns.map(({ name }) => ({ name, figures: true }))],
        rows: cells(outcome),
        note: outcome.note,
      },
    ],
  };
  return renderStudy({
    title,
    summary: outcome.summary,
    figures: outcome.figures,
    sections: [results, ...outcome.sections],
    facts: [
      ['Data', outcome.data],
      ['Command', command],
      ['Seed', String(seed)],
      ['Duration', duration(seconds)],
      ['Processor', processor],
      ['Node', `${node}, V8 ${v8}`],
      ['Date', date],
    ],
    date,
  });
}

/** The command that repeats the run: what was asked for, without where the page goes. */
function repeating<O extends CommonOptions>({ name }: Example<O>, command: Command): string {
  const asked = command.options.flatMap((option) => {
    const key = option.attributeName();
    const silent = ['out', 'json', 'verbose'].includes(key);
    if (silent || command.getOptionValueSource(key) !== 'cli') return [];
    const value = command.getOptionValue(key);
    return value === true ? [option.long] : [option.long, /^[\w.,/\\:-]+$/.test(value) ? value : JSON.stringify(value)];
  });
  return [`npx tsx examples/${name}.ts`, ...asked].join(' ');
}
