// Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As
// Easy as 1, 2, 3, 2011). A block of two words is a pure function of a 64-bit key and a 64-bit counter, so any element of
// any stream can be had without drawing those before it, in TypeScript and in WebAssembly alike. About 5 ns a word.
//
//   key      (seed, stream)          a Random; split() derives keys of its children
//   counter  (block, block >> 32)    its draws: word i of the stream is word i & 1 of block i >> 1
//            (name, 0xffffffff)      its children by number, (hash, 0xfffffffe) by string: never reached by draws
//            (i >> 1, step)          the dropout kernel: element i of a step is word i & 1, key (seed, stream)

import { checkWhole, misfit } from './checks.ts';
import { log } from './math.ts';

/**
 * One block of Threefry-2x32-20: out[offset], out[offset + 1] = E_key(counter). Arguments are taken modulo 2³².
 * The dropout kernel makes the same bits: element i uses word (i & 1) of the block with counter (i >> 1, step) and
 * key (seed, stream).
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
  offset = 0,
): void {
  const key2 = 0x1bd11bda ^ key0 ^ key1;
  let a = (counter0 + key0) | 0;
  let b = (counter1 + key1) | 0;
  for (let round = 0, k0 = key0 | 0, k1 = key1 | 0, k2 = key2; round < 5; round++) {
    if ((round & 1) === 0) {
      a = (a + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ a;
      a = (a + b) | 0;
      b = ((b << 15) | (b >>> 17)) ^ a;
      a = (a + b) | 0;
      b = ((b << 26) | (b >>> 6)) ^ a;
      a = (a + b) | 0;
      b = ((b << 6) | (b >>> 26)) ^ a;
    } else {
      a = (a + b) | 0;
      b = ((b << 17) | (b >>> 15)) ^ a;
      a = (a + b) | 0;
      b = ((b << 29) | (b >>> 3)) ^ a;
      a = (a + b) | 0;
      b = ((b << 16) | (b >>> 16)) ^ a;
      a = (a + b) | 0;
      b = ((b << 24) | (b >>> 8)) ^ a;
    }
    const k = k0;
    k0 = k1;
    k1 = k2;
    k2 = k;
    a = (a + k0) | 0;
    b = (b + k1 + round + 1) | 0;
  }
  out[offset] = a;
  out[offset + 1] = b;
}

/** FNV-1a over UTF-16 code units: names of streams to 32 bits. */
function hash(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function word(value: number, what: string): number {
  checkWhole('Random', { [what]: value }, 0, 0xffffffff);
  return value;
}

/**
 * The normal quantile for p strictly between 2⁻³³ and 1 − 2⁻³³; relative error 1e-15.
 * (Wichura: Algorithm AS 241, Applied Statistics 37, 1988; its branch for the farthest tail is out of reach here.)
 */
function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((5226.495278852855 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1)
    );
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p)) - 1.6;
  const x =
    (((((((7.745450142783414e-4 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
      3.6478483247632045) *
      r +
      5.769497221460691) *
      r +
      4.630337846156546) *
      r +
      1.4234371107496835) /
    (((((((1.0507500716444169e-9 * r + 5.475938084995345e-4) * r + 0.015198666563616457) * r + 0.14810397642748008) *
      r +
      0.6897673349851) *
      r +
      1.6763848301838038) *
      r +
      2.053191626637759) *
      r +
      1);
  return q < 0 ? -x : x;
}

/** Where a `Random` stands: plain data, for checkpoints. */
export interface RandomState {
  readonly key: readonly [number, number];
  /** 32-bit words drawn so far. */
  readonly drawn: number;
}

const WORDS = 64;

/**
 * A stream of random numbers with the same bits on every machine and engine.
 *
 * @param seed whole number from 0 to 2³² − 1
 * @param stream which of the seed's streams: a whole number from 0 to 2³² − 1, or a name; default 0
 * @throws RangeError when seed or stream is not such a number
 */
export class Random {
  private key0: number;
  private key1: number;
  private block = 0; // the next block to be made
  private next = WORDS; // the next word of `words`
  private readonly words = new Uint32Array(WORDS);

  constructor(seed: number, stream: number | string = 0) {
    this.key0 = word(seed, 'seed');
    this.key1 = typeof stream === 'string' ? hash(stream) : word(stream, 'stream');
  }

  /** 32 random bits, 0 to 2³² − 1. One word. */
  uint32(): number {
    if (this.next === WORDS) this.refill();
    return this.words[this.next++];
  }

  /** Uniform in [low, high), 53 bits. Two words. */
  uniform(low = 0, high = 1): number {
    const upper = this.uint32() >>> 6;
    const lower = this.uint32() >>> 5;
    return low + (high - low) * ((upper * 134217728 + lower) / 9007199254740992);
  }

  /** Normal by inversion, so that every normal costs one word: 2³² values, at most 6.34 standard deviations out. */
  normal(mean = 0, sd = 1): number {
    return mean + sd * normalQuantile((this.uint32() + 0.5) / 4294967296);
  }

  /**
   * A whole number from 0 to below − 1, each equally likely. One word, seldom more.
   *
   * @throws RangeError unless below is a whole number from 1 to 2³²
   */
  integer(below: number): number {
    if (!(Number.isInteger(below) && below >= 1 && below <= 4294967296)) {
      throw misfit('Random.integer', 'below', 'a whole number from 1 to 4294967296', below);
    }
    const limit = Math.floor(4294967296 / below) * below;
    let w = this.uint32();
    while (w >= limit) w = this.uint32();
    return w - Math.floor(w / below) * below;
  }

  /** Shuffles in place, every order equally likely (Fisher, Yates), and returns its argument. */
  shuffle(indices: Uint32Array): Uint32Array {
    for (let i = indices.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = indices[i];
      indices[i] = indices[j];
      indices[j] = held;
    }
    return indices;
  }

  /**
   * A child stream, a function of this stream's key and the name alone: neither what was drawn before nor other children
   * change it. Numbers and strings name different children.
   */
  split(name: number | string): Random {
    const key = new Uint32Array(2);
    if (typeof name === 'string') threefry2x32(this.key0, this.key1, hash(name), 0xfffffffe, key);
    else threefry2x32(this.key0, this.key1, word(name, 'stream'), 0xffffffff, key);
    return new Random(key[0], key[1]);
  }

  /** The key (seed, stream), for kernels that make their own bits. */
  get key(): readonly [number, number] {
    return [this.key0, this.key1];
  }

  /** Where the stream stands; `restore` goes on from there. */
  get state(): RandomState {
    return { key: this.key, drawn: this.block * 2 - (WORDS - this.next) };
  }

  /** A stream that goes on where the state was taken. */
  static restore(state: RandomState): Random {
    const random = new Random(state.key[0], state.key[1]);
    checkWhole('Random.restore', { drawn: state.drawn }, 0, Number.MAX_SAFE_INTEGER);
    random.block = Math.floor(state.drawn / WORDS) * (WORDS / 2);
    const inside = state.drawn % WORDS;
    if (inside > 0) {
      random.refill();
      random.next = inside;
    }
    return random;
  }

  private refill(): void {
    const { key0, key1, block, words } = this;
    const high = Math.floor(block / 4294967296);
    for (let i = 0; i < WORDS; i += 2) threefry2x32(key0, key1, block + (i >> 1), high, words, i);
    this.block = block + WORDS / 2;
    this.next = 0;
  }
}
