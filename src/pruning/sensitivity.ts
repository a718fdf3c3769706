// How much of each layer can go: each is pruned alone, the others whole, to several sparsities, and the model judged, untrained. (Han et al.
// 2015; Li et al. 2017) layers × sparsities + 1 evaluations.

import { type Network, snapshotOf } from '../model/index.ts';
import { type ArrayInput, checkKnown, checkNumber, checkSignal, lengthOf, misfit } from '../tensor/index.ts';
import { dataOptions, type PruningData } from './collect/data.ts';
import { type PruningOptions, pruningOptions } from './options.ts';
import { pruneNow } from './rounds.ts';
import { targetsOf } from './targets.ts';
import { textTable } from './text-table.ts';

/** What is known after each evaluation. */
export interface SensitivityProgress {
  /** Evaluations so far, and in all. */
  readonly done: number;
  /** Evaluations in all. */
  readonly total: number;
  /** What was judged last; no layer for the whole model, which comes first. */
  readonly layer?: string;
  /** The fraction of its weights that was pruned. */
  readonly amount: number;
  /** The figure then. */
  readonly value: number;
}

/** Options of {@link sensitivity}. */
export interface SensitivityOptions extends Omit<PruningOptions, 'scope' | 'data'> {
  /** Samples and targets to judge by, best ones not trained on; criteria that ask for gradients or activations look at them too. */
  data: PruningData & { y: NonNullable<PruningData['y']> };
  /** Fractions of a layer's weights to prune, in [0, 1); default 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99. */
  sparsities?: readonly number[];
  /** Which figure of `evaluate` to read; default 'accuracy'. */
  metric?: string;
  /** Called after each evaluation. */
  onProgress?(progress: SensitivityProgress): void;
  /** Once aborted, the analysis ends after the evaluation it is in, and rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** One layer pruned to one sparsity. */
export interface SensitivityPoint {
  /** The fraction asked for. */
  readonly amount: number;
  /** The fraction of the layer's weights that the mask prunes then: structures round, and what was pruned before stays so. */
  readonly sparsity: number;
  /** The figure. */
  readonly value: number;
}

/** What {@link sensitivity} found. Plain data, good as JSON. */
export interface SensitivityReport {
  /** The model's name. */
  readonly network: string;
  /** The name of the figure. */
  readonly metric: string;
  /** The figure of the model as it is. */
  readonly baseline: number;
  /** Each layer by name, with a point for each sparsity. */
  readonly layers: readonly { readonly layer: string; readonly points: readonly SensitivityPoint[] }[];
}

/** A model that can be judged. */
interface Judging extends Network {
  evaluate(x: unknown, y: unknown, options: { batchSize?: number }): Readonly<Record<string, number>>;
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * The figure against sparsity, layer by layer; a layer may lose all its weights here. The model is afterwards as it was before, whatever happens.
 * @throws (rejects) on a model that is not compiled or lacks the metric, {RangeError} on sparsities out of range, and what `prune` throws;
 * with the signal's reason when it is aborted.
 */
export async function sensitivity(network: Network, options: SensitivityOptions): Promise<SensitivityReport> {
  checkKnown('sensitivity', options, known);
  checkSignal('sensitivity', options.signal);
  const { data, sparsities = defaults, metric = 'accuracy', onProgress, signal, ...pruning } = options;
  checkKnown('sensitivity: data', data, dataOptions);
  if (!lengthOf(sparsities)) throw misfit('sensitivity', 'sparsities', 'an array of numbers, one or more', sparsities);
  for (const amount of sparsities) checkNumber('sensitivity', { 'each of sparsities': amount }, 'a number in [0, 1)');
  const names = [...new Set(targetsOf(network, pruning).map(({ layerName }) => layerName))];
  const judge = () => figureOf(network, data, metric);
  const total = names.length * sparsities.length + 1;
  const saved = snapshotOf(network.parameters);
  let done = 0;
  const tell = async (progress: Omit<SensitivityProgress, 'done' | 'total'>) => {
    onProgress?.({ done: ++done, total, ...progress });
    await turn();
    signal?.throwIfAborted();
  };
  try {
    signal?.throwIfAborted();
    const baseline = judge();
    await tell({ amount: 0, value: baseline });
    const layers: { layer: string; points: SensitivityPoint[] }[] = [];
    for (const layer of names) {
      const points: SensitivityPoint[] = [];
      for (const amount of sparsities) {
        const report = pruneNow(network, { allowEmpty: true, ...pruning, data, amount: { [layer]: amount } });
        const own = report.layers.filter((each) => each.layer === layer);
        const sum = (field: 'weights' | 'kept') => own.reduce((all, each) => all + each[field], 0);
        const value = judge();
        saved.restore();
        points.push({ amount, sparsity: 1 - sum('kept') / sum('weights'), value });
        await tell({ layer, amount, value });
      }
      layers.push({ layer, points });
    }
    return { network: network.name, metric, baseline, layers };
  } finally {
    saved.restore();
  }
}

const ofLayers = pruningOptions.filter((option) => option !== 'scope');
const known = [...ofLayers, 'sparsities', 'metric', 'onProgress', 'signal'];
const defaults = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];

function figureOf(network: Network, { x, y, batchSize }: PruningData, metric: string): number {
  if (!('evaluate' in network))
    throw new Error(`sensitivity: expected a model that was compiled, got '${network.name}'.`);
  const logs = (network as Judging).evaluate(x as ArrayInput, y, { batchSize });
  if (Object.hasOwn(logs, metric)) return logs[metric];
  throw new Error(
    `sensitivity: expected a metric of '${network.name}' (${Object.keys(logs).join(', ')}), got '${metric}'.`,
  );
}

/** The report as a table for the terminal: a row for each layer, a column for each sparsity asked for. */
export function sensitivityTable({ metric, baseline, layers }: SensitivityReport): string {
  const amounts = [...new Set(layers.flatMap(({ points }) => points.map(({ amount }) => amount)))];
  const head = [metric, '0%', ...amounts.map((amount) => `${Number((100 * amount).toFixed(2))}%`)];
  const rows = layers.map(({ layer, points }) => [
    layer,
    baseline.toFixed(4),
    ...amounts.map((amount) => points.find((point) => point.amount === amount)?.value.toFixed(4) ?? '–'),
  ]);
  return textTable([head, ...rows]);
}
