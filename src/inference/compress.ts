// From a trained model, or a file, to an inference model.

import { decodeModel, type ModelDescription, readSource } from '../format/index.ts';
import { checkKnown, showValue } from '../tensor/index.ts';
import { InferenceModel } from './inference-model.ts';
import type { InferenceOptions, RunOptions } from './options.ts';

/**
 * The inference model of a trained one: dropout is gone, batch normalization folded into the weights before it, and each layer's
 * weights stand in the form that is predicted, or by `calibrate` measured, to be fastest, dense or sparse. `explain()` says which and
 * why.
 * @throws when a layer is of a type that inference models cannot run; it is named; on what is no model; on an unknown option.
 */
export function compress(model: { describe(): ModelDescription }, options: InferenceOptions = {}): InferenceModel {
  checkKnown('compress', options, ['batch', 'forms', 'calibrate', 'sampleInputs', 'relaxed']);
  if (typeof (model as { describe?: unknown } | undefined | null)?.describe !== 'function') {
    throw new TypeError(`compress: expected a model, got ${showValue(model)}.`);
  }
  return new InferenceModel(model.describe(), options);
}

/**
 * The inference model in a file's bytes, with the forms that were chosen when it was compressed; a file of a model that was not
 * is compressed now.
 * @throws {FormatError} on bytes that are no model file; on an unknown option.
 */
export function load(bytes: Uint8Array | ArrayBuffer, options: RunOptions = {}): InferenceModel {
  checkKnown('load', options, ['relaxed']);
  const description = decodeModel(bytes);
  const { batch, forms, wanted, zeros } = (description.extra?.inference ?? {}) as Record<string, unknown>;
  const known = { ...options, batch: typeof batch === 'number' ? batch : 1 };
  return new InferenceModel(description, known, {
    forms: new Map(entriesOf(forms)),
    wanted: new Map(entriesOf(wanted)),
    zeros: sharesOf(zeros),
  });
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value ? Object.entries(value) : [];

/** What of it can be shares of zeros; undefined when there are none. */
function sharesOf(value: unknown): ReadonlyMap<string, number> | undefined {
  const shares = entriesOf(value).filter((entry): entry is [string, number] => {
    const share = entry[1];
    return typeof share === 'number' && share >= 0 && share <= 1;
  });
  return shares.length > 0 ? new Map(shares) : undefined;
}

/**
 * As {@link load}, from a file (in Node) or a URL; in a page the URL may be relative to it.
 * @throws (rejects) with the address when it cannot be read.
 */
export const loadFile = async (source: string | URL, options: RunOptions = {}): Promise<InferenceModel> =>
  load(await readSource(source), options);
