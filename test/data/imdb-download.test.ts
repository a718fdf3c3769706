// IMDB from a server of our own on loopback.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DownloadProgress, loadImdb } from '../../src/index.ts';
import { archive, expected, newFolder } from './imdb-fixture.ts';

describe('loadImdb by download', () => {
  let packed: Uint8Array;
  let host = '';
  let requests = 0;
  let damage = false;
  const server = createServer((_, response) => {
    requests++;
    response.end(damage ? packed.slice().fill(0, 30, 40) : packed);
  });
  beforeAll(async () => {
    packed = gzipSync(await archive());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const file = () => ({
    name: 'reviews.tar.gz',
    size: packed.length,
    sha256: createHash('sha256').update(packed).digest('hex'),
  });
  const load = (cacheFolder: string, onProgress?: (progress: DownloadProgress) => void) =>
    loadImdb({ baseUrl: host, file: file(), cacheFolder, onProgress, pause: 1 });

  test('fetches it once, tells its progress, keeps it whole', async () => {
    const cache = newFolder();
    const progress: DownloadProgress[] = [];
    expect(await load(cache, (step) => progress.push(step))).toEqual(expected);
    expect(progress.at(-1)).toMatchObject({
      file: 'reviews.tar.gz',
      received: packed.length,
      totalSize: packed.length,
    });
    expect(new Uint8Array(readFileSync(join(cache, 'reviews.tar.gz')))).toEqual(new Uint8Array(packed));
    expect(await load(cache, () => expect.unreachable())).toEqual(expected);
    expect(requests).toBe(1);
  });

  test('a wrong checksum is an error, and nothing of it stays', async () => {
    damage = true;
    const cache = newFolder();
    await expect(load(cache)).rejects.toThrow(/reviews\.tar\.gz could not be downloaded.* its SHA-256 is/);
    expect(readdirSync(cache)).toEqual([]);
  });
});
