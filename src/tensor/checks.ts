// Numbers as options and arguments: what is no number of its kind is refused in one wording, text and NaN too.

import { showValue } from './numbers.ts';

type Numbers = Readonly<Record<string, number>>;

/** The error for a value that is not what was expected of that name. */
export const misfit = (who: string, name: string, expected: string, value: unknown): RangeError =>
  new RangeError(`${who}: expected ${name} to be ${expected}, got ${showValue(value)}.`);

/** @throws {RangeError} unless each value is a whole number from `least` to `most`. */
export function checkWhole(who: string, values: Numbers, least: number, most = Infinity): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    const range = most < Number.MAX_SAFE_INTEGER ? `${least} to ${most}` : least;
    throw misfit(who, name, `a whole number from ${range}`, value);
  }
}

/** As {@link checkWhole}, or Infinity: all of them, or never. */
export function checkOften(who: string, values: Numbers, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === Infinity || (Number.isInteger(value) && value >= least)) continue;
    throw misfit(who, name, `a whole number from ${least} or Infinity`, value);
  }
}

const kinds = {
  'a whole number': Number.isInteger,
  'a number': (value: number) => !Number.isNaN(value),
  'a finite number': Number.isFinite,
  'a number from 0': (value: number) => value >= 0,
  'a finite number from 0': (value: number) => value >= 0 && value < Infinity,
  'a number above 0': (value: number) => value > 0,
  'a finite number above 0': (value: number) => value > 0 && value < Infinity,
  'a number in [0, 1]': (value: number) => value >= 0 && value <= 1,
  'a number in [0, 1)': (value: number) => value >= 0 && value < 1,
  'a number in (0, 1)': (value: number) => value > 0 && value < 1,
};

/** @throws {RangeError} unless each value is a number of that kind. */
export function checkNumber(who: string, values: Numbers, kind: keyof typeof kinds): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number' || !kinds[kind](value)) throw misfit(who, name, kind, value);
  }
}
