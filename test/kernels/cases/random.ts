// xorshift32 (Marsaglia 2003): enough randomness for operands, and the same in every run.

/** A stream of numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) / 2 ** 24;
  };
}
