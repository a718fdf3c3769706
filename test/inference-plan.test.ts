// What a plan is made of: places in memory, costs, files and addresses that models come from.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { kernels } from '../src/engine/index.ts';
import { block, dense, prune, sequential } from '../src/index.ts';
import { calibrate, calibrationTime, fitCost } from '../src/inference/calibrate.ts';
import { least } from '../src/inference/clock.ts';
import { builtInCosts } from '../src/inference/cost-table.ts';
import { parts, predict } from '../src/inference/costs.ts';
import { compress, type Form, loadFile } from '../src/inference/index.ts';
import { layersTime } from '../src/inference/measure-layers.ts';
import { place } from '../src/inference/placement.ts';
import { raceTime } from '../src/inference/race.ts';
import { Weights } from '../src/inference/weights.ts';
import { denseWork } from '../src/inference/work.ts';
import { Random } from '../src/tensor/random.ts';
import { blocksFromCsr, sell4FromCsr } from '../src/tensor/sparse/index.ts';

const random = new Random(21, 'inference-plan');

describe('placement', () => {
  test('buffers that live at the same time never overlap; a chain needs its two largest neighbours', () => {
    for (let round = 0; round < 300; round++) {
      const lives = Array.from({ length: 1 + random.integer(25) }, () => {
        const first = random.integer(20) - 1;
        return { length: random.integer(500), first, last: random.integer(8) ? first + random.integer(6) : Infinity };
      });
      const { places, total } = place(lives);
      lives.forEach((a, i) => {
        expect(places[i] % 16).toBe(0);
        expect(places[i] + a.length).toBeLessThanOrEqual(total);
        lives.slice(0, i).forEach((b, j) => {
          const together = a.first <= b.last && b.first <= a.last;
          const apart = places[i] + a.length <= places[j] || places[j] + b.length <= places[i];
          expect(apart || !together).toBe(true);
        });
      });
    }
    const chain = [160, 320, 16, 640, 32, 480].map((length, step) => ({ length, first: step, last: step + 1 }));
    expect(place(chain).total).toBe(672);
  });
});

