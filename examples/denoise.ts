// Denoising by sparsity, twice. Digits: the article's convolutional autoencoder with an L1 penalty, and its pruned form.
// Photographs: sparse coding with an overcomplete DCT and with a dictionary that K-SVD learns from the noisy picture itself; and a
// small residual network, dense and 80% pruned, which has never seen a photograph: it learns on generated scenes.
//
//   npx tsx examples/denoise.ts [--data FOLDER] [--sigma 25] [--epochs 42] [--networks FOLDER] [--json]
//
// FOLDER holds grey pictures (PNG or JPEG), or a folder images/set12 or set12 of them, and mnist with the four MNIST files; what is
// missing is generated. Training takes most of the time: each network is written as soon as it is trained, and --networks takes
// those of an earlier run from its folder.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { cloneModel, type Model } from '../src/index.ts';
import { residualNetwork } from './denoise/residual-network.ts';
import { scenePictures } from './denoise/scene-pictures.ts';
import { studyDigits } from './denoise/study-digits.ts';
import { studyPictures } from './denoise/study-pictures.ts';
import { passesOf, patchSide, type TrainingPlan, trainNetwork } from './denoise/train-network.ts';
import { type Picture, picturesOf } from './pictures.ts';
import {
  type CommonOptions,
  type Context,
  count,
  example,
  kilobytes,
  milliseconds,
  type Outcome,
  pause,
  UsageError,
  whole,
} from './scaffold.ts';

interface Options extends CommonOptions {
  sigma: number;
  epochs: number;
  depth: number;
  filters: number;
  iterations: number;
  digits: number;
}

const sparsity = 0.8;

/** The first of these folders that holds a file whose name fits. */
function folderOf(data: string | undefined, below: readonly string[], fits: RegExp): string | undefined {
  if (data === undefined) return undefined;
  if (!existsSync(data)) throw new UsageError(`--data: there is no ${data}.`);
  return below
    .map((name) => join(data, name))
    .find((folder) => existsSync(folder) && readdirSync(folder).some((name) => fits.test(name)));
}

/** Dense and pruned: taken where they are trained, or trained now. */
async function networksOf(options: Options, { progress, signal, networks }: Context): Promise<[Model, Model]> {
  const { seed, depth, filters, epochs } = options;
  const sigma = options.sigma / 255;
  type Stage = Pick<TrainingPlan, 'rounds' | 'learningRate' | 'seed' | 'sparsity'>;
  const run = async (title: string, model: Model, plan: Stage) => {
    progress.phase(title, passesOf(plan));
    const onPass = (done: number, _: number, psnr: number) =>
      progress.update(done, `${psnr.toFixed(2)} dB of the patches`);
    await trainNetwork(model, { ...plan, sigma, signal, onPass });
    await pause(signal);
    progress.done('');
  };
  const plan = { sigma: options.sigma, depth, filters, epochs, seed };
  const dense = await networks.take('denoiser dense', plan, async () => {
    const model = residualNetwork({ depth, filters }, patchSide, patchSide, seed);
    await run('Network, dense', model, { rounds: epochs, learningRate: 1e-3, seed });
    return { model, found: {} };
  });
  const pruned = await networks.take('denoiser pruned', { ...plan, sparsity }, async () => {
    const model = cloneModel(dense.model);
    await run('Network, pruned', model, { rounds: Math.ceil((2 * epochs) / 3), learningRate: 1e-3, seed, sparsity });
    await run('Network, fine-tuned', model, { rounds: Math.ceil(epochs / 3), learningRate: 5e-4, seed: seed + 1 });
    return { model, found: {} };
  });
  return [dense.model, pruned.model];
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
  const [dense, pruned] = await networksOf(options, context);
  const networks = [
    { name: 'network, dense', model: dense },
    { name: 'network, 80% pruned', model: pruned },
  ];
  const study = await studyPictures({ pictures, sigma: sigma / 255, seed, iterations, networks }, progress, signal);
  const said = `${pictures.size} grey pictures ${folder ? `of ${folder}` : 'generated here'}, noise of ${sigma} where white is 255`;
  const [coded, whole, thin] = ['sparse coding, K-SVD', 'network, dense', 'network, 80% pruned'].map(study.mean);
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
      'Noise is Gaussian and, on pictures, not clipped. Weights of kernels, biases not counted; 80% of all are pruned, those of ' +
      'the smallest size wherever they are. Networks run one picture at a time in one thread; times are of the smallest size of picture, the best of three each.' +
      ' The network learned on generated scenes of overlapping shapes and textures, never on photographs; the pruned one goes on from the ' +
      'dense one and trains as long again, under its masks.',
    summary:
      `From ${study.mean('noisy').toFixed(2)} dB, sparse coding over a dictionary learned from the noisy picture comes to ${coded.toFixed(2)} dB, ` +
      `a residual network that learned on generated scenes to ${whole.toFixed(2)} dB, and to ${thin.toFixed(2)} dB with 80% of its weights pruned.`,
    sections: [
      { title: 'Pictures', blocks: study.blocks },
      { title: 'Digits', blocks: digits.blocks },
    ],
  };
}

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
      .option('--epochs <number>', 'rounds of generated scenes that the network learns from', whole(1, 1000), 42)
      .option('--depth <number>', "the network's convolutions", whole(2, 40), 8)
      .option('--filters <number>', "the network's channels", whole(1, 512), 48)
      .option('--iterations <number>', 'of K-SVD for each picture', whole(1, 1000), 12)
      .option('--digits <number>', 'digits that the autoencoder learns from', whole(64, 60000), 6000),
  keepsNetworks: true,
  run,
});
