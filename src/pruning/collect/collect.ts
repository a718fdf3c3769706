// What criteria ask for, collected for all targets at once.

import type { Layer } from '../../layers/index.ts';
import type { Network, Step } from '../../model/index.ts';
import { outputAxisOf, type Parameter, type Tensor } from '../../tensor/index.ts';
import type { Collected, Need } from '../criteria/index.ts';
import type { Moment } from '../rounds.ts';
import type { Target } from '../targets.ts';
import { eachLook, type Look, lookAt } from './activations.ts';
import type { PruningData } from './data.ts';
import { flowOf } from './flow.ts';
import { chainsOf } from './followers.ts';
import { meanGradients } from './gradients.ts';
import { type Source, sourceOf, tableInputs } from './inputs.ts';

/** What was found for each parameter, and why not for those where something is missing. */
export interface Collection {
  readonly found: ReadonlyMap<Parameter, Partial<Collected>>;
  readonly reasons: ReadonlyMap<Parameter, string>;
}

/** Adds something to what is known of a target, or says why it cannot. */
interface Notes {
  add<N extends Need>(target: Target, need: N, value: Collected[N]): void;
  refuse(target: Target, reason: string): void;
}

type Collector = (context: {
  network: Network;
  targets: readonly Target[];
  data: () => PruningData;
  moment: Moment;
  notes: Notes;
}) => void;

const byGradients =
  (need: 'gradients' | 'squaredGradients', squared: boolean): Collector =>
  ({ network, targets, data, notes }) => {
    const parameters = targets.map(({ parameter }) => parameter);
    const gradients = meanGradients(network, data(), parameters, { squared });
    for (const target of targets) notes.add(target, need, gradients.get(target.parameter) as Float32Array);
  };

const collectors: Record<Need, Collector> = {
  gradients: byGradients('gradients', false),
  squaredGradients: byGradients('squaredGradients', true),

  movement({ network, targets, data, moment, notes }) {
    const parameters = targets.map(({ parameter }) => parameter);
    const gradients = moment.movement ? undefined : meanGradients(network, data(), parameters);
    for (const target of targets) {
      const { parameter } = target;
      const accumulated = moment.movement?.get(parameter);
      const { data: values } = parameter.read();
      notes.add(target, 'movement', accumulated ?? values.map((w, i) => -w * (gradients?.get(parameter)?.[i] ?? 0)));
    }
  },

  inputs({ network, targets, data, notes }) {
    const able = withSource(targets, notes).filter(({ target, source: { isTable, columns } }) => {
      const isTooLarge = isTable && columns > largestTable;
      if (isTooLarge) notes.refuse(target, `the square of a table's ${columns} tokens is too large to look at`);
      return !isTooLarge;
    });
    const tables = able.filter(({ source }) => source.isTable);
    const others = able.filter(({ source }) => !source.isTable);
    for (const [i, squares] of squaresOf(network, data, tables).entries()) {
      notes.add(tables[i].target, 'inputs', tableInputs(squares));
    }
    const matrices = others.length > 0 ? lookAt(network, data(), looksAt(network, others)) : [];
    for (const [i, matrix] of matrices.entries()) notes.add(others[i].target, 'inputs', matrix);
  },

  inputNorms({ network, targets, data, notes }) {
    const able = withSource(targets, notes);
    for (const [i, squares] of squaresOf(network, data, able).entries()) {
      notes.add(able[i].target, 'inputNorms', squares.map(Math.sqrt));
    }
  },

  outputs({ network, targets, data, notes }) {
    const looks = targets.map(({ layer }) => ({
      steps: chainsOf(network, layer).map((chain) => chain.at(-1) as Step),
      columns: layer.outputShapes(layer.inputShapes)[0].at(-1) as number,
      rows: (_: readonly Tensor[], [y]: readonly Tensor[]) => y.toArray(),
    }));
    for (const [i, matrix] of lookAt(network, data(), looks).entries()) notes.add(targets[i], 'outputs', matrix);
  },

  flow({ network, targets, notes }) {
    const flow = flowOf(network);
    for (const target of targets) notes.add(target, 'flow', flow.get(target.parameter) as Float32Array);
  },

  scale({ network, targets, notes }) {
    for (const target of targets) {
      const found = following(network, target.layer, 'batchNormalization').flatMap(({ layer }) => {
        const gamma = layer.parameters.find(({ name }) => name === 'gamma');
        return gamma ? [gamma.read().data.map(Math.abs)] : [];
      });
      if (found.length > 0) notes.add(target, 'scale', meanOf(found));
      else notes.refuse(target, 'no batch normalization with a scale follows it');
    }
  },

  gates({ network, targets, data, notes }) {
    const able = targets.flatMap((target) => {
      const steps = following(network, target.layer, 'squeezeExcitation');
      if (steps.length === 0) notes.refuse(target, 'no squeeze-and-excitation layer follows it');
      return steps.length > 0 ? [{ target, steps }] : [];
    });
    const looks = able.map(({ target: { parameter }, steps }) => ({
      steps,
      columns: parameter.shape[outputAxisOf(parameter)],
      rows: ([x]: readonly Tensor[], _: readonly Tensor[], gate: Layer) => (gate as Layer & Gate).gates(x).toArray(),
    }));
    for (const [i, { data: rows, shape }] of lookAt(network, data(), looks).entries()) {
      const sums = new Float64Array(shape[1]);
      rows.forEach((gate, at) => {
        sums[at % shape[1]] += gate / shape[0];
      });
      notes.add(able[i].target, 'gates', Float32Array.from(sums));
    }
  },
};

