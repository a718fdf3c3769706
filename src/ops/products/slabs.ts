// Wide panels in slabs of 32 columns. The rows that a sparse product jumps between lie 4·n bytes apart in a row-major panel: with n
// large each is on a page of its own, and with n a power of two they fight for the same places of the cache. So a slab is copied
// together first (or, of a result, apart at the end): at n = 1024 that more than doubles the rate.

import { arena, type Buffer, type Kernels, u32 } from '../../engine/index.ts';

/** Columns up to which a panel is multiplied as it is, and those of a slab. */
const narrow = 64;
const slabWidth = 32;

/** Stored numbers for each row of the panel from which the copy pays. */
const worthwhile = 4;

/** Whether a panel of n columns, which `nnz` numbers go through by `rows` rows, is better cut. */
export const isWide = (n: number, rows: number, nnz: number): boolean => n > narrow && nnz > worthwhile * rows;

/** From a row of such a panel to the next, or of its slabs. */
export const pitchOf = (n: number, rows: number, nnz: number): number => (isWide(n, rows, nnz) ? slabWidth : n);

/** Cuts n columns. `run` gets the first column of a slab and their number. */
export function eachSlab(n: number, run: (first: number, width: number) => void): void {
  for (let first = 0; first < n; first += slabWidth) run(first, Math.min(slabWidth, n - first));
}

/** Room for a slab of `rows` rows, in the arena. */
export const slabOf = (rows: number): Buffer => arena.allocate(4 * rows * slabWidth);

/** Copies `rows` rows of `width` numbers from one pitch to another. */
export function copyRows(
  kernels: Kernels,
  rows: number,
  {
    width,
    from,
    fromPitch,
    to,
    toPitch,
  }: Record<'width' | 'fromPitch' | 'toPitch', number> & Record<'from' | 'to', Buffer>,
): void {
  arena.scope(() => {
    const offset = arena.allocate(4);
    u32(offset, 1)[0] = 0;
    kernels.im2col_f32(0, rows, 1, width, 1, offset, from, fromPitch, 0, to, 0, toPitch, 0);
  });
}
