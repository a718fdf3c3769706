// Some rows of a table as a table of their own, and back: for a step that touches few of them. Memory-bound.
//
//   table [..][width]   ↔   part [u][width]     row r of part is row rows[r] of table

import { copy } from '../copy';
import { bytes } from '../simd';

/** part's rows [begin, end) ← table's. */
export function take_rows_f32(begin: i32, end: i32, width: i32, rows: usize, table: usize, part: usize): void {
  const size = bytes(width);
  for (let r = begin; r < end; r++) copy(part + <usize>r * size, table + <usize>load<u32>(rows + bytes(r)) * size, size);
}

/** table's rows, which must differ, ← part's rows [begin, end). */
export function put_rows_f32(begin: i32, end: i32, width: i32, rows: usize, part: usize, table: usize): void {
  const size = bytes(width);
  for (let r = begin; r < end; r++) copy(table + <usize>load<u32>(rows + bytes(r)) * size, part + <usize>r * size, size);
}
