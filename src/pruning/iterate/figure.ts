import { showValue } from '../../tensor/index.ts';

/** What `evaluate` gave. @throws {TypeError} when it is no number, {RangeError} when it is NaN. */
export function figure(who: string, value: unknown): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  if (typeof value === 'number') throw new RangeError(`${who}: expected evaluate() to give a number, got NaN.`);
  const got =
    value instanceof Promise ? 'a promise (models are evaluated at once: it needs no async)' : showValue(value);
  throw new TypeError(`${who}: expected evaluate() to give a number, got ${got}.`);
}
