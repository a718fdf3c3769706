// Compression by sparsity: a picture's 8×8 blocks as few atoms of a dictionary (the DCT, or one that K-SVD learned), rounded, in
// arithmetic code, in a file and back; bits for each pixel against PSNR, beside JPEG.
//
//   npx tsx examples/compress-image.ts [--data PICTURES] [--step 0.12] [--dictionary dct] [--json]
//   npx tsx examples/compress-image.ts --data picture.espc --out folder     decodes a file to a PNG
//
// PICTURES is a grey PNG or JPEG, or a folder of them; without it, pictures are generated. The files of the chosen step and dictionary go
// to the folder too.

import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { dctCodebook, learnedCodebook, learnedIterations } from './compress/codebooks.ts';
import { type Codebook, decode, encode } from './compress/codec.ts';
import { scenePictures } from './denoise/scene-pictures.ts';
import { bitmap, fromFile, type Picture, picturesOf, psnr, toJpeg, toPng } from './pictures.ts';
import { type CommonOptions, example, type Outcome, type Progress, pause, UsageError } from './scaffold.ts';

interface Options extends CommonOptions {
  step: number;
  dictionary: 'dct' | 'learned';
}

/** Grains of the coefficients, and JPEG's qualities, that the curves are made of. */
const steps = [0.6, 0.42, 0.3, 0.21, 0.15, 0.105, 0.075, 0.0525];
const qualities = [3, 5, 8, 12, 20, 30, 45, 60, 75, 85];

/** Bits for each pixel, and what of the picture is left. */
interface Point {
  readonly bits: number;
  readonly psnr: number;
}

/** One way to write files. */
interface Method {
  readonly name: string;
  readonly settings: readonly number[];
  write(picture: Picture, setting: number): Promise<{ bytes: number; seen: Picture }>;
}

/** Files written and read again: what is compared is what came back. */
function methods(books: readonly Codebook[]): Method[] {
  const known = (number: number) => books.find((book) => book.number === number)?.dictionary;
  const own = books.map((book, i): Method => {
    const name = i === 0 ? 'DCT' : 'learned dictionary';
    return {
      name,
      settings: steps,
      async write(picture, step) {
        const bytes = encode(picture, book, step);
        return { bytes: bytes.length, seen: decode(bytes, known) };
      },
    };
  });
  const jpeg: Method = {
    name: 'JPEG',
    settings: qualities,
    async write(picture, quality) {
      const bytes = await toJpeg(picture, quality);
      return { bytes: bytes.length, seen: await fromFile(bytes, 'JPEG') };
    },
  };
  return [...own, jpeg];
}

async function curveOf(
  method: Method,
  pictures: readonly Picture[],
  onSetting: (done: number) => void,
  signal: AbortSignal,
): Promise<Point[]> {
  const points: Point[] = [];
  for (const setting of method.settings) {
    let [bits, decibels] = [0, 0];
    for (const picture of pictures) {
      const { bytes, seen } = await method.write(picture, setting);
      bits += (8 * bytes) / picture.pixels.length / pictures.length;
      decibels += psnr(picture, seen) / pictures.length;
      await pause(signal);
    }
    points.push({ bits, psnr: decibels });
    onSetting(points.length);
  }
  return points.sort((a, b) => a.bits - b.bits);
}

/** PSNR at so many bits, on the straight line between two points over log₂ of the bits; undefined outside the curve. */
function psnrAt(points: readonly Point[], bits: number): number | undefined {
  const next = points.findIndex((point) => point.bits >= bits);
  if (next <= 0) return undefined;
  const [a, b] = [points[next - 1], points[next]];
  return a.psnr + ((b.psnr - a.psnr) * Math.log(bits / a.bits)) / Math.log(b.bits / a.bits);
}

/** JPEG's quality whose file comes nearest to so many bytes. */
async function jpegOf(picture: Picture, bytes: number): Promise<{ seen: Picture; bytes: number }> {
  let best: Uint8Array | undefined;
  for (let quality = 1; quality <= 95; quality++) {
    const file = await toJpeg(picture, quality);
    if (!best || Math.abs(file.length - bytes) < Math.abs(best.length - bytes)) best = file;
  }
  const file = best as Uint8Array;
  return { seen: await fromFile(file, 'JPEG'), bytes: file.length };
}

async function decoded(path: string, progress: Progress): Promise<Outcome> {
  if (!existsSync(path)) throw new UsageError(`--data: there is no ${path}.`);
  const bytes = readFileSync(path);
  const wanted = bytes[5] === learnedIterations ? await learned(progress) : dctCodebook();
  const picture = decode(bytes, (number) => (number === wanted.number ? wanted.dictionary : undefined));
  const { rows, columns } = picture;
  const { name } = parse(path);
  return {
    data: `${path}, ${bytes.length} bytes`,
    variants: [{ name, rows, columns, bytes: bytes.length, bitsPerPixel: (8 * bytes.length) / (rows * columns) }],
    columns: [
      { key: 'rows', name: 'rows' },
      { key: 'columns', name: 'columns' },
      { key: 'bytes', name: 'bytes' },
      { key: 'bitsPerPixel', name: 'bits per pixel', show: (value) => value.toFixed(3) },
    ],
    note: 'The file holds no more than what is shown.',
    summary: `The picture that ${path} holds.`,
    sections: [
      {
        title: 'Picture',
        blocks: [{ kind: 'pictures', title: name, width: 512, pictures: [{ image: bitmap(picture), caption: name }] }],
      },
    ],
    files: new Map([[`${name}.png`, toPng(picture)]]),
  };
}

