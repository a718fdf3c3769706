// Contenders take turns: a round asks each for one sample, each round beginning with the next one, so that what slows the machine
// down slows all of them. A sample is as many calls as last a few milliseconds.

import { type Contender, type Result, type Skipped, tolerance } from './task.ts';

export interface Effort {
  /** At least. */
  readonly rounds: number;
  /** Rounds go on for as long: what takes milliseconds is seldom undisturbed. */
  readonly totalSeconds: number;
  /** Of a sample. */
  readonly seconds: number;
  /** Before the first. */
  readonly warmSeconds: number;
}

/** max|a − b| / max|b|; NaN, which no tolerance lets pass, where either has one. */
export function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [largest, apart] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    largest = Math.max(largest, Math.abs(b[i]));
    const off = Math.abs(a[i] - b[i]);
    if (Number.isNaN(off)) return Number.NaN;
    apart = Math.max(apart, off);
  }
  return apart / largest;
}

type Timing = Pick<Result, 'library' | 'form' | 'seconds' | 'difference'>;

/** Checks each answer, then times those that are right; the first that is right is the one that others are checked against. */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, totalSeconds, seconds, warmSeconds }: Effort,
): Promise<{ timings: Timing[]; skipped: Skipped[] }> {
  const skipped: Skipped[] = [];
  const running: { contender: Contender; difference: number; calls: number; samples: number[] }[] = [];
  let reference: Float32Array | undefined;
  for (const contender of contenders) {
    const answer = await contender.answer();
    const expected = contender.expected?.() ?? reference ?? answer;
    const apart = difference(answer, expected);
    if (apart <= tolerance) {
      reference ??= answer;
      running.push({ contender, difference: apart, calls: 1, samples: [] });
    } else skipped.push({ library: `${contender.library}, ${contender.form}`, why: `its answer is ${apart} off` });
  }
  for (const one of running) {
    let [last, spent] = [Number.POSITIVE_INFINITY, 0];
    while (spent < warmSeconds) {
      last = Math.min(last, await one.contender.sample(one.calls));
      spent += last * one.calls;
      one.calls = Math.max(1, Math.min(10_000, Math.ceil(seconds / last)));
    }
  }
  const end = performance.now() + 1000 * totalSeconds;
  for (let round = 0; round < rounds || performance.now() < end; round++) {
    for (let i = 0; i < running.length; i++) {
      const one = running[(round + i) % running.length];
      one.samples.push(await one.contender.sample(one.calls));
    }
  }
  const timings = running.map(({ contender: { library, form }, difference, samples }) => {
    const sorted = samples.sort((a, b) => a - b);
    return { library, form, difference, seconds: { min: sorted[0], median: sorted[sorted.length >> 1] } };
  });
  return { timings, skipped };
}
