// The last one to three floats of a range, taken as a vector, so that an element gets the same bits wherever a range is cut.
// With a constant count of 4 both are plain vector accesses.

/** `count` floats at p, 1 to 4; the other lanes are 0. */
// @ts-ignore: decorator
@inline
export function loadSome(p: usize, count: i32): v128 {
  if (count >= 4) return v128.load(p);
  let v = v128.load_zero<f32>(p);
  if (count > 1) v = v128.load_lane<f32>(p, v, 1, 4);
  if (count > 2) v = v128.load_lane<f32>(p, v, 2, 8);
  return v;
}

/** The first `count` lanes of v to p, 1 to 4. */
// @ts-ignore: decorator
@inline
export function storeSome(p: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(p, v);
    return;
  }
  v128.store_lane<f32>(p, v, 0);
  if (count > 1) v128.store_lane<f32>(p, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(p, v, 2, 8);
}

const MASKS: usize = memory.data<i32>([0, 0, 0, 0, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0, -1, -1, -1, -1]);

/** All ones in the first `count` lanes, clamped to 0 to 4. */
// @ts-ignore: decorator
@inline
export function lanes(count: i32): v128 {
  return v128.load(MASKS + ((<usize>max(min(count, 4), 0)) << 4));
}
