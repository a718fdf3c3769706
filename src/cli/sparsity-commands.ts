// The commands about sparsity on the command line. What the commands do is loaded when they are called.

import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { path, whole } from './arguments.ts';

/** Options that all commands share. */
interface Shared {
  json(): Option;
  verbose(): Option;
}

/** Adds `sweep`, with `sweep-worker`, which it starts on every core, and `sparsity`. */
export function addSparsityCommands(espalier: Command, { json, verbose }: Shared): void {
  const data = "MNIST's four files, gzip or not; without it, the built-in digits that demo uses";
  espalier
    .command('sweep')
    .description(
      'Prune, fine-tune and test small networks by many rules at many sparsities, a CSV row for each; rows that are there already are not done again.',
    )
    .option('--data <folder>', data, path)
    .option('--jobs <file>', 'a JSON list of jobs; without it, LeNet-300-100 and LeNet-5 by the usual rules', path)
    .addOption(
      new Option('--seeds <numbers>', 'seeds of jobs that name none').default([1, 2, 3], '1,2,3').argParser(seedList),
    )
    .option('--out <file>', 'the table', path, 'sweep.csv')
    .addOption(
      new Option('--workers <number>', 'processes at a time')
        .default(availableParallelism(), 'as many as there are cores')
        .argParser(whole(1, 1024)),
    )
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      'after',
      `
A job, lists standing for each of their values:
  { "network": "lenet-300-100", "criterion": ["magnitude", "taylor"], "scope": "global",
    "schedule": "gradual", "sparsity": [0.9, 0.98], "seed": 1,
    "denseEpochs": 10, "tuneEpochs": 10, "batchSize": 64, "images": 0 }

Example:
  espalier sweep --data path/to/mnist --out results.csv`,
    )
    .action(async (options) => (await import('./sweep.ts')).sweep(options));

  espalier
    .command('sparsity')
    .description('Show where the zeros of a saved model are: density, work, bytes, empty rows, columns and blocks.')
    .argument('<file>', 'a model file', path)
    .option('--out <file>', 'write a page with charts and pictures of the kernels', path)
    .option('--sensitivity', 'prune each layer alone to several sparsities and measure the accuracy on digits')
    .option('--data <folder>', data, path)
    .addOption(json())
    .addOption(verbose())
    .addHelpText('after', '\nExample:\n  espalier sparsity espalier-demo/pruned.espalier --out sparsity.html')
    .action(async (file, options) => (await import('./sparsity.ts')).showSparsity(file, options));

  espalier
    .command('sweep-worker', { hidden: true })
    .description('Do jobs of a sweep: a line of JSON in, a line of JSON out.')
    .option('--data <folder>', data, path)
    .addOption(verbose())
    .action(async (options) => (await import('./sweep-worker.ts')).sweepWorker(options));
}

function seedList(text: string): number[] {
  const seeds = text.split(',').map(Number);
  if (/^\d+(,\d+)*$/.test(text) && seeds.every((seed) => seed < 2 ** 32)) return seeds;
  throw new InvalidArgumentError('Expected whole numbers from 0, with commas between: 1,2,3.');
}
