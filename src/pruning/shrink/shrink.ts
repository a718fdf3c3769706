// shrink: the same function in a smaller network. Constants are found going forward, what lives going backward; channels that hang
// together go together; the description of the network is cut, and a network is made of it.

import type { Layer } from '../../layers/index.ts';
import { type Memo, type Network, type NetworkOptions, rebuild } from '../../model/index.ts';
import { checkKnown, checkWhole } from '../../tensor/index.ts';
import { checkNetwork } from '../targets.ts';
import { constantsOf } from './constants.ts';
import { cut } from './cut.ts';
import { groupsOf } from './groups.ts';
import { kindOf, type Matrix, matrixOf } from './kinds.ts';
import { foldsOf, type Known, Live } from './live.ts';
import { Masks } from './masks.ts';
import { unitsOf } from './recurrence.ts';
import { checkedReport, opaqueLayers, reportOf, type ShrinkReport } from './report.ts';
import { resume } from './resume.ts';
import { withoutIdle } from './skips.ts';
import { type Entry, type Operands, type Unfolded, unfold } from './unfold.ts';
import { fedOperands, type Widths, widen } from './widths.ts';

/** Options of {@link shrink}. */
export interface ShrinkOptions extends Widths {
  /** Whether layers of which nothing is known are an error; default false: they keep all channels, and the report lists them. */
  strict?: boolean;
}

/**
 * A new, smaller model that computes the same: without units, filters and channels whose outgoing weights are all zero, or that are
 * constants (all incoming weights zero) which the biases after them can take over; without branches that add nothing. What a border of
 * zeros, a residual sum, an output, a softmax or a layer of one's own needs stays. Zero is what the weights are, masked or not.
 * Of an embedding, features are cut; the rows of its table stay, since tokens are numbers of rows: pruned ones cost at most a bit for each
 * weight in files, and in memory what the others do. A smaller vocabulary (`numWords` of the tokenizer) is the way to fewer rows.
 *
 * Weights, masks, compile settings, what the optimizer remembers and the state of a pruning run move along, sliced; {@link shrinkReport}
 * lists the indices removed, which stay with the model when it is saved. The model given stays as it is. Layers of one's own must be registered; metrics of one's own are shared by both models. A constant that went
 * into a bias is one more reason why training on may differ from training the larger model on; in a unit nobody reads there is none.
 *
 * @throws when a layer would be left without units (unless allowed), with `strict` on layers of which nothing is known, and {RangeError} on
 * options out of range.
 */
export function shrink<T extends Network>(network: T, options: ShrinkOptions = {}): T {
  checkOptions(options);
  const opaque = opaqueLayers(checkNetwork(network));
  if (options.strict && opaque.length > 0) throw new Error(`shrink: '${opaque[0].layer}': ${opaque[0].reason}.`);

  const { known, live, busy } = explore(network);
  widen(known, live, options);
  const operands: Operands = new Map([...busy, ...fedOperands(known, live)]);
  const description = network.describe();
  const { graph, places, channels } = cut(network, description.graph, known, live, operands);
  const make = (made: NetworkOptions): T => Reflect.construct(network.constructor, [made]) as T;
  const small = rebuild({ ...description, graph }, make);
  resume(network, small, places);
  for (const [name, memo] of network.memos) small.memos.set(name, sliced(memo(), places));
  const previous = network.memos.has(memoName) ? { previous: shrinkReport(network) } : {};
  const report = { ...reportOf(network, small, channels), ...previous };
  small.memos.set(memoName, () => ({ data: report }));
  return small;
}

/** Where the report is kept. */
const memoName = 'shrink';

/** What {@link shrink} removed to make this model, or the one it was loaded or copied from. @throws when it did not make it. */
export function shrinkReport(network: Pick<Network, 'name' | 'memos'>): ShrinkReport {
  const memo = network.memos.get(memoName)?.();
  if (memo) return checkedReport(memo.data);
  throw new Error(`${network.name}: expected a model that shrink() made, there is no report of this one.`);
}

/** A memo of the smaller network: of what it keeps for each weight, those that are left. */
function sliced({ data, weights = {} }: Memo, places: ReadonlyMap<string, Uint32Array>): () => Memo {
  const kept = Object.entries(weights).flatMap(([path, numbers]) => {
    const positions = places.get(path);
    return positions ? [[path, Float32Array.from(positions, (at) => numbers[at])] as const] : [];
  });
  return () => ({ data, weights: Object.fromEntries(kept) });
}

/** What lives in a network, operands that do nothing left out: each left out may make others idle. */
function explore(network: Network): { known: Known; live: Live; busy: Operands } {
  for (let busy: Operands = new Map(); ; ) {
    const known = knowledgeOf(network, busy);
    const live = new Live(known);
    const next = withoutIdle(busy, known, live);
    if (next === busy) return { known, live, busy };
    busy = next;
  }
}

function knowledgeOf(network: Network, operands: Operands): Known {
  const unfolded = unfold(network, operands);
  const matrices = matricesOf(unfolded);
  const constants = constantsOf(unfolded, matrices);
  const folds = foldsOf(unfolded, matrices, constants);
  const [ends] = unfolded.entries.get(network) as readonly Entry[];
  return { unfolded, matrices, constants, folds, groups: groupsOf(unfolded), masks: new Masks(unfolded), ends };
}

const matricesOf = ({ uses }: Unfolded): Map<Layer, Matrix> =>
  new Map(
    [...uses.keys()].flatMap((layer): [Layer, Matrix][] => {
      const kind = kindOf(layer);
      if (kind === 'product') return [[layer, matrixOf(layer)]];
      return kind === 'recurrent' ? [[layer, unitsOf(layer)]] : [];
    }),
  );

function checkOptions(options: ShrinkOptions): void {
  checkKnown('shrink', options, ['multiple', 'minimum', 'allowEmpty', 'strict']);
  const { multiple = 1, minimum = 1 } = options;
  if (![1, 4, 8].includes(multiple)) throw new RangeError(`shrink: expected multiple to be 4 or 8, got ${multiple}.`);
  checkWhole('shrink', { minimum }, 1);
}
