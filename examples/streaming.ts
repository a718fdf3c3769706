// One step at a time: a sensor's readings come in, one by one, and an LSTM says after each whether something is wrong, from all that came
// before. A session keeps the state, so that a reading costs one step, and its answers are those of the whole sequence read at once.
//
//   npx tsx examples/streaming.ts [--epochs 12] [--seed 1] [--units 32] [--sparsity 0.9]

import { parseArgs } from 'node:util';
import {
  adam,
  compress,
  dense,
  input,
  lstm,
  polynomialDecay,
  pruning,
  Random,
  sequential,
  timeDistributed,
} from '../src/index.ts';

const { values: options } = parseArgs({
  options: {
    epochs: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    units: { type: 'string', default: '32' },
    sparsity: { type: 'string', default: '0.9' },
  },
});
const [epochs, seed, units, sparsity] = [options.epochs, options.seed, options.units, options.sparsity].map(Number);
const time = 64;

/** Readings that turn in a circle, with noise; in half of them the circle stops at some time and starts to tremble. Label 1 from then on. */
function readings(count: number, stream: string) {
  const random = new Random(seed, stream);
  const [x, y] = [new Float32Array(count * time * 2), new Float32Array(count * time)];
  for (let i = 0; i < count; i++) {
    const breaks = random.uniform() < 0.5 ? 16 + random.integer(time - 24) : time;
    let [a, b] = [1, 0]; // a point on the circle, turned by about 0.2 at each step
    const turn = random.uniform(0.15, 0.25);
    for (let t = 0; t < time; t++) {
      if (t < breaks) [a, b] = [a - turn * b, b + turn * a];
      const length = Math.sqrt(a * a + b * b);
      [a, b] = [a / length, b / length];
      const noise = t < breaks ? 0.1 : 0.2;
      x[(i * time + t) * 2] = a + random.normal(0, noise);
      x[(i * time + t) * 2 + 1] = b + random.normal(0, noise);
      y[i * time + t] = t < breaks ? 0 : 1;
    }
  }
  return { x: { data: x, shape: [count, time, 2] }, y: { data: y, shape: [count, time, 1] } };
}

const [train, test] = [readings(640, 'train'), readings(200, 'test')];
const model = sequential(
  [
    input({ shape: [time, 2] }),
    lstm({ units, returnSequences: true, name: 'lstm' }),
    timeDistributed({ layer: dense({ units: 1, activation: 'sigmoid' }) }),
  ],
  { name: 'sensor', seed },
);
model.compile({ optimizer: adam({ learningRate: 1e-2 }), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
const steps = epochs * Math.ceil(640 / 32);
const schedule = polynomialDecay({
  initialSparsity: 0,
  finalSparsity: sparsity,
  beginStep: steps >> 2,
  endStep: (3 * steps) >> 2,
});
await model.fit(train.x, train.y, { epochs, verbose: 0, callbacks: [pruning({ layers: ['lstm'], schedule })] });
const { accuracy } = model.evaluate(test.x, test.y);
console.log(
  `${(100 * sparsity).toFixed(0)}% of the LSTM's weights pruned; right about ${(100 * accuracy).toFixed(1)}% of all steps of unseen readings`,
);

// Not yet seen, one reading after another.
const running = compress(model);
const session = running.session();
const broken = test.y.data.indexOf(1);
const shown = Math.floor(Math.max(0, broken) / time); // the first sequence that breaks
const [sequence, labels] = [test.x.data.subarray(shown * time * 2), test.y.data.subarray(shown * time)];
const whole = running.predict(sequence.subarray(0, 2 * time)).data;
const answer = new Float32Array(1);
let largest = 0;
console.log('\nstep  broken?  P(broken)');
for (let t = 0; t < time; t++) {
  session.step(sequence.subarray(2 * t, 2 * t + 2), answer);
  largest = Math.max(largest, Math.abs(answer[0] - whole[t]));
  if (t % 8 === 7) {
    const bar = '█'.repeat(Math.round(20 * answer[0]));
    console.log(`${String(t + 1).padStart(4)}  ${labels[t] ? 'yes    ' : 'no     '}  ${answer[0].toFixed(3)} ${bar}`);
  }
}
console.log(`\nthe same as the whole sequence at once, to within ${largest.toExponential(1)}`);

// A state may be kept and put back: two futures from one past.
session.reset();
for (let t = 0; t < 16; t++) session.step(sequence.subarray(2 * t, 2 * t + 2));
const past = session.state;
const still = Float32Array.of(sequence[30], sequence[31]);
for (let t = 0; t < 24; t++) session.step(still, answer);
const [stopped] = answer;
session.state = past;
for (let t = 16; t < 24; t++) session.step(sequence.subarray(2 * t, 2 * t + 2), answer);
console.log(
  `if it stood still from step 16: ${stopped.toFixed(3)}; as it went on, at step 24: ${answer[0].toFixed(3)}`,
);

let best = Infinity;
for (let round = 0; round < 20; round++) {
  const start = performance.now();
  for (let t = 0; t < 1000; t++) session.step(still, answer);
  best = Math.min(best, performance.now() - start);
}
console.log(`a step takes ${best.toFixed(2)} µs`);
session.dispose();
running.dispose();
