// Where columns' operands begin in a panel whose rows lie `pitch` floats apart, as the sparse products take them.
//
//   places[p] = columns[p]·pitch
//
// A multiplication for each weight, once, that the products then do without in each panel. u32 both.

import { bytes } from '../simd';

export function places_u32(begin: i32, end: i32, pitch: i32, columns: usize, places: usize): void {
  const stop = columns + bytes(end);
  const stop4 = columns + bytes(end - 3);
  columns += bytes(begin);
  places += bytes(begin);
  const by = i32x4.splat(pitch);
  while (columns < stop4) {
    v128.store(places, i32x4.mul(v128.load(columns), by));
    columns += 16;
    places += 16;
  }
  while (columns < stop) {
    store<u32>(places, load<u32>(columns) * pitch);
    columns += 4;
    places += 4;
  }
}
