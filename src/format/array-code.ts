// How one array of a model becomes bytes. In storage order it is a matrix, m outputs × k inputs; a grid of blocks r×c lies over
// it (cut at the edges), and a block is kept when a number in it is. Of three codes the smallest is taken:
//
//   dense   | all m·k values, f32 |
//   bits    | values of kept blocks, block by block, rows first | one bit per block, lowest bit first   | 0s to 4 bytes |
//   gaps    | values of kept blocks, block by block, rows first | bytes: skip b blocks and keep one     | 0s to 4 bytes |
//                                                                 255: skip 255 and go on; the end counts as kept
//
// Of an array with a mask the kept blocks are the mask, so that a kept weight that happens to be 0 stays kept; dense then
// means that all are kept. Blocks: 16×1 and the like when pruning went by blocks, else 1×1. At 90% sparsity 1×1 costs 5.0
// bytes a kept weight, 16×1 4.1. Zeros are told by their bits, so that −0 survives.

import type { ArrayDescription } from './description.ts';
import { FormatError } from './format-error.ts';

/** What the header says of an array; its bytes stand in the payload, one array after another. */
export interface ArrayEntry {
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  /** Absent: dense. */
  readonly code?: 'bits' | 'gaps';
  readonly block?: readonly [rows: number, columns: number];
  /** Number of f32 values, and of bytes that say where they stand. */
  readonly values?: number;
  readonly pattern?: number;
  readonly masked?: true;
}

/** Blocks that are tried. */
const blocks = [
  [1, 1],
  [4, 1],
  [8, 1],
  [16, 1],
  [1, 4],
  [1, 8],
  [1, 16],
  [4, 4],
] as const;

/** What a sparse entry costs in the header, about. */
const entryBytes = 48;

/** An array may have this many elements per byte of its payload: what a file asks of the reader hangs on its length. */
const largestExpansion = 1024;

/** Rows (outputs), columns (inputs) and length of the matrix that stands in storage. */
export function matrixOf({ shape, axes }: Pick<ArrayEntry, 'shape' | 'axes'>): { m: number; k: number; size: number } {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const m = shape.length === 0 ? 1 : shape[axes[0]];
  return { m, k: m === 0 ? 0 : size / m, size };
}

/** The entry and the bytes of an array, a multiple of four. */
export function encodeArray({ shape, axes, data, mask }: ArrayDescription): { entry: ArrayEntry; bytes: Uint8Array } {
  const { m, k } = matrixOf({ shape, axes });
  const kept = mask ?? isNonzero(data);
  let best: { cost: number; entry: ArrayEntry; pattern: Uint8Array; grid: Uint8Array } | undefined;
  const common = { shape: [...shape], axes: [...axes], ...(mask && { masked: true as const }) };
  for (const [r, c] of blocks) {
    const grid = r > m || c > k ? undefined : occupied(kept, m, k, r, c, mask !== undefined);
    if (!grid) continue;
    const values = countValues(grid, m, k, r, c);
    for (const code of ['bits', 'gaps'] as const) {
      const pattern = code === 'bits' ? writeBits(grid) : writeGaps(grid);
      const cost = 4 * values + pattern.length;
      if (data.length > largestExpansion * cost || (best && best.cost <= cost)) continue;
      best = { cost, entry: { ...common, code, block: [r, c], values, pattern: pattern.length }, pattern, grid };
    }
  }
  const allKept = !mask?.includes(0);
  if (!best || (allKept && best.cost + entryBytes >= 4 * data.length)) {
    return { entry: common, bytes: new Uint8Array(data.slice().buffer) };
  }
  const { entry, pattern, grid } = best;
  const bytes = new Uint8Array(payloadBytes(entry));
  const values = new Float32Array(bytes.buffer, 0, entry.values);
  let next = 0;
  eachKept(grid, m, k, entry.block ?? [1, 1], (position) => {
    values[next++] = data[position];
  });
  bytes.set(pattern, 4 * next);
  return { entry, bytes };
}

/** Bytes of an entry in the payload. @throws {FormatError} when they cannot hold an array of its shape. */
export function payloadBytes(entry: ArrayEntry): number {
  const { size } = matrixOf(entry);
  if (!entry.code) return 4 * size;
  const { values = 0, pattern = 0 } = entry;
  if (values > size || size > largestExpansion * (4 * values + pattern)) {
    throw new FormatError(
      `The model file is damaged: an array of shape [${entry.shape.join(', ')}] cannot be made of ${values} values and ${pattern} bytes of positions.`,
    );
  }
  return 4 * values + Math.ceil(pattern / 4) * 4;
}

