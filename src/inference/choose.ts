// Which form each layer's weights take, for one sample and for batches: the one with the smallest predicted time.

import type { Kernels } from '../engine/index.ts';
import { showValue } from '../tensor/index.ts';
import type { CostTable } from './cost-table.ts';
import { formsFor, predict } from './costs.ts';
import { draw } from './draw.ts';
import type { Factor, Program } from './operation.ts';
import type { Supply } from './supply.ts';
import type { Form, Weights } from './weights.ts';
import type { Work } from './work.ts';
import type { ZeroShares } from './zeros.ts';

/** A layer's form for one sample and for several. */
export type FormPair = readonly [one: Form, many: Form];

/** By the layer's name. */
export type Forms = ReadonlyMap<string, FormPair>;

/** A layer with weights and the shape of its work at some width. */
export interface Job {
  readonly factor: Factor;
  readonly work: Work;
}

/** The layers with weights, each once, with the shape of their work at batches of n. */
export function survey(program: Program, kernels: Kernels, n: number, zeros: ZeroShares): Map<string, Job> {
  const found = new Map<string, Job>();
  const pick: Supply['pick'] = (factor, work) => {
    const share = work.vector ? (zeros.get(factor.name) ?? 0) : 0;
    if (!found.has(factor.name)) found.set(factor.name, { factor, work: { ...work, zeros: share } });
    return { form: 'dense' };
  };
  draw(program, kernels, n, { pick, prepare: neverBuilt });
  return found;
}

function neverBuilt(): never {
  throw new Error('A survey draws plans and builds none.');
}

/** The predicted nanoseconds of each form that the layer could have. */
export function candidates({ factor: { weights }, work }: Job, costs: CostTable): Map<Form, number> {
  const times = formsFor(work).map((form) => [form, predict(costs, form, weights, work)] as const);
  return new Map(times.filter(([, time]) => Number.isFinite(time)));
}

/** The form of the smallest predicted time. */
export const cheapest = (times: ReadonlyMap<Form, number>): Form =>
  [...times].reduce((a, b) => (b[1] < a[1] ? b : a))[0];

/** The form to take: the cheapest, and dense where nothing is pruned. */
export const fastest = (times: ReadonlyMap<Form, number>, { kept, values }: Weights): Form =>
  kept === values.length ? 'dense' : cheapest(times);

/**
 * The forms of all layers.
 * @param wanted the form a layer shall have, whatever it costs, or undefined.
 * @param races measured times that count instead of predicted ones.
 * @throws when a wanted form has no kernel for the layer.
 */
export function chooseForms(
  [one, many]: readonly [Map<string, Job>, Map<string, Job>],
  costs: CostTable,
  wanted: (layer: string, one: boolean) => unknown,
  races: ReadonlyMap<Job, ReadonlyMap<Form, number>> = new Map(),
): Forms {
  const pick = (job: Job, wish: unknown): Form => {
    const times = candidates(job, costs);
    if (wish === undefined) return fastest(races.get(job) ?? times, job.factor.weights);
    const form = [...times.keys()].find((name) => name === wish);
    if (form) return form;
    throw new Error(
      `${job.factor.name}: expected its form to be one of ${[...times.keys()].join(', ')}, got ${showValue(wish)}.`,
    );
  };
  return new Map(
    [...one].map(([name, job]) => [
      name,
      [pick(job, wanted(name, true)), pick(many.get(name) ?? job, wanted(name, false))],
    ]),
  );
}
