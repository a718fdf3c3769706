// Reads a tar archive, gzip or not, from its bytes, as a stream: only the files asked for are held. About 40 µs a small file.

import { breather } from '../training/breath.ts';

/** How {@link readTar} goes about it. */
export interface TarOptions {
  /** Of the archive, for messages. */
  name: string;
  /** Whether a file is wanted. */
  wants(path: string): boolean;
  onFile(path: string, content: Uint8Array): void;
  /** Bytes of the archive that have been read. */
  onBytes?: (read: number) => void;
  signal?: AbortSignal;
}

const stretch = 2 ** 18;

/** The bytes in stretches. */
function streamOf(bytes: Uint8Array, onBytes?: (read: number) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + stretch) as Uint8Array<ArrayBuffer>);
      at = Math.min(at + stretch, bytes.length);
      onBytes?.(at);
    },
  });
}

async function contentOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
  if (parts.length === 1) return parts[0];
  const content = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    content.set(part, at);
    at += part.length;
  }
  return content;
}

/** What the archive gives. @throws Error saying why it cannot be read. */
async function intact<T>(name: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
    throw new Error(`${name} is damaged, cut short or no tar archive: ${reason}.`, { cause });
  }
}

/**
 * Hands over the files of an archive in their order.
 *
 * @throws the signal's reason when it is aborted
 * @throws Error when the archive is damaged, cut short, or none
 */
export async function readTar(bytes: Uint8Array, options: TarOptions): Promise<void> {
  const { name, wants, onFile, onBytes, signal } = options;
  const { createTarDecoder } = await import('modern-tar');
  const breathe = breather();
  const plain = streamOf(bytes, onBytes);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const tar = isPacked ? plain.pipeThrough(new DecompressionStream('gzip')) : plain;
  const entries = tar.pipeThrough(createTarDecoder({ strict: true })).getReader();
  const next = () => intact(name, entries.read());
  try {
    for (let entry = await next(); !entry.done; entry = await next()) {
      const { header, body } = entry.value;
      // What is not wanted is read too: in modern-tar 0.8, to cancel a body that has arrived whole cuts off the next one.
      const content = await intact(name, contentOf(body));
      if (header.type === 'file' && wants(header.name)) onFile(header.name, content);
      await breathe();
      signal?.throwIfAborted();
    }
  } finally {
    await entries.cancel().catch(() => {});
  }
}
