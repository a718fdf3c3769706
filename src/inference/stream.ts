// What sessions of a model share: its program for one time step, and the form of each layer's weights in it.
//
//   asked for      that form; of an LSTM's product [U W]·[h; x] the one asked for of U, of W, or of both alike
//   else           the form for whole sequences, where the step's work is the same
//   else           the form of the smallest predicted time

import type { Kernels } from '../engine/index.ts';
import type { ModelDescription } from '../format/index.ts';
import { chooseForms, type Forms, type Job, survey } from './choose.ts';
import type { CostTable } from './cost-table.ts';
import type { Program } from './operation.ts';
import { type Parts, programOf } from './program.ts';
import { assumedZeros, type ZeroShares } from './zeros.ts';

export interface Stream {
  readonly program: Program;
  readonly jobs: ReadonlyMap<string, Job>;
  readonly forms: Forms;
}

/** What is known of the whole model. */
export interface Whole {
  readonly description: ModelDescription;
  readonly parts: Parts;
  readonly kernels: Kernels;
  readonly costs: CostTable;
  /** Where counted. */
  readonly zeros: ZeroShares | undefined;
  /** For one sample. */
  readonly jobs: ReadonlyMap<string, Job>;
  readonly forms: Forms;
  /** Forms asked for, for one sample. */
  readonly wanted: ReadonlyMap<string, unknown>;
}

/** @throws when a layer cannot stream: it is named. */
export function streamOf({ description, parts, kernels, costs, zeros, jobs, forms, wanted }: Whole): Stream {
  const program = programOf(description, parts, true);
  const steps = survey(program, kernels, 1, zeros ?? assumedZeros(program));
  const joined = joinedForms(program, wanted);
  const form = (layer: string) =>
    wanted.get(layer) ?? joined.get(layer) ?? (jobs.get(layer)?.work.vector ? forms.get(layer)?.[0] : undefined);
  return { program, jobs: steps, forms: chooseForms([steps, steps], costs, form) };
}

/** By the name of [U W], the form asked for of its parts; none where they differ. */
function joinedForms({ operations }: Program, wanted: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const joined = new Map<string, unknown>();
  for (const operation of operations) {
    if (operation.kind !== 'lstmStep') continue;
    const asked = ['recurrentKernel', 'kernel'].map((part) => wanted.get(`${operation.name}/${part}`));
    const [form, ...others] = new Set(asked.filter((each) => each !== undefined));
    if (others.length === 0) joined.set(operation.kernels.name, form);
  }
  return joined;
}
