// Dense convolutions by Winograd's tiles (assembly/nn/conv2d-winograd.ts): the products of taps.ts in 36 multiplications for a filter and
// a tile of (7 − rows) × (7 − columns) pixels, where filters have 3 to 5 rows and columns, strides are 1 and slabs whole vectors. Other
// terms are added in another order than by taps: sums differ by some 1e-6 of the largest.

import { arena, at, type Buffer, f32, type Kernels, kernels, type TileSizes } from '../engine/index.ts';
import type { Slab, Tensor } from '../tensor/index.ts';
import { gradientScratch } from './dense.ts';
import type { Window } from './window.ts';

/** Of a tile. */
const points = 36;

/** Floats of scratch that transforming filters takes. */
export const filterScratch = 244;

/** A convolution in tiles. */
export interface Tiling {
  readonly window: Window;
  readonly m: number;
  readonly channels: number;
  /** Tiles below one another. */
  readonly rows: number;
  /** What it costs, in parts of what it costs by taps. */
  readonly share: number;
}

/** What tiles cost in parts of taps from which on they are not taken. */
const worthwhile = 0.9;

/** The tiling where it is faster than taps; arguments as of {@link tilingOf}. */
export function fasterTiling(...convolution: Parameters<typeof tilingOf>): Tiling | undefined {
  const tiling = tilingOf(...convolution);
  return tiling && tiling.share < worthwhile ? tiling : undefined;
}

/**
 * The tiling of a convolution with m × k weights whose slabs have these widths, where its kernels can do it. Filters are transformed for
 * so many samples, or beforehand.
 */
export function tilingOf(
  window: Window,
  { m, k }: { m: number; k: number },
  widths: readonly number[],
  samples = Infinity,
): Tiling | undefined {
  const { output, size, strides, dilation } = window;
  const isPlain = [...strides, ...dilation].every((step) => step === 1);
  if (!isPlain || size.some((side) => side < 3 || side > 5) || widths.some((width) => width % 4 > 0)) return undefined;
  const channels = k / (size[0] * size[1]);
  const [rows, columns] = output.map((count, i) => Math.ceil(count / (7 - size[i])));
  // In multiplications. A product with few channels has shorter loops; a transform is bound by memory.
  const transforms = 6 * (channels + m);
  const filters = (1000 * channels * m) / samples;
  const byTiles = points * rows * columns * (1.15 * channels * m + transforms) + filters;
  return { window, m, channels, rows, share: byTiles / (output[0] * output[1] * k * m) };
}

/** Floats that a kernel needs of a thread, for slabs of n. */
export function tileScratch({ m, channels }: Tiling, n: number): number {
  const lanes = n * Math.max(1, Math.floor(32 / n));
  return points * (lanes * (channels + m) + n + 36);
}

/** A kernel's sizes with all rows of tiles, for a slab of n whose image has rows and channels so many floats apart. */
export const tileSizes = (
  { window, m, channels, rows }: Tiling,
  n: number,
  xRow = window.padded[1] * n,
  xChannel = window.padded[0] * xRow,
): TileSizes => [
  ...([0, rows, ...window.output, n, m, channels, ...window.size] as const),
  ...([xRow, xChannel, window.output[0] * window.output[1] * n] as const),
];

/** Floats of a row of filters at one point (assembly/nn/winograd-filters.ts), from a point to the next, and of all of them. */
export const bankRow = ({ channels }: Tiling): number => 8 * Math.ceil(channels / 8);
const bankPitch = (tiling: Tiling): number => tiling.m * bankRow(tiling) + 16;
export const bankLength = (tiling: Tiling): number => points * bankPitch(tiling);

/** What {@link packFilters} makes: rows of W, or of Wᵀ, and how many floats they take in panels. */
export function filterPanels(binary: Kernels, { m, channels }: Tiling, transposed = false) {
  const [rows, columns] = transposed ? [channels, m] : [m, channels];
  const panels = Math.ceil(rows / binary.panel_rows());
  const pitch = panels * binary.panel_rows() * columns;
  return { rows, columns, panels, pitch, length: points * pitch };
}

/** The filters at each point, in panels of W's rows, or of Wᵀ's. */
export function packFilters(binary: Kernels, tiling: Tiling, w: Buffer, to: Buffer, transposed = false): void {
  const { m, channels, window } = tiling;
  const { rows, columns, panels, pitch } = filterPanels(binary, tiling, transposed);
  const [row, step] = [bankRow(tiling), bankPitch(tiling)];
  const [rowStride, columnStride] = transposed ? [1, row] : [row, 1];
  arena.scope(() => {
    const filters = arena.allocate(4 * bankLength(tiling));
    binary.winograd_filters_f32(0, m, m, channels, ...window.size, w, filters, arena.allocate(4 * filterScratch));
    for (let point = 0; point < points; point++) {
      binary.pack_f32_a(
        0,
        panels,
        rows,
        columns,
        rowStride,
        columnStride,
        at(filters, point * step),
        at(to, point * pitch),
      );
    }
  });
}

/** y = max(W·x + b, lower), all of y. */
export function convolveTiles(tiling: Tiling, w: Buffer, x: Tensor, y: Tensor, bias: Buffer, lower: number): void {
  arena.scope(() => {
    const filters = packed(tiling, w, false);
    eachSlab(tiling, x, 0, (slab, sizes, scratch) =>
      kernels().conv2d_f32_winograd(...sizes, filters, x.slab(slab), y.slab(slab), bias, lower, scratch),
    );
  });
}

/** x += Wᵀ·y. */
export function scatterTiles(tiling: Tiling, w: Buffer, y: Tensor, x: Tensor): void {
  arena.scope(() => {
    const filters = packed(tiling, w, true);
    eachSlab(tiling, x, 0, (slab, sizes, scratch) =>
      kernels().conv2d_dx_f32_winograd(...sizes, filters, y.slab(slab), x.slab(slab), scratch),
    );
  });
}

/** dW += y·xᵀ. */
export function correlateTiles(tiling: Tiling, dw: Buffer, x: Tensor, y: Tensor): void {
  const { m, channels, window } = tiling;
  const length = bankLength(tiling);
  arena.scope(() => {
    const du = arena.allocate(4 * length);
    f32(du, length).fill(0);
    eachSlab(tiling, x, gradientScratch + 4 * bankRow(tiling), (slab, [, , ...sizes], scratch) =>
      kernels().conv2d_dw_f32_winograd(0, m, ...sizes, x.slab(slab), y.slab(slab), du, scratch),
    );
    const scratch = arena.allocate(4 * filterScratch);
    kernels().winograd_filters_backward_f32(0, m, m, channels, ...window.size, du, dw, scratch);
  });
}

function packed(tiling: Tiling, w: Buffer, transposed: boolean): Buffer {
  const filters = arena.allocate(4 * filterPanels(kernels(), tiling, transposed).length);
  packFilters(kernels(), tiling, w, filters, transposed);
  return filters;
}

/** Calls `visit` for each slab with a kernel's sizes and scratch, `more` bytes of it besides what every kernel needs. */
function eachSlab(
  tiling: Tiling,
  { batch }: Tensor,
  more: number,
  visit: (slab: Slab, sizes: TileSizes, scratch: Buffer) => void,
): void {
  const room = Math.max(...batch.slabs.map(({ width }) => tileScratch(tiling, width)));
  const scratch = arena.allocate(4 * room + more);
  for (const slab of batch.slabs) visit(slab, tileSizes(tiling, slab.width), scratch);
}
