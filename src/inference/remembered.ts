// What the file of an inference model remembers of how it was made, in its description's `extra.inference`:
//
//   { batch: 1, forms: { dense: ['csr', 'dense'] }, wanted: { dense: 'csr' }, zeros: { dense: 0.5 } }
//
// `forms` are for one sample and for several, `wanted` those of them that were asked for, for one sample, `zeros` the shares of inputs
// that were 0, where they were counted. A file of a model that was not compressed has none of it.

import { damaged, type ModelDescription } from '../format/index.ts';
import { showValue } from '../tensor/index.ts';
import type { FormPair, Forms } from './choose.ts';
import type { Form } from './weights.ts';
import type { ZeroShares } from './zeros.ts';

export interface Remembered {
  readonly batch: number;
  readonly forms: Forms;
  readonly wanted: ReadonlyMap<string, Form>;
  readonly zeros?: ZeroShares;
}

/** As it stands in the file. */
export const remember = ({ batch, forms, wanted, zeros }: Remembered): Readonly<Record<string, unknown>> => ({
  batch,
  forms: Object.fromEntries(forms),
  ...(wanted.size > 0 && { wanted: Object.fromEntries(wanted) }),
  ...(zeros && { zeros: Object.fromEntries(zeros) }),
});

/** @throws {FormatError} on what {@link remember} does not write; whether a layer can have its form is not looked at. */
export function rememberedIn({ extra }: ModelDescription): Remembered | undefined {
  if (extra?.inference === undefined) return undefined;
  const { batch = 1, forms = {}, wanted = {}, zeros } = record(extra.inference, 'what it says of inference');
  if (!isWhole(batch)) throw wrong('batch', 'a whole number from 1', batch);
  const pairs = entries(forms, 'forms', isPair, 'two forms, for one sample and for several');
  const isFormOf = (value: unknown, layer: string): value is Form => value === pairs.get(layer)?.[0];
  return {
    batch,
    forms: pairs,
    wanted: entries(wanted, 'wanted', isFormOf, 'the first of the forms'),
    ...(zeros !== undefined && { zeros: entries(zeros, 'zeros', isShare, 'a number from 0 to 1') }),
  };
}

function entries<T>(
  value: unknown,
  what: string,
  isRight: (value: unknown, layer: string) => value is T,
  expected: string,
): Map<string, T> {
  return new Map(
    Object.entries(record(value, what)).map(([layer, each]) => {
      if (isRight(each, layer)) return [layer, each];
      throw wrong(`${what} of layer '${layer}'`, expected, each);
    }),
  );
}

const isWhole = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;
const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const isPair = (value: unknown): value is FormPair =>
  Array.isArray(value) && value.length === 2 && value.every((form) => typeof form === 'string');

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(what, 'an object', value);
}

const wrong = (what: string, expected: string, value: unknown) =>
  damaged(`expected ${what} to be ${expected}, got ${showValue(value)}`);
