// A loss of one's own: Huber's, square near zero and straight beyond, so that a few wild targets do not bend the line.
// Two functions of one sample on plain arrays; the batch's loss is their mean. (Huber 1964)
//
//   npx tsx examples/custom-loss.ts

import { adam, customLoss, dense, type LossChoice, sequential } from '../src/index.ts';
import { noOptions } from './command.ts';

noOptions(import.meta.url);

const delta = 0.5;
const huber = customLoss({
  name: 'huber',
  value: ([t], [p]) => (Math.abs(p - t) <= delta ? (p - t) ** 2 / 2 : delta * (Math.abs(p - t) - delta / 2)),
  gradient: ([t], [p]) => [Math.max(-delta, Math.min(delta, p - t))],
});

// y = 2x + 1, but every tenth target is wrong by 8.
const x = Float32Array.from({ length: 200 }, (_, i) => i / 100 - 1);
const y = x.map((value, i) => 2 * value + 1 + (i % 10 === 0 ? 8 : 0));

async function line(loss: LossChoice): Promise<string> {
  const model = sequential([dense({ units: 1, inputShape: [1] })]);
  model.compile({ optimizer: adam({ learningRate: 0.05 }), loss });
  await model.fit(x, y, { epochs: 100 });
  const [slope, offset] = model.getWeights().map(({ data }) => data[0].toFixed(2));
  return `y = ${slope}·x + ${offset}`;
}

console.log(`squares: ${await line('meanSquaredError')}`);
console.log(`huber:   ${await line(huber)}`);
