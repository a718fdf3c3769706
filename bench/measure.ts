// Times entries in turns: short clones of a benchmark.js benchmark, round-robin, their samples pooled. The minimum is the
// machine undisturbed; the median is what a shared machine gave.

import Benchmark from 'benchmark';
import { type Effort, type Entry, isDense, type Row } from './row.ts';

export const whole: Effort = { rounds: 8, samples: 5 };
export const brief: Effort = { rounds: 2, samples: 3 };

/** Enough calls for the optimizing compiler to have replaced the first code. */
const warmCalls = 60;
const warmMilliseconds = 400;
/** Short calls are made in a row, for so long: each sample begins in a loop that is not yet compiled, whose own time would count. */
const rowSeconds = 20e-6;
const mostInRow = 1000;

/** A row per entry, in their order. */
export function measure(entries: readonly Entry[], { rounds, samples: minSamples }: Effort = whole): Row[] {
  const options: Benchmark.Options = { minTime: 0.001, maxTime: 0.003 * minSamples, minSamples, initCount: 1 };
  const benchmarks = entries.map((entry) => {
    const call = entry.prepare();
    const calls = Math.min(mostInRow, Math.ceil(rowSeconds / warm(call)));
    const row = () => {
      for (let i = 0; i < calls; i++) call();
    };
    return { calls, benchmark: new Benchmark(entry.name, row, options) };
  });
  const samples = entries.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    benchmarks.forEach(({ calls, benchmark }, i) => {
      const clone = benchmark.clone(options);
      clone.run({ async: false });
      if (clone.error) throw clone.error;
      samples[i].push(...clone.stats.sample.map((seconds) => seconds / calls));
    });
  }
  const sorted = samples.map((sample) => sample.sort((a, b) => a - b));
  const baseline = isDense(entries[0]) ? sorted[0][0] : undefined;
  return entries.map(({ prepare: _, flops, denseFlops, kept, bytes, ...entry }, i) => {
    const min = sorted[i][0];
    return {
      ...entry,
      sparsity: kept ? drawnSparsity(entry.sparsity, 1 - kept()) : entry.sparsity,
      seconds: { min, median: sorted[i][sorted[i].length >> 1] },
      gflops: flops / min / 1e9,
      denseEquivalentGflops: denseFlops / min / 1e9,
      ...(baseline === undefined ? {} : { speedup: baseline / min }),
      ...(bytes === undefined ? {} : { gigabytesPerSecond: bytes / min / 1e9 }),
    };
  });
}

/** What was asked for, where the pattern is that to a tenth of a percent; else what it is. */
const drawnSparsity = (asked: number, drawn: number): number => (Math.abs(drawn - asked) < 5e-4 ? asked : drawn);

/** Seconds that the last call took, warm. */
function warm(call: () => void): number {
  const start = performance.now();
  let last = start;
  let seconds = 0;
  for (let i = 0; i < warmCalls && (i < 3 || last - start < warmMilliseconds); i++) {
    const before = last;
    call();
    last = performance.now();
    seconds = (last - before) / 1000;
  }
  return seconds;
}
