// Sequences of different lengths as one array, and ids as vectors of zeros and a one.

import {
  checkKnown,
  checkNumber,
  checkWhole,
  lengthOf,
  misfit,
  type NdArray,
  type Shape,
  showValue,
} from '../tensor/index.ts';

/** The options of {@link padSequences}, named and defaulted as Keras'. */
export interface PadOptions {
  /** The length of all; default that of the longest. */
  maxlen?: number;
  /** Where the filling goes: before ('pre', default) or after ('post'). */
  padding?: 'pre' | 'post';
  /** Where what is too long is cut: at its beginning ('pre', default) or its end ('post'). */
  truncating?: 'pre' | 'post';
  /** What is filled in; default 0. */
  value?: number;
}

type Numbers = ArrayLike<number>;

const sides = ['pre', 'post'];

/**
 * Sequences padded and cut to one length, `[sequences, maxlen]`. An empty sequence is all filling. Keras: `pad_sequences`.
 *
 * @throws when sequences are not lists of numbers, a number is not finite, or an option is out of range
 */
export function padSequences(sequences: readonly Numbers[], options: PadOptions = {}): NdArray {
  checkKnown('padSequences', options, ['maxlen', 'padding', 'truncating', 'value']);
  const { padding = 'pre', truncating = 'pre', value = 0 } = options;
  checkSequences('padSequences', sequences);
  const longest = sequences.reduce((most, { length }) => Math.max(most, length), 0);
  const { maxlen = longest } = options;
  if (options.maxlen !== undefined) checkWhole('padSequences', { maxlen }, 1);
  for (const [name, side] of Object.entries({ padding, truncating })) {
    if (!sides.includes(side)) throw misfit('padSequences', name, "'pre' or 'post'", side);
  }
  checkNumber('padSequences', { value }, 'a finite number');
  const data = new Float32Array(sequences.length * maxlen).fill(value);
  for (const [row, sequence] of sequences.entries()) {
    const kept = Math.min(sequence.length, maxlen);
    const from = truncating === 'pre' ? sequence.length - kept : 0;
    const to = row * maxlen + (padding === 'pre' ? maxlen - kept : 0);
    for (let i = 0; i < kept; i++) {
      const number = sequence[from + i];
      if (!Number.isFinite(number)) {
        throw new RangeError(
          `padSequences: expected finite numbers, got ${number} at position ${from + i} of sequence ${row}.`,
        );
      }
      data[to + i] = number;
    }
  }
  return { data, shape: [sequences.length, maxlen] };
}

/** @throws unless it is a list of arrays. */
export function checkSequences(who: string, sequences: readonly Numbers[]): void {
  const list: unknown = sequences;
  if (!Array.isArray(list)) throw new TypeError(`${who}: expected an array of sequences, got ${showValue(list)}.`);
  const wrong = list.findIndex((sequence) => lengthOf(sequence) === undefined);
  if (wrong < 0) return;
  throw new TypeError(`${who}: expected sequence ${wrong} to be an array of numbers, got ${showValue(list[wrong])}.`);
}

/**
 * For each id a vector of `numClasses` numbers, 1 at the id and 0 elsewhere: `[…, numClasses]`, from ids alone or ids with a shape.
 *
 * @param numClasses default one more than the largest id. Keras and torch: `one_hot`, `to_categorical`.
 * @throws on what is no array, RangeError on an id that is no whole number from 0 to numClasses − 1
 */
export function oneHot(ids: Numbers | { readonly data: Numbers; readonly shape: Shape }, numClasses?: number): NdArray {
  const isShaped = typeof ids === 'object' && ids !== null && 'shape' in ids;
  const data = isShaped ? ids.data : ids;
  const length = lengthOf(data);
  if (length === undefined) throw new TypeError(`oneHot: expected an array of ids, got ${showValue(data)}.`);
  const shape = isShaped ? ids.shape : [length];
  let classes = numClasses === undefined ? 0 : numClasses;
  if (numClasses === undefined) for (let i = 0; i < length; i++) classes = Math.max(classes, data[i] + 1);
  checkWhole('oneHot', { [numClasses === undefined ? 'the largest id + 1' : 'numClasses']: classes }, 1);
  const vectors = new Float32Array(length * classes);
  for (let i = 0; i < length; i++) {
    if (!(Number.isInteger(data[i]) && data[i] >= 0 && data[i] < classes)) {
      throw new RangeError(`oneHot: expected ids from 0 to ${classes - 1}, got ${data[i]} at position ${i}.`);
    }
    vectors[i * classes + data[i]] = 1;
  }
  return { data: vectors, shape: [...shape, classes] };
}
