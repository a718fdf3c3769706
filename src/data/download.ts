// One file by HTTP: from the first mirror that gives the right bytes, again after a pause when none does. The file is
// held in memory until its checksum is right, so that nothing half-fetched is ever seen by anyone.

import { checkNumber } from '../tensor/index.ts';

/** A file as it must arrive. */
export interface RemoteFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
}

/** How far a download is; `received` starts again from 0 when an attempt fails. */
export interface DownloadProgress {
  /** The file's name. */
  readonly file: string;
  /** Bytes of this file. */
  readonly received: number;
  /** Bytes that it has. */
  readonly size: number;
  /** Bytes of all files to be downloaded. */
  readonly totalReceived: number;
  /** Bytes that all of them have. */
  readonly totalSize: number;
}

/** How `download` goes about it. */
export interface DownloadOptions {
  /** Folders of the web, each ending in a slash, in the order they are tried. */
  mirrors: readonly string[];
  onBytes?: (received: number) => void;
  signal?: AbortSignal;
  /** How often each mirror is asked; default 3. */
  rounds?: number;
  /** Milliseconds before the second round, doubled for each further one; default 1000. */
  pause?: number;
  /** Milliseconds without a byte after which an attempt has failed; default 30,000. */
  patience?: number;
}

/** A reason that asking this mirror again will not change. */
class Refusal extends Error {}

/** The SHA-256 of bytes in lower-case hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

async function readBody(response: Response, size: number, onBytes: (received: number) => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let received = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    if (received + part.value.length > size) throw new Refusal(`it sent more than the file's ${size} bytes`);
    bytes.set(part.value, received);
    received += part.value.length;
    onBytes(received);
  }
  if (received < size) throw new Error(`it sent ${received} of ${size} bytes`);
  return bytes;
}

async function attempt(url: string, file: RemoteFile, options: DownloadOptions): Promise<Uint8Array> {
  const { signal, onBytes, patience = 30_000 } = options;
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  const stalled = () => controller.abort(new Error(`it sent nothing for ${patience / 1000} s`));
  signal?.addEventListener('abort', stop, { once: true });
  let timer = setTimeout(stalled, patience);
  try {
    // Identity: a server that packs the packed file once more would have fetch unpack it, and the checksum would differ.
    const headers = { 'accept-encoding': 'identity' };
    const response = await fetch(url, { signal: controller.signal, headers });
    if (!response.ok) {
      const answer = `it answered ${response.status} ${response.statusText}`.trim();
      const passing = response.status >= 500 || response.status === 408 || response.status === 429;
      throw passing ? new Error(answer) : new Refusal(answer);
    }
    const bytes = await readBody(response, file.size, (received) => {
      clearTimeout(timer);
      timer = setTimeout(stalled, patience);
      onBytes?.(received);
    });
    const sum = await sha256(bytes);
    if (sum !== file.sha256) throw new Refusal(`its SHA-256 is ${sum}, expected ${file.sha256}`);
    return bytes;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    controller.abort(); // lets go of a connection given up half-way
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/**
 * The bytes of a file, checked.
 *
 * @throws the signal's reason when it is aborted
 * @throws RangeError unless the pause is a finite number from 0
 * @throws Error naming each mirror and why it failed, when all did
 */
export async function download(file: RemoteFile, options: DownloadOptions): Promise<Uint8Array> {
  const { mirrors, signal, rounds = 3, pause = 1000 } = options;
  checkNumber('download', { pause }, 'a finite number from 0');
  const failures = new Map<string, string>();
  const refused = new Set<string>();
  for (let round = 0; round < rounds && refused.size < mirrors.length; round++) {
    if (round > 0) await sleep(pause * 2 ** (round - 1), signal);
    for (const mirror of mirrors) {
      if (refused.has(mirror)) continue;
      signal?.throwIfAborted();
      try {
        return await attempt(mirror + file.name, file, options);
      } catch (error) {
        signal?.throwIfAborted();
        options.onBytes?.(0);
        failures.set(mirror, reasonOf(error));
        if (error instanceof Refusal) refused.add(mirror);
      }
    }
  }
  const reasons = [...failures].map(([mirror, reason]) => `${mirror}: ${reason}`).join('; ');
  throw new Error(`${file.name} could not be downloaded. ${reasons}.`);
}
