// Options by name: one that nobody reads would be a wish ignored.

import { showValue } from './numbers.ts';

/** @throws when one of `options` is given that is not among `known`. */
export function checkKnown(who: string, options: object, known: readonly string[]): void {
  if (options === null || typeof options !== 'object') {
    throw new TypeError(`${who}: expected an object of options (${known.join(', ')}), got ${showValue(options)}.`);
  }
  const unknown = Object.entries(options).find(([key, value]) => value !== undefined && !known.includes(key));
  if (unknown) throw new Error(`${who}: unknown option '${unknown[0]}': expected one of ${known.join(', ')}.`);
}
