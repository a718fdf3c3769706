// Pictures as PNG data URIs. A kernel is a block of square cells, one per weight: blue below zero, red above, its
// depth growing with √|w|; a weight that is exactly zero is a grey cell crossed out. Around the kernels the sheet is transparent.

import { encode } from 'fast-png';
import type { GreyImage, KernelPicture } from './demo-report.ts';

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

const negativeInk: Rgb = [33, 102, 172];
const positiveInk: Rgb = [178, 42, 36];
const paleNegative: Rgb = [222, 235, 247];
const palePositive: Rgb = [253, 228, 218];
const zeroPaper: Rgb = [128, 134, 143];
const zeroCross: Rgb = [92, 98, 107];

const cell = 12;
const gap = 8;

/** The colour of a weight that is not zero, `largest` being the |w| of full colour. Even the smallest shows its sign. */
function weightColor(weight: number, largest: number): Rgb {
  const depth = Math.sqrt(Math.min(1, Math.abs(weight) / largest));
  const [pale, full] = weight < 0 ? [paleNegative, negativeInk] : [palePositive, positiveInk];
  const mix = (i: 0 | 1 | 2) => Math.round(pale[i] + depth * (full[i] - pale[i]));
  return [mix(0), mix(1), mix(2)];
}

function dataUri(width: number, height: number, channels: number, data: Uint8Array): string {
  const png = encode({ width, height, channels, depth: 8, data }, { zlib: { level: 9 } });
  return `data:image/png;base64,${Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64')}`;
}

/** A picture and its size in CSS pixels. */
export interface Picture {
  uri: string;
  width: number;
  height: number;
}

/** An image as a screen shows it: 0 black, 255 full; 1 channel is grey, 3 are red, green, blue. Row by row, channels last. */
export interface Bitmap {
  width: number;
  height: number;
  channels: 1 | 3;
  data: Uint8Array;
}

/** @throws when the data are not width × height × channels numbers. */
export function picture({ width, height, channels, data }: Bitmap): Picture {
  if (data.length !== width * height * channels) {
    throw new Error(
      `A picture of ${width} × ${height} with ${channels} channels has ${width * height * channels} numbers, got ${data.length}.`,
    );
  }
  return { uri: dataUri(width, height, channels, data), width, height };
}

/** The kernels of one variant in rows of `columns`. */
export function kernelSheet(kernels: readonly KernelPicture[], columns: number, largest: number): Picture {
  const [pitchX, pitchY] = [kernels[0].width * cell + gap, kernels[0].height * cell + gap];
  const width = Math.min(columns, kernels.length) * pitchX - gap;
  const height = Math.ceil(kernels.length / columns) * pitchY - gap;
  const pixels = new Uint8Array(width * height * 4);
  kernels.forEach((kernel, i) => {
    const [left, top] = [(i % columns) * pitchX, Math.floor(i / columns) * pitchY];
    kernel.values.forEach((weight, p) => {
      const [x, y] = [left + (p % kernel.width) * cell, top + Math.floor(p / kernel.width) * cell];
      paintCell(pixels, width, x, y, weight, largest);
    });
  });
  return { uri: dataUri(width, height, 4, pixels), width, height };
}

/** Leaves the cell's last row and column clear, so that neighbours stay apart. */
function paintCell(pixels: Uint8Array, pitch: number, x: number, y: number, weight: number, largest: number): void {
  const size = cell - 1;
  for (let dy = 0; dy < size; dy++) {
    for (let dx = 0; dx < size; dx++) {
      const crossed = dy > 1 && dy < size - 2 && (dx === dy || dx === size - 1 - dy);
      const color = weight !== 0 ? weightColor(weight, largest) : crossed ? zeroCross : zeroPaper;
      pixels.set([...color, 255], ((y + dy) * pitch + x + dx) * 4);
    }
  }
}

/** A grey image, dark ink on light paper. */
export function greyPicture({ width, height, values }: GreyImage): Picture {
  const pixels = Uint8Array.from(values, (ink) => 255 - ink);
  return { uri: dataUri(width, height, 1, pixels), width, height };
}
