// The main job: train, sparsify, prune, run sparse, and say what came out.

import { sparsityReport } from '../index.ts';
import { type DemoReport, maskPictures, renderReport, type Timing } from '../report/index.ts';
import { judge, type Saved, save, withTimes } from './collect.ts';
import { measureCurve } from './curve.ts';
import { type Digits, loadDigits } from './digits.ts';
import { environmentNow } from './environment.ts';
import { interruptible, pause } from './interrupt.ts';
import { timePredictions } from './measure.ts';
import { openOutput } from './output.ts';
import { type Progress, progressOn } from './progress.ts';
import { demoTable } from './tables.ts';
import { type Course, trainNetworks } from './train.ts';

/** The options of `espalier demo`, checked. */
export interface DemoOptions {
  data?: string;
  epochs: number;
  sparsity: number;
  seed: number;
  out: string;
  json?: boolean;
}

/** How often each network is timed, by batch. */
const rounds = { 1: 200, 64: 60 };

/** Runs the demo: files into the folder, results to standard output, progress to standard error. */
export async function demo(options: DemoOptions): Promise<void> {
  await interruptible(async (signal) => {
    const output = openOutput(options.out);
    const progress = progressOn(process.stderr);
    try {
      const { report, files } = await measure(options, progress, signal);
      files.set('report.json', `${JSON.stringify(report)}\n`).set('report.html', renderReport(report));
      await pause(signal);
      output.write(files);
      process.stdout.write(options.json ? `${JSON.stringify(summaryOf(report), null, 2)}\n` : demoTable(report));
      process.stderr.write(`Wrote ${[...files.keys()].reverse().join(', ')} to ${output.path}\n`);
    } finally {
      progress.stop();
      output.release();
    }
  });
}

async function measure(options: DemoOptions, progress: Progress, signal: AbortSignal) {
  const start = performance.now();
  const { epochs, sparsity, seed } = options;
  const digits = await loadDigits(options.data, signal);
  const course: Course = { digits, epochs, sparsity, seed, progress, signal };
  const training = await trainNetworks(course);
  const curve = await measureCurve(course, training);

  const saved = training.networks.map(save);
  progress.phase('Test', saved.length);
  const judged: Awaited<ReturnType<typeof judge>>[] = [];
  for (const each of saved) {
    judged.push(await judge(each, digits.test, signal));
    progress.update(judged.length);
  }
  progress.done(`${saved.length} networks on ${digits.test.count} test images`);
  const one = await timeAll(saved, digits, 1, progress, signal);
  const many = await timeAll(saved, digits, 64, progress, signal);

  const { model: last } = saved[saved.length - 1];
  const report: DemoReport = {
    dataset: {
      name: digits.name,
      train: digits.train.count,
      validation: digits.validation.count,
      test: digits.test.count,
    },
    seed,
    seconds: Number(((performance.now() - start) / 1000).toFixed(1)),
    command: commandOf(options),
    sparsity,
    environment: environmentNow(),
    counted: countedOf(judged[0].variant.weights, training.networks[0].model.parameters),
    timed:
      'Each sample is the mean of as many predict() calls on the loaded file as last 2 ms together, or one call of the slowest network; ' +
      `the networks take turns, ${rounds[1]} rounds at batch 1 and ${rounds[64]} at batch 64.`,
    variants: judged.map(({ variant }, i) => withTimes(variant, one[i], many[i])),
    curve,
    history: training.history,
    kernels: judged.flatMap(({ kernels }) => kernels),
    mistakes: judged.flatMap(({ mistakes }) => mistakes),
    zeros: { report: sparsityReport(last), masks: maskPictures(last) },
  };
  return { report, files: new Map<string, string | Uint8Array>(saved.map(({ file, bytes }) => [file, bytes])) };
}

async function timeAll(
  saved: readonly Saved[],
  { validation }: Digits,
  batch: 1 | 64,
  progress: Progress,
  signal: AbortSignal,
): Promise<Timing[]> {
  const samples = rounds[batch];
  progress.phase(`Time batch ${batch}`, samples);
  const models = saved.map(({ running }) => running);
  const timings = await timePredictions(models, validation, batch, samples, signal, (n) => progress.update(n));
  progress.done(`${samples} rounds, the networks in turn`);
  return timings;
}

function countedOf(weights: number, parameters: readonly { prunable: boolean; length: number }[]): string {
  const others = parameters.filter(({ prunable }) => !prunable).reduce((sum, { length }) => sum + length, 0);
  return `the weights of all four kernels, ${weights.toLocaleString('en-US')} in all; the ${others} biases are neither counted nor pruned`;
}

/** The command that repeats the run. */
function commandOf({ data, epochs, sparsity, seed }: DemoOptions): string {
  const folder = data === undefined ? '' : ` --data ${/^[\w./\\:-]+$/.test(data) ? data : JSON.stringify(data)}`;
  return `espalier demo${folder} --epochs ${epochs} --sparsity ${sparsity} --seed ${seed}`;
}

/** What `--json` prints; times are medians. */
function summaryOf({ dataset, seed, seconds, variants }: DemoReport) {
  return {
    dataset: dataset.name,
    seed,
    seconds,
    variants: variants.map(({ name, testAccuracy, weights, weightsKept, bytes, bytesGzip, msBatch1, msBatch64 }) => ({
      name,
      testAccuracy,
      weights,
      weightsKept,
      bytes,
      bytesGzip,
      msBatch1: msBatch1.median,
      msBatch64: msBatch64.median,
    })),
  };
}
