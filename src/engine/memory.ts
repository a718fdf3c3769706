// The engine's one WebAssembly memory, which every binary imports.
//
//   0      1 KiB            64 KiB             128 KiB            256 KiB       320 KiB              top
//   | null | plain's tables | relaxed's tables | test-only tables | SELL-4's x | heap: what lives … | arena chunks … |
//
// A `Buffer` is a place in it. Views are made anew on every call, so that none outlives a growth of the memory.

declare const opaque: unique symbol;

/** A place in the engine's memory; kernels take it, nothing else can read it. */
export type Buffer = number & { readonly [opaque]: 'Buffer' };

/** The absent buffer: a kernel that takes an optional operand (a bias) is given this for "none". */
export const none = 0 as Buffer;

/** Where the heap begins: below lie the binaries' constant tables, and where a SELL-4 product copies its operand to. */
export const heapBase = 327680;

const pageBytes = 65536;
const mebibyte = 2 ** 20;
let maximumPages = 65536;
let memory: WebAssembly.Memory | undefined;

/** The memory, created at first use. */
export function engineMemory(): WebAssembly.Memory {
  memory ??= new WebAssembly.Memory({ initial: 16, maximum: maximumPages });
  return memory;
}

/** Its size in bytes; 0 before its first use. */
export const memoryBytes = (): number => memory?.buffer.byteLength ?? 0;

/** Caps the memory at `bytes`. @throws when memory is in use already. */
export function limitMemory(bytes: number): void {
  if (memory) throw new Error('The memory limit must be set by init() before the first tensor or model is made.');
  if (!(bytes >= 2 * mebibyte && bytes <= 65536 * pageBytes)) {
    throw new RangeError(`The memory limit must lie between 2 MiB and 4 GiB, got ${bytes} bytes.`);
  }
  maximumPages = Math.floor(bytes / pageBytes);
}

/** Makes the memory reach `end` at least. @throws {OutOfMemoryError} when it cannot. */
export function growTo(end: number): void {
  const { buffer } = engineMemory();
  if (end <= buffer.byteLength) return;
  const wanted = Math.ceil(end / pageBytes);
  const generous = Math.min(maximumPages, Math.max(wanted, Math.ceil((buffer.byteLength * 1.25) / pageBytes)));
  for (const pages of generous > wanted ? [generous, wanted] : [wanted]) {
    try {
      engineMemory().grow(pages - engineMemory().buffer.byteLength / pageBytes);
      return;
    } catch {
      // The next, smaller wish is tried; after the last the error below says what was asked for.
    }
  }
  throw new OutOfMemoryError(end, maximumPages * pageBytes);
}

/** Thrown when the engine's memory cannot grow. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
  constructor(end: number, limit: number) {
    const mib = (bytes: number) => `${Math.ceil(bytes / mebibyte)} MiB`;
    super(
      `Out of memory: ${mib(end)} are needed and the engine's memory stops at ${mib(limit)}` +
        ` (now ${mib(engineMemory().buffer.byteLength)}); dispose() of models no longer used, or give fewer samples at a time:` +
        ' in training by a smaller batchSize, to an inference model in smaller calls.',
    );
  }
}

/** `buffer` moved on by `elements` of four bytes. */
export const at = (buffer: Buffer, elements: number): Buffer => (buffer + 4 * elements) as Buffer;

/** A view of `length` floats; good until the next allocation, so never kept. */
export const f32 = (buffer: Buffer, length: number): Float32Array =>
  new Float32Array(engineMemory().buffer, buffer, length);

/** As {@link f32}, of doubles. */
export const f64 = (buffer: Buffer, length: number): Float64Array =>
  new Float64Array(engineMemory().buffer, buffer, length);

/** As {@link f32}, of unsigned 32-bit integers. */
export const u32 = (buffer: Buffer, length: number): Uint32Array =>
  new Uint32Array(engineMemory().buffer, buffer, length);

/** As {@link f32}, of signed 32-bit integers. */
export const i32 = (buffer: Buffer, length: number): Int32Array =>
  new Int32Array(engineMemory().buffer, buffer, length);

/** As {@link f32}, of unsigned 16-bit integers. */
export const u16 = (buffer: Buffer, length: number): Uint16Array =>
  new Uint16Array(engineMemory().buffer, buffer, length);

/** As {@link f32}, of bytes. */
export const u8 = (buffer: Buffer, length: number): Uint8Array => new Uint8Array(engineMemory().buffer, buffer, length);
