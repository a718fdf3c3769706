// Sparse autoencoders: the article's convolutional one, plain and with its code held sparse by L1 and by a target activity, and a k-sparse
// one of 1000 units whose features serve a linear classifier.
//
//   npx tsx examples/autoencoder.ts [--data FOLDER_OF_MNIST]

import { fileURLToPath } from 'node:url';
import { generateDigits, loadMnist, type Split, takeSplit } from '../src/index.ts';
import { judgeVariant, variants } from './autoencoder/convolutional.ts';
import { judgeKSparse } from './autoencoder/judge-k-sparse.ts';
import { tell } from './autoencoder/page.ts';
import { type CommonOptions, example, type Outcome, type Progress, UsageError, whole } from './scaffold.ts';

interface Options extends Pick<CommonOptions, 'data' | 'seed'> {
  epochs: number;
  sparseEpochs: number;
  units: number;
  k: number;
  /** Images to learn from, at most. */
  train?: number;
  /** Of built-in digits to choose and to judge by. */
  counts?: { validation: number; test: number };
}

/** Built-in digits to learn from, to choose and to judge by. */
const builtIn = { train: 3000, validation: 500, test: 1000 };

/** Test images that are shown. */
const shown = 10;

interface Parts {
  readonly name: string;
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
}

/** Trains, judges and tells of it. */
export async function autoencoders(
  { data, seed, epochs, sparseEpochs, units, k, train: most, counts }: Options,
  context: { progress: Progress; signal: AbortSignal },
): Promise<Outcome> {
  if (k > units) throw new UsageError(`expected --k to be at most --units, ${units}, got ${k}`);
  const parts =
    data === undefined ? generated(seed, { ...builtIn, ...counts }, most) : await mnist(data, most, context.signal);
  const { name, train, validation, test } = parts;
  const convolutional = [];
  for (const variant of epochs > 0 ? variants : []) {
    convolutional.push(await judgeVariant(variant, { train, test }, { epochs, seed, shown, ...context }));
  }
  const sparse = await judgeKSparse(parts, { units, k, epochs: sparseEpochs, seed }, { shown, ...context });
  return tell(
    { convolutional, sparse, shown: test.images.subarray(0, shown * 784) },
    `${name}: ${train.count} images for training, ${validation.count} to choose by, ${test.count} for the test.`,
  );
}

function generated(seed: number, counts: typeof builtIn, most = counts.train): Parts {
  const part = (stream: 'train' | 'validation' | 'test', count: number) => generateDigits({ count, seed, stream });
  return {
    name: 'Generated digits',
    train: part('train', Math.min(counts.train, most)),
    validation: part('validation', counts.validation),
    test: part('test', counts.test),
  };
}

async function mnist(folder: string, most: number | undefined, signal: AbortSignal): Promise<Parts> {
  const { train, test } = await loadMnist({ folder, signal });
  const at = Math.floor((train.count * 5) / 6);
  return {
    name: 'MNIST',
    train: takeSplit(train, 0, Math.min(at, most ?? at)),
    validation: takeSplit(train, at),
    test,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await example<Options & CommonOptions>({
    name: 'autoencoder',
    title: 'Sparse autoencoders',
    about: 'Learns codes of digits, dense and sparse: a convolutional autoencoder and a k-sparse one.',
    dataHelp: 'a folder of the four MNIST files; built-in digits without it',
    options: (command) =>
      command
        .option('--epochs <number>', 'of the convolutional autoencoders; 0 leaves them out', whole(0, 10_000), 5)
        .option('--sparse-epochs <number>', 'of the k-sparse autoencoder', whole(1, 10_000), 12)
        .option('--units <number>', 'of the k-sparse code', whole(10, 100_000), 1000)
        .option('--k <number>', 'units that stay active for an image', whole(1, 100_000), 25)
        .option('--train <number>', 'images to learn from, at most; all without it', whole(100, 1_000_000)),
    run: autoencoders,
  });
}