/** The array that `bytes` hold. @throws {FormatError} when they do not fit the entry. */
export function decodeArray(entry: ArrayEntry, bytes: Uint8Array): ArrayDescription {
  const { m, k, size } = matrixOf(entry);
  const { shape, axes, code, block = [1, 1], values: count = 0, pattern: length = 0, masked } = entry;
  const data = new Float32Array(size);
  if (!code) {
    new Uint8Array(data.buffer).set(bytes);
    return { shape, axes, data, ...(masked && { mask: new Uint8Array(size).fill(1) }) };
  }
  const grid = new Uint8Array(Math.ceil(m / block[0]) * Math.ceil(k / block[1]));
  const pattern = bytes.subarray(4 * count, 4 * count + length);
  if (!(code === 'bits' ? readBits(pattern, grid) : readGaps(pattern, grid))) throw badPattern(entry);
  if (countValues(grid, m, k, block[0], block[1]) !== count) throw badPattern(entry);
  const values = new Float32Array(count);
  new Uint8Array(values.buffer).set(bytes.subarray(0, 4 * count));
  const mask = masked && new Uint8Array(size);
  let next = 0;
  eachKept(grid, m, k, block, (position) => {
    data[position] = values[next++];
    if (mask) mask[position] = 1;
  });
  return { shape, axes, data, ...(mask && { mask }) };
}

const badPattern = ({ shape }: ArrayEntry) =>
  new FormatError(
    `The model file is damaged: positions in an array of shape [${shape.join(', ')}] do not fit its shape.`,
  );

function isNonzero(data: Float32Array): Uint8Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const found = new Uint8Array(bits.length);
  for (let i = 0; i < bits.length; i++) found[i] = bits[i] === 0 ? 0 : 1;
  return found;
}

/** Which blocks hold something kept; undefined when `exact` and a block is kept in part only. */
function occupied(
  kept: Uint8Array,
  m: number,
  k: number,
  r: number,
  c: number,
  exact: boolean,
): Uint8Array | undefined {
  if (r === 1 && c === 1) return kept;
  const columns = Math.ceil(k / c);
  const grid = new Uint8Array(Math.ceil(m / r) * columns);
  for (let block = 0; block < grid.length; block++) {
    const top = Math.floor(block / columns) * r;
    const left = (block % columns) * c;
    const right = Math.min(k, left + c);
    const bottom = Math.min(m, top + r);
    let count = 0;
    for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) count += kept[i * k + j];
    if (exact && count > 0 && count < (bottom - top) * (right - left)) return undefined;
    grid[block] = count > 0 ? 1 : 0;
  }
  return grid;
}

function countValues(grid: Uint8Array, m: number, k: number, r: number, c: number): number {
  const columns = Math.ceil(k / c);
  let count = 0;
  for (let block = 0; block < grid.length; block++) {
    if (!grid[block]) continue;
    const row = Math.floor(block / columns);
    count += Math.min(r, m - row * r) * Math.min(c, k - (block - row * columns) * c);
  }
  return count;
}

/** Calls `visit` with the position of each number in a kept block, in the order of the payload. */
function eachKept(
  grid: Uint8Array,
  m: number,
  k: number,
  [r, c]: readonly [number, number],
  visit: (position: number) => void,
): void {
  const columns = Math.ceil(k / c);
  for (let block = 0; block < grid.length; block++) {
    if (!grid[block]) continue;
    const top = Math.floor(block / columns) * r;
    const left = (block % columns) * c;
    const right = Math.min(k, left + c);
    const bottom = Math.min(m, top + r);
    for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) visit(i * k + j);
  }
}

function writeBits(grid: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(grid.length / 8));
  for (let i = 0; i < grid.length; i++) if (grid[i]) bytes[i >>> 3] |= 1 << (i & 7);
  return bytes;
}

function readBits(bytes: Uint8Array, grid: Uint8Array): boolean {
  if (bytes.length !== Math.ceil(grid.length / 8)) return false;
  for (let i = 0; i < grid.length; i++) grid[i] = (bytes[i >>> 3] >>> (i & 7)) & 1;
  return grid.length % 8 === 0 || bytes[bytes.length - 1] >>> (grid.length % 8) === 0;
}

function writeGaps(grid: Uint8Array): Uint8Array {
  let kept = 1;
  for (let i = 0; i < grid.length; i++) kept += grid[i];
  const bytes = new Uint8Array(kept + Math.floor(grid.length / 255));
  let length = 0;
  let gap = 0;
  for (let i = 0; i <= grid.length; i++) {
    if (i < grid.length && !grid[i]) {
      gap++;
      continue;
    }
    for (; gap >= 255; gap -= 255) bytes[length++] = 255;
    bytes[length++] = gap;
    gap = 0;
  }
  return bytes.slice(0, length);
}

function readGaps(bytes: Uint8Array, grid: Uint8Array): boolean {
  let position = 0;
  for (let i = 0; i < bytes.length; i++) {
    position += bytes[i];
    if (bytes[i] === 255) continue;
    if (position >= grid.length) return position === grid.length && i === bytes.length - 1;
    grid[position++] = 1;
  }
  return false;
}
