// Digits without their noise: the autoencoder dense and pruned, trained, judged and timed; rows and pictures for the page.

import {
  cloneModel,
  compress,
  generatedDigits,
  loadMnist,
  type Model,
  Random,
  sparsityReport,
} from '../../src/index.ts';
import { bitmap, type Picture, psnr } from '../pictures.ts';
import { type Block, type Progress, pause, type Row, timePredictions } from '../scaffold.ts';
import { autoencoder, type NoisyDigits, noisyDigits, trainAutoencoder } from './digits.ts';

/** Standard deviation of the digits' noise, where ink is 1. */
const sigma = 0.5;
const sparsity = 0.8;
const size = 28;

/** What a study adds to the example. */
export interface Study {
  readonly data: string;
  readonly variants: readonly Row[];
  readonly blocks: readonly Block[];
}

/** How digits are studied. */
export interface DigitsPlan {
  readonly folder?: string;
  readonly seed: number;
  /** Of each half: the first is shared, the second dense or pruned. */
  readonly epochs: number;
  /** Digits to learn from. */
  readonly digits: number;
}

export async function studyDigits(plan: DigitsPlan, progress: Progress, signal: AbortSignal): Promise<Study> {
  const { folder, seed, epochs, digits } = plan;
  const { name, train, test } = folder
    ? await loadMnist({ folder, signal })
    : generatedDigits({ train: digits, test: 1000, seed });
  const random = new Random(seed, 'digits');
  const learned = noisyDigits(train, digits, sigma, random.split('train'));
  const judged = noisyDigits(test, 1000, sigma, random.split('test'));

  const run = async (title: string, model: Model, amount?: number) => {
    progress.phase(title, epochs);
    const onEpoch = (done: number) => progress.update(done);
    await trainAutoencoder(model, learned, { epochs, sparsity: amount, onEpoch, signal });
    await pause(signal);
    progress.done(`${epochs} epochs of ${learned.count} digits`);
  };
  const dense = autoencoder(seed);
  await run('Digits, first half', dense);
  const pruned = cloneModel(dense);
  await run('Digits, dense', dense);
  await run('Digits, pruned', pruned, sparsity);

  const models = [dense, pruned];
  const ready = models.map((model) => compress(model, { batch: 1 }));
  const timings = await timePredictions(ready, { images: judged.noisy, count: judged.count }, 1, 50, signal, () => {});
  const answers = ready.map((network) => network.predict(judged.noisy).data);
  const names = ['autoencoder, dense', 'autoencoder, 80% pruned'];
  const variants: Row[] = [
    { name: 'digits: noisy', psnr: meanPsnr(judged, judged.noisy) },
    ...models.map((model, i) => ({
      name: `digits: ${names[i]}`,
      psnr: meanPsnr(judged, answers[i]),
      kept: sparsityReport(model).total.kept,
      bytes: ready[i].toBytes().length,
      milliseconds: timings[i].median,
    })),
  ];
  for (const network of ready) network.dispose();
  return {
    data: `${name}, ${learned.count} digits to learn from, 1,000 to judge by, noise of 0.5 where ink is 1`,
    variants,
    blocks: [sheet(judged, answers, names)],
  };
}

const digit = (pixels: Float32Array, i: number): Picture => ({
  rows: size,
  columns: size,
  pixels: pixels.subarray(i * size * size, (i + 1) * size * size),
});

function meanPsnr({ clean, count }: NoisyDigits, seen: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += psnr(digit(clean, i), digit(seen, i));
  return sum / count;
}

/** Ten digits, a row each of clean, noisy and what the networks make of them, as one picture. */
function sheet({ clean, noisy }: NoisyDigits, answers: readonly Float32Array[], names: readonly string[]): Block {
  const strip = (pixels: Float32Array): Picture => ({
    rows: size,
    columns: 10 * size,
    pixels: Float32Array.from({ length: 10 * size * size }, (_, at) => {
      const [row, column] = [Math.floor(at / (10 * size)), at % (10 * size)];
      return pixels[Math.floor(column / size) * size * size + row * size + (column % size)];
    }),
  });
  const rows: [string, Float32Array][] = [
    ['clean', clean],
    ['noisy', noisy],
    ...answers.map((pixels, i): [string, Float32Array] => [names[i], pixels]),
  ];
  return {
    kind: 'pictures',
    title: 'Digits of the test',
    width: 480,
    pictures: rows.map(([caption, pixels]) => ({ image: bitmap(strip(pixels)), caption })),
  };
}
