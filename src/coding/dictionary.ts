// A dictionary D: atoms (rows) of unit length, more of them than features as a rule. A signal x is coded as a sparse row a with x ≈ a·D.

import { gemm } from '../ops/index.ts';
import { type ArrayInput, checkFinite, checkKnown, checkWhole, toSamples } from '../tensor/index.ts';

/** Atoms that signals are composed of; `learned` by {@link ksvd}, computed ({@link dctDictionary}), or one's own. */
export class Dictionary {
  readonly atoms: number;
  readonly features: number;
  /** Row-major, an atom in each row, each of length 1. Its own copy; not to be changed. */
  readonly values: Float32Array<ArrayBuffer>;
  #gram: Float32Array<ArrayBuffer> | undefined;
  #largest: number | undefined;

  /**
   * Copies the atoms and scales each to length 1.
   * @param values atoms × features numbers, row-major, or an array for each atom.
   * @throws when a number is not finite, an atom is zero, or the numbers are no whole number of atoms.
   */
  constructor(values: ArrayInput, options: { features: number }) {
    checkKnown('Dictionary', options, ['features']);
    const { features } = options;
    checkWhole('Dictionary', { features }, 1);
    const { data, count } = toSamples(values, [features], 'Dictionary');
    checkFinite(data, 'Dictionary');
    this.atoms = count;
    this.features = features;
    this.values = Float32Array.from(data);
    for (let k = 0; k < count; k++) normalize(this.atom(k), k);
  }

  /** The numbers of atom `k`, a view. */
  atom(k: number): Float32Array<ArrayBuffer> {
    return this.values.subarray(k * this.features, (k + 1) * this.features);
  }

  /** D·Dᵀ, atoms × atoms; computed once. */
  get gram(): Float32Array<ArrayBuffer> {
    const { atoms, features, values } = this;
    this.#gram ??= gemm(values, transposed(values, atoms, features), { m: atoms, k: features, n: atoms });
    return this.#gram;
  }

  /** The largest eigenvalue of D·Dᵀ, a little above: 1 over it is the step of ISTA. By power iteration; computed once. */
  get largestEigenvalue(): number {
    this.#largest ??= 1.01 * powerIteration(this.gram, this.atoms);
    return this.#largest;
  }
}

function normalize(atom: Float32Array, k: number): void {
  const largest = atom.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) {
    throw new RangeError(`Dictionary: atom ${k} is zero: expected each to have a direction; leave it out.`);
  }
  let square = 0;
  for (const value of atom) square += (value / largest) * (value / largest);
  const scale = 1 / Math.sqrt(square);
  for (let j = 0; j < atom.length; j++) atom[j] = (atom[j] / largest) * scale;
}

/** The matrix with rows and columns exchanged. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  return result;
}

/** Of a symmetric matrix without negative eigenvalues, to four digits or so; from a start that favours no direction. */
function powerIteration(gram: Float32Array, size: number): number {
  let vector = Float64Array.from({ length: size }, (_, i) => 1 + ((i * 7919) % 101) / 101);
  let norm = 0;
  for (let round = 0; round < 100; round++) {
    const next = new Float64Array(size);
    let square = 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) next[i] += gram[i * size + j] * vector[j];
      square += next[i] * next[i];
    }
    const before = norm;
    norm = Math.sqrt(square);
    vector = next.map((value) => value / norm);
    if (round > 0 && Math.abs(norm - before) <= 1e-5 * norm) break;
  }
  return norm;
}
