// IDX, the format of MNIST's files: arrays of bytes behind a big-endian header.
//
//   00 00 08 d | size₀ … size_{d−1} (u32 each) | elements, row-major
//        │  └ dimensions
//        └ u8

/** An array of bytes and its shape. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file of `dimensions` dimensions; `data` is a view of `bytes`. `name` is for the messages.
 *
 * @throws Error when the file is of another kind, is cut off, or goes on after its elements
 */
export function parseIdx(bytes: Uint8Array, dimensions: number, name: string): IdxArray {
  const header = 4 + 4 * dimensions;
  const magic = [0, 0, 8, dimensions];
  if (magic.some((byte, i) => bytes[i] !== byte)) {
    const hex = (values: ArrayLike<number>) => Array.from(values, (v) => v.toString(16).padStart(2, '0')).join(' ');
    throw new Error(
      `${name} is not an IDX file of bytes in ${dimensions} dimensions: expected it to begin with ${hex(magic)}, ` +
        `got ${bytes.length === 0 ? 'an empty file' : hex(bytes.subarray(0, 4))}.`,
    );
  }
  if (bytes.length < header)
    throw new Error(`${name} is truncated: it ends in its header, after ${bytes.length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = header + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    throw new Error(
      `${name} ${bytes.length < expected ? 'is truncated' : 'has bytes after its end'}: ` +
        `its ${shape.join(' × ')} elements make ${expected} bytes, got ${bytes.length}.`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}

/**
 * The bytes themselves, or what they unpack to when they are gzip (by their magic bytes).
 *
 * @throws Error when gzip data is damaged or cut off
 */
export async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const unpacked = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (cause) {
    throw new Error(`${name} is damaged or truncated: its gzip data cannot be unpacked.`, { cause });
  }
}