describe('costs', () => {
  test('stored weights are those of the formats that run', () => {
    for (const density of [0, 0.02, 0.3, 1]) {
      for (const [m, k] of [
        [1, 1],
        [17, 9],
        [33, 40],
      ]) {
        const data = Float32Array.from({ length: m * k }, () => (random.uniform() < density ? random.normal() : 0));
        const weights = new Weights({ shape: [k, m], axes: [1, 0], data });
        expect(weights.stored('dense')).toBe(m * k);
        expect(weights.stored('csr')).toBe(weights.csr.values.length);
        expect(weights.stored('sell4')).toBe(4 * (sell4FromCsr(weights.csr).slices.at(-1) ?? 0));
        expect(weights.stored('csc')).toBe(weights.csr.values.length);
        for (const height of [4, 8, 16] as const) {
          const { length } = blocksFromCsr(weights.csr, height).values;
          expect(weights.stored(`block${height}`)).toBe(length);
          expect(weights.stored(`column${height}`)).toBe(length);
        }
      }
    }
  });

  test('a run costs its panels: 32 + 16 + 8 + 4, the rest pulled back', () => {
    const panel = (width: number) => builtInCosts.panels.csr.find(([w]) => w === width)?.[1].weight ?? Number.NaN;
    const weights = new Weights({ shape: [3, 10], axes: [1, 0], data: new Float32Array(30).fill(1) });
    const weight = (columns: number) => parts(builtInCosts, 'csr', weights, denseWork(columns)).weight;
    expect(weight(60)).toBeCloseTo(panel(32) + panel(16) + panel(8) + panel(4), 9);
    expect(weight(33)).toBeCloseTo(panel(32) + panel(4), 9);
    expect(weight(3)).toBeCloseTo(3 * panel(1), 9);
    expect(weight(64)).toBeCloseTo(2 * panel(32), 9);
  });

  test('zero inputs: more of them never cost more, and weights that are not finite are never skipped', () => {
    const data = Float32Array.from({ length: 64 * 300 }, () => (random.uniform() < 0.1 ? random.normal() : 0));
    const weights = new Weights({ shape: [300, 64], axes: [1, 0], data });
    const time = (form: Form, zeros: number) => predict(builtInCosts, form, weights, { ...denseWork(1), zeros });
    for (const form of ['dense', 'csc', 'column4', 'column8', 'column16'] as const) {
      for (let zeros = 0; zeros < 1; zeros += 0.125) {
        expect(time(form, zeros + 0.125)).toBeLessThanOrEqual(time(form, zeros));
      }
      expect(time(form, 0.9)).toBeLessThan(0.5 * time(form, 0));
    }
    expect(time('sell4', 0.9)).toBe(time('sell4', 0));
    const broken = new Weights({ shape: [300, 64], axes: [1, 0], data: data.map((w, i) => (i === 77 ? Infinity : w)) });
    const skipping = ['csc', 'column4', 'column8', 'column16'] as const;
    expect(skipping.map((form) => broken.stored(form))).toEqual([Infinity, Infinity, Infinity, Infinity]);
    expect([weights.isTiled, broken.isTiled]).toEqual([true, false]);
    const [most, more] = [65536, 65537].map(
      (k) => new Weights({ shape: [k, 48], axes: [1, 0], data: new Float32Array(48 * k) }),
    );
    expect([most.isTiled, more.isTiled]).toEqual([true, false]);
    expect(skipping.map((form) => more.stored(form))).toEqual([Infinity, Infinity, Infinity, Infinity]);
  });

  test('measuring ends when the time that was asked for is over, each step took its turns, warm, and the least time counts', () => {
    let now = 0;
    const durations = [0.3, 0.001, 0.04];
    const counts = [0, 0, 0];
    const steps = durations.map((duration, i) => () => {
      now += counts[i]++ % 3 === 0 ? duration : 1.5 * duration;
    });
    const times = least(steps, 50, () => (now += 0.0001));
    expect(now).toBeGreaterThanOrEqual(50);
    expect(now).toBeLessThan(51);
    times.forEach((time, i) => {
      expect(time / 1e6).toBeGreaterThan(0.99 * durations[i]);
      expect(time / 1e6).toBeLessThan(1.4 * durations[i]);
    });
  });

  test('a clock that stands still or is too coarse measures nothing, and calibration keeps the built-in costs', () => {
    let now = 0;
    expect(least([() => (now += 40)], 100, () => Math.floor(now++ / 60) * 60)).toEqual([Infinity]);
    let reads = 0;
    const stuck = () => (reads++ < 1e6 ? 5 : 1e9);
    expect(calibrate(kernels(), 1, stuck)).toEqual(builtInCosts);
  });

  test('calibration asks for less than 200 ms of measuring in all', () => {
    expect(calibrationTime + raceTime + layersTime).toBeLessThanOrEqual(100);
  });

  test('two costs are fitted to times, unless these are those of calls that are not compiled yet', () => {
    const known = { row: 3, weight: 0.06 };
    const sizes = [
      [2, 100],
      [2, 2048],
      [4, 1843],
      [4, 640],
      [10, 6400],
    ]; // rows of blocks, and weights
    const cases = sizes.map(([rows, stored]) => ({ rows, stored, fixed: 20, step() {} }));
    const times = (row: number, weight: number, more = 0) =>
      cases.map(({ rows, stored, fixed }) => fixed + row * rows + weight * stored + more);
    const slower = fitCost(cases, known, times(3.9, 0.09));
    expect(slower?.row).toBeCloseTo(3.9, 9);
    expect(slower?.weight).toBeCloseTo(0.09, 9);
    const late = fitCost(cases, known, times(3, 0.06, 60));
    expect(late?.weight).toBeGreaterThan(0.06);
    expect(late?.weight).toBeLessThan(0.06 * 1.2);
    expect(late?.row).toBeCloseTo((late?.weight ?? 0) * 50, 9);
    expect(fitCost(cases, known, [...times(3, 0.06).slice(1), Infinity])).toBeUndefined();
  });

  test('calibration gives a whole table of costs above zero, and models that agree', () => {
    const table = calibrate(kernels(), 30);
    const numbers = [
      ...Object.values(table.vector),
      ...Object.values(table.panels).flatMap((p) => p.map(([, c]) => c)),
    ];
    expect(numbers).toHaveLength(11 + 3 + 4 + 5 + 3);
    for (const { row, weight } of numbers) {
      expect(row).toBeGreaterThanOrEqual(0);
      expect(weight).toBeGreaterThan(0);
      expect(row + weight).toBeLessThan(1e4);
    }
    const pace = table.call / builtInCosts.call;
    for (const name of ['copy', 'scan', 'place', 'ragged'] as const) {
      expect(table[name]).toBeCloseTo(pace * builtInCosts[name], 12);
    }
    const known = [
      ...Object.values(builtInCosts.vector),
      ...Object.values(builtInCosts.panels).flatMap((p) => p.map(([, c]) => c)),
    ];
    expect(known.some(({ weight }, i) => Math.abs(numbers[i].weight - pace * weight) < 1e-12)).toBe(true);
    const model = sequential([dense({ units: 64, inputShape: [400] })]);
    prune(model, { amount: 0.98, structure: block(4, 1) });
    const measured = compress(model, { calibrate: true });
    const [row] = measured.explain();
    expect(row.form).not.toBe('dense');
    expect(row.measured).toBeGreaterThan(0);
    expect(row.measured).toBeLessThan(1e4);
    expect(compress(model).explain()[0]).not.toHaveProperty('measured');
    const x = Float32Array.from({ length: 400 }, () => random.normal());
    const [a, b] = [measured.predict(x).data, model.predict(x).data];
    a.forEach((value, i) => {
      expect(Math.abs(value - b[i])).toBeLessThan(1e-5);
    });
  });
});