async function learned(progress: Progress): Promise<Codebook> {
  progress.phase('Learning a dictionary', learnedIterations);
  const book = await learnedCodebook(learnedIterations, (done) => progress.update(done));
  progress.done(`${book.dictionary.atoms} atoms, from generated scenes`);
  return book;
}

async function compared(
  { data, seed, step, dictionary }: Options,
  progress: Progress,
  signal: AbortSignal,
): Promise<Outcome> {
  const pictures = data ? await picturesOf(data) : scenePictures(seed, 3, 256);
  const books = [dctCodebook(), await learned(progress)];
  await pause(signal);
  const all = methods(books);
  const curves: Point[][] = [];
  for (const method of all) {
    progress.phase(method.name, method.settings.length);
    curves.push(await curveOf(method, [...pictures.values()], (done) => progress.update(done), signal));
    progress.done(`${method.settings.length} settings`);
  }
  const book = books[dictionary === 'dct' ? 0 : 1];
  const files = new Map<string, Uint8Array>();
  for (const [name, picture] of pictures) files.set(`${name}.espc`, encode(picture, book, step));

  const shown = [...pictures].slice(0, 4);
  const sheets = await Promise.all(
    shown.map(async ([name, picture]) => {
      const bytes = files.get(`${name}.espc`) as Uint8Array;
      const seen = decode(bytes, (number) => (number === book.number ? book.dictionary : undefined));
      const jpeg = await jpegOf(picture, bytes.length);
      const about = (length: number, result: Picture) =>
        `${length} bytes, ${((8 * length) / picture.pixels.length).toFixed(2)} bits per pixel, ${psnr(picture, result).toFixed(2)} dB`;
      return {
        kind: 'pictures' as const,
        title: name,
        width: 320,
        pictures: [
          { image: bitmap(picture), caption: 'before', note: `${picture.pixels.length} pixels` },
          {
            image: bitmap(seen),
            caption: dictionary === 'dct' ? 'DCT' : 'learned dictionary',
            note: about(bytes.length, seen),
          },
          { image: bitmap(jpeg.seen), caption: 'JPEG of about that size', note: about(jpeg.bytes, jpeg.seen) },
        ],
      };
    }),
  );
  const rates = [0.15, 0.25, 0.5, 1];
  const variants = all.map(({ name }, i) => ({
    name,
    ...Object.fromEntries(
      rates.flatMap((rate) => {
        const value = psnrAt(curves[i], rate);
        return value === undefined ? [] : [[`psnrAt${rate}`, value]];
      }),
    ),
  }));
  const half = all.map((_, i) => psnrAt(curves[i], 0.5) ?? Number.NaN);
  const said = `${pictures.size} picture${pictures.size === 1 ? '' : 's'} ${data ? `of ${data}` : 'generated here'}`;
  return {
    data: said,
    variants,
    columns: rates.map((rate) => ({
      key: `psnrAt${rate}`,
      name: `dB at ${rate} bits per pixel`,
      show: (value) => value.toFixed(2),
    })),
    note:
      'Mean PSNR over mean bits per pixel, whole files with their headers, read between the two nearest settings. A dash: below the smallest' +
      " file or above the largest. JPEG: libjpeg's tables scaled by quality, Huffman codes made for each file.",
    summary:
      `Few atoms for each block of 8 × 8 pixels, rounded and in arithmetic code, written to a file and read back. At half a bit for each pixel ` +
      `the DCT gives ${half[0].toFixed(1)} dB, a dictionary learned from generated scenes ${half[1].toFixed(1)}, JPEG ${half[2].toFixed(1)}.`,
    sections: [
      {
        title: 'Rate and distortion',
        blocks: [
          {
            kind: 'lines',
            title: 'Mean of all pictures',
            x: { name: 'bits per pixel', log: true },
            y: { name: 'PSNR', unit: ' dB' },
            series: all.map(({ name }, i) => ({
              name,
              points: curves[i].map(({ bits, psnr }) => [bits, psnr] as [number, number]),
            })),
          },
        ],
      },
      { title: 'Before and after', blocks: sheets },
    ],
    more: { curves: all.map(({ name }, i) => ({ name, points: curves[i] })) },
    files,
  };
}

function stepOf(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number above 0, at most 1: 0.3 is coarse, 0.05 fine.');
}

await example<Options>({
  name: 'compress-image',
  title: 'Pictures as few atoms',
  about: 'Compresses grey pictures with a sparse code and compares with JPEG; given a .espc file, decodes it.',
  dataHelp: 'a grey PNG or JPEG, a folder of them, or a .espc file to decode; default: pictures generated here',
  options: (command) =>
    command
      .option('--step <size>', "the coefficients' grain in the files that are written", stepOf, 0.15)
      .addOption(
        new Option('--dictionary <name>', 'of the files that are written').choices(['dct', 'learned']).default('dct'),
      ),
  run: (options, { progress, signal }) =>
    options.data?.endsWith('.espc') ? decoded(options.data, progress) : compared(options, progress, signal),
});
