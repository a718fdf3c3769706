// A layer's options: checked at the door, and written out as JSON.

import { checkKnown, type Regularizer, showValue } from '../tensor/index.ts';
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

/** @throws unless `value` is a positive whole number. */
export function checkCount(layer: string, option: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) > 0) return;
  throw new Error(`${layer}: expected ${option} to be a positive whole number, got ${showValue(value)}.`);
}

/** @throws unless `value` is one of `choices`. */
export function checkChoice(layer: string, option: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new Error(`${layer}: expected ${option} to be one of ${choices.join(', ')}, got ${showValue(value)}.`);
}

/** @throws unless `value` lies in [0, 1). */
export function checkFraction(layer: string, option: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value < 1) return;
  throw new Error(`${layer}: expected ${option} to lie in [0, 1), got ${showValue(value)}.`);
}

/** One number for rows and columns, or one for each. */
export type Pair = number | readonly [number, number];

/** @throws unless both are positive whole numbers. */
export function pairOf(layer: string, option: string, value: Pair): readonly [number, number] {
  const pair = typeof value === 'number' ? ([value, value] as const) : value;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new Error(`${layer}: expected ${option} to be a number or [rows, columns], got ${showValue(value)}.`);
  }
  for (const size of pair) checkCount(layer, option, size);
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