test('loadFile reads paths and URLs of every kind, and says what it could not read', async () => {
  const model = compress(sequential([dense({ units: 2, inputShape: [3] })]));
  const x = Float32Array.of(1, 2, 3);
  const folder = await mkdtemp(join(tmpdir(), 'espalier-'));
  const server = createServer((request, response) => {
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': 1000 }).write('cut');
      setTimeout(() => request.destroy(), 20);
      return;
    }
    response.statusCode = request.url === '/model' ? 200 : 404;
    response.end(model.toBytes());
  });
  try {
    const path = join(folder, 'model.espalier');
    await model.save(path);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const web = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const blob = URL.createObjectURL(new Blob([Uint8Array.from(model.toBytes())]));
    const files = [path, pathToFileURL(path), pathToFileURL(path).href];
    for (const source of [
      ...files,
      `${web}/model`,
      `${web}/model`.replace('http', 'HTTP'),
      new URL(`${web}/model`),
      blob,
    ]) {
      expect((await loadFile(source)).predict(x)).toEqual(model.predict(x));
    }
    await expect(loadFile(`${web}/other`)).rejects.toThrow('the server answered 404');
    await expect(loadFile(join(folder, 'other'))).rejects.toThrow('there is no such file');
    await expect(loadFile(`${web}/cut`)).rejects.toThrow(`Cannot read ${web}/cut: `);
    await expect(loadFile('http://127.0.0.1:1/model')).rejects.toThrow(/^Cannot read http.*: /);
    await expect(loadFile('http://')).rejects.toThrow('Cannot read http://: ');
    await expect(loadFile(5 as never)).rejects.toThrow('Expected a path or a URL to read from, got 5.');
    await expect(model.save(undefined as never)).rejects.toThrow('Expected a path to write to, got undefined.');
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});
