// Grey pictures: numbers from 0 (black) to 1 (white), row after row.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { encode } from 'fast-png';
import sharp from 'sharp';
import type { Random } from '../src/index.ts';
import { type Bitmap, UsageError } from './scaffold.ts';

/** A grey picture. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Float32Array;
}

/** The `side` × `side` pixels from a row and a column on. */
export function cut({ columns, pixels }: Picture, row: number, column: number, side: number): Float32Array {
  const square = new Float32Array(side * side);
  for (let i = 0; i < side; i++) {
    const from = (row + i) * columns + column;
    square.set(pixels.subarray(from, from + side), i * side);
  }
  return square;
}

/** With Gaussian noise of standard deviation `sigma`, not clipped, as the literature has it. */
export const noisy = ({ pixels, ...size }: Picture, sigma: number, random: Random): Picture => ({
  ...size,
  pixels: pixels.map((value) => value + sigma * random.normal()),
});

/** Peak signal to noise in dB, of pictures clipped to 0 … 1: 10·log10(1 / mean squared error). */
export function psnr(a: Picture, b: Picture): number {
  let sum = 0;
  a.pixels.forEach((value, i) => {
    const difference = clipped(value) - clipped(b.pixels[i]);
    sum += difference * difference;
  });
  return -10 * Math.log10(sum / a.pixels.length);
}

/** Within 0 … 1. */
export const clipped = (value: number): number => Math.min(1, Math.max(0, value));

/** As a screen shows it. */
export const bitmap = ({ rows, columns, pixels }: Picture): Bitmap => ({
  width: columns,
  height: rows,
  channels: 1,
  data: Uint8Array.from(pixels, (value) => Math.round(255 * clipped(value))),
});

/** A PNG file. */
export const toPng = (picture: Picture): Uint8Array => encode({ ...bitmap(picture), depth: 8 });

/** A JPEG file, its Huffman tables made for it. */
export const toJpeg = (picture: Picture, quality: number): Promise<Uint8Array> =>
  raw(picture).toColourspace('b-w').jpeg({ quality, optimiseCoding: true }).toBuffer();

const raw = (picture: Picture) => {
  const { data, width, height } = bitmap(picture);
  return sharp(data, { raw: { width, height, channels: 1 } });
};

/**
 * A grey picture from the bytes of a PNG or JPEG file.
 * @throws when the bytes are no whole picture, or it has colours.
 */
export async function fromFile(bytes: Uint8Array, name: string): Promise<Picture> {
  let channels: number | undefined;
  let decoded: { data: Buffer; info: { width: number; height: number; channels: number } };
  try {
    const image = sharp(bytes, { failOn: 'warning' });
    ({ channels } = await image.metadata());
    decoded = await image.greyscale().raw().toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new Error(`${name}: cannot be read as a PNG or JPEG picture: ${(error as Error).message}.`);
  }
  if (channels !== 1) {
    throw new Error(
      `${name}: expected a grey picture of one channel, got ${channels} channels; convert it to grey first.`,
    );
  }
  const { width, height } = decoded.info;
  return { rows: height, columns: width, pixels: Float32Array.from(decoded.data, (value) => value / 255) };
}

/** The pictures of a folder, or of one file, by name. @throws when there is none, or one cannot be read. */
export async function picturesOf(path: string): Promise<Map<string, Picture>> {
  if (!existsSync(path)) throw new UsageError(`--data: there is no ${path}.`);
  const isFolder = statSync(path).isDirectory();
  const names = isFolder ? readdirSync(path).filter((name) => /\.(png|jpe?g)$/i.test(name)) : [''];
  if (names.length === 0) throw new UsageError(`--data: expected PNG or JPEG pictures in ${path}, found none.`);
  const pictures = new Map<string, Picture>();
  for (const name of names.sort()) {
    const file = isFolder ? join(path, name) : path;
    pictures.set(parse(file).name, await fromFile(readFileSync(file), file));
  }
  return pictures;
}
