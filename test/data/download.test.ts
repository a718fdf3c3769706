// Downloads against a server of our own on loopback, which misbehaves as told.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DownloadProgress, download } from '../../src/data/download.ts';
import { loadMnist } from '../../src/data/mnist.ts';
import { fakeMnist } from './fake-mnist.ts';

const { packed, files, bytes: content } = fakeMnist();
const root = mkdtempSync(join(tmpdir(), 'espalier-download-'));
const newFolder = () => mkdtempSync(join(root, 'cache-'));

type Answer = (name: string, response: ServerResponse) => void;
const send: Answer = (name, response) => {
  response.writeHead(200, { 'content-length': packed[name].length }).end(packed[name]);
};
const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end('no');
const sendBytes =
  (change: (bytes: Uint8Array) => Uint8Array): Answer =>
  (name, response) =>
    response.end(change(packed[name]));
const cut: Answer = (name, response) => {
  response.writeHead(200, { 'content-length': packed[name].length });
  response.write(packed[name].subarray(0, 20), () => setTimeout(() => response.destroy(), 20));
};
const stall: Answer = (name, response) => {
  response.writeHead(200, { 'content-length': packed[name].length });
  response.write(packed[name].subarray(0, 20));
};

let requests: string[] = [];
let script: Answer[] = []; // answers to the next requests; then `send`
const server = createServer((request, response) => {
  const path = request.url ?? '';
  requests.push(path);
  (script.shift() ?? send)(path.slice(path.lastIndexOf('/') + 1), response);
});
let host = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  requests = [];
  script = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

const names = Object.values(files).map(({ name }) => name);
const load = (cacheFolder: string, rest: Parameters<typeof loadMnist>[0] = {}) =>
  loadMnist({ baseUrl: host, files, cacheFolder, pause: 1, ...rest });

describe('loadMnist by download', () => {
  test('fetches the four files, tells its progress, keeps them whole, and asks for nothing the second time', async () => {
    const cache = join(newFolder(), 'made', 'on the way');
    const progress: DownloadProgress[] = [];
    const data = await load(cache, { onProgress: (step) => progress.push(step) });
    expect(data.train.labels).toEqual(new Uint8Array(content.trainLabels.subarray(8)));
    expect(requests).toEqual(names.map((name) => `/${name}`));
    expect(readdirSync(cache).sort()).toEqual([...names].sort());
    for (const name of names)
      expect(new Uint8Array(readFileSync(join(cache, name)))).toEqual(new Uint8Array(packed[name]));

    const totalSize = Object.values(packed).reduce((sum, { length }) => sum + length, 0);
    expect(progress.at(-1)).toEqual({
      file: files.testLabels.name,
      received: files.testLabels.size,
      size: files.testLabels.size,
      totalReceived: totalSize,
      totalSize,
    });
    for (let i = 1; i < progress.length; i++) {
      expect(progress[i].totalReceived).toBeGreaterThanOrEqual(progress[i - 1].totalReceived);
    }

    const again = await load(cache, { onProgress: () => expect.unreachable() });
    expect(again).toEqual(data);
    expect(requests).toHaveLength(4);
  });

  test('a damaged file in the cache is fetched anew, it alone', async () => {
    const cache = newFolder();
    await load(cache);
    writeFileSync(join(cache, files.testImages.name), 'nonsense');
    requests = [];
    const progress: DownloadProgress[] = [];
    await load(cache, { onProgress: (step) => progress.push(step) });
    expect(requests).toEqual([`/${files.testImages.name}`]);
    expect(progress.at(-1)?.totalSize).toBe(files.testImages.size);
    expect(new Uint8Array(readFileSync(join(cache, files.testImages.name)))).toEqual(
      new Uint8Array(packed[files.testImages.name]),
    );
  });

  test.each<[string, Answer[]]>([
    ['503', [status(503), status(503)]],
    ['a cut connection', [cut, cut]],
    ['a connection cut before the answer', [(_, response) => response.destroy()]],
    ['429, then a cut connection', [status(429), cut]],
  ])('tries again after %s', async (_, answers) => {
    const count = answers.length;
    script = answers;
    const data = await load(newFolder());
    expect(data.test.count).toBe(3);
    expect(requests).toEqual([...new Array(count).fill(`/${names[0]}`), ...names.map((name) => `/${name}`)]);
  });

  test('goes on to the next mirror, and back to one only if that may help', async () => {
    script = [status(404), status(503), send];
    await load(newFolder(), { baseUrl: [`${host}a`, `${host}b/`] });
    expect(requests.slice(0, 3)).toEqual([`/a/${names[0]}`, `/b/${names[0]}`, `/b/${names[0]}`]);
  });

  test.each<[string, Answer, RegExp, number]>([
    [
      'other bytes',
      sendBytes((b) => new Uint8Array(b).fill(1, 30, 31)),
      /its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}/,
      1,
    ],
    ['too few bytes', sendBytes((b) => b.subarray(0, 50)), /it sent 50 of \d+ bytes/, 3],
    ['too many bytes', sendBytes((b) => Buffer.concat([b, b])), /it sent more than the file's \d+ bytes/, 1],
    ['404', status(404), /it answered 404 Not Found/, 1],
    ['500', status(500), /it answered 500/, 3],
    ['a cut connection', cut, /fetch failed|terminated|sent/, 3],
  ])('gives up after %s, says why, and leaves nothing', async (_, answer, message, asked) => {
    script = new Array(9).fill(answer);
    const cache = newFolder();
    await expect(load(cache)).rejects.toThrow(message);
    expect(requests).toHaveLength(asked);
    script = new Array(9).fill(answer);
    await expect(load(cache)).rejects.toThrow(`${names[0]} could not be downloaded. ${host}: `);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('a server that is not there is named', async () => {
    await expect(load(newFolder(), { baseUrl: 'http://127.0.0.1:1/' })).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1\/: fetch failed \(/,
    );
  });

  test('a server that falls silent is given up', async () => {
    script = [stall, stall];
    const attempt = download(files.trainImages, { mirrors: [host], rounds: 2, pause: 1, patience: 60 });
    await expect(attempt).rejects.toThrow(/it sent nothing for 0.06 s/);
    expect(requests).toHaveLength(2);
  });

  test('a cache that cannot be written to is an error that says so', async () => {
    const file = join(newFolder(), 'a file');
    writeFileSync(file, '');
    await expect(load(join(file, 'cache'))).rejects.toThrow(
      /cache folder .* cannot be written to; give another as cacheFolder/,
    );
  });
});

describe('abort', () => {
  const reason = new Error('the user pressed Ctrl-C');

  test('in the middle of a file: the reason is thrown, files before it are kept whole, nothing of it is left', async () => {
    const cache = newFolder();
    const controller = new AbortController();
    script = [send, stall];
    const loading = load(cache, {
      signal: controller.signal,
      onProgress: ({ file, received }) => {
        if (file === names[1] && received > 0) controller.abort(reason);
      },
    });
    await expect(loading).rejects.toBe(reason);
    expect(readdirSync(cache)).toEqual([names[0]]);
    await load(cache);
    expect(requests.slice(2)).toEqual(names.slice(1).map((name) => `/${name}`));
  });

  test('during the pause between attempts', async () => {
    const controller = new AbortController();
    script = new Array(9).fill(status(503));
    const loading = load(newFolder(), { signal: controller.signal, pause: 60_000 });
    setTimeout(() => controller.abort(reason), 100);
    await expect(loading).rejects.toBe(reason);
    expect(requests).toHaveLength(1);
  });

  test('before the first request', async () => {
    await expect(load(newFolder(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });
});
