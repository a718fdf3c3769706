// Adaptive binary arithmetic coding: each yes or no costs −log₂ of the probability that its context gave it so far, and teaches the
// context. Carry-free, 32 bits wide, a byte out whenever both ends of the interval share it. (Witten, Neal and Cleary 1987;
// the binary form as in Mahoney's lpaq)

/** How often each context said yes, 16 bits, and how many lessons it had. */
class Contexts {
  readonly #chance: Uint16Array;
  readonly #lessons: Uint8Array;

  constructor(count: number) {
    this.#chance = new Uint16Array(count).fill(1 << 15);
    this.#lessons = new Uint8Array(count);
  }

  chance(context: number): number {
    return this.#chance[context];
  }

  /** Means at first, then an average that forgets: a step of 1/2, 1/3 … 1/40. */
  learn(context: number, bit: boolean): void {
    const lessons = this.#lessons[context];
    const wanted = bit ? 65503 : 32;
    const chance = this.#chance[context];
    this.#chance[context] = chance + Math.trunc((wanted - chance) / (lessons + 1.6));
    if (lessons < 38) this.#lessons[context]++;
  }
}

/** Where a split of [low, high] lies. */
const splitAt = (low: number, high: number, chance: number): number =>
  low + Math.floor((high - low) / 65536) * chance + Math.floor((((high - low) % 65536) * chance) / 65536);

/** What a coder and a decoder have in common, so that one description of the data serves both. */
export interface BitCoder {
  /** Codes `bit` under a context; a decoder ignores it. Returns the bit. */
  bit(context: number, bit: boolean): boolean;
  /** As {@link bit}, for bits that nothing predicts. */
  plain(bit: boolean): boolean;
}

/** Bits to bytes. */
export class Encoder implements BitCoder {
  readonly #contexts: Contexts;
  readonly #bytes: number[] = [];
  #low = 0;
  #high = 0xffffffff;

  constructor(contexts: number) {
    this.#contexts = new Contexts(contexts);
  }

  bit(context: number, bit: boolean): boolean {
    this.#narrow(this.#contexts.chance(context), bit);
    this.#contexts.learn(context, bit);
    return bit;
  }

  plain(bit: boolean): boolean {
    this.#narrow(1 << 15, bit);
    return bit;
  }

  #narrow(chance: number, bit: boolean): void {
    const split = splitAt(this.#low, this.#high, chance);
    if (bit) this.#high = split;
    else this.#low = split + 1;
    while (this.#low >>> 24 === this.#high >>> 24) {
      this.#bytes.push(this.#high >>> 24);
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 255) >>> 0;
    }
  }

  /** All bytes; the coder is then at its end. */
  finish(): Uint8Array {
    for (let shift = 24; shift >= 0; shift -= 8) this.#bytes.push((this.#low >>> shift) & 255);
    return Uint8Array.from(this.#bytes);
  }
}

/** Bytes to bits, asked in the coder's order. */
export class Decoder implements BitCoder {
  readonly #contexts: Contexts;
  readonly #bytes: Uint8Array;
  #at = 0;
  #low = 0;
  #high = 0xffffffff;
  #value = 0;

  constructor(contexts: number, bytes: Uint8Array) {
    this.#contexts = new Contexts(contexts);
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#value = ((this.#value << 8) | this.#next()) >>> 0;
  }

  bit(context: number): boolean {
    const bit = this.#narrow(this.#contexts.chance(context));
    this.#contexts.learn(context, bit);
    return bit;
  }

  plain(): boolean {
    return this.#narrow(1 << 15);
  }

  #narrow(chance: number): boolean {
    const split = splitAt(this.#low, this.#high, chance);
    const bit = this.#value <= split;
    if (bit) this.#high = split;
    else this.#low = split + 1;
    while (this.#low >>> 24 === this.#high >>> 24) {
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 255) >>> 0;
      this.#value = ((this.#value << 8) | this.#next()) >>> 0;
    }
    return bit;
  }

  #next(): number {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at++] : 0;
  }
}
