// Where a network's zeros are and what they are worth, kernel by kernel. A kernel is looked at as the matrix that products read:
// m rows (units, filters) × k columns (inputs, or channels × taps), in storage order.

import { encodeArray } from '../format/index.ts';
import type { Layer } from '../layers/index.ts';
import type { Network } from '../model/index.ts';
import { type Parameter, sizeOf } from '../tensor/index.ts';
import { plainLayer } from './plain-layer.ts';
import { type Site, unfold } from './shrink/unfold.ts';
import { leaves } from './targets.ts';
import { textTable } from './text-table.ts';

/** How many there are of something, and how many of them hold zeros alone. */
export interface Empties {
  readonly count: number;
  readonly empty: number;
}

/** Block shapes that are looked for: rows × 1 column, as our kernels for single samples have them. */
export const blockShapes = ['4x1', '8x1', '16x1'] as const;

/** `4x1`, `8x1` or `16x1`. */
export type BlockShape = (typeof blockShapes)[number];

/** Figures of kernels; each has this one definition. */
export interface SparsityFigures {
  /** Numbers of the kernel. Biases and statistics are not counted, here and below. */
  readonly weights: number;
  /** Those that are not 0, masked or not. */
  readonly kept: number;
  /** kept / weights; 1 of no weights. */
  readonly density: number;
  /**
   * Multiply-accumulates for one sample: weights × output pixels for a convolution (taps on a border of zeros count), weights × steps for a
   * sequence, weights for a vector, 0 for a table that is looked up; summed over the uses of a shared layer.
   */
  readonly macs: number;
  /** The same of the weights that are not 0. */
  readonly keptMacs: number;
  /** 4 · weights. */
  readonly bytes: number;
  /** What the kernel takes in the payload of a model file: values and positions, without the file's header. */
  readonly savedBytes: number;
}

/** One kernel. */
export interface LayerSparsity extends SparsityFigures {
  /** The layer's name; within a nested model `model/layer`. */
  readonly layer: string;
  /** The layer's type, such as 'dense'. */
  readonly type: string;
  /** The parameter's name, such as 'kernel'. */
  readonly parameter: string;
  /** Keras order. */
  readonly shape: readonly number[];
  /** Of the matrix: outputs. */
  readonly rows: Empties;
  /** Of the matrix: inputs of a dense layer, taps (channel, row, column) of a convolution. */
  readonly columns: Empties;
  /** Blocks of consecutive rows in one column, the last of a column cut where m is no multiple. */
  readonly blocks: Readonly<Record<BlockShape, Empties>>;
}

/** A network's kernels, and all of them together. */
export interface SparsityReport {
  /** The model's name. */
  readonly network: string;
  /** Each kernel, in order. */
  readonly layers: readonly LayerSparsity[];
  /** All kernels as one. */
  readonly total: SparsityFigures;
}

/** Looks at all parameters that pruning may touch. Plain data, good as JSON. */
export function sparsityReport(network: Network): SparsityReport {
  const { uses } = unfold(network);
  const seen = new Set<Parameter>();
  const layers = leaves(network).flatMap(({ layerName, layer }) =>
    layer.parameters.flatMap((parameter) => {
      if (!parameter.prunable || seen.has(parameter)) return [];
      seen.add(parameter);
      return [{ layer: layerName, ...kernelOf(layer, parameter, uses.get(layer) ?? []) }];
    }),
  );
  const total = (field: keyof SparsityFigures) => layers.reduce((sum, layer) => sum + layer[field], 0);
  const [weights, kept] = [total('weights'), total('kept')];
  return {
    network: network.name,
    layers,
    total: {
      weights,
      kept,
      density: weights ? kept / weights : 1,
      macs: total('macs'),
      keptMacs: total('keptMacs'),
      bytes: total('bytes'),
      savedBytes: total('savedBytes'),
    },
  };
}

function kernelOf(layer: Layer, parameter: Parameter, sites: readonly Site[]): Omit<LayerSparsity, 'layer'> {
  const { shape, axes, length, mask } = parameter;
  const data = parameter.values.view.slice();
  const kept = data.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  const m = shape[axes[0]];
  const positions = sites.reduce((sum, site) => sum + positionsOf(site), 0);
  const { bytes } = encodeArray({ shape, axes, data, ...(mask && { mask: Uint8Array.from(mask.view) }) });
  const blocks = (rows: number, columns: number) => emptyBlocks(data, m, rows, columns);
  return {
    type: layer.type,
    parameter: parameter.name,
    shape: [...shape],
    weights: length,
    kept,
    density: kept / length,
    macs: length * positions,
    keptMacs: kept * positions,
    bytes: 4 * length,
    savedBytes: bytes.length,
    rows: blocks(1, length / m),
    columns: blocks(m, 1),
    blocks: { '4x1': blocks(4, 1), '8x1': blocks(8, 1), '16x1': blocks(16, 1) },
  };
}

/** How often a weight is multiplied for one sample at one use of its layer. */
function positionsOf({ layer, inputs: [x], outputs: [y] }: Site): number {
  const { type } = plainLayer(layer);
  if (type === 'embedding') return 0;
  const { shape } = type === 'conv2d' || type === 'conv1d' ? y : x;
  return sizeOf(shape.slice(0, -1));
}

/** Blocks of `rows` × `columns` over the matrix, cut at the edges. */
function emptyBlocks(data: Float32Array, m: number, rows: number, columns: number): Empties {
  const k = data.length / m;
  const across = Math.ceil(k / columns);
  const full = new Uint8Array(Math.ceil(m / rows) * across);
  for (let i = 0; i < m; i++) {
    const first = Math.floor(i / rows) * across;
    for (let j = 0; j < k; j++) if (data[i * k + j] !== 0) full[first + Math.floor(j / columns)] = 1;
  }
  return { count: full.length, empty: full.reduce((empty, bit) => empty + 1 - bit, 0) };
}

const number = (value: number): string => value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');
const share = ({ count, empty }: Empties): string => (empty > 0 ? `${number(empty)} of ${number(count)}` : '–');

/** The report as a table for the terminal; structure as empty of all, a dash for none. */
export function sparsityTable({ layers, total }: SparsityReport): string {
  const figures = (name: string, each: SparsityFigures) => [
    name,
    number(each.weights),
    number(each.kept),
    `${(100 * each.density).toFixed(1)}%`,
    number(each.macs),
    number(each.keptMacs),
    number(each.bytes),
    number(each.savedBytes),
  ];
  const structure = ['empty rows', 'columns', ...blockShapes];
  const head = ['kernel', 'weights', 'kept', 'density', 'MACs', 'kept', 'bytes', 'in a file', ...structure];
  const rows = layers.map((layer) => [
    ...figures(`${layer.layer}/${layer.parameter}`, layer),
    share(layer.rows),
    share(layer.columns),
    ...blockShapes.map((shape) => share(layer.blocks[shape])),
  ]);
  return textTable([head, ...rows, [...figures('all', total), ...structure.map(() => '')]]);
}
