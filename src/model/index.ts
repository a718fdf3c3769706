// Networks of layers: their graph, their table, and themselves as plain data.

export { describe } from './describe.ts';
export { type Memo, type Memos, readMemos } from './memos.ts';
export { Network, type NetworkOptions, type Step } from './network.ts';
export { rebuild } from './rebuild.ts';
export { registerLayer } from './registry.ts';
export { type Snapshot, snapshot, snapshotOf } from './snapshot.ts';
export { keptWeights, summary } from './summary.ts';
