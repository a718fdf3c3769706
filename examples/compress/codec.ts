// A picture in a file: 8×8 blocks as few atoms of a dictionary, the atoms' coefficients rounded to multiples of a step, those rounded
// numbers as arithmetic code. What is kept is what is large: the pursuit takes the largest first, and what rounds to 0 is gone.
//
//   0  "ESPC"   4  version   5  dictionary   6  rows u16   8  columns u16   10  step f32   14  bytes of code u32   18  code …  then CRC-32 of all before
//
// Little-endian. Blocks at the right and lower border are filled up with the border's pixels.

import { crc32 } from 'node:zlib';
import { CsrMatrix, type Dictionary, extractPatches2d, omp, reconstruct } from '../../src/index.ts';
import { clipped, type Picture } from '../pictures.ts';
import { code, contextsOf, type Levels, largestLevel } from './levels.ts';
import { Decoder, Encoder } from './range-coder.ts';

/** The atoms that a file is written in; both sides make them anew, the file holds their number only. */
export interface Codebook {
  readonly number: number;
  /** Atoms of mean zero: each block's mean is kept apart. */
  readonly dictionary: Dictionary;
  /** Length of a block's residual, in steps, at which a coder looks for no further atom; a matter of the coder, not of the format. */
  readonly goal: number;
}

/** Thrown on a file that is none of this format, or damaged. */
export class PictureFileError extends Error {
  override readonly name = 'PictureFileError';
}

const size = 8;
const features = size * size;
const headerBytes = 18;
const magic = 0x43505345; // "ESPC"
const version = 1;
const largestPicture = 2 ** 26;

/** A coefficient below this part of the step becomes 0. */
const deadZone = 0.62;

/** A decoded coefficient lies this part of a step nearer to 0 than the middle: small ones are likelier. */
const towardsZero = 0.05;

/** A picture's bytes; `step` is the coefficients' grain where white is 1: larger is smaller and worse. */
export function encode(picture: Picture, codebook: Codebook, step: number): Uint8Array {
  const { rows, columns } = picture;
  if (!(step > 0 && step <= 1)) throw new RangeError(`expected a step above 0, at most 1, got ${step}.`);
  if (!(rows >= 1 && columns >= 1 && rows < 65536 && columns < 65536)) {
    throw new RangeError(`expected a picture of at most 65535 × 65535 pixels, got ${rows} × ${columns}.`);
  }
  const coder = new Encoder(contextsOf(codebook.dictionary.atoms));
  code(coder, quantised(picture, codebook, step));
  const payload = coder.finish();
  const bytes = new Uint8Array(headerBytes + payload.length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint8(4, version);
  view.setUint8(5, codebook.number);
  view.setUint16(6, rows, true);
  view.setUint16(8, columns, true);
  view.setFloat32(10, step, true);
  view.setUint32(14, payload.length, true);
  bytes.set(payload, headerBytes);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** The picture of a file. @throws {PictureFileError} saying what is wrong with the bytes. */
export function decode(bytes: Uint8Array, codebooks: (number: number) => Dictionary | undefined): Picture {
  const { rows, columns, step, number, payload } = opened(bytes);
  const dictionary = codebooks(number);
  if (!dictionary) throw new PictureFileError(`The file wants dictionary ${number}, which is not known here.`);
  const [across, down] = [Math.ceil(columns / size), Math.ceil(rows / size)];
  const { atoms } = dictionary;
  const empty = {
    across,
    down,
    atoms,
    means: new Int32Array(across * down),
    codes: new Int32Array(across * down * atoms),
  };
  let levels: Levels;
  try {
    levels = code(new Decoder(contextsOf(atoms), payload), empty);
  } catch (error) {
    throw new PictureFileError(`The file is damaged: its code says ${(error as Error).message}.`);
  }
  return restored(levels, { rows, columns }, dictionary, step);
}

function opened(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0, true) !== magic) {
    throw new PictureFileError('Not a compressed picture: expected it to begin with ESPC.');
  }
  if (bytes.length < headerBytes + 4) {
    throw new PictureFileError(
      `The file is cut short: expected ${headerBytes + 4} bytes at least, got ${bytes.length}.`,
    );
  }
  if (view.getUint8(4) !== version) {
    throw new PictureFileError(`Version ${view.getUint8(4)} of the format; this program reads version ${version}.`);
  }
  const expected = headerBytes + view.getUint32(14, true) + 4;
  if (bytes.length !== expected) {
    throw new PictureFileError(`The file is damaged: expected ${expected} bytes, got ${bytes.length}.`);
  }
  if (view.getUint32(bytes.length - 4, true) !== crc32(bytes.subarray(0, -4))) {
    throw new PictureFileError('The file is damaged: its checksum does not fit its bytes; get it anew.');
  }
  const [rows, columns] = [view.getUint16(6, true), view.getUint16(8, true)];
  const step = view.getFloat32(10, true);
  if (rows * columns === 0 || rows * columns > largestPicture || !(step > 0 && step <= 1)) {
    throw new PictureFileError(`The file is damaged: ${rows} × ${columns} pixels in steps of ${step}.`);
  }
  return { rows, columns, step, number: view.getUint8(5), payload: bytes.subarray(headerBytes, -4) };
}

