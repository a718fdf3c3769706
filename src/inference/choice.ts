// What is chosen before a model runs: the form of each layer's weights for one sample and for several, and the widths of its plans.

import type { Kernels } from '../engine/index.ts';
import { candidates, chooseForms, type FormPair, type Forms, fastest, type Job, survey } from './choose.ts';
import type { CostTable } from './cost-table.ts';
import { predict } from './costs.ts';
import type { Program } from './operation.ts';
import { type Race, races } from './race.ts';
import type { Form } from './weights.ts';
import { fewest, slabOf, Widths } from './width.ts';
import type { ZeroShares } from './zeros.ts';

export interface Choice {
  /** The layers with weights and their work, for one sample and for `wide` of them. */
  readonly jobs: readonly [Map<string, Job>, Map<string, Job>];
  /** Where calibrated, and where predictions were near. */
  readonly races: ReadonlyMap<Job, Race>;
  readonly forms: Forms;
  /** Samples that go through the model at once. */
  readonly slab: number;
  readonly widths: Widths;
  /** The width for which forms of batches are chosen. */
  readonly wide: number;
  /** The layers with weights and their work at a width. */
  readonly jobsAt: (width: number) => ReadonlyMap<string, Job>;
}

/** What is chosen by. */
interface Circumstances {
  readonly program: Program;
  readonly kernels: Kernels;
  readonly costs: CostTable;
  readonly zeros: ZeroShares;
  /** Samples in a typical call. */
  readonly batch: number;
  readonly calibrate: boolean;
  /** Forms asked for, for such batches. */
  readonly asked: Readonly<Record<string, Form>>;
  /** Forms chosen before. */
  readonly known: Forms | undefined;
}

/** @throws when a form is asked for that the layer cannot have, or for what is no layer with weights. */
export function choose({ program, kernels, costs, zeros, batch, calibrate, asked, known }: Circumstances): Choice {
  const isFew = batch < fewest;
  const wanted = (layer: string, one: boolean): Form | undefined =>
    one === isFew && Object.hasOwn(asked, layer) ? asked[layer] : known?.get(layer)?.[one ? 0 : 1];
  const jobsAt = (width: number) => survey(program, kernels, width, zeros);
  const expected = (job: Job): number => {
    const times = candidates(job, costs);
    const { name, weights } = job.factor;
    return (times.get(wanted(name, false) as Form) ?? times.get(fastest(times, weights))) as number;
  };
  const guess = new Widths(jobsAt, expected);
  const slab = slabOf(program, guess);
  const wide = guess.of(isFew ? slab : Math.min(batch, slab));
  const jobs = [jobsAt(1), jobsAt(wide)] as const;
  const open = jobs.flatMap((side, i) =>
    [...side.values()].filter((job) => wanted(job.factor.name, i === 0) === undefined),
  );
  const raced = calibrate ? races(open, costs, kernels) : new Map();
  const forms = chooseForms(jobs, costs, wanted, raced);
  const unknown = Object.keys(asked).find((layer) => !forms.has(layer));
  if (unknown !== undefined) {
    throw new Error(
      `compress: there is no layer '${unknown}' with weights, expected one of ${[...forms.keys()].join(', ')}.`,
    );
  }
  const formOf = (layer: string) => (forms.get(layer) as FormPair)[1];
  const widths = new Widths(jobsAt, ({ factor, work }) => predict(costs, formOf(factor.name), factor.weights, work));
  return { jobs, races: raced, forms, slab, widths, wide, jobsAt };
}
