// espalier sweep: many prunings, each fine-tuned and tested, a row of a table for each.

import { existsSync, readFileSync } from 'node:fs';
import { count, percent } from '../report/index.ts';
import { Interrupted, UsageError } from './failure.ts';
import { interruptible } from './interrupt.ts';
import { progressOn } from './progress.ts';
import { openTable, type SweepTable } from './sweep-csv.ts';
import { jobsOf, keyOf, type SweepJob, standardSweep } from './sweep-job.ts';
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
  const jobs = jobsOf(file === undefined ? standardSweep : readJobs(file), seeds);
  const table = openTable(out);
  const dataset = data === undefined ? 'generated digits' : 'MNIST';
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
