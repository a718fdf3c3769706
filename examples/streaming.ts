// One step at a time: a sensor's readings come in, one by one, and an LSTM says after each whether something is wrong, from all that came
// before. A session keeps the state, so that a reading costs one step, and its answers are those of the whole sequence read at once.
//
//   npx tsx examples/streaming.ts [--data PATH] [--epochs 12] [--seed 1] [--units 32] [--length 64] [--activation tanh]
//                                 [--sparsity 0.9] [--json]
//
// PATH is a text of readings, a line each: numbers, and last 0 or 1, whether something is wrong, with commas between.

import { fileURLToPath } from 'node:url';
import {
  adam,
  type Callback,
  compress,
  dense,
  input,
  type LstmOptions,
  lstm,
  polynomialDecay,
  pruning,
  sequential,
  timeDistributed,
} from '../src/index.ts';
import { activationOption, weightsOfLstm } from './lstm.ts';
import {
  type CommonOptions,
  type Context,
  count,
  example,
  fraction,
  kilobytes,
  type Outcome,
  percent,
  whole,
} from './scaffold.ts';
import { generateReadings, readReadings, type Sensor } from './streaming/readings.ts';
import { type Walk, walk } from './streaming/walk.ts';

interface Options extends Pick<CommonOptions, 'data' | 'seed'> {
  epochs: number;
  units: number;
  length: number;
  activation: LstmOptions['activation'];
  sparsity: number;
}

const batchSize = 32;

/** Trains the network, pruned or not; compresses it, and walks. */
async function variant(name: string, sparsity: number, options: Options, sensor: Sensor, context: Context) {
  const { units, activation, seed, epochs } = options;
  const { train, test } = sensor;
  const [samples, length, features] = train.x.shape;
  const { progress, signal } = context;
  const model = sequential(
    [
      input({ shape: [length, features] }),
      lstm({ units, activation, returnSequences: true, name: 'lstm' }),
      timeDistributed({ layer: dense({ units: 1, activation: 'sigmoid' }) }),
    ],
    { name: 'sensor', seed },
  );
  model.compile({
    optimizer: adam({ learningRate: 1e-2, clipnorm: 1 }),
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
  });
  const steps = epochs * Math.ceil(samples / batchSize);
  const [beginStep, endStep] = [steps >> 2, Math.max(1, (3 * steps) >> 2)];
  const schedule = polynomialDecay({ initialSparsity: 0, finalSparsity: sparsity, beginStep, endStep, frequency: 10 });
  let done = 0;
  const reporter: Callback = {
    onTrainBatchEnd: () => progress.update(++done),
    onEpochEnd: (epoch, { loss }) => progress.update(done, `epoch ${epoch + 1} of ${epochs}, loss ${loss.toFixed(3)}`),
  };
  progress.phase(`Train ${name}`, steps);
  const callbacks = sparsity > 0 ? [pruning({ layers: ['lstm'], schedule }), reporter] : [reporter];
  await model.fit(train.x, train.y, { epochs, batchSize, callbacks, signal });
  signal.throwIfAborted();
  progress.done(`${epochs} epochs`);
  const { accuracy } = model.evaluate(test.x, test.y);
  const running = compress(model);
  const walked = walk(running, test);
  const row = {
    name,
    testAccuracy: accuracy,
    ...weightsOfLstm(model),
    bytes: running.toBytes().length,
    msBatch1: walked.msBatch1,
  };
  running.dispose();
  model.dispose();
  return { row, walked };
}

/** Trains a dense and a pruned network, and lets a session of each read. */
export async function watchSensor(options: Options, context: Context): Promise<Outcome> {
  const { data, length, seed, sparsity } = options;
  const sensor = data === undefined ? generateReadings(length, seed) : await readReadings(data, length);
  const title = `${(100 * sparsity).toFixed(0)}% pruned`;
  const whole = await variant('dense', 0, options, sensor, context);
  const pruned = await variant(title, sparsity, options, sensor, context);
  const { difference, futures, steps } = pruned.walked;
  const points = ({ steps }: Walk) => steps.map(({ probability }, t): [number, number] => [t + 1, 100 * probability]);
  const micros = (ms: number) => `${(1000 * ms).toFixed(2)} µs`;
  return {
    data: `${sensor.name}: ${count(sensor.train.x.shape[0])} sequences of ${length} readings to learn from, ${count(sensor.test.x.shape[0])} to be judged by`,
    variants: [whole.row, pruned.row],
    columns: [
      { key: 'testAccuracy', name: 'steps judged right', show: (value) => percent(value, 1) },
      { key: 'weights', name: 'weights', show: count },
      { key: 'weightsKept', name: 'kept', show: count },
      { key: 'bytes', name: 'file', show: kilobytes },
      { key: 'msBatch1', name: 'one step', show: micros },
    ],
    note:
      'Weights: of the LSTM’s two kernels. One step: session.step, one thread, the best of rounds of a thousand. Fed a reading at a time the ' +
      `pruned network answers as for the whole sequence at once, to within ${difference.toExponential(1)}. From one state put back: as the ` +
      `sequence went on after step ${futures.step}, something is wrong with probability ${futures.asItWas.toFixed(3)}; had it stood still, ${futures.stoodStill.toFixed(3)}.`,
    summary: `An LSTM with ${percent(sparsity, 0)} of its weights pruned watches a sensor, ${micros(pruned.row.msBatch1)} a reading, and is right about ${percent(pruned.row.testAccuracy)} of all steps of readings it has not seen.`,
    sections: [
      {
        title: 'A sequence, reading by reading',
        blocks: [
          {
            kind: 'lines',
            title: 'Is something wrong?',
            x: { name: 'step' },
            y: { name: 'probability', unit: '%' },
            series: [
              { name: 'truth', points: steps.map(({ wrong }, t): [number, number] => [t + 1, wrong ? 100 : 0]) },
              { name: 'dense', points: points(whole.walked) },
              { name: title, points: points(pruned.walked) },
            ],
          },
        ],
      },
    ],
    more: { walk: { steps, difference, futures } },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await example<Options & CommonOptions>({
    name: 'streaming',
    title: 'A sensor watched step by step',
    about: 'Trains an LSTM on the readings of a sensor, prunes it, and runs it one reading at a time.',
    dataHelp:
      'a text of readings, a line each: numbers and last 0 or 1, with commas between; generated ones without it',
    options: (command) =>
      command
        .option('--epochs <number>', 'passes over the readings, half of them with pruning', whole(1, 1000), 12)
        .option('--units <number>', 'of the LSTM', whole(1, 4096), 32)
        .option('--length <number>', 'readings of a sequence', whole(32, 10_000), 64)
        .addOption(activationOption())
        .option('--sparsity <fraction>', 'of the LSTM', fraction, 0.9),
    run: watchSensor,
  });
}
