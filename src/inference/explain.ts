// What was chosen for each layer, and why, in numbers and in a sentence.

import { candidates, cheapest, type FormPair, type Forms, fastest, type Job } from './choose.ts';
import type { CostTable } from './cost-table.ts';
import { parts } from './costs.ts';
import type { Factor } from './operation.ts';
import type { Race } from './race.ts';
import type { Form, Weights } from './weights.ts';

/** What `explain()` says of a layer with weights. */
export interface LayerExplanation {
  /** The layer's name. */
  readonly layer: string;
  /** Which product it is. */
  readonly type: Factor['type'];
  /** The form its weights have for calls with so many samples. */
  readonly form: Form;
  /** Why, in a sentence. */
  readonly why: string;
  /** Samples in a call. */
  readonly batch: number;
  /** Outputs and inputs of its matrix: units and features, or filters and taps. */
  readonly shape: { readonly m: number; readonly k: number };
  /** m·k; biases are not counted. */
  readonly weights: number;
  /** Those that are not 0. */
  readonly kept: number;
  /** kept / weights. */
  readonly density: number;
  /** Predicted time of each form that the layer could have, µs per call. */
  readonly microseconds: Readonly<Partial<Record<Form, number>>>;
  /** Measured time of its form, µs per call, in a model that was compressed with `calibrate`. */
  readonly measured?: number;
  /** The share of its inputs that is expected to be 0: counted on `sampleInputs`, or assumed; 0 where none can be skipped. */
  readonly zeroInputs: number;
  /** The density below which the best sparse form is faster than dense, if blocks stay as full as they are; 0 to 1. */
  readonly breakEven: number;
}

/** What is explained. */
export interface Calls {
  /** The forms of one sample, or of several. */
  readonly side: 0 | 1;
  readonly batch: number;
  /** How many times a job is done for such a batch: its slabs. */
  readonly calls: number;
  /** Nanoseconds of each job, where measured. */
  readonly times?: ReadonlyMap<string, number>;
}

/** What explanations are made of besides the jobs and their forms. */
interface Circumstances extends Calls {
  readonly costs: CostTable;
  readonly races: ReadonlyMap<Job, Race>;
  /** Whether zero inputs were counted. */
  readonly hasSamples: boolean;
}

export const explain = (jobs: ReadonlyMap<string, Job>, forms: Forms, of: Circumstances): LayerExplanation[] =>
  [...jobs.values()].map((job) => explainOne(job, (forms.get(job.factor.name) as FormPair)[of.side], of));

function explainOne(job: Job, form: Form, of: Circumstances): LayerExplanation {
  const { costs, batch, calls, times: measured, hasSamples } = of;
  const time = measured?.get(job.factor.name);
  const { factor, work } = job;
  const { m, k, kept } = factor.weights;
  const times = new Map([...candidates(job, costs)].map(([name, time]) => [name, (time * calls) / 1000]));
  const breakEven = breakEvenOf(job, costs);
  const density = kept / (m * k);
  return {
    layer: factor.name,
    type: factor.type,
    form,
    why:
      (won(form, of.races.get(job), calls, factor.weights) ?? reason(form, times, factor.weights, breakEven, density)) +
      onZeros(work.zeros, hasSamples) +
      (work.span('dense').tiling ? " Dense goes in Winograd's tiles here." : ''),
    batch,
    shape: { m, k },
    weights: m * k,
    kept,
    density,
    microseconds: Object.fromEntries([...times].map(([name, micros]) => [name, rounded(micros)])),
    ...(time !== undefined && Number.isFinite(time) && { measured: rounded((time * calls) / 1000) }),
    zeroInputs: rounded(work.zeros),
    breakEven: rounded(breakEven),
  };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

const sparseOf = (times: ReadonlyMap<Form, number>) =>
  cheapest(new Map([...times].filter(([form]) => form !== 'dense')));

/** Where dense time = fixed + weight·(stored / kept)·density·m·k. */
function breakEvenOf(job: Job, costs: CostTable): number {
  const { weights } = job.factor;
  const { m, k, kept } = weights;
  const times = candidates(job, costs);
  const form = sparseOf(times);
  const { fixed, weight } = parts(costs, form, weights, job.work);
  const padding = kept > 0 ? weights.stored(form) / kept : 1;
  const density = ((times.get('dense') ?? 0) - fixed) / (weight * padding * m * k);
  return Math.min(1, Math.max(0, density));
}

function onZeros(zeros: number, hasSamples: boolean): string {
  if (zeros === 0) return '';
  const share = percent(zeros);
  return hasSamples
    ? ` In the samples ${share} of its inputs were 0.`
    : ` ${share} of its inputs are taken to be 0, as after a ReLU; sampleInputs would tell.`;
}

/** Three digits. */
const shown = (micros: number) => `${Number(micros.toPrecision(3))} µs`;

const percent = (part: number) => `${Math.round(part * 1000) / 10}%`;

/** Of a form that won a race. */
function won(form: Form, race: Race | undefined, calls: number, weights: Weights): string | undefined {
  if (!race || fastest(race, weights) !== form) return undefined;
  const entrants = [...race].sort(([a], [b]) => Number(b === form) - Number(a === form));
  const said = ([name, time]: readonly [Form, number]) => `${shown((time * calls) / 1000)} as ${name}`;
  return `measured here, since predictions were near: ${entrants.map(said).join(', ')}.`;
}

function reason(
  form: Form,
  times: ReadonlyMap<Form, number>,
  weights: Weights,
  breakEven: number,
  density: number,
): string {
  const time = (name: Form) => times.get(name) ?? 0;
  const timeOf = (name: Form) => shown(time(name));
  const best = fastest(times, weights);
  if (form !== best) {
    return `${form} was asked for, or chosen elsewhere: ${timeOf(form)} predicted here, against ${timeOf(best)} as ${best}.`;
  }
  const sparse = sparseOf(times);
  if (form === 'dense' && density === 1) {
    const near = time(sparse) < time(form) ? `, though ${sparse} is predicted a little faster` : '';
    return `dense, since nothing is pruned${near}; a sparse form pays below ${percent(breakEven)} kept.`;
  }
  if (form === 'dense') {
    const against = `${timeOf(form)} predicted, against ${timeOf(sparse)} as ${sparse}`;
    return `dense is fastest: ${against}, which pays below ${percent(breakEven)} kept; ${percent(density)} are.`;
  }
  const ratio = time('dense') / time(form);
  const speed = ratio < 1.05 ? 'a little faster than' : `${ratio.toFixed(1)} times as fast as`;
  return `${form} is predicted ${speed} dense, ${timeOf(form)} against ${timeOf('dense')}: ${percent(density)} of the weights are kept, and it pays below ${percent(breakEven)}.`;
}
