// The model file, numbers little-endian:
//
//   0        8         12           16             20                       20+H            L−4     L
//   | magic  | version | L: bytes   | H: bytes of  | header: JSON, spaces   | payload:      | CRC32 |
//   | 8      | u32     | in all u32 | header   u32 | to a multiple of four  | the arrays    | u32   |
//
// The header is a ModelDescription whose arrays are entries (array-code.ts); their bytes stand in the payload in the order in
// which the header names them, each a multiple of four, so nothing overlaps and nothing is left over. The checksum covers all
// that stands before it. Reading and writing take one pass; what is read is a copy.

import { showValue } from '../tensor/numbers.ts';
import { type ArrayEntry, decodeArray, encodeArray, payloadBytes } from './array-code.ts';
import { crc32 } from './crc32.ts';
import type { ModelDescription } from './description.ts';
import { FormatError } from './format-error.ts';
import { damaged, formatHeader, parseHeader, readHeader } from './header.ts';

/** The version that this code writes, and the newest that it reads. */
const formatVersion = 1;

/** As PNG's: not ASCII, and hurt by every transfer that thinks of text. */
const magic = [0x89, 0x45, 0x53, 0x50, 0x0d, 0x0a, 0x1a, 0x0a];
const prefix = 20;
const largestHeader = 2 ** 24;

/**
 * The bytes of a model file.
 * @throws {FormatError} when the description holds what a file cannot: arrays that do not fit their shape, functions, NaN in
 * configurations, references to nodes that do not come before.
 */
export function encodeModel(description: ModelDescription): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const json = formatHeader(description, (array) => {
    const size = array.shape.reduce((product, axis) => product * axis, 1);
    if (array.data.length !== size || (array.mask && array.mask.length !== size)) {
      throw new FormatError(`An array of shape [${array.shape.join(', ')}] cannot have ${array.data.length} numbers.`);
    }
    const { entry, bytes } = encodeArray(array);
    parts.push(bytes);
    return entry;
  });
  checkReadable(json);
  const headerBytes = Math.ceil(json.length / 4) * 4;
  if (headerBytes > largestHeader)
    throw new FormatError('The model has more layers and settings than a file can hold.');
  const length = prefix + headerBytes + parts.reduce((sum, part) => sum + part.length, 0) + 4;
  if (length > 0xffffffff) throw new FormatError(`A model file ends at 4 GiB, this model needs ${length} bytes.`);
  const file = new Uint8Array(length);
  const view = new DataView(file.buffer);
  file.set(magic);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, length, true);
  view.setUint32(16, headerBytes, true);
  file.set(json, prefix);
  file.fill(0x20, prefix + json.length, prefix + headerBytes);
  let place = prefix + headerBytes;
  for (const part of parts) {
    file.set(part, place);
    place += part.length;
  }
  view.setUint32(place, crc32(file.subarray(0, place)), true);
  return file;
}

/**
 * The model that `bytes` hold; nothing of `bytes` is kept.
 * @throws {FormatError} one sentence, when they are no model file, of a newer version, truncated, or damaged; a TypeError on what is
 * no bytes.
 */
export function decodeModel(bytes: Uint8Array | ArrayBuffer): ModelDescription {
  // Frames and test runners have constructors of their own: `instanceof` would not know theirs.
  const kind = Object.prototype.toString.call(bytes).slice(8, -1);
  const file = kind === 'ArrayBuffer' ? new Uint8Array(bytes) : (bytes as Uint8Array);
  if (kind !== 'ArrayBuffer' && kind !== 'Uint8Array') {
    throw new TypeError(
      `Expected the bytes of a model file, a Uint8Array or ArrayBuffer, got ${showValue(file)}; paths and URLs are for loadFile() and loadModel().`,
    );
  }
  const { header, payload } = open(file);
  let place = 0;
  const model = readHeader(header, (entry: ArrayEntry) => {
    const length = payloadBytes(entry);
    if (place + length > payload.length) throw damaged('its arrays reach beyond its end');
    place += length;
    return decodeArray(entry, payload.subarray(place - length, place));
  });
  if (place !== payload.length) throw damaged(`${payload.length - place} bytes belong to no array`);
  return model;
}

/** The parts of a file whose length and checksum are right. */
function open(file: Uint8Array): { header: unknown; payload: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < magic.length || magic.some((byte, i) => file[i] !== byte)) {
    throw new FormatError(`This is not an espalier model file: its first bytes differ (${file.length} bytes came).`);
  }
  if (file.length < prefix + 4) throw damaged(`it is cut off after ${file.length} bytes`);
  const version = view.getUint32(8, true);
  if (version > formatVersion || version === 0) {
    throw new FormatError(
      `The model file is of format version ${version}, this espalier reads version ${formatVersion}: update espalier, or save the model anew.`,
    );
  }
  const length = view.getUint32(12, true);
  if (length !== file.length) throw damaged(`it should have ${length} bytes and has ${file.length}`);
  const end = file.length - 4;
  const expected = view.getUint32(end, true);
  if (crc32(file.subarray(0, end)) !== expected) throw damaged('its checksum does not match its content');
  const headerBytes = view.getUint32(16, true);
  if (headerBytes > largestHeader || prefix + headerBytes > end || headerBytes % 4) {
    throw damaged(`its header claims ${headerBytes} bytes`);
  }
  const payload = prefix + headerBytes;
  return { header: parseHeader(file.subarray(prefix, payload)), payload: file.subarray(payload, end) };
}

/** What is written must be readable: the graph is checked by the reader's own rules. */
function checkReadable(header: Uint8Array): void {
  try {
    const empty = new Float32Array(0);
    readHeader(parseHeader(header), ({ shape, axes }) => ({ shape, axes, data: empty }));
  } catch (error) {
    throw new FormatError(`The model cannot be saved: ${(error as Error).message}`);
  }
}
