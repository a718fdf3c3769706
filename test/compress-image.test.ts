// The picture files of examples/compress-image.ts: what is written is read, at the price that information theory asks; nothing
// else is.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { dctCodebook } from '../examples/compress/codebooks.ts';
import { decode, encode, PictureFileError } from '../examples/compress/codec.ts';
import { code, contextsOf } from '../examples/compress/levels.ts';
import { Decoder, Encoder } from '../examples/compress/range-coder.ts';
import { scenePictures } from '../examples/denoise/scene-pictures.ts';
import { fromFile, type Picture, psnr, toJpeg, toPng } from '../examples/pictures.ts';
import { Random } from '../src/index.ts';
import { complaint, run } from './example-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-compress-'));
afterAll(() => rmSync(folder, { recursive: true }));

const book = dctCodebook();
const known = (number: number) => (number === 0 ? book.dictionary : undefined);
const picture = [...scenePictures(1, 1, 64).values()][0];
const cropped = (rows: number, columns: number): Picture => ({
  rows,
  columns,
  pixels: Float32Array.from(
    { length: rows * columns },
    (_, i) => picture.pixels[64 * Math.floor(i / columns) + (i % columns)],
  ),
});

describe('the arithmetic coder', () => {
  const bits = (chance: number, count: number) => {
    const random = new Random(1, 'bits');
    return Array.from({ length: count }, () => random.uniform() < chance);
  };

  test.each([0, 0.001, 0.1, 0.5, 0.9, 1])(
    'gives bits back that are 1 with a chance of %d, for little more than their entropy',
    (chance) => {
      const all = bits(chance, 20_000);
      const encoder = new Encoder(2);
      for (const bit of all) encoder.bit(1, bit);
      const bytes = encoder.finish();
      const decoder = new Decoder(2, bytes);
      expect(all.every((bit) => decoder.bit(1) === bit)).toBe(true);
      const ones = all.filter(Boolean).length / all.length;
      const entropy = [ones, 1 - ones].reduce((sum, p) => sum - (p > 0 ? p * Math.log2(p) : 0), 0);
      expect(8 * bytes.length).toBeGreaterThan(entropy * all.length);
      expect(8 * bytes.length).toBeLessThan(1.03 * entropy * all.length + 150);
    },
  );

  test('keeps its contexts apart', () => {
    const encoder = new Encoder(2);
    for (let i = 0; i < 8000; i++) encoder.bit(i % 2, i % 2 === 0);
    expect(encoder.finish().length).toBeLessThan(20);
  });
});

test('levels of any size come back', () => {
  const random = new Random(2, 'levels');
  const [across, down, atoms] = [5, 4, 7];
  const means = Int32Array.from({ length: across * down }, () => random.integer(4000) - 2000);
  const codes = Int32Array.from({ length: across * down * atoms }, () =>
    random.uniform() < 0.4 ? Math.trunc(random.normal() * 10 ** random.integer(5)) : 0,
  );
  codes.fill(-3, 2 * atoms, 4 * atoms); // blocks that use all atoms
  codes.fill(0, 6 * atoms, 9 * atoms); // and none
  const levels = { across, down, atoms, means, codes };
  const encoder = new Encoder(contextsOf(atoms));
  code(encoder, levels);
  const nothing = { ...levels, means: new Int32Array(means.length), codes: new Int32Array(codes.length) };
  expect(code(new Decoder(contextsOf(atoms), encoder.finish()), nothing)).toEqual(levels);
});

