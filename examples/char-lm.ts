// A model of characters that writes: trained on a text, pruned, and asked for more of the same, a character at a time. Is it better to
// spend so many weights on a narrow dense LSTM or on a wide sparse one?
//
//   npx tsx examples/char-lm.ts [--data PATH] [--epochs 4] [--seed 1] [--units 128] [--length 64] [--start TEXT]
//                               [--temperature 0.7] [--top-k 20] [--characters 400]
//                               [--networks FOLDER] [--json]
//
// PATH is a text, gzip or not, or a folder with one; without it the text is made of the built-in reviews. Each network is written
// as soon as it is trained: after an interruption --networks espalier-char-lm goes on from there.

import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option } from 'commander';
import { compress, type InferenceModel, load } from '../src/index.ts';
import { type Corpus, readCorpus } from './char-lm/characters.ts';
import { generate, readStart } from './char-lm/generate.ts';
import { bits, type Course, type Trained, trainAll } from './char-lm/train.ts';
import { activationOption, weightsOfLstm } from './lstm.ts';
import { fileNameOf } from './networks.ts';
import {
  type CommonOptions,
  type Context,
  count,
  example,
  kilobytes,
  milliseconds,
  type Outcome,
  type Progress,
  pause,
  type Row,
  times,
  whole,
} from './scaffold.ts';

interface Options extends Pick<CommonOptions, 'data' | 'seed'> {
  epochs: number;
  units: number;
  length: number;
  activation: Course['activation'];
  sparsities: readonly number[];
  start: string;
  temperature: number;
  topK: number;
  characters: number;
  /** Characters of the text that are read. */
  most?: number;
}

interface Judged extends Row {
  bitsPerCharacter: number;
  testAccuracy: number;
  weights: number;
  weightsKept: number;
  bytes: number;
  msBatch1: number;
  charactersPerSecond: number;
}

/** Reads, trains, judges, writes and tells of it. */
export async function writeText(options: Options, { progress, signal, networks }: Context): Promise<Outcome> {
  const corpus = await readCorpus(options.data, options.length, options.most);
  readStart(corpus.tokenizer, options.start);
  const trained = await trainAll({ ...options, corpus, progress, signal, networks });
  const running = trained.map(({ model }) => {
    const compressed = compress(model);
    const bytes = compressed.toBytes();
    compressed.dispose();
    return { bytes, model: load(bytes) };
  });
  const seconds = await timeSteps(running, corpus, progress, signal);
  const rows = trained.map(({ name, model, sparsity }, i): Judged => {
    const { loss, accuracy } = model.evaluate(corpus.test.x, corpus.test.y);
    return {
      name,
      sparsity,
      bitsPerCharacter: bits(loss),
      testAccuracy: accuracy,
      ...weightsOfLstm(model),
      bytes: running[i].bytes.length,
      msBatch1: 1000 * seconds[i],
      charactersPerSecond: 1 / seconds[i],
    };
  });
  const samples = running.map(({ model }) => generate(model, corpus.tokenizer, options));
  const files = new Map(trained.map(({ name }, i) => [fileNameOf(name, 'espalier'), running[i].bytes]));
  for (const { model } of running) model.dispose();
  return tell(options, corpus, trained, rows, samples, files);
}

const rounds = 40;
const together = 200;

/** Seconds of a step at batch 1, the least mean of many in each of several rounds, the models in turn. */
async function timeSteps(
  running: readonly { model: InferenceModel }[],
  { test }: Corpus,
  progress: Progress,
  signal: AbortSignal,
): Promise<number[]> {
  progress.phase('Time', rounds);
  const sessions = running.map(({ model }) => model.session());
  const outs = sessions.map(({ outputShape }) => new Float32Array(outputShape[0]));
  const ids = test.x.data;
  const least = sessions.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, session] of sessions.entries()) {
      const start = performance.now();
      for (let step = 0; step < together; step++) session.step(ids[step % ids.length], outs[i]);
      least[i] = Math.min(least[i], (performance.now() - start) / together / 1000);
    }
    progress.update(round + 1);
    await pause(signal);
  }
  for (const session of sessions) session.dispose();
  progress.done(`${rounds} rounds of ${together} characters, the models in turn`);
  return least;
}

