// Jobs on all cores: child processes that are this command again, each given its next job when it has answered the last.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { denseKeyOf, type SweepJob, type SweepResult } from './sweep-job.ts';

/** What the pool tells of a job. */
export type Answer = { readonly result: SweepResult } | { readonly error: string };

/** Options of {@link runJobs}. */
export interface PoolOptions {
  readonly workers: number;
  /** Arguments after the command that starts a worker. */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  onAnswer(job: SweepJob, answer: Answer): void;
}

/** Does all jobs. A worker that dies fails its job; another takes its place. @throws the signal's reason when it is aborted. */
export async function runJobs(
  jobs: readonly SweepJob[],
  { workers, args, signal, onAnswer }: PoolOptions,
): Promise<void> {
  const waiting = [...jobs];
  const busy = new Map<Worker, string>();
  const children = new Set<Worker>();
  const end = () => {
    for (const { process: child } of children) child.kill('SIGKILL');
  };
  process.once('exit', end);
  signal.addEventListener('abort', end);

  const work = async (): Promise<void> => {
    let worker: Worker | undefined;
    let dense = '';
    for (let job = next(waiting, dense, busy); job && !signal.aborted; job = next(waiting, dense, busy)) {
      if (!worker) {
        worker = startWorker(args);
        children.add(worker);
      }
      dense = denseKeyOf(job);
      busy.set(worker, dense);
      const answer = await worker.ask(job);
      if (signal.aborted) break;
      onAnswer(job, answer);
      if (!worker.isRunning()) {
        busy.delete(worker);
        children.delete(worker);
        worker = undefined;
      }
    }
    if (worker) busy.delete(worker);
    worker?.process.stdin?.end();
  };

  try {
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work));
    signal.throwIfAborted();
  } finally {
    process.off('exit', end);
    signal.removeEventListener('abort', end);
    end();
  }
}

/** Takes the next job: one that begins with the dense network the worker has, else one that no other has. */
function next(waiting: SweepJob[], dense: string, busy: ReadonlyMap<Worker, string>): SweepJob | undefined {
  const taken = new Set(busy.values());
  const same = waiting.findIndex((job) => denseKeyOf(job) === dense);
  const free = waiting.findIndex((job) => !taken.has(denseKeyOf(job)));
  const [job] = waiting.splice(same >= 0 ? same : Math.max(0, free), 1);
  return job;
}

interface Worker {
  readonly process: ChildProcess;
  ask(job: SweepJob): Promise<Answer>;
  isRunning(): boolean;
}

function startWorker(args: readonly string[]): Worker {
  const [script] = process.argv.slice(1);
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let answered: ((answer: Answer) => void) | undefined;
  let ended: string | undefined;
  const settle = (answer: Answer) => {
    answered?.(answer);
    answered = undefined;
  };
  createInterface({ input: child.stdout }).on('line', (line) => settle(read(line)));
  child.stdin.on('error', () => {});
  const finish = (why: string) => {
    ended ??= why;
    settle({ error: ended });
  };
  child.on('error', ({ message }) => finish(message));
  child.on('close', (code, signal) => finish(`the worker ended with ${signal ?? `code ${code}`}`));
  return {
    process: child,
    isRunning: () => ended === undefined,
    ask: (job) =>
      new Promise((resolve) => {
        answered = resolve;
        if (ended !== undefined) settle({ error: ended });
        else child.stdin.write(`${JSON.stringify(job)}\n`);
      }),
  };
}

function read(line: string): Answer {
  try {
    const answer = JSON.parse(line) as SweepResult | { error: string };
    return 'error' in answer ? answer : { result: answer };
  } catch {
    return { error: `the worker said '${line.slice(0, 80)}'` };
  }
}