/** A target and what it multiplies. */
interface Sourced {
  readonly target: Target;
  readonly source: Source;
}

/** Sources are seen at all uses of their layers. */
const looksAt = (network: Network, sourced: readonly Sourced[]): Look[] =>
  sourced.map(({ target: { layer }, source: { columns, rows } }) => ({
    steps: chainsOf(network, layer).map(([step]) => step),
    columns,
    rows,
  }));

/** Tokens of a table whose square matrix is made. */
const largestTable = 4096;

/** The targets whose inputs are known; the others are refused. */
function withSource(targets: readonly Target[], notes: Notes): Sourced[] {
  return targets.flatMap((target) => {
    const source = sourceOf(target);
    if (!source) notes.refuse(target, `the inputs of a layer of type '${target.layer.type}' are not collected`);
    return source ? [{ target, source }] : [];
  });
}

/** Σx² of each column, over all rows. */
function squaresOf(network: Network, data: () => PruningData, sourced: readonly Sourced[]): Float64Array[] {
  const squares = sourced.map(({ source }) => new Float64Array(source.columns));
  if (sourced.length === 0) return squares;
  eachLook(network, data(), looksAt(network, sourced), (rows, i) => {
    const sums = squares[i];
    const { columns, isTable } = sourced[i].source;
    if (isTable) for (const token of rows) sums[token]++;
    else for (let at = 0; at < rows.length; at++) sums[at % columns] += rows[at] * rows[at];
  });
  return squares;
}

/** A layer that scales channels by learned gates, `[channels]` for each sample. */
interface Gate {
  gates(x: Tensor): Tensor;
}

/** What follows the uses of a layer: of each the first layer of that type, where there is one. */
const following = (network: Network, layer: Layer, type: string): Step[] =>
  chainsOf(network, layer).flatMap((chain) => chain.find((step) => step.layer.type === type) ?? []);

const meanOf = (all: readonly Float32Array[]): Float32Array =>
  all[0].map((_, i) => all.reduce((sum, each) => sum + each[i], 0) / all.length);

/** Collects `needs` for all targets. @throws when data is needed and there is none, or it does not fit the network. */
export function collect(
  network: Network,
  targets: readonly Target[],
  needs: readonly Need[],
  data: PruningData | undefined,
  moment: Moment,
): Collection {
  const found = new Map<Parameter, Partial<Collected>>();
  const reasons = new Map<Parameter, string>();
  const notes: Notes = {
    add: ({ parameter }, need, value) => found.set(parameter, { ...found.get(parameter), [need]: value }),
    refuse: ({ parameter }, reason) => reasons.set(parameter, reason),
  };
  for (const need of needs) {
    const collector = Object.hasOwn(collectors, need) ? collectors[need] : undefined;
    if (!collector) {
      throw new Error(`Pruning: a criterion needs '${need}', expected one of ${Object.keys(collectors).join(', ')}.`);
    }
    const given = () => {
      if (data) return data;
      throw new Error(
        `Pruning: the criterion needs '${need}': expected samples as \`data: { x, y, batches, batchSize }\`.`,
      );
    };
    collector({ network, targets, data: given, moment, notes });
  }
  return { found, reasons };
}
