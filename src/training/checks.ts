// Numbers that options are.

import { showValue } from '../tensor/index.ts';

type Numbers = Readonly<Record<string, number>>;

/** @throws unless each value is a whole number from `least`. */
export function checkWhole(who: string, values: Numbers, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new RangeError(`${who}: expected ${name} to be a whole number from ${least}, got ${showValue(value)}.`);
  }
}

/** As {@link checkWhole} from 0, and Infinity: so often means never. */
export function checkOften(who: string, values: Numbers): void {
  checkWhole(who, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== Infinity)), 0);
}

/** @throws unless each value is a finite number from 0. */
export function checkFromZero(who: string, values: Numbers): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new RangeError(`${who}: expected ${name} to be a finite number from 0, got ${showValue(value)}.`);
  }
}

/** @throws when one is given that is no number. */
export function checkNumber(who: string, values: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (typeof value === 'number' && !Number.isNaN(value))) continue;
    throw new RangeError(`${who}: expected ${name} to be a number, got ${showValue(value)}.`);
  }
}
