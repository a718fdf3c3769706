// Token sequences with padding, and networks that carry their masks.

import * as e from '../src/index.ts';

export const tokens = [
  [3, 1, 2, 0, 0],
  [4, 4, 0, 1, 3],
  [0, 0, 0, 0, 0],
];

/** A network whose output carries the mask of its tokens. */
export function masked(...layers: e.Layer[]) {
  return e.sequential([e.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputShape: [5] }), ...layers], {
    seed: 3,
  });
}
