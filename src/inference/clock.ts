// Times of short calls on a machine that is shared: all take turns, and the least time of each counts.

/** Milliseconds since some moment. */
export type Clock = () => number;

/** Milliseconds of a sample, or this many ticks of the clock: long enough to be told, too short to be interrupted often. */
const sampleTime = 0.02;
const sampleTicks = 5;

/** How many times as many calls the next sample may have. */
const mostAtOnce = 16;

/** Reads of a clock that stands still. */
const mostReads = 1e5;

/**
 * The least nanoseconds of one call of each, measured in turns for so many milliseconds in all; Infinity where the clock moves
 * too coarsely, or not at all.
 */
export function least(
  steps: readonly (() => void)[],
  milliseconds: number,
  clock: Clock = () => performance.now(),
): number[] {
  const end = clock() + milliseconds;
  const long = Math.max(sampleTime, sampleTicks * tickOf(clock));
  const calls = new Int32Array(steps.length).fill(1);
  const best = new Array<number>(steps.length).fill(Infinity);
  if (long * steps.length > milliseconds) return best;
  for (let i = 0; clock() < end; i = (i + 1) % steps.length) {
    // In use a step is called again and again: caches and branches know it, as after the first of two rounds.
    for (let call = 0; call < calls[i]; call++) steps[i]();
    const start = clock();
    for (let call = 0; call < calls[i]; call++) steps[i]();
    const took = clock() - start;
    if (took >= long) best[i] = Math.min(best[i], took / calls[i]);
    else calls[i] *= Math.ceil(Math.min(mostAtOnce, (2 * long) / (took + long / mostAtOnce)));
  }
  return best.map((time) => time * 1e6);
}

/** The least step of a clock; Infinity where it stands still. */
function tickOf(clock: Clock): number {
  const start = clock();
  for (let read = 0; read < mostReads; read++) {
    const now = clock();
    if (now > start) return now - start;
  }
  return Infinity;
}
