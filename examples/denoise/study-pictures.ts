// Photographs without their noise: sparse coding beside the networks, judged and timed; rows and pictures for the page.

import { type InferenceModel, type Model, Random, sparsityReport } from '../../src/index.ts';
import { bitmap, noisy, type Picture, psnr } from '../pictures.ts';
import { type Block, type Progress, pause, type Row } from '../scaffold.ts';
import { denoised, denoiserFor } from './residual-network.ts';
import { denoise } from './sparse-coding.ts';

/** How pictures are studied. */
export interface PicturesPlan {
  readonly pictures: ReadonlyMap<string, Picture>;
  /** Standard deviation of the noise, where white is 1. */
  readonly sigma: number;
  readonly seed: number;
  /** Of K-SVD. */
  readonly iterations: number;
  readonly networks: readonly { name: string; model: Model }[];
}

/** What one method made of one picture. */
interface Result {
  readonly picture: Picture;
  readonly psnr: number;
  readonly milliseconds: number;
}

type Method = (seen: Picture) => Promise<Picture>;

/** Patches that K-SVD learns from. */
const patches = 40_000;

export async function studyPictures(plan: PicturesPlan, progress: Progress, signal: AbortSignal) {
  const { pictures, sigma, seed, iterations, networks } = plan;
  const ready = new Map<string, InferenceModel>();
  const coded = (count: number): Method => {
    const learning = { seed, iterations: count, patches, signal };
    return async (seen) => (await denoise(seen, sigma, learning)).picture;
  };
  const methods: [string, Method][] = [
    ['noisy', async (seen) => seen],
    ['sparse coding, overcomplete DCT', coded(0)],
    ['sparse coding, K-SVD', coded(iterations)],
    ...networks.map(({ name, model }): [string, Method] => [
      name,
      async (seen) => {
        const key = `${name} ${seen.rows} ${seen.columns}`;
        if (!ready.has(key)) ready.set(key, denoiserFor(model, seen.rows, seen.columns));
        return denoised(ready.get(key) as InferenceModel, seen, sigma);
      },
    ]),
  ];
  const results = new Map<string, Result[]>(methods.map(([name]) => [name, []]));
  const random = new Random(seed, 'noise');
  progress.phase('Pictures', pictures.size);
  let done = 0;
  for (const clean of pictures.values()) {
    const seen = noisy(clean, sigma, random.split(done));
    for (const [name, method] of methods) {
      const picture = await method(seen);
      const milliseconds = await timed(name, () => method(seen), networks);
      results.get(name)?.push({ picture, psnr: psnr(clean, picture), milliseconds });
      await pause(signal);
    }
    progress.update(++done);
  }
  progress.done(`${pictures.size} of them, ${methods.length - 1} ways`);
  for (const network of ready.values()) network.dispose();
  const mean = (name: string) => (results.get(name) ?? []).reduce((sum, one) => sum + one.psnr, 0) / pictures.size;
  return {
    mean,
    variants: methods.map(([name]) => rowOf(name, results.get(name) ?? [], mean(name), networks)),
    blocks: [...sheets(pictures, results), perPicture(pictures, results)],
  };
}

/** Of networks, whose second call is as good as any other: the best of three. Sparse coding is not timed here. */
async function timed(name: string, run: () => Promise<unknown>, networks: PicturesPlan['networks']): Promise<number> {
  if (!networks.some((network) => network.name === name)) return Number.NaN;
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function rowOf(name: string, results: readonly Result[], mean: number, networks: PicturesPlan['networks']): Row {
  const network = networks.find((one) => one.name === name);
  const row: Row = { name: `pictures: ${name}`, psnr: mean };
  if (!network) return row;
  const smallest = results.reduce((a, b) => (b.picture.pixels.length < a.picture.pixels.length ? b : a)).picture;
  const sized = results.filter(({ picture }) => picture.pixels.length === smallest.pixels.length);
  const compressed = denoiserFor(network.model, smallest.rows, smallest.columns);
  const bytes = compressed.toBytes().length;
  compressed.dispose();
  return {
    ...row,
    kept: sparsityReport(network.model).total.kept,
    bytes,
    milliseconds: Math.min(...sized.map(({ milliseconds }) => milliseconds)),
  };
}

/** The first four pictures, clean and as each method leaves them. */
function sheets(pictures: PicturesPlan['pictures'], results: ReadonlyMap<string, Result[]>): Block[] {
  return [...pictures].slice(0, 4).map(([title, clean], i) => ({
    kind: 'pictures',
    title,
    width: 300,
    pictures: [
      { image: bitmap(clean), caption: 'clean' },
      ...[...results].map(([caption, all]) => ({
        image: bitmap(all[i].picture),
        caption,
        note: `${all[i].psnr.toFixed(2)} dB`,
      })),
    ],
  }));
}

function perPicture(pictures: PicturesPlan['pictures'], results: ReadonlyMap<string, Result[]>): Block {
  return {
    kind: 'table',
    title: 'PSNR of each picture, dB',
    columns: [{ name: 'picture' }, ...[...results.keys()].map((name) => ({ name, figures: true }))],
    rows: [...pictures.keys()].map((name, i) => [name, ...[...results.values()].map((all) => all[i].psnr.toFixed(2))]),
  };
}
