// From a trained model, or a file, to an inference model.

import { decodeModel, fromSource, type ModelDescription } from '../format/index.ts';
import { checkKnown, showValue } from '../tensor/index.ts';
import { InferenceModel } from './inference-model.ts';
import { checkOptions, type InferenceOptions, type RunOptions } from './options.ts';
import { rememberedIn } from './remembered.ts';

/**
 * The inference model of a trained one: dropout is gone, batch normalization folded into the weights before it, and each layer's
 * weights stand in the form that is predicted, or by `calibrate` measured, to be fastest, dense or sparse. `explain()` says which and
 * why. `predict` begins at every call afresh, also for a stateful LSTM; a session keeps the state from step to step.
 * @throws when a layer is of a type that inference models cannot run, or two layers hold the same weights; it is named; on what is no model;
 * on an unknown option.
 */
export function compress(model: { describe(): ModelDescription }, options: InferenceOptions = {}): InferenceModel {
  checkKnown('compress', options, ['batch', 'forms', 'calibrate', 'sampleInputs', 'relaxed']);
  checkOptions('compress', options);
  if (typeof (model as { describe?: unknown } | undefined | null)?.describe !== 'function') {
    throw new TypeError(`compress: expected a model, got ${showValue(model)}.`);
  }
  return new InferenceModel(described(model.describe()), options);
}

/** @throws unless it has the form of a description. */
function described(description: Partial<ModelDescription> | undefined | null): ModelDescription {
  const { layers, nodes, inputs, outputs } = description?.graph ?? {};
  if ([layers, nodes, inputs, outputs].every(Array.isArray)) return description as ModelDescription;
  throw new TypeError(
    `compress: expected describe() to give { name, graph: { layers, nodes, inputs, outputs } }, got ${description ? 'another object' : showValue(description)}.`,
  );
}

/**
 * The inference model in a file's bytes, with the forms that were chosen when it was compressed; a file of a model that was not
 * is compressed now.
 * @throws {FormatError} on bytes that are no model file; a TypeError on what is no bytes; on an unknown option.
 */
export function load(bytes: Uint8Array | ArrayBuffer, options: RunOptions = {}): InferenceModel {
  checkKnown('load', options, ['relaxed']);
  checkOptions('load', options);
  const description = decodeModel(bytes);
  return new InferenceModel(description, options, rememberedIn(description));
}

/**
 * As {@link load}, from a file (in Node) or a URL; in a page the URL may be relative to it.
 * @throws (rejects) with the address when it cannot be read, or is no model file.
 */
export const loadFile = async (source: string | URL, options: RunOptions = {}): Promise<InferenceModel> =>
  fromSource(source, (bytes) => load(bytes, options));
