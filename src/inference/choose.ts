// Which form each layer's weights take, for one sample and for batches: the one with the smallest predicted time.

import type { Kernels } from '../engine/index.ts';
import { formsFor, parts, predict } from './costs.ts';
import { draw } from './draw.ts';
import type { Product, Program } from './operation.ts';
import { type Form, formNames } from './weights.ts';
import type { Work } from './work.ts';

/** A layer's form for one sample and for several. */
export type FormPair = readonly [one: Form, many: Form];

/** By the layer's name. */
export type Forms = ReadonlyMap<string, FormPair>;

/** What {@link explainLayer} says of a layer with weights. */
export interface LayerExplanation {
  readonly layer: string;
  readonly type: 'dense' | 'conv2d';
  /** The form its weights have for this batch. */
  readonly form: Form;
  /** Why, in a sentence. */
  readonly why: string;
  /** Samples at a time that this is about. */
  readonly batch: number;
  /** Outputs and inputs of its matrix: units and features, or filters and taps. */
  readonly shape: { readonly m: number; readonly k: number };
  /** m·k; biases are not counted. */
  readonly weights: number;
  /** Those that are not 0. */
  readonly kept: number;
  readonly density: number;
  /** Predicted time of each form that could be had, µs per batch. */
  readonly microseconds: Readonly<Partial<Record<Form, number>>>;
  /** The density below which the best sparse form beats dense, if the pattern stays of its kind; 0 to 1. */
  readonly breakEven: number;
}

/** The products of a program with the shape of their work at batches of n; each layer once. */
function survey(program: Program, kernels: Kernels, n: number): Map<string, { product: Product; work: Work }> {
  const found = new Map<string, { product: Product; work: Work }>();
  draw(program, kernels, n, (product, work) => {
    if (!found.has(product.name)) found.set(product.name, { product, work });
    return {
      form: 'dense',
      prepared: () => {
        throw new Error('a survey is never built');
      },
    };
  });
  return found;
}

/** The forms of all layers; `wanted` come first. @throws when a wanted form has no kernel for the layer, or there is no such layer. */
export function chooseForms(
  program: Program,
  kernels: Kernels,
  many: number,
  wanted: (layer: string, one: boolean) => unknown,
): Forms {
  const one = survey(program, kernels, 1);
  const several = survey(program, kernels, many);
  return new Map(
    [...one].map(([name, single]) => {
      const batch = several.get(name) ?? single;
      return [name, [pick(single, wanted(name, true)), pick(batch, wanted(name, false))]];
    }),
  );
}

function pick({ product, work }: { product: Product; work: Work }, wanted: unknown): Form {
  const candidates = formsFor(work).filter((form) => Number.isFinite(product.weights.stored(form)));
  if (wanted !== undefined) {
    const form = candidates.find((candidate) => candidate === wanted);
    if (form) return form;
    throw new Error(
      `${product.name}: expected its form to be one of ${candidates.join(', ')}, got ${JSON.stringify(wanted)}.`,
    );
  }
  const costs = candidates.map((form) => predict(form, product.weights, work));
  return candidates[costs.indexOf(Math.min(...costs))];
}

/** What was chosen for batches of n, and why. */
export function explainForms(program: Program, kernels: Kernels, forms: Forms, n: number): LayerExplanation[] {
  return [...survey(program, kernels, n)].map(([layer, { product, work }]) => {
    const { weights, window } = product;
    const { m, k, kept } = weights;
    const pair = forms.get(layer) as FormPair;
    const form = pair[n === 1 ? 0 : 1];
    const times = new Map<Form, number>();
    for (const name of formNames) {
      if (!formsFor(work).includes(name)) continue;
      const time = predict(name, weights, work);
      if (Number.isFinite(time)) times.set(name, time / 1000);
    }
    const sparse = [...times].filter(([name]) => name !== 'dense').sort((a, b) => a[1] - b[1])[0][0];
    const breakEven = breakEvenOf(sparse, product, work);
    return {
      layer,
      type: window ? 'conv2d' : 'dense',
      form,
      why: reason(form, sparse, times, breakEven, kept / (m * k)),
      batch: n,
      shape: { m, k },
      weights: m * k,
      kept,
      density: kept / (m * k),
      microseconds: Object.fromEntries([...times].map(([name, time]) => [name, Math.round(time * 1000) / 1000])),
      breakEven,
    };
  });
}

/** Dense time = fixed + weight·(stored per kept weight)·density·m·k. */
function breakEvenOf(sparse: Form, { weights }: Product, work: Work): number {
  const { m, k, kept } = weights;
  const { fixed, weight } = parts(sparse, m, k, work);
  const padding = kept > 0 ? weights.stored(sparse) / kept : 1;
  const density = (predict('dense', weights, work) - fixed) / (weight * padding * m * k);
  return Math.round(Math.min(1, Math.max(0, density)) * 1000) / 1000;
}

function reason(form: Form, sparse: Form, times: Map<Form, number>, breakEven: number, density: number): string {
  const percent = (part: number) => `${Math.round(part * 1000) / 10}%`;
  const micro = (name: Form) => `${(times.get(name) ?? 0).toPrecision(3)} µs`;
  const [mine, dense, best] = [form, 'dense', sparse].map((name) => times.get(name as Form) ?? 0);
  const least = Math.min(...times.values());
  if (mine > least)
    return `${form} was asked for: ${micro(form)} predicted, where the fastest form takes ${least.toPrecision(3)} µs.`;
  if (form === 'dense') {
    return `dense is fastest: ${micro('dense')} predicted against ${micro(sparse)} as ${sparse}, which pays below ${percent(breakEven)} kept, and ${percent(density)} are.`;
  }
  const ratio = (dense / best).toFixed(1);
  return `${form} is predicted ${ratio} times as fast as dense (${micro(form)} against ${micro('dense')}): ${percent(density)} of the weights are kept, it pays below ${percent(breakEven)}.`;
}
