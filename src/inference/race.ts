// A race of forms: where predictions are so near that they may err, the forms are measured with the layer's own weights.

import { at, type Kernels } from '../engine/index.ts';
import { Store } from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import { vectorScratch } from './by-column.ts';
import { candidates, fastest, type Job } from './choose.ts';
import { type Clock, least } from './clock.ts';
import type { CostTable } from './cost-table.ts';
import { Prepared } from './prepared.ts';
import { panelRun, plainPanel, vectorRun } from './product-run.ts';
import type { Form } from './weights.ts';

/** Milliseconds for the races of a calibrated model. */
export const raceTime = 25;

/** Forms that are predicted to take at most so many times the least take part. */
const near = 1.35;

/**
 * Larger matrices are not raced: turning them into forms takes longer than a race may, they push one another out of the cache as in use
 * they would not, and of them predictions are good.
 */
const mostWeights = 2 ** 17;

/** Inputs of a vector that take turns, each moved on by four numbers: of one the processor would learn by heart where its zeros are. */
export const inputsInTurn = 2048;

/** Measured nanoseconds of the forms that took part, of the whole job as predictions are. */
export type Race = ReadonlyMap<Form, number>;

/** A race for each of the jobs where there is something to find out, and where it was found out. */
export function races(jobs: readonly Job[], costs: CostTable, kernels: Kernels): ReadonlyMap<Job, Race> {
  const open = jobs.flatMap((job) => {
    const forms = contenders(job, costs);
    return forms.length > 1 ? [{ job, forms }] : [];
  });
  const won = new Map<Job, Race>();
  for (const { job, forms } of open) {
    const times = race(job, forms, kernels, raceTime / open.length);
    if (times) won.set(job, times);
  }
  return won;
}

/** The forms that may be fastest; one where that is sure, or where they cannot be measured apart: a convolution, a large matrix. */
export function contenders(job: Job, costs: CostTable): Form[] {
  const times = candidates(job, costs);
  const best = fastest(times, job.factor.weights);
  const { kept, values } = job.factor.weights;
  const { direct, copied } = job.work.span(best);
  if (kept === values.length || values.length > mostWeights || direct || copied > 0) return [best];
  const most = near * (times.get(best) ?? 0);
  return [...times.keys()].filter((form) => (times.get(form) ?? Infinity) <= most);
}

/** Undefined where a form was not measured: the clock is too coarse, or the time too short. */
export function race(
  { factor: { weights }, work }: Job,
  forms: readonly Form[],
  kernels: Kernels,
  milliseconds: number,
  clock?: Clock,
): Race | undefined {
  const { m, k } = weights;
  const { runs, length } = work.span(forms[0]);
  const prepared = new Prepared(weights, kernels);
  const stores: Store[] = [];
  const room = (floats: number): Store => {
    stores.push(new Store(floats));
    return stores[stores.length - 1];
  };
  try {
    const inputs = room(k * length + (work.vector ? 4 * inputsInTurn : 0));
    const random = new Random(0, 'race');
    const { view, buffer: x } = inputs;
    for (let i = 0; i < view.length; i++) view[i] = random.uniform() < work.zeros ? 0 : random.uniform();
    const { buffer: y } = room(m * length);
    const { buffer: scratch } = room(vectorScratch(weights));
    let turn = 0;
    const steps = forms.map((form) => {
      if (!work.vector) {
        const run = panelRun(kernels, form, prepared, plainPanel(length, 0));
        return () => run(x, y);
      }
      const run = vectorRun(kernels, form, prepared, scratch, 0);
      return () => {
        turn = (turn + 1) % inputsInTurn;
        run(at(x, 4 * turn), y, prepared.bias);
      };
    });
    const times = least(steps, milliseconds, clock);
    return times.every(Number.isFinite) ? new Map(forms.map((form, i) => [form, runs * times[i]])) : undefined;
  } finally {
    prepared.dispose();
    for (const store of stores) store.dispose();
  }
}
