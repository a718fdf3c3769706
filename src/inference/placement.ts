// Puts buffers into one piece of memory so that those in use at the same time do not overlap: largest first, each at the lowest
// place free for its whole life. (Greedy by size: Pisarchyk and Lee 2020.) n² in the number of buffers.

/** A buffer of `length` elements, in use from step `first` to step `last`. */
export interface Life {
  readonly length: number;
  readonly first: number;
  readonly last: number;
}

/** Buffers begin on cache lines. */
const line = 16;

/** The place of each buffer, in elements, and the elements in all. */
export function place(lives: readonly Life[]): { places: number[]; total: number } {
  const places: number[] = new Array(lives.length).fill(0);
  const placed: { life: Life; from: number; to: number }[] = [];
  let total = 0;
  const order = [...lives.keys()].sort((a, b) => lives[b].length - lives[a].length || a - b);
  for (const index of order) {
    const life = lives[index];
    const size = Math.ceil(life.length / line) * line;
    const rivals = placed.filter((other) => other.life.first <= life.last && life.first <= other.life.last);
    let from = 0;
    for (const rival of rivals) {
      if (rival.from >= from + size) break;
      from = Math.max(from, rival.to);
    }
    places[index] = from;
    const at = placed.findIndex((other) => other.from > from);
    placed.splice(at < 0 ? placed.length : at, 0, { life, from, to: from + size });
    total = Math.max(total, from + size);
  }
  return { places, total };
}
