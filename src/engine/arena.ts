// The arena holds what one step needs: activations, gradients, scratch. A stack: mark, allocate, release back to the mark.
// It lives in chunks of the heap; when it is empty again several chunks become one, so that a repeated step soon
// finds all its room in one piece and the memory no longer grows.

import { allocate as heapAllocate, release as heapRelease } from './heap.ts';
import { type Buffer, OutOfMemoryError } from './memory.ts';

const line = 64;
const smallestChunk = 2 ** 20;
const chunkShift = 2 ** 32;

const chunks: { buffer: Buffer; bytes: number }[] = [];
let chunk = 0;
let used = 0;
/** Whether a step found no room to spare: then others may need what the arena would keep. */
let isCramped = false;

/** A buffer of `bytes` bytes of any content, until the mark below it is released. @throws {OutOfMemoryError} */
export function allocate(bytes: number): Buffer {
  const size = Math.ceil(bytes / line) * line;
  while (chunk < chunks.length && used + size > chunks[chunk].bytes) {
    chunk++;
    used = 0;
  }
  if (chunk === chunks.length && !addChunk(Math.max(size, smallestChunk, arenaBytes()))) {
    isCramped = true;
    chunks.push({ buffer: heapAllocate(size), bytes: size });
  }
  const buffer = (chunks[chunk].buffer + used) as Buffer;
  used += size;
  return buffer;
}

/** The arena's height now, for {@link release}. */
export const mark = (): number => chunk * chunkShift + used;

/** Gives back all that was allocated since `height` was marked. */
export function release(height: number): void {
  chunk = Math.floor(height / chunkShift);
  used = height % chunkShift;
  if (height > 0 || (chunks.length < 2 && !isCramped)) return;
  const bytes = arenaBytes();
  for (const { buffer } of chunks.splice(0)) heapRelease(buffer);
  if (!isCramped) addChunk(bytes);
  isCramped = false;
}

/** Whether there was room for one more chunk: near the memory's cap a step does with chunks of what it asks for. */
function addChunk(bytes: number): boolean {
  try {
    chunks.push({ buffer: heapAllocate(bytes), bytes });
    return true;
  } catch (error) {
    if (error instanceof OutOfMemoryError) return false;
    throw error;
  }
}

/** Runs `step` and gives back what it allocated, whether it returns or throws. */
export function scope<T>(step: () => T): T {
  const height = mark();
  try {
    return step();
  } finally {
    release(height);
  }
}

/** Bytes the arena keeps for its steps. */
export const arenaBytes = (): number => chunks.reduce((sum, { bytes }) => sum + bytes, 0);
