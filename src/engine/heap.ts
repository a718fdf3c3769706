// The heap holds what lives: parameters, moments, plans. First fit over a list of free blocks sorted by address;
// neighbours are joined on release. Blocks start on cache lines and their sizes are known here only.

import { type Buffer, growTo, heapBase } from './memory.ts';

const line = 64;
interface Block {
  address: number;
  bytes: number;
}

const free: Block[] = [];
const live = new Map<number, number>();
let top = heapBase;
let liveBytes = 0;

/** A buffer of `bytes` bytes of any content, until {@link release}. @throws {OutOfMemoryError} */
export function allocate(bytes: number): Buffer {
  const size = Math.max(line, Math.ceil(bytes / line) * line);
  const address = takeFree(size) ?? takeTop(size);
  live.set(address, size);
  liveBytes += size;
  return address as Buffer;
}

/** Gives a buffer back. @throws when it is not one that {@link allocate} gave out and nobody gave back. */
export function release(buffer: Buffer): void {
  const bytes = live.get(buffer);
  if (bytes === undefined) throw new Error('A buffer was released that is not allocated: disposed of twice?');
  live.delete(buffer);
  liveBytes -= bytes;
  const next = firstAfter(buffer);
  free.splice(next, 0, { address: buffer, bytes });
  join(next);
  join(next - 1);
  const last = free[free.length - 1];
  if (last.address + last.bytes === top) {
    top = last.address;
    free.pop();
  }
}

/** Bytes given out and not yet given back. */
export const heapBytes = (): number => liveBytes;

/** Workers with a compatibility date before May 2025 have no such registry: there only `dispose()` gives memory back. */
const abandoned = globalThis.FinalizationRegistry && new FinalizationRegistry((buffer: Buffer) => release(buffer));

/** Releases `buffer` when `owner` is garbage, unless {@link disown} comes first. */
export const own = (owner: object, buffer: Buffer): void => abandoned?.register(owner, buffer, owner);

/** Releases `buffer` now, and no longer when `owner` is garbage. */
export function disown(owner: object, buffer: Buffer): void {
  abandoned?.unregister(owner);
  release(buffer);
}

function takeFree(size: number): number | undefined {
  const found = free.findIndex((block) => block.bytes >= size);
  if (found < 0) return undefined;
  const block = free[found];
  const { address } = block;
  if (block.bytes === size) free.splice(found, 1);
  else {
    block.address += size;
    block.bytes -= size;
  }
  return address;
}

function takeTop(size: number): number {
  growTo(top + size);
  const address = top;
  top += size;
  return address;
}

/** Index of the first free block above `address`. */
function firstAfter(address: number): number {
  let low = 0;
  let high = free.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (free[middle].address < address) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Joins free block `index` with the one after it when they touch. */
function join(index: number): void {
  const block = free[index];
  const next = free[index + 1];
  if (!block || !next || block.address + block.bytes !== next.address) return;
  block.bytes += next.bytes;
  free.splice(index + 1, 1);
}
