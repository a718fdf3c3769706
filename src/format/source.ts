// What stands at an address: a file, or what a server gives.

import { showValue } from '../tensor/index.ts';
import { hasFiles, read, readFile } from './files.ts';
import { FormatError } from './format-error.ts';

/**
 * The bytes at an address: a path or `file:` URL in Node, an http, https, blob or data URL anywhere, and in a page one relative to it.
 * @throws with the address when it cannot be read.
 */
async function readSource(source: string | URL): Promise<Uint8Array> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    throw new TypeError(`Expected a path or a URL to read from, got ${showValue(source)}.`);
  }
  const address = String(source);
  if (/^file:/i.test(address)) return readFile(new URL(address));
  if (hasFiles() && !/^(https?|blob|data):/i.test(address)) return readFile(address);
  return read(address, async () => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  });
}

/** What `make` makes of the bytes at an address. @throws {FormatError} with the address when they are no model file, or a damaged one. */
export async function fromSource<T>(source: string | URL, make: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
  const bytes = await readSource(source);
  try {
    return await make(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${source}: ${error.message}`, { cause: error });
  }
}
