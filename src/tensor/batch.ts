// A batch of samples is stored in slabs: every activation is [slab][channel][row][column][width].
//
//   150 samples, slabs of 32, training:  | 32 | 32 | 32 | 32 | 22 + 10 of padding |    widths 32 32 32 32 32
//    40 samples, slabs of 32, training:  | 32 | 8 + 8 of padding |                     widths 32 16
//     3 samples, inference:              | 3 |                                         width 3

/** Samples [first, first + samples) lie in `width` columns; those past `samples` are padding. */
export interface Slab {
  readonly first: number;
  readonly samples: number;
  readonly width: number;
}

/** How the samples of a batch are laid out. */
export class Batch {
  /** The true number of samples. */
  readonly size: number;
  /** Columns in all, padding included. */
  readonly columns: number;
  readonly slabs: readonly Slab[];
  readonly #slabWidth: number;
  readonly #multiple: number;

  /** `size` samples in slabs of `slabWidth`, the last one rounded up to a multiple of `multiple`. */
  constructor(size: number, slabWidth: number, multiple = 1) {
    const slabs: Slab[] = [];
    for (let first = 0; first < size; first += slabWidth) {
      const samples = Math.min(slabWidth, size - first);
      slabs.push({ first, samples, width: Math.ceil(samples / multiple) * multiple });
    }
    this.size = size;
    this.#slabWidth = slabWidth;
    this.#multiple = multiple;
    this.slabs = slabs;
    this.columns = slabs.reduce((sum, { width }) => sum + width, 0);
  }

  /** A batch whose samples are the `steps` parts of each of this one's, slab by slab: all samples' first part, then the second, … */
  folded(steps: number): Batch {
    return new Batch(this.size * steps, this.#slabWidth * steps, this.#multiple);
  }
}
