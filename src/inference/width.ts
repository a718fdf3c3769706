// How wide plans are. Batches go in slabs, narrow ones where sparse convolutions then find a whole slab of their image in the cache; what
// is left over goes in a plan of its own width. Kernels need no whole vectors of samples, but are faster with them, above all dense
// convolutions, which then go in Winograd's tiles: where it pays, zeros fill the last vector up.

import type { Job } from './choose.ts';
import type { Program } from './operation.ts';

/** Fewer samples than this run one after another: no vector holds two or three, and one has kernels of its own. */
export const fewest = 4;

/** What filling up must save of the time predicted for the products; the rest of a model takes longer by it. */
const worthwhile = 0.9;

/** What a narrower slab must save of the time predicted for the products. */
const worthNarrowing = 0.95;

/** Samples of a slab: 64 where all layers are dense, 32 elsewhere; with convolutions fewer, down to {@link fewest}, where that is faster. */
export function slabOf({ shapes, operations }: Program, widths: Widths): number {
  if (shapes.every((shape) => shape.length === 1)) return 64;
  if (!operations.some((operation) => operation.kind === 'product' && operation.window)) return 32;
  let [slab, time] = [32, widths.time(32) / 32];
  for (const narrower of [16, 8, fewest]) {
    const other = widths.time(narrower) / narrower;
    if (other < worthNarrowing * time) [slab, time] = [narrower, other];
  }
  return slab;
}

/** The widths of a model's plans. */
export class Widths {
  readonly #jobs: (width: number) => ReadonlyMap<string, Job>;
  readonly #timeOf: (job: Job) => number;
  readonly #known = new Map<number, number>();

  /**
   * @param jobs the layers with weights, at a width.
   * @param timeOf the time predicted for one of them.
   */
  constructor(jobs: (width: number) => ReadonlyMap<string, Job>, timeOf: (job: Job) => number) {
    this.#jobs = jobs;
    this.#timeOf = timeOf;
  }

  /** For so many samples, 1 or at least {@link fewest}: their number, or that of whole vectors. */
  of(samples: number): number {
    const filled = 4 * Math.ceil(samples / 4);
    if (samples === 1 || samples === filled) return samples;
    let width = this.#known.get(samples);
    if (width === undefined) {
      width = this.time(filled) < worthwhile * this.time(samples) ? filled : samples;
      this.#known.set(samples, width);
    }
    return width;
  }

  /** The time predicted for the products of so many samples. */
  time(width: number): number {
    return [...this.#jobs(width).values()].reduce((sum, job) => sum + this.#timeOf(job), 0);
  }
}
