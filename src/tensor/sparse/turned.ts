// Lines of a compressed matrix turned: rows ↔ columns. A counting sort: two passes over the stored numbers.

import { indexArray, pointersOf } from './check.ts';
import type { Indices } from './sparse-matrix.ts';

/** `lines` runs of indices below `places`, with a number each. */
export interface Lines {
  readonly pointers: Uint32Array;
  readonly indices: Indices;
  readonly values: Float32Array;
}

/** The same numbers by the other index; indices ascend within each new line. */
export function turned({ pointers, indices, values }: Lines, places: number): Lines {
  const lines = pointers.length - 1;
  const starts = pointersOf(places);
  for (let p = 0; p < indices.length; p++) starts[indices[p] + 1]++;
  for (let j = 0; j < places; j++) starts[j + 1] += starts[j];
  const next = starts.slice(0, places);
  const result = {
    pointers: starts,
    indices: indexArray(lines, indices.length),
    values: new Float32Array(values.length),
  };
  for (let i = 0; i < lines; i++) {
    for (let p = pointers[i]; p < pointers[i + 1]; p++) {
      const to = next[indices[p]]++;
      result.indices[to] = i;
      result.values[to] = values[p];
    }
  }
  return result;
}
