// Which cases of an operation are measured: the bench's own, or those that the command line asks for.

import type { Product } from './kernel-entry.ts';
import type { StructureName } from './networks.ts';
import type { Entry } from './row.ts';

/** What the command line asks for. */
export interface Selection {
  /** Instead of the bench's shapes. */
  readonly shape?: Product;
  /** Instead of the bench's sparsities. */
  readonly sparsities?: readonly number[];
  /** The first shape of each operation only, at 90%. */
  readonly quick: boolean;
}

/** The user's shape where `fits` says that the operation has it, or the bench's own. */
export function shapesOf(
  { shape, quick }: Selection,
  shapes: readonly Product[],
  fits: (shape: Product) => boolean,
): readonly Product[] {
  if (shape) return fits(shape) ? [shape] : [];
  return first(quick, shapes);
}

export const sparsitiesOf = ({ sparsities, quick }: Selection, own: readonly number[]): readonly number[] =>
  sparsities ?? (quick ? [0.9] : own);

/** An entry of a dense network, and one of it pruned to each sparsity in each structure. */
export const denseAndPruned = (
  selection: Selection,
  own: readonly number[],
  structures: readonly StructureName[],
  entry: (sparsity: number, structure?: StructureName) => Entry,
): Entry[] => [
  entry(0),
  ...sparsitiesOf(selection, own).flatMap((sparsity) => structures.map((structure) => entry(sparsity, structure))),
];

/** Cases that the user cannot choose: none where a shape was asked for. */
export const fixedOf = <T>({ shape, quick }: Selection, cases: readonly T[]): readonly T[] =>
  shape ? [] : first(quick, cases);

const first = <T>(only: boolean, list: readonly T[]): readonly T[] => (only ? list.slice(0, 1) : list);

export const isPanel = ({ n }: Product): boolean => n > 1;
export const isVector = ({ n }: Product): boolean => n === 1;
