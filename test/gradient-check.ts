// Gradients against central differences: for a random direction d in each operand, (L(w + h·d) − L(w − h·d)) / 2h must be
// ⟨∂L/∂w, d⟩, where L = ⟨c, y⟩ for a random c. The sums are f64, the network f32, hence the tolerance.

import { arena } from '../src/engine/index.ts';
import { input, type Layer } from '../src/layers/index.ts';
import { Network } from '../src/model/index.ts';
import { Batch, type Shape, sizeOf, Tape, Tensor } from '../src/tensor/index.ts';
import { Random } from '../src/tensor/random.ts';

export interface Operand {
  name: string;
  /** ⟨gradient, d⟩ as backward() has it, and as differences have it. */
  analytic: number;
  numeric: number;
}

/** Runs `network` forward and backward for batch-major x, with dL/dy = c. */
export function run(network: Network, xs: Float32Array[], c: Float32Array, batch: Batch, training = true) {
  return arena.scope(() => {
    const tape = new Tape({ training, seed: 1, step: 3 });
    const inputs = xs.map((x, i) => {
      const turned = Tensor.from(x, network.inputs[i].shape, batch);
      return new Tensor(turned.shape, batch, turned.buffer);
    });
    for (const parameter of network.parameters) if (parameter.trainable) parameter.clearGradient();
    const [y] = network.forward(inputs, tape);
    const output = y.toArray();
    const dy = Tensor.from(c, y.shape, batch);
    const gradients = network.backward([dy], tape).map((dx) => dx?.toArray() ?? new Float32Array());
    return { output, gradients };
  });
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);
const moved = (x: Float32Array, d: Float32Array, h: number) => x.map((v, i) => v + h * d[i]);

/** Samples whose numbers lie evenly in [−1, 1], shuffled: none is near another, or near 0, so that max and ReLU do not flip. */
function spread(random: Random, samples: number, size: number): Float32Array {
  const data = new Float32Array(samples * size);
  for (let sample = 0; sample < samples; sample++) {
    const order = random.shuffle(Uint32Array.from({ length: size }, (_, i) => i));
    for (let i = 0; i < size; i++) data[sample * size + i] = (2 * order[i] + 1.3) / size - 1;
  }
  return data;
}

/** Checks every operand of the network that `build` draws over inputs of `shapes`. */
export function checkGradients(
  shapes: Shape[],
  build: (inputs: ReturnType<typeof input>[]) => ReturnType<Layer['apply']>,
  samples = 3,
) {
  const random = new Random(5);
  const draw = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
  const inputs = shapes.map((shape) => input({ shape }));
  const network = new Network({ inputs, outputs: build(inputs) });
  for (const parameter of network.parameters) {
    if (parameter.trainable) parameter.write({ data: draw(parameter.length) });
  }
  const batch = new Batch(samples, 32, 16);
  const xs = shapes.map((shape) => spread(random, samples, sizeOf(shape)));
  const c = draw(samples * sizeOf(network.outputs[0].shape));
  const loss = () => dot(run(network, xs, c, batch).output, c);
  const h = 2 ** -9;
  const { gradients } = run(network, xs, c, batch);
  const stored = network.parameters.map((p) => (p.trainable ? p.gradient.view.slice() : undefined));
  const operands: Operand[] = [];
  for (const [i, x] of xs.entries()) {
    const d = draw(x.length);
    xs[i] = moved(x, d, h);
    const above = loss();
    xs[i] = moved(x, d, -h);
    const below = loss();
    xs[i] = x;
    operands.push({ name: `input ${i}`, analytic: dot(gradients[i], d), numeric: (above - below) / (2 * h) });
  }
  for (const [i, parameter] of network.parameters.entries()) {
    const gradient = stored[i];
    if (!gradient) continue;
    const values = parameter.values.view.slice();
    const d = draw(values.length);
    parameter.values.view.set(moved(values, d, h));
    const above = loss();
    parameter.values.view.set(moved(values, d, -h));
    const below = loss();
    parameter.values.view.set(values);
    operands.push({ name: parameter.name, analytic: dot(gradient, d), numeric: (above - below) / (2 * h) });
  }
  network.dispose();
  return operands;
}

/** Whether the two agree to `tolerance`, relative to the larger or to 1. */
export const agrees = ({ analytic, numeric }: Operand, tolerance = 5e-3): boolean =>
  Math.abs(analytic - numeric) <= tolerance * Math.max(1, Math.abs(analytic), Math.abs(numeric));
