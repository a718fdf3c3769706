// The command line: commands, options, exit codes. What a command does is loaded when it is called.

import { createRequire } from 'node:module';
import { Command, CommanderError, Option } from 'commander';
import { fraction, oneLine, path, whole } from './arguments.ts';
import { describeError, exitCode } from './failure.ts';
import { addSparsityCommands } from './sparsity-commands.ts';

const { version } = createRequire(import.meta.url)('espalier/package.json') as { version: string };

const json = () => new Option('--json', 'print one JSON document and nothing else on standard output');
const verbose = () => new Option('--verbose', 'show where an error came from');

function program(): Command {
  const espalier = new Command('espalier')
    .description('Train, sparsify and prune small networks, and run them sparse.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine('espalier', text)) });

  espalier
    .command('demo')
    .description(
      'Train a digit classifier, compare it dense, L1-sparsified, pruned, and sparsified then pruned, and write a report and the four models.',
    )
    .option('--data <folder>', "MNIST's four files, gzip or not; without it, built-in generated digits", path)
    .addOption(new Option('--epochs <number>', 'epochs for each network').default(6).argParser(whole(1, 10_000)))
    .addOption(
      new Option('--sparsity <fraction>', 'fraction of the kernel weights that pruning sets to zero')
        .default(0.9)
        .argParser(fraction),
    )
    .addOption(
      new Option('--seed <number>', 'of initial weights and the order of training images')
        .default(1)
        .argParser(whole(0, 2 ** 32 - 1)),
    )
    .option('--out <folder>', 'where report.html and the models go', path, 'espalier-demo')
    .addOption(json())
    .addOption(verbose())
    .addHelpText('after', '\nExample:\n  espalier demo --data path/to/mnist --sparsity 0.95 --out report')
    .action(async (options) => (await import('./demo.ts')).demo(options));

  espalier
    .command('evaluate')
    .description('Measure the test accuracy of a saved model.')
    .argument('<file>', 'a model file', path)
    .option('--data <folder>', "MNIST's four files, gzip or not; without it, the built-in digits that demo uses", path)
    .addOption(json())
    .addOption(verbose())
    .addHelpText('after', '\nExample:\n  espalier evaluate espalier-demo/pruned.espalier --data path/to/mnist')
    .action(async (file, options) => (await import('./evaluate.ts')).evaluate(file, options));

  espalier
    .command('inspect')
    .description('Show the layers of a saved model: weights, density, and the form each runs in and why.')
    .argument('<file>', 'a model file', path)
    .addOption(json())
    .addOption(verbose())
    .addHelpText('after', '\nExample:\n  espalier inspect espalier-demo/pruned.espalier')
    .action(async (file, options) => (await import('./inspect.ts')).inspect(file, options));

  addSparsityCommands(espalier, { json, verbose });

  return espalier.addHelpText('after', '\nExample:\n  espalier demo --out report');
}

/** Runs the command; never throws. @returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`espalier: ${describeError(error, args.includes('--verbose'))}\n`);
    return exitCode(error);
  }
}
