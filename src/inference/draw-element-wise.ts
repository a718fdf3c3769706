// The steps of what is done number by number, over the input where nobody reads it afterwards.

import type { Draftsman, Spot } from './draw.ts';
import { channelPitch } from './layout.ts';
import type { Activate, Normalize } from './operation.ts';

/** f of every number, or softmax over channels. */
export function drawActivation(draftsman: Draftsman, { activation, slope, inputs }: Activate): Spot {
  const from = draftsman.take(inputs[0]);
  const to = draftsman.over(from);
  const { kernels } = draftsman.blueprint;
  const length = draftsman.floats(from.layout, from.n);
  const columns = channelPitch(from.layout) * from.n;
  const { channels } = from.layout;
  draftsman.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [address(from.buffer), address(to.buffer)];
    const { elu_f32, leaky_relu_f32, softmax_f32 } = kernels;
    if (activation === 'softmax') return () => softmax_f32(0, columns, channels, columns, x, y);
    if (activation === 'elu') return () => elu_f32(0, length, 1, x, y);
    if (activation === 'leakyRelu') return () => leaky_relu_f32(0, length, slope, x, y);
    const kernel = kernels[`${activation}_f32`];
    return () => kernel(0, length, x, y);
  });
  return to;
}

/** γ·(x − mean) / √(variance + ε) + β by channel. */
export function drawNormalization(draftsman: Draftsman, operation: Normalize): Spot {
  const { mean, variance, gamma, beta, epsilon, inputs } = operation;
  const from = draftsman.take(inputs[0]);
  const to = draftsman.over(from);
  const { batch_norm_f32 } = draftsman.blueprint.kernels;
  const { channels } = from.layout;
  const length = channelPitch(from.layout) * from.n;
  const bits = (values: Float32Array) => new Uint32Array(values.slice().buffer);
  const ones = new Float32Array(channels).fill(1);
  const zeros = new Float32Array(channels);
  const constants = [mean, variance, gamma ?? ones, beta ?? zeros].map((values) =>
    draftsman.blueprint.constant(bits(values)),
  );
  draftsman.blueprint.step([from.buffer, to.buffer], (address) => {
    const [x, y] = [address(from.buffer), address(to.buffer)];
    const [m, v, g, b] = constants.map(address);
    return () => batch_norm_f32(0, channels, length, epsilon, x, length, m, v, g, b, y, length);
  });
  return to;
}