describe('files', () => {
  test.each([
    [64, 64],
    [17, 23],
    [1, 1],
    [8, 9],
  ])('of %i × %i pixels come back in their size, close to the picture', (rows, columns) => {
    const before = cropped(rows, columns);
    const after = decode(encode(before, book, 0.02), known);
    expect([after.rows, after.columns]).toEqual([rows, columns]);
    expect(psnr(before, after)).toBeGreaterThan(38);
  });

  test('a coarser step: a smaller file of a worse picture', () => {
    const files = [0.04, 0.1, 0.25, 0.6].map((step) => encode(picture, book, step));
    const sizes = files.map(({ length }) => length);
    const decibels = files.map((file) => psnr(picture, decode(file, known)));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(decibels).toEqual([...decibels].sort((a, b) => b - a));
  });

  test('are smaller than JPEGs of no higher PSNR', async () => {
    for (const quality of [10, 30, 60]) {
      const jpeg = await toJpeg(picture, quality);
      const theirs = psnr(picture, await fromFile(jpeg, 'JPEG'));
      const ours = [0.6, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05]
        .map((step) => encode(picture, book, step))
        .find((file) => psnr(picture, decode(file, known)) >= theirs);
      expect(ours?.length).toBeLessThan(jpeg.length);
    }
  });

  test('the DCT stands in zigzag order: first across, then down, then down again', () => {
    const wave = (k: number) => book.dictionary.atom(k);
    expect(wave(0)[0]).not.toBeCloseTo(wave(0)[1], 2);
    expect(wave(0)[0]).toBeCloseTo(wave(0)[8], 5);
    expect(wave(1)[0]).toBeCloseTo(wave(1)[1], 5);
    expect(wave(2)[0]).toBeCloseTo(wave(2)[1], 5);
    expect(wave(62)[0]).not.toBeCloseTo(wave(62)[1], 2);
  });
});

describe('what is no such file', () => {
  const file = encode(picture, book, 0.1);
  test('every change of a byte and every cut is noticed', () => {
    for (let at = 0; at < file.length; at += 7) {
      const bad = file.slice();
      bad[at] ^= 1 << (at % 8);
      expect(() => decode(bad, known)).toThrow(PictureFileError);
      expect(() => decode(file.subarray(0, at), known)).toThrow(PictureFileError);
    }
  });

  test('an unknown dictionary is named', () => {
    expect(() => decode(file, () => undefined)).toThrow('The file wants dictionary 0, which is not known here.');
  });

  test.each([0, -1, Number.NaN, 2])('a step of %d is refused', (step) => {
    expect(() => encode(picture, book, step)).toThrow('expected a step above 0');
  });
});

describe('pictures', () => {
  test('go to PNG and back within half a grey level', async () => {
    const back = await fromFile(toPng(picture), 'PNG');
    expect(back.rows).toBe(64);
    back.pixels.forEach((value, i) => {
      expect(Math.abs(value - picture.pixels[i])).toBeLessThan(0.502 / 255);
    });
  });

  test('with colours, cut short, or none at all are refused by name', async () => {
    const { encode: png } = await import('fast-png');
    const colours = png({ width: 2, height: 2, channels: 3, data: new Uint8Array(12) });
    await expect(fromFile(colours, 'a.png')).rejects.toThrow('a.png: expected a grey picture of one channel, got 3');
    await expect(fromFile(toPng(picture).subarray(0, 500), 'b.png')).rejects.toThrow('b.png: cannot be read');
    await expect(fromFile(new Uint8Array([1, 2, 3]), 'c.png')).rejects.toThrow('c.png: cannot be read');
  });
});

describe('the command', { timeout: 120_000 }, () => {
  test('compares, writes files, and decodes one of them', () => {
    writeFileSync(join(folder, 'scene.png'), toPng(picture));
    const out = join(folder, 'out');
    const options = ['--data', join(folder, 'scene.png'), '--out', out, '--json', '--step', '0.1'];
    const found = JSON.parse(run('compress-image', ...options));
    expect(found.variants.map(({ name }: { name: string }) => name)).toEqual(['DCT', 'learned dictionary', 'JPEG']);
    for (const { points } of found.curves) {
      for (let i = 1; i < points.length; i++) expect(points[i].psnr).toBeGreaterThan(points[i - 1].psnr);
    }
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Rate and distortion');
    run('compress-image', '--data', join(out, 'scene.espc'), '--out', out);
    const direct = decode(readFileSync(join(out, 'scene.espc')), known);
    expect(readFileSync(join(out, 'scene.png'))).toEqual(Buffer.from(toPng(direct)));
  });

  test('says what is wrong with a damaged file, and leaves nothing behind', () => {
    const file = join(folder, 'bad.espc');
    writeFileSync(file, encode(picture, book, 0.1).subarray(0, 200));
    const out = join(folder, 'nothing');
    const { status, stderr } = complaint('compress-image', '--data', file, '--out', out);
    expect(status).toBe(1);
    expect(stderr).toMatch(/compress-image: The file is damaged: expected \d+ bytes, got 200\./);
    expect(existsSync(out)).toBe(false);
  });
});
