// What tests of callbacks train: a line through the origin; and a callback that hands in figures.

import { type Callback, dense, type Model, sequential, sgd } from '../src/index.ts';

export const x = Float32Array.from({ length: 40 }, (_, i) => i / 20 - 1);
export const y = x.map((value) => 3 * value);

export function line(learningRate = 0.1): Model {
  const model = sequential([dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
  model.compile({ optimizer: sgd({ learningRate }), loss: 'mse' });
  return model;
}

/** Puts figures into the logs, an epoch each, and marks the weight with the epoch's number. */
export function script(name: string, values: readonly number[]): Callback {
  let model: Model | undefined;
  return {
    setModel(next) {
      model = next;
    },
    onEpochEnd(epoch, logs) {
      logs[name] = values[epoch];
      model?.setWeights([{ data: [epoch] }, { data: [0] }]);
    },
  };
}

export const weight = (model: Model): number => model.getWeights()[0].data[0];
