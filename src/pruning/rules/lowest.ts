// The lowest of a list, exactly so many: quickselect over (score, position), the later position first among equal scores.
// About 20 ns a unit.

/** Marks the units with the lowest scores that hold `target` weights together, or as near to it as whole units come. */
export function lowest(scores: Float64Array, sizes: ArrayLike<number>, units: Uint32Array, target: number): Uint8Array {
  const marked = new Uint8Array(scores.length);
  const order = units.slice();
  const before = (a: number, b: number) => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
  let low = 0;
  let high = order.length;
  let missing = target;
  while (low < high) {
    const middle = partition(order, low, high, before);
    let weight = 0;
    for (let i = low; i < middle; i++) weight += sizes[order[i]];
    const pivot = sizes[order[middle]];
    if (missing < weight) {
      high = middle;
      continue;
    }
    for (let i = low; i < middle; i++) marked[order[i]] = 1;
    missing -= weight;
    low = middle + 1;
    if (2 * missing < pivot || missing === 0) break;
    marked[order[middle]] = 1;
    missing -= pivot;
  }
  return marked;
}

/** The units that `chosen` says, in order. */
export function unitsWhere(count: number, chosen: (unit: number) => boolean): Uint32Array {
  const units = new Uint32Array(count);
  let found = 0;
  for (let unit = 0; unit < count; unit++) if (chosen(unit)) units[found++] = unit;
  return units.slice(0, found);
}

/**
 * Puts a pivot where it belongs in [low, high), all that is before it left of it, and returns its place. It is the median of three from
 * hashed places, so that no order that scores come in by themselves is a bad one.
 */
function partition(order: Uint32Array, low: number, high: number, before: (a: number, b: number) => boolean): number {
  const last = high - 1;
  const swap = (a: number, b: number) => {
    const held = order[a];
    order[a] = order[b];
    order[b] = held;
  };
  const middle = (low + last) >> 1;
  const ends = [low, middle, last];
  for (const [i, end] of ends.entries()) swap(end, low + ((Math.imul(3 * high + i, 0x9e3779b1) >>> 7) % (high - low)));
  if (before(order[middle], order[low])) swap(middle, low);
  if (before(order[last], order[low])) swap(last, low);
  if (before(order[middle], order[last])) swap(middle, last);
  const pivot = order[last];
  let place = low;
  for (let i = low; i < last; i++) if (before(order[i], pivot)) swap(i, place++);
  swap(place, last);
  return place;
}
