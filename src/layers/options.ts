// A layer's options: checked at the door, and written out as JSON.

import { checkKnown, checkWhole, misfit, type Regularizer, showValue } from '../tensor/index.ts';
import { initializers } from './initializers.ts';

/** What every layer takes. */
const common = ['name', 'inputShape', 'activityRegularizer'];

/** @throws when an option is not among `known`, or what every layer takes. */
export function checkOptions(layer: string, options: object, known: readonly string[]): void {
  checkKnown(layer, options, [...known, ...common]);
  const { name } = options as { name?: unknown };
  if (name === undefined || typeof name === 'string') return;
  throw new TypeError(`${layer}: expected name to be a string, got ${showValue(name)}.`);
}

/** @throws unless `value` is one of `choices`. */
export function checkChoice(layer: string, option: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new Error(`${layer}: expected ${option} to be one of ${choices.join(', ')}, got ${showValue(value)}.`);
}

/** One number for rows and columns, or one for each. */
export type Pair = number | readonly [number, number];

/** @throws unless both are whole numbers from 1. */
export function pairOf(layer: string, option: string, value: Pair): readonly [number, number] {
  const pair = typeof value === 'number' ? ([value, value] as const) : value;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw misfit(layer, option, 'a whole number from 1 or [rows, columns]', value);
  }
  for (const size of pair) checkWhole(layer, { [option]: size }, 1);
  return pair;
}

/** Options as JSON. Initializers of one's own are left out: they have done their work. */
export function describeOptions(options: object): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (common.includes(key) || value === undefined) continue;
    if (key.endsWith('Regularizer')) config[key] = (value as Regularizer).config();
    else if (!key.endsWith('Initializer')) config[key] = value;
    else if (typeof value === 'string' || Object.values(initializers).includes(value))
      config[key] = value.name ?? value;
  }
  return config;
}
