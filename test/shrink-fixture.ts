// What the tests of shrink by hand share: outputs and inputs zeroed, the indices removed, the same answers.

import { shrinkReport } from '../src/pruning/index.ts';
import type { Model } from '../src/training/index.ts';
import { expectClose, numbers, parameterOf } from './pruning-fixture.ts';

/** Sets a kernel's weights where output or input channels are named to 0, and a mask over them; biases to `bias`. */
export function zero(
  network: Model,
  layer: string,
  { outputs = [] as number[], inputs = [] as number[], bias = 0 },
): void {
  const kernel = parameterOf(network, layer);
  const [k, m] = kernel.shape.slice(-2);
  const mask = Float32Array.from({ length: kernel.length }, (_, at) =>
    outputs.includes(at % m) || inputs.includes(Math.floor(at / m) % k) ? 0 : 1,
  );
  kernel.setMask(kernel.toStorage(mask));
  const values = parameterOf(network, layer, 'bias').values.view;
  for (const i of outputs) values[i] = bias;
}

export const removed = (small: Model) =>
  Object.fromEntries(
    shrinkReport(small).layers.map(({ layer, inputs, outputs }) => [layer, [inputs.removed, outputs.removed]]),
  );

export function expectSame(small: Model, large: Model): void {
  const x = numbers(4 * large.inputs[0].shape.reduce((product, axis) => product * axis, 1));
  expectClose(small.predict(x).data, large.predict(x).data);
}
