// A smaller model goes on training where the larger one stood: compiled alike, its optimizer's step, rate and slots sliced as the weights
// were.

import type { Network } from '../../model/index.ts';
import type { Parameter } from '../../tensor/index.ts';
import { byPath } from '../targets.ts';

interface State {
  readonly slots: readonly Readonly<Record<string, Float32Array>>[];
}

interface Updates {
  readonly optimizer: object;
  readonly parameters: readonly Parameter[];
  state(): State;
  restore(state: State): void;
}

interface Judged {
  readonly loss: unknown;
  readonly weight: number;
  readonly metrics: readonly { config?(): unknown }[];
}

/** A model that can be compiled: all that shrinking asks of it. */
interface Trainable extends Network {
  readonly isCompiled: boolean;
  readonly compiled: { readonly updater: Updates; readonly outputs: readonly Judged[] };
  compile(options: object): void;
}

const isTrainable = (network: Network): network is Trainable => 'isCompiled' in network && 'compile' in network;

/**
 * Compiles `small` as `large` is compiled, and gives its optimizer what the other's remembers. A network that was not compiled stays so.
 * @param places by `layer/parameter` the position in the old storage of each number of the new; default the same.
 */
export function resume(large: Network, small: Network, places?: ReadonlyMap<string, Uint32Array>): void {
  if (!isTrainable(large) || !isTrainable(small) || !large.isCompiled) return;
  const { updater, outputs } = large.compiled;
  small.compile({
    optimizer: copyOf(updater.optimizer),
    loss: outputs.map(({ loss }) => loss),
    lossWeights: outputs.map(({ weight }) => weight),
    metrics: outputs.map(({ metrics }) => metrics.map((metric) => metric.config?.() ?? metric)),
  });
  const { slots, ...state } = updater.state();
  const next = small.compiled.updater;
  if (slots.length === 0) {
    next.restore({ ...state, slots });
    return;
  }
  const before = byPath(large);
  const paths = new Map([...byPath(small)].map(([path, parameter]) => [parameter, path]));
  const sliced = next.parameters.map((parameter) => {
    const path = paths.get(parameter) ?? '';
    const old = slots[updater.parameters.indexOf(before.get(path) as Parameter)];
    const positions = places?.get(path);
    const taken = (numbers: Float32Array) => (positions ? Float32Array.from(positions, (at) => numbers[at]) : numbers);
    return Object.fromEntries(Object.entries(old).map(([slot, numbers]) => [slot, taken(numbers)]));
  });
  next.restore({ ...state, slots: sliced });
}

/** An optimizer of its own: one's learning rate may change without the other's. */
const copyOf = <T extends object>(optimizer: T): T =>
  Object.assign(Object.create(Object.getPrototypeOf(optimizer)), optimizer);