/** Blocks side by side, less their means. */
function quantised(picture: Picture, { dictionary, goal }: Codebook, step: number): Levels {
  const filled = filledUp(picture);
  const grid = { rows: filled.rows, columns: filled.columns, size, stride: size };
  const blocks = extractPatches2d(filled.pixels, grid);
  const [across, down] = [filled.columns / size, filled.rows / size];
  const means = new Int32Array(across * down);
  for (let b = 0; b < means.length; b++) {
    const block = blocks.subarray(b * features, (b + 1) * features);
    const mean = block.reduce((sum, value) => sum + value, 0) / features;
    means[b] = Math.round((size * mean) / step);
    for (let j = 0; j < features; j++) block[j] -= mean;
  }
  const { atoms } = dictionary;
  const kept = omp(dictionary, blocks, { error: goal * step });
  const codes = new Int32Array(means.length * atoms);
  for (let b = 0; b < means.length; b++) {
    for (let p = kept.rowptr[b]; p < kept.rowptr[b + 1]; p++) {
      const value = kept.values[p] / step;
      const level = Math.floor(Math.abs(value) + 1 - deadZone);
      codes[b * atoms + kept.colidx[p]] = Math.sign(value) * Math.min(level, largestLevel - 1);
    }
  }
  return { across, down, atoms, means, codes };
}

function restored(
  levels: Levels,
  { rows, columns }: Omit<Picture, 'pixels'>,
  dictionary: Dictionary,
  step: number,
): Picture {
  const { across, means } = levels;
  const blocks = reconstruct(dictionary, sparse(levels, step));
  const pixels = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const b = Math.floor(row / size) * across + Math.floor(column / size);
    const at = b * features + (row % size) * size + (column % size);
    return clipped(blocks[at] + (means[b] * step) / size);
  });
  return { rows, columns, pixels };
}

/** The levels as coefficients. */
function sparse({ means, atoms, codes }: Levels, step: number): CsrMatrix {
  const values = Float32Array.from(codes, (level) => (level - Math.sign(level) * towardsZero) * step);
  return CsrMatrix.fromDense(values, { rows: means.length, columns: atoms });
}

/** Rows and columns to whole blocks, the border's pixels repeated. */
function filledUp({ rows, columns, pixels }: Picture): Picture {
  const [height, width] = [size * Math.ceil(rows / size), size * Math.ceil(columns / size)];
  const more = Float32Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return pixels[Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)];
  });
  return { rows: height, columns: width, pixels: more };
}
