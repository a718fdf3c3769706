// What others leave with a network, so that it goes where the network goes: through files, copies and smaller versions. In the file:
//
//   extra.memos   { pruning: { step: 1200 } }            state   'memo/pruning/dense/kernel': a number for each weight, storage order

import type { ArrayDescription, ModelDescription } from '../format/index.ts';

/** What somebody left with a network. Whoever reads one that may come from a file checks its form. */
export interface Memo {
  /** JSON. */
  readonly data: unknown;
  /** By `layer/parameter` (models outermost) a number for each weight, storage order. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
}

/** Memos by name, each asked for when it is needed. A name has no slash. */
export type Memos = Map<string, () => Memo>;

/** The parts of a description that hold memos. */
export function describeMemos(memos: Memos): Required<Pick<ModelDescription, 'extra' | 'state'>> {
  const all = [...memos].map(([name, memo]) => [name, memo()] as const);
  if (all.length === 0) return { extra: {}, state: {} };
  const arrays = all.flatMap(([name, { weights = {} }]) =>
    Object.entries(weights).map(([path, data]): [string, ArrayDescription] => [
      `memo/${name}/${path}`,
      { shape: [data.length], axes: [0], data },
    ]),
  );
  return {
    extra: { memos: Object.fromEntries(all.map(([name, { data }]) => [name, data])) },
    state: Object.fromEntries(arrays),
  };
}

/** The memos in a description. */
export function readMemos({ extra, state = {} }: ModelDescription): Memos {
  const memos: Memos = new Map();
  for (const [name, data] of Object.entries(Object(extra?.memos))) {
    const prefix = `memo/${name}/`;
    const arrays = Object.entries(state).filter(([key]) => key.startsWith(prefix));
    const weights = Object.fromEntries(arrays.map(([key, array]) => [key.slice(prefix.length), array.data]));
    memos.set(name, () => ({ data, weights }));
  }
  return memos;
}
