// Segmentation: a small U-Net that says of every pixel whether it is a disc, a rectangle, a triangle, a digit or nothing, dense against
// pruned and shrunk.
//
//   npx tsx examples/segment.ts
//
// Each network is written as soon as it is trained: after an interruption --networks espalier-segment goes on from there.

import { fileURLToPath } from 'node:url';
import { generateDigits, loadMnist, type Split, takeSplit } from '../src/index.ts';
import { type CommonOptions, type Context, example, fraction, type Outcome, whole } from './scaffold.ts';
import { judge } from './segment/judge.ts';
import { tell } from './segment/page.ts';
import { generateScenes, type Scenes, side } from './segment/scenes.ts';
import { trainNetworks } from './segment/train.ts';

type Part = 'train' | 'validation' | 'test';

interface Options extends Pick<CommonOptions, 'data' | 'seed'> {
  epochs: number;
  scenes: number;
  sparsity: number;
  /** Filters at the finest size; default 16. */
  width?: number;
  counts?: { validation: number; test: number };
  /** Of timing; default 200. */
  rounds?: number;
}

/** Of the filters that are taken out: the shrunk network keeps about a quarter of the weights. */
const fewer = 0.5;
const usual = { validation: 100, test: 300 };

/** Trains, judges and tells of it. */
export async function segment(options: Options, context: Context): Promise<Outcome> {
  const { data, seed, epochs, scenes, sparsity, width, counts = usual, rounds = 200 } = options;
  const sizes = { train: scenes, ...counts };
  const [train, validation, test] = await scenesOf(data, seed, sizes, context.signal);
  const digits = data === undefined ? 'generated digits' : 'MNIST digits';
  const course = { train, validation, epochs, seed, sparsity, fewer, width, data: digits };
  const trained = await trainNetworks({ ...course, ...context });
  const judged = await judge(trained, test, { rounds, ...context });
  return tell(
    judged,
    test,
    `Generated scenes of ${side} × ${side} pixels with ${digits}: ${train.count} for training, ${validation.count} for validation, ${test.count} for the test.`,
  );
}

/** Scenes for training, validation and test, no digit in two of them. */
async function scenesOf(
  data: string | undefined,
  seed: number,
  sizes: Record<Part, number>,
  signal: AbortSignal,
): Promise<Scenes[]> {
  const digits = data === undefined ? generated(seed) : await mnist(data, signal);
  return (['train', 'validation', 'test'] as const).map((stream) =>
    generateScenes(digits[stream], { count: sizes[stream], seed, stream }),
  );
}

type Parts = Record<Part, Split>;

const generated = (seed: number): Parts => ({
  train: generateDigits({ count: 2000, seed, stream: 'train' }),
  validation: generateDigits({ count: 200, seed, stream: 'validation' }),
  test: generateDigits({ count: 500, seed, stream: 'test' }),
});

async function mnist(folder: string, signal: AbortSignal): Promise<Parts> {
  const { train, test } = await loadMnist({ folder, signal });
  const at = Math.ceil(0.9 * train.count);
  return { train: takeSplit(train, 0, at), validation: takeSplit(train, at), test };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await example<Options & CommonOptions>({
    name: 'segment',
    title: 'Segmentation by a pruned U-Net',
    about: 'Names the class of every pixel of generated scenes with a small U-Net, dense, pruned and shrunk.',
    dataHelp: 'a folder of the four MNIST files, for the digits in the scenes; built-in ones without it',
    options: (command) =>
      command
        .option('--epochs <number>', 'passes over the training scenes, the second half with pruning', whole(2, 1000), 8)
        .option('--scenes <number>', 'scenes to learn from', whole(16, 100_000), 1000)
        .option('--sparsity <fraction>', 'weights pruned', fraction, 0.8),
    keepsNetworks: true,
    run: segment,
  });
}
