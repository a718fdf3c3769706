// Denoising by sparsity, twice. Digits: the article's convolutional autoencoder with an L1 penalty, and its pruned form.
// Photographs: sparse coding with an overcomplete DCT and with a dictionary that K-SVD learns from the noisy picture itself; and a
// small residual network, dense, 80% pruned, and 80% pruned in blocks, which has never seen a photograph: it learns on generated scenes.
//
//   npx tsx examples/denoise.ts [--data FOLDER] [--sigma 25] [--epochs 48] [--networks FOLDER] [--json]
//
// FOLDER holds grey pictures (PNG or JPEG), or a folder images/set12 or set12 of them, and mnist with the four MNIST files; what is
// missing is generated. Training takes most of the time: each network is written as soon as it is trained, and --networks takes
// those of an earlier run from its folder.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { scenePictures } from './denoise/scene-pictures.ts';
import { studyDigits } from './denoise/study-digits.ts';
import { studyPictures } from './denoise/study-pictures.ts';
import { type Trained, trainNetworks } from './denoise/train.ts';
import { type Picture, picturesOf } from './pictures.ts';
import {
  type Block,
  type CommonOptions,
  type Context,
  count,
  example,
  kilobytes,
  milliseconds,
  type Outcome,
  UsageError,
  whole,
} from './scaffold.ts';

interface Options extends CommonOptions {
  sigma: number;
  epochs: number;
  scenes: number;
  depth: number;
  filters: number;
  iterations: number;
  digits: number;
}

const sparsity = 0.8;

/** What the table calls the networks. */
const titles: Readonly<Record<string, string>> = {
  dense: 'network, dense',
  pruned: 'network, 80% pruned',
  blocks: 'network, 80% pruned in blocks of 4 × 1',
};

/** The first of these folders that holds a file whose name fits. */
function folderOf(data: string | undefined, below: readonly string[], fits: RegExp): string | undefined {
  if (data === undefined) return undefined;
  if (!existsSync(data)) throw new UsageError(`--data: there is no ${data}.`);
  return below
    .map((name) => join(data, name))
    .find((folder) => existsSync(folder) && readdirSync(folder).some((name) => fits.test(name)));
}

async function run(options: Options, context: Context): Promise<Outcome> {
  const { progress, signal } = context;
  const { data, seed, sigma, iterations } = options;
  const folder = folderOf(data, ['', 'images/set12', 'set12'], /\.(png|jpe?g)$/i);
  const mnist = folderOf(data, ['', 'mnist'], /idx3/);
  if (data !== undefined && folder === undefined && mnist === undefined) {
    throw new UsageError(`--data: expected grey pictures (PNG or JPEG) or the MNIST files in ${data}, found neither.`);
  }
  const pictures: Map<string, Picture> = folder ? await picturesOf(folder) : scenePictures(seed, 4, 256);
  const digits = await studyDigits(
    { folder: mnist, seed, epochs: Math.min(5, options.epochs), digits: options.digits },
    progress,
    signal,
  );
  const { depth, filters, epochs: passes, scenes } = options;
  const sizes = { depth, filters, passes, scenes };
  const trained = await trainNetworks({ ...context, ...sizes, seed, sigma: sigma / 255, sparsity });
  const networks = trained.map(({ name, model }) => ({ name: titles[name], model }));
  const study = await studyPictures({ pictures, sigma: sigma / 255, seed, iterations, networks }, progress, signal);
  const said = `${pictures.size} grey pictures ${folder ? `of ${folder}` : 'generated here'}, noise of ${sigma} where white is 255`;
  const [coded, whole, thin, blocks] = ['sparse coding, K-SVD', ...Object.values(titles)].map(study.mean);
  return {
    data: `${said}; ${digits.data}`,
    variants: [...digits.variants, ...study.variants],
    columns: [
      { key: 'psnr', name: 'mean PSNR', show: (value) => `${value.toFixed(2)} dB` },
      { key: 'kept', name: 'weights kept', show: count },
      { key: 'bytes', name: 'file', show: kilobytes },
      { key: 'milliseconds', name: 'a picture', show: milliseconds },
    ],
    note:
      'Noise is Gaussian and, on pictures, not clipped. Weights of kernels, biases not counted; 80% of all are pruned, more of ' +
      'large layers than of small ones (Erdős–Rényi with the kernel), in each those of the smallest size. Networks run one picture at a time in one thread; times are of the smallest size of picture, the best of three each.' +
      ' The networks learned on generated scenes of overlapping shapes and textures, never on photographs, all three for the same number of passes, of ' +
      'which they share the first half.',
    summary:
      `From ${study.mean('noisy').toFixed(2)} dB, sparse coding over a dictionary learned from the noisy picture comes to ${coded.toFixed(2)} dB, ` +
      `a residual network that learned on generated scenes to ${whole.toFixed(2)} dB, to ${thin.toFixed(2)} dB with 80% of its weights pruned and ` +
      `to ${blocks.toFixed(2)} dB where they are pruned in blocks.`,
    sections: [
      { title: 'Pictures', blocks: [...study.blocks, learning(trained)] },
      { title: 'Digits', blocks: digits.blocks },
    ],
  };
}

const learning = (trained: readonly Trained[]): Block => ({
  kind: 'lines',
  title: 'What the networks leave of the noise of the scenes that they learn from',
  x: { name: 'pass' },
  y: { name: 'PSNR', unit: 'dB' },
  series: trained.map(({ name, curve }) => ({ name: titles[name], points: curve })),
});

function sigmaOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 255) return value;
  throw new InvalidArgumentError(
    'Expected a number above 0, at most 255: the noise’s standard deviation where white is 255.',
  );
}

await example<Options>({
  name: 'denoise',
  title: 'Noise taken off by sparsity',
  about:
    'Denoises digits with an autoencoder, and grey pictures with sparse coding and a residual network, dense and pruned.',
  dataHelp:
    'a folder of grey pictures, or with images/set12 and mnist in it; default: pictures and digits generated here',
  options: (command) =>
    command
      .option('--sigma <number>', 'standard deviation of the noise, where white is 255', sigmaOf, 25)
      .option('--epochs <number>', 'passes over 1,024 patches that each network learns from', whole(1, 10_000), 48)
      .option('--scenes <number>', 'generated scenes that the patches are cut from', whole(1, 10_000), 160)
      .option('--depth <number>', "the network's convolutions", whole(2, 40), 8)
      .option('--filters <number>', "the network's channels", whole(1, 512), 32)
      .option('--iterations <number>', 'of K-SVD for each picture', whole(1, 1000), 12)
      .option('--digits <number>', 'digits that the autoencoder learns from', whole(64, 60000), 6000),
  keepsNetworks: true,
  run,
});
