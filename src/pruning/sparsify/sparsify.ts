import { type Network, snapshotOf } from '../../model/index.ts';
import { checkKnown } from '../../tensor/index.ts';
import { type PruneOptions, pruningOptions } from '../options.ts';
import type { PruneReport } from '../report.ts';
import { pruneNow } from '../rounds.ts';
import { checkNetwork } from '../targets.ts';

/**
 * Sets weights to zero as {@link prune} would, but leaves no new masks: training may move them again. Masks that were there stay.
 * @throws what `prune` throws; the model is then as it was.
 */
export function sparsify(network: Network, options: PruneOptions): PruneReport {
  checkKnown('sparsify', options, [...pruningOptions, 'amount', 'rule']);
  const before = snapshotOf(checkNetwork(network).parameters);
  const report = pruneNow(network, options);
  const values = network.parameters.map((parameter) => parameter.values.view.slice());
  before.restore();
  for (const [i, parameter] of network.parameters.entries()) parameter.values.view.set(values[i]);
  return report;
}
