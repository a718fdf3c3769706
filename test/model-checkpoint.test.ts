// ModelCheckpoint: where it saves, when, and what comes back.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dense, type Logs, loadModel, type Model, ModelCheckpoint, prune, sequential, sgd } from '../src/index.ts';
import { line, script, weight, x, y } from './callback-fixture.ts';

test('ModelCheckpoint fills in its path, saves the best only, and leaves whole files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-'));
  try {
    const filepath = join(folder, 'm-{epoch:02d}-{figure:.2f}.espalier');
    const callbacks = [
      script('figure', [3, 2, 2.5, 1]),
      new ModelCheckpoint({ filepath, monitor: 'figure', saveBestOnly: true }),
    ];
    const model = line();
    await model.fit(x, y, { epochs: 4, callbacks });
    expect(readdirSync(folder).sort()).toEqual(['m-01-3.00.espalier', 'm-02-2.00.espalier', 'm-04-1.00.espalier']);
    expect(weight(await loadModel(join(folder, 'm-02-2.00.espalier')))).toBe(1);
    const saved: [string, number][] = [];
    const save = (_: Model, path: string, logs: Logs) => void saved.push([path, Object.keys(logs).length]);
    await line().fit(x, y, { epochs: 1, batchSize: 10, callbacks: [new ModelCheckpoint({ save, saveFreq: 2 })] });
    expect(saved.map(([path]) => path)).toEqual(['', '']);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(() => new ModelCheckpoint({})).toThrow('expected a filepath or a save function');
});

test('ModelCheckpoint formats figures as Python does, and batches from 1', async () => {
  const paths: string[] = [];
  const filepath = '{epoch:d} {epoch:03} {epoch:3d} {figure:.2e} {figure:8.3f} {figure:08.3f} {figure:f}';
  const save = (_: Model, path: string) => void paths.push(path);
  const callbacks = [script('figure', [-0.125, 12345]), new ModelCheckpoint({ filepath, save })];
  await line().fit(x, y, { epochs: 2, callbacks });
  // From Python: filepath.format(epoch=…, figure=…)
  expect(paths).toEqual([
    '1 001   1 -1.25e-01   -0.125 -000.125 -0.125000',
    '2 002   2 1.23e+04 12345.000 12345.000 12345.000000',
  ]);
  paths.length = 0;
  const everyOther = new ModelCheckpoint({ filepath: '{epoch}-{batch}', save, saveFreq: 2 });
  await line().fit(x, y, { epochs: 2, batchSize: 10, callbacks: [everyOther] });
  expect(paths).toEqual(['1-2', '1-4', '2-2', '2-4']);
});

test('ModelCheckpoint makes its folder, and sees that it is one, before it trains', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-'));
  const trained: number[] = [];
  const trainInto = (filepath: string) =>
    line().fit(x, y, {
      callbacks: [new ModelCheckpoint({ filepath }), { onTrainBatchBegin: (batch) => void trained.push(batch) }],
    });
  try {
    await trainInto(join(folder, 'a', 'b', 'of-{epoch}', 'm.espalier'));
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(
      ['a', 'a/b', 'a/b/of-1', 'a/b/of-1/m.espalier'].map((path) => join(path)),
    );
    trained.length = 0;
    await expect(trainInto(join(folder, 'a/b/of-1/m.espalier', 'below', '{epoch}'))).rejects.toThrow(
      /^Cannot write into .*below: a part of its path is not a folder\.$/,
    );
    expect(trained).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a checkpoint of a pruned model comes back pruned', async () => {
  let bytes: Uint8Array | undefined;
  const model = sequential([dense({ units: 8, inputShape: [1] }), dense({ units: 1 })]);
  model.compile({ optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }), loss: 'mse' });
  prune(model, { amount: 0.5 });
  const save = (current: Model) => {
    bytes = current.toBytes();
  };
  await model.fit(x, y, { epochs: 2, callbacks: [new ModelCheckpoint({ save })] });
  const again = await loadModel(bytes as Uint8Array);
  const zeros = (m: Model) => m.getWeights().map(({ data }) => data.filter((w) => w === 0).length);
  const before = zeros(again);
  await again.fit(x, y, { epochs: 3 });
  expect(zeros(again)).toEqual(before);
  expect(before[0] + before[2]).toBe(8);
});
