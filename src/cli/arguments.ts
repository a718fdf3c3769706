// What options of a command line may be, and commander's complaints in one line.

import { InvalidArgumentError } from 'commander';

/** A whole number from `least` to `most`. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };

/** A path or an address. */
export function path(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected a path, got nothing.');
}

/** A number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

/** A fraction of the weights. */
export function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError(
    'Expected a fraction from 0 up to, but not including, 1: 0.9 sets 90% of the weights to zero.',
  );
}

/** Commander's message, said by `who`, in one line. */
export const oneLine = (who: string, text: string): string =>
  `${text
    .trim()
    .replace(/^error: /, `${who}: `)
    .replace(/\s*\n\s*/g, ' ')}\n`;
