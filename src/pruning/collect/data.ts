// The samples that criteria look at, batch by batch.

import { arena } from '../../engine/index.ts';
import type { Network } from '../../model/index.ts';
import {
  type ArrayInput,
  Batch,
  checkFinite,
  checkKnown,
  checkOften,
  checkWhole,
  type Shape,
  sizeOf,
  Tensor,
  toSamples,
} from '../../tensor/index.ts';

/**
 * Samples for criteria that ask for gradients or activations. A stateful layer begins each batch of them from zero, and keeps the states
 * that it has.
 */
export interface PruningData {
  /** Inputs, batch-major, channels last; for several inputs a list of one array each. */
  x: ArrayInput | readonly ArrayInput[];
  /** Targets, as `fit` takes them; only for gradients. */
  y?: ArrayInput | readonly ArrayInput[];
  /** How many batches to look at; default all. */
  batches?: number;
  /** The batch to begin with, counted from 0, round and round; default 0. */
  firstBatch?: number;
  /** Default 32. */
  batchSize?: number;
}

/** The names of {@link PruningData}. */
export const dataOptions = ['x', 'y', 'batches', 'firstBatch', 'batchSize'];

/** One batch in the arena. */
export interface DataBatch {
  readonly batch: Batch;
  readonly inputs: readonly Tensor[];
  /** Empty when there are no targets. */
  readonly targets: readonly Tensor[];
}

/** What the targets of one output should be. */
export interface ExpectedTargets {
  readonly shape: Shape;
  /** @throws when one is out of range; `argument` says of what. */
  check?(targets: ArrayLike<number>, argument: string): void;
}

/**
 * Calls `visit` for each batch, within a scope of the arena; where no targets are expected, `y` is not looked at.
 * @throws when an array is missing, of another shape or count, or not finite; on targets and options out of range, and unknown options.
 */
export function eachBatch(
  network: Network,
  given: PruningData,
  expected: readonly ExpectedTargets[],
  visit: (batch: DataBatch) => void,
): void {
  checkKnown('Pruning: data', given, dataOptions);
  const { x, y, batches = Infinity, batchSize = 32, firstBatch = 0 } = given;
  checkWhole('Pruning: data', { batchSize }, 1);
  checkOften('Pruning: data', { batches }, 1);
  checkWhole('Pruning: data', { firstBatch }, 0);
  if (expected.length && y === undefined) throw new Error('Pruning: the criterion needs gradients: expected data.y.');
  const inputs = columnsOf(
    x,
    network.inputs.map(({ shape }) => shape),
    'data.x',
  );
  const shapes = expected.map(({ shape }) => shape);
  const targets = shapes.length ? columnsOf(y, shapes, 'data.y') : [];
  for (const [i, { data, name }] of inputs.entries()) network.checkInput(i, data, name);
  for (const [i, { data, name }] of targets.entries()) expected[i].check?.(data, name);
  const { count } = inputs[0];
  const other = [...inputs, ...targets].find((column) => column.count !== count);
  if (other) throw new Error(`Pruning: expected ${count} samples in ${other.name}, as in data.x, got ${other.count}.`);
  const all = Math.ceil(count / batchSize);
  const { states } = network;
  try {
    for (let i = 0; i < Math.min(all, batches); i++) {
      const first = ((firstBatch + i) % all) * batchSize;
      const size = Math.min(batchSize, count - first);
      network.resetStates();
      arena.scope(() => {
        const batch = new Batch(size, network.slabWidth, 16);
        const turned = ({ data, shape }: Column) => {
          const length = sizeOf(shape);
          return Tensor.from(data.subarray(first * length, (first + size) * length), shape, batch);
        };
        visit({ batch, inputs: inputs.map(turned), targets: targets.map(turned) });
      });
    }
  } finally {
    network.resetStates();
    network.restoreStates(states);
  }
}

interface Column {
  readonly name: string;
  readonly data: Float32Array;
  readonly shape: Shape;
  readonly count: number;
}

function columnsOf(given: PruningData['y'], shapes: readonly Shape[], name: string): Column[] {
  const list = shapes.length === 1 ? [given as ArrayInput] : ((given ?? []) as readonly ArrayInput[]);
  if (list.length !== shapes.length) {
    throw new Error(`Pruning: expected a list of ${shapes.length} arrays as ${name}, got ${list.length}.`);
  }
  return shapes.map((shape, i) => {
    const of = shapes.length === 1 ? name : `${name}[${i}]`;
    if (!list[i]) throw new Error(`Pruning: expected ${of}, got ${list[i]}.`);
    const { data, count } = toSamples(list[i], shape, of);
    const floats = data instanceof Float32Array ? data : Float32Array.from(data);
    checkFinite(floats, of);
    return { name: of, data: floats, shape, count };
  });
}