function tell(
  { temperature, topK, seed, activation }: Options,
  { name, characters, tokenizer, train, validation, test }: Corpus,
  trained: readonly Trained[],
  rows: readonly Judged[],
  samples: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): Outcome {
  const [dense, ...others] = rows;
  const sparsest = rows.filter((_, i) => trained[i].kind === 'wide').at(-1) as Judged;
  const curve = (kind: Trained['kind']) => ({
    name: kind === 'wide' ? 'wide, dense to sparse' : 'narrow, dense',
    points: rows.flatMap((row, i) =>
      trained[i].kind === kind ? [[row.weightsKept, row.bitsPerCharacter] as [number, number]] : [],
    ),
  });
  const narrow = curve('narrow');
  return {
    data: `${name}: ${count(characters)} characters, ${tokenizer.wordIndex.size} different ones; windows of ${train.x.shape[1]}: ${count(train.count)} to learn from, ${count(validation.count)} to watch, ${count(test.count)} to be judged by`,
    variants: rows,
    columns: [
      { key: 'bitsPerCharacter', name: 'bits a character', show: (value) => value.toFixed(3) },
      { key: 'testAccuracy', name: 'guessed right', show: (value) => `${(100 * value).toFixed(1)}%` },
      { key: 'weights', name: 'weights', show: count },
      { key: 'weightsKept', name: 'kept', show: count },
      { key: 'bytes', name: 'file', show: kilobytes },
      { key: 'msBatch1', name: 'a character', show: milliseconds },
      { key: 'charactersPerSecond', name: 'characters/s', show: (value) => count(Math.round(value)) },
    ],
    note:
      `Weights: of the LSTM’s two kernels (${activation}); the table of characters and the softmax are neither pruned nor counted. Bits: −log₂ of the ` +
      'probability of each next character, the mean over the test part, the state beginning at zero in each window. Narrow models have as many ' +
      'weights as the sparse wide ones keep. A character: one step of a session in one thread, the least of rounds in which the models took turns.',
    summary: `A wide LSTM, ${count(sparsest.weightsKept)} of ${count(sparsest.weights)} weights kept, needs ${sparsest.bitsPerCharacter.toFixed(3)} bits a character and writes ${count(Math.round(sparsest.charactersPerSecond))} characters a second; dense it needs ${dense.bitsPerCharacter.toFixed(3)} and writes ${count(Math.round(dense.charactersPerSecond))}.`,
    figures: [
      { value: dense.bitsPerCharacter.toFixed(3), name: 'bits a character', note: dense.name },
      ...others.slice(0, 3).map((row) => ({
        value: row.bitsPerCharacter.toFixed(3),
        name: row.name,
        note: `${times(dense.msBatch1 / row.msBatch1)} as fast`,
      })),
    ],
    sections: [
      {
        title: 'Wide and sparse against narrow and dense',
        intro: 'At equal weights kept: which shape of LSTM needs fewer bits?',
        blocks: [
          {
            kind: 'lines',
            title: 'By weights kept',
            x: { name: 'weights kept', log: true },
            y: { name: 'bits a character' },
            series: [curve('wide'), ...(narrow.points.length > 0 ? [narrow] : [])],
          },
          {
            kind: 'lines',
            title: 'By epoch, on the validation part',
            x: { name: 'epoch' },
            y: { name: 'bits a character' },
            series: trained.map(({ name: variant, curve: points }) => ({
              name: variant,
              points: points.map(([epoch, value]) => [epoch, value] as [number, number]),
            })),
          },
        ],
      },
      {
        title: 'What they write',
        intro: `Temperature ${temperature}, ${topK > 0 ? `the ${topK} likeliest characters` : 'all characters'}, seed ${seed}.`,
        blocks: rows.map((row, i) => ({ kind: 'text' as const, title: row.name, text: samples[i] })),
      },
    ],
    more: { samples: Object.fromEntries(rows.map((row, i) => [row.name, samples[i]])) },
    files,
  };
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number from 0.');
}

function fractions(text: string): number[] {
  const values = text.split(',').map(Number);
  if (text.trim() !== '' && values.every((value) => value > 0 && value < 1)) return values;
  throw new InvalidArgumentError('Expected fractions between 0 and 1 with commas between them, such as 0.5,0.9.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await example<Options & CommonOptions>({
    name: 'char-lm',
    title: 'Text written by sparse LSTMs',
    about: 'Trains a model of characters, prunes it, and lets it write; wide and sparse against narrow and dense.',
    dataHelp: 'a text, gzip or not, or a folder with one; text of built-in reviews without it',
    options: (command) =>
      command
        .option('--epochs <number>', 'passes over the text, the second half with pruning', whole(2, 1000), 4)
        .option('--units <number>', 'of the wide LSTM', whole(2, 4096), 128)
        .option('--length <number>', 'characters in a window', whole(2, 4096), 64)
        .addOption(activationOption())
        .addOption(
          new Option('--sparsities <fractions>', 'of the wide LSTM')
            .argParser(fractions)
            .default([0.75, 0.9], '0.75,0.9'),
        )
        .option('--start <text>', 'what the written text begins with', 'The ')
        .option('--temperature <number>', 'below 1 the likely becomes likelier', number, 0.7)
        .option('--top-k <number>', 'of so many likeliest characters one is drawn, 0 for all', whole(0, 100_000), 20)
        .option('--characters <number>', 'to write', whole(1, 1_000_000), 400)
        .option('--most <number>', 'characters of the text that are read; all without it', whole(100, 1_000_000_000)),
    keepsNetworks: true,
    run: writeText,
  });
}
