// What a shrinking removed, by index.

import { FormatError } from '../../format/index.ts';
import type { Network } from '../../model/index.ts';
import type { Skipped } from '../report.ts';
import { leaves } from '../targets.ts';
import { textTable } from '../text-table.ts';
import { kindOf } from './kinds.ts';
import type { Channels } from './slice.ts';

/** Channels (units, filters, features) of one side of a layer. */
export interface Side {
  readonly before: number;
  readonly after: number;
  /** Which went, counted as they were before. */
  readonly removed: readonly number[];
}

/** What went of one layer with weights or statistics. */
export interface ShrunkLayer {
  /** The layer's name; within a nested model `model/layer`. */
  readonly layer: string;
  readonly type: string;
  /** What the layer reads: channels of an image, features of a vector. */
  readonly inputs: Side;
  /** Units of a dense layer, filters of a convolution, channels of a batch normalization. */
  readonly outputs: Side;
}

/** What {@link shrink} removed. */
export interface ShrinkReport {
  /** Numbers in all parameters, biases and statistics included. */
  readonly parametersBefore: number;
  /** Those that are left. */
  readonly parametersAfter: number;
  /** Layers with parameters that are still there, in order; also those that lost nothing. */
  readonly layers: readonly ShrunkLayer[];
  /** Layers that are gone: parts of branches that add nothing, sums and concatenations of one operand. */
  readonly removedLayers: readonly string[];
  /** Layers of which nothing is known, so that what they read and fill kept all channels. */
  readonly skipped: readonly Skipped[];
  /** Of the shrinking before, when the model given came of one. */
  readonly previous?: ShrinkReport;
}

/** The report of two networks; `channels` of the larger that the smaller has, by layer. */
export function reportOf(large: Network, small: Network, channels: ReadonlyMap<string, Channels>): ShrinkReport {
  const stays = new Set(leaves(small).map(({ layerName }) => layerName));
  const all = leaves(large);
  const layers = all.flatMap(({ layerName, layer }): ShrunkLayer[] => {
    const kept = channels.get(layerName);
    const kind = kindOf(layer);
    if (!kept || kind === 'opaque' || layer.parameters.length === 0) return [];
    const [shape] = layer.inputShapes;
    const outputs = layer.outputShapes(layer.inputShapes)[0];
    return [
      {
        layer: layerName,
        type: layer.type,
        inputs: sideOf(shape[shape.length - 1], kept.inputs),
        outputs: sideOf(outputs[outputs.length - 1], kept.outputs),
      },
    ];
  });
  return {
    parametersBefore: lengthOf(large),
    parametersAfter: lengthOf(small),
    layers,
    removedLayers: all.flatMap(({ layerName }) => (stays.has(layerName) ? [] : [layerName])),
    skipped: opaqueLayers(large),
  };
}

/** The layers of which nothing is known. */
export const opaqueLayers = (network: Network): Skipped[] =>
  leaves(network).flatMap(({ layerName, layer }) =>
    kindOf(layer) === 'opaque'
      ? [{ layer: layerName, reason: `what a layer of type '${layer.type}' does with channels is not known` }]
      : [],
  );

/** The report as a table: what each layer lost, with indices; of several shrinkings the first one first. */
export function shrinkTable({
  parametersBefore,
  parametersAfter,
  layers,
  removedLayers,
  skipped,
  previous,
}: ShrinkReport): string {
  const rows = layers.map(({ layer, type, inputs, outputs }) => [
    `${layer} (${type})`,
    `${inputs.before} → ${inputs.after}`,
    `${outputs.before} → ${outputs.after}`,
    ranges(outputs.removed) || 'none',
  ]);
  return [
    ...(previous ? [shrinkTable(previous), ''] : []),
    textTable([['layer', 'inputs', 'outputs', 'outputs removed'], ...rows], { words: true }),
    `Parameters: ${parametersBefore} → ${parametersAfter}`,
    ...(removedLayers.length > 0 ? [`Layers removed: ${removedLayers.join(', ')}`] : []),
    ...skipped.map(({ layer, reason }) => `Skipped ${layer}: ${reason}`),
  ].join('\n');
}

/** A report that may come from a file. @throws {FormatError} when it is none. */
export function checkedReport(value: unknown): ShrinkReport {
  if (!isReport(value)) throw new FormatError('The model file is damaged: what it says of a shrinking is no report.');
  return value;
}

type Test = (value: unknown) => boolean;

const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isString: Test = (value) => typeof value === 'string';
const isList =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const isRecord =
  (fields: Readonly<Record<string, Test>>): Test =>
  (value) =>
    Object.entries(fields).every(([field, test]) => test(Object(value)[field]));

const isSide = isRecord({ before: isCount, after: isCount, removed: isList(isCount) });
const fields = {
  parametersBefore: isCount,
  parametersAfter: isCount,
  layers: isList(isRecord({ layer: isString, type: isString, inputs: isSide, outputs: isSide })),
  removedLayers: isList(isString),
  skipped: isList(isRecord({ layer: isString, reason: isString })),
  previous: (value: unknown) => value === undefined || isReport(value),
};

/** Nesting is bounded by the reader of model files. */
const isReport = (value: unknown): value is ShrinkReport => isRecord(fields)(value);

/** 0, 1, 2, 5 → `0–2, 5`. */
function ranges(indices: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const index of indices) {
    const last = parts.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

function sideOf(before: number, kept: readonly number[]): Side {
  const stays = new Set(kept);
  const removed = Array.from({ length: before }, (_, i) => i).filter((i) => !stays.has(i));
  return { before, after: kept.length, removed };
}

const lengthOf = ({ parameters }: Network): number => parameters.reduce((sum, { length }) => sum + length, 0);
