// A callback of one's own: any object with some of the hooks. This one writes the density of the kernels into the history and
// stops training when it has fallen below a limit.
//
//   npx tsx examples/custom-callback.ts

import {
  adam,
  type Callback,
  dense,
  flatten,
  generatedDigits,
  input,
  type Model,
  proximalL1,
  sequential,
  sparsity,
} from '../src/index.ts';
import { noOptions } from './command.ts';

noOptions(import.meta.url);

function untilDensity(limit: number): Callback {
  let trained: Model | undefined;
  return {
    setModel(model) {
      trained = model;
    },
    onEpochEnd(_epoch, logs) {
      if (!trained) return;
      logs.density = sparsity(trained).density;
      if (logs.density < limit) trained.stopTraining = true;
    },
  };
}

const { train } = generatedDigits({ train: 2000, test: 1 });
const model = sequential([
  input({ shape: [28, 28, 1] }),
  flatten(),
  dense({ units: 32, activation: 'relu', kernelRegularizer: proximalL1(0.3) }),
  dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
const { history } = await model.fit(train.images, train.labels, { epochs: 50, callbacks: [untilDensity(0.5)] });
console.log(history.density.map((density) => `${(100 * density).toFixed(0)}%`).join(' '));
