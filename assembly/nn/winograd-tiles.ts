// One tile of every channel of a slab: from images to points and back (winograd.ts), through a copy where it reaches beyond an edge.
//
//   image  [channel][row, `row` bytes apart][column][n]        points  [36, `pitch` bytes apart][channel][lanes]
//
// rows and cols are those of the image from the tile's corner on. `tile` has room for 36 pixels of n, zeros beyond the image, and for what a
// transform needs.

import { bytes } from '../simd';
import { SIDE } from './winograd';
import { transformInput, untransformInput } from './winograd-input';
import { transformOutput, untransformOutput } from './winograd-output';

/** Every channel's inputs of one tile, of which `rows` and `cols` are there. */
export function inputTiles(
  channels: i32,
  x: usize,
  row: usize,
  channel: usize,
  rows: i32,
  cols: i32,
  size: usize,
  points: usize,
  pitch: usize,
  lanes: i32,
  tile: usize,
): void {
  const scratch = tile + 36 * size;
  const isWhole = rows >= SIDE && cols >= SIDE;
  if (!isWhole) memory.fill(tile, 0, 36 * size);
  for (let c = 0; c < channels; c++) {
    if (isWhole) transformInput(x, row, size, points, pitch, scratch);
    else {
      copyPart(x, row, tile, 6 * size, min(SIDE, rows), min(SIDE, cols), size);
      transformInput(tile, 6 * size, size, points, pitch, scratch);
    }
    x += channel;
    points += bytes(lanes);
  }
}

/** Adds to every channel's gradients of one tile. */
export function addTiles(
  channels: i32,
  points: usize,
  pitch: usize,
  lanes: i32,
  dx: usize,
  row: usize,
  channel: usize,
  rows: i32,
  cols: i32,
  size: usize,
  tile: usize,
): void {
  const scratch = tile + 36 * size;
  for (let c = 0; c < channels; c++) {
    if (rows >= SIDE && cols >= SIDE) untransformInput(points, pitch, dx, row, size, scratch);
    else {
      copyPart(dx, row, tile, 6 * size, min(SIDE, rows), min(SIDE, cols), size);
      untransformInput(points, pitch, tile, 6 * size, size, scratch);
      copyPart(tile, 6 * size, dx, row, min(SIDE, rows), min(SIDE, cols), size);
    }
    dx += channel;
    points += bytes(lanes);
  }
}

/** Every output channel of one tile of tall × wide, of which `rows` and `cols` are wanted. */
export function outputTiles(
  m: i32,
  points: usize,
  pitch: usize,
  lanes: i32,
  tall: i32,
  wide: i32,
  y: usize,
  row: usize,
  channel: usize,
  rows: i32,
  cols: i32,
  size: usize,
  bias: usize,
  lower: f32,
  tile: usize,
): void {
  const scratch = tile + 36 * size;
  for (let o = 0; o < m; o++) {
    const first: f32 = bias ? load<f32>(bias + bytes(o)) : 0;
    if (rows >= tall && cols >= wide) transformOutput(points, pitch, tall, wide, y, row, size, first, lower, scratch);
    else {
      transformOutput(points, pitch, tall, wide, tile, 6 * size, size, first, lower, scratch);
      copyPart(tile, 6 * size, y, row, min(tall, rows), min(wide, cols), size);
    }
    y += channel;
    points += bytes(lanes);
  }
}

/** Every output channel's dy of one tile. */
export function deltaTiles(
  m: i32,
  dy: usize,
  row: usize,
  channel: usize,
  rows: i32,
  cols: i32,
  tall: i32,
  wide: i32,
  size: usize,
  points: usize,
  pitch: usize,
  lanes: i32,
  tile: usize,
): void {
  const scratch = tile + 36 * size;
  const isWhole = rows >= tall && cols >= wide;
  if (!isWhole) memory.fill(tile, 0, 36 * size);
  for (let o = 0; o < m; o++) {
    if (isWhole) untransformOutput(dy, row, tall, wide, size, points, pitch, scratch);
    else {
      copyPart(dy, row, tile, 6 * size, min(tall, rows), min(wide, cols), size);
      untransformOutput(tile, 6 * size, tall, wide, size, points, pitch, scratch);
    }
    dy += channel;
    points += bytes(lanes);
  }
}

/** What an image and a tile that reaches beyond it have in common. */
function copyPart(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, cols: i32, size: usize): void {
  const width = <usize>cols * size;
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < width; j += 16) v128.store(to + j, v128.load(from + j));
    from += fromRow;
    to += toRow;
  }
}
