// Options by name: one that nobody reads would be a wish ignored, as would a signal that cannot tell.

import { showValue } from './numbers.ts';

/** @throws when one of `options` is given that is not among `known`. */
export function checkKnown(who: string, options: object, known: readonly string[]): void {
  if (options === null || typeof options !== 'object') {
    throw new TypeError(`${who}: expected an object of options (${known.join(', ')}), got ${showValue(options)}.`);
  }
  const unknown = Object.entries(options).find(([key, value]) => value !== undefined && !known.includes(key));
  if (unknown) throw new Error(`${who}: unknown option '${unknown[0]}': expected one of ${known.join(', ')}.`);
}

/** @throws when `signal` is given and is none: an AbortController is not the `signal` it has. */
export function checkSignal(who: string, signal: { readonly aborted: boolean } | undefined): void {
  if (signal === undefined || typeof (signal as { aborted?: unknown } | null)?.aborted === 'boolean') return;
  const hint = Object(signal).signal === undefined ? '' : ': pass its signal';
  throw new TypeError(`${who}: expected signal to be an AbortSignal, got ${showValue(signal)}${hint}.`);
}
