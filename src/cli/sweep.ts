// espalier sweep: many prunings, each fine-tuned and tested, a row of a table for each.

import { existsSync, readFileSync } from 'node:fs';
import { count, percent } from '../report/index.ts';
import { identityOf, loadDigits } from './digits.ts';
import { Interrupted, UsageError } from './failure.ts';
import { interruptible } from './interrupt.ts';
import { progressOn } from './progress.ts';
import { openTable, type SweepTable } from './sweep-csv.ts';
import { distinct, jobsOf, keyOf, type SweepJob, type SweepResult, standardSweep, withImages } from './sweep-job.ts';
import { runJobs } from './sweep-pool.ts';
import { summarize, summaryTable } from './sweep-summary.ts';

/** The options of `espalier sweep`, checked. */
export interface SweepOptions {
  jobs?: string;
  seeds: readonly number[];
  out: string;
  data?: string;
  workers: number;
  json?: boolean;
  verbose?: boolean;
}

/** Ctrl-C in the middle: what is done is kept. */
class SweepInterrupted extends Interrupted {
  constructor(file: string) {
    super();
    this.message = `interrupted: rows done are in ${file}, and the same command goes on from there`;
  }
}

/** Does the jobs whose rows are not in the table yet; the summary to standard output, progress to standard error. */
export async function sweep({ jobs: file, seeds, out, data, workers, json, verbose }: SweepOptions): Promise<void> {
  const asked = jobsOf(file === undefined ? standardSweep : readJobs(file), seeds);
  const { dataset, images } = await trainedOn(data);
  const jobs = distinct(asked.map((job) => withImages(job, images)));
  const table = openTable(out);
  const others = table.rows.filter((row) => row.dataset !== dataset);
  if (others.length > 0) process.stderr.write(`${leftOut(others, dataset, out)}\n`);
  const done = new Set(table.rows.filter((row) => row.dataset === dataset).map(keyOf));
  const left = jobs.filter((job) => !done.has(keyOf(job)));
  const args = ['sweep-worker', ...(data === undefined ? [] : ['--data', data]), ...(verbose ? ['--verbose'] : [])];
  const failures = left.length > 0 ? await work(left, jobs.length, { table, out, args, workers }) : [];

  const wanted = new Set(jobs.map(keyOf));
  const rows = table.rows.filter((row) => row.dataset === dataset && wanted.has(keyOf(row)));
  const summary = summarize(rows);
  process.stdout.write(json ? `${JSON.stringify({ rows, summary }, null, 2)}\n` : summaryTable(summary));
  if (failures.length > 0) {
    const [first] = failures;
    throw new Error(`${count(failures.length)} of ${count(left.length)} jobs failed; the first: ${first}`);
  }
}

/** What the rows are of; the images themselves are the workers'. */
async function trainedOn(folder: string | undefined): Promise<{ dataset: string; images: number }> {
  const digits = await loadDigits(folder);
  return { dataset: identityOf(digits), images: digits.train.count };
}

function leftOut(rows: readonly SweepResult[], dataset: string, file: string): string {
  const names = [...new Set(rows.map((row) => row.dataset))].join(', ');
  return `Sweep: rows of other data in ${file}: ${count(rows.length)} (${names}); they stay there, and are no results for ${dataset}`;
}

interface Work {
  readonly table: SweepTable;
  readonly out: string;
  readonly args: readonly string[];
  readonly workers: number;
}

/** Does `left`. @returns what went wrong. */
async function work(left: readonly SweepJob[], all: number, { table, out, args, workers }: Work): Promise<string[]> {
  const progress = progressOn(process.stderr);
  const failures: string[] = [];
  let ready = all - left.length;
  progress.phase('Sweep', all);
  progress.update(ready, ready > 0 ? `${ready} of ${all} jobs were done before` : undefined);
  try {
    await interruptible((signal) =>
      runJobs(left, {
        workers,
        args,
        signal,
        onAnswer(job, answer) {
          if ('result' in answer) table.add(answer.result);
          else failures.push(answer.error);
          ready++;
          progress.update(
            ready,
            `${ready} of ${all}: ${noteOf(job)}, ${'result' in answer ? percent(answer.result.accuracy, 2) : answer.error}`,
          );
        },
      }),
    );
  } catch (error) {
    throw error instanceof Interrupted ? new SweepInterrupted(out) : error;
  } finally {
    progress.stop();
  }
  progress.done(`${left.length - failures.length} rows added to ${out}`);
  return failures;
}

const noteOf = ({ network, criterion, schedule, sparsity, seed }: SweepJob): string =>
  `${network}, ${criterion}, ${schedule}, ${percent(sparsity)}, seed ${seed}`;

function readJobs(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isThere = existsSync(file);
    throw new UsageError(
      `Jobs: expected ${file} to be a file of JSON: ${isThere ? (error as Error).message : 'there is none'}`,
    );
  }
}
