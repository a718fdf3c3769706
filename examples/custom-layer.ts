// A layer of one's own: PReLU, y = max(x, 0) + a·min(x, 0) with a learned slope a for each layer (He et al. 2015).
// `forward` pushes on the tape what `backward` pops; the gradient is added to the parameter's.
//
//   npx tsx examples/custom-layer.ts

import {
  adam,
  dense,
  initializers,
  input,
  Layer,
  type Parameter,
  type Shape,
  sequential,
  type Tape,
  Tensor,
} from '../src/index.ts';
import { noOptions } from './command.ts';

noOptions(import.meta.url);

class Prelu extends Layer {
  readonly type = 'prelu';
  #slope!: Parameter;

  protected override build(): void {
    this.#slope = this.addParameter({ name: 'slope', shape: [1], initializer: initializers.zeros });
  }

  override outputShapes([shape]: readonly Shape[]): Shape[] {
    return [shape];
  }

  override forward([x]: readonly Tensor[], tape: Tape): Tensor[] {
    tape.push(x);
    const y = Tensor.allocate(x.shape, x.batch);
    const [a] = this.#slope.values.view;
    y.view.set(x.view.map((value) => (value > 0 ? value : a * value)));
    return [y];
  }

  /** da = Σ dy·min(x, 0), dx = dy where x > 0 and a·dy elsewhere. */
  override backward([dy]: readonly Tensor[], tape: Tape): Tensor[] {
    const [x] = tape.pop<[Tensor]>();
    const dx = Tensor.allocate(x.shape, x.batch);
    const [a] = this.#slope.values.view;
    const [from, delta] = [x.view, dy.view];
    dx.view.set(delta.map((value, i) => (from[i] > 0 ? value : a * value)));
    this.#slope.gradient.view[0] += delta.reduce((sum, value, i) => sum + value * Math.min(from[i], 0), 0);
    return [dx];
  }

  override config(): Record<string, unknown> {
    return {};
  }
}

// Learns |x| − ½·min(x, 0): the slope that fits is −1.5 if the layer below passes x on.
const prelu = new Prelu();
const model = sequential([
  input({ shape: [1] }),
  dense({ units: 1, useBias: false, kernelInitializer: 'ones' }),
  prelu,
]);
const x = Float32Array.from({ length: 256 }, (_, i) => i / 64 - 2);
const y = x.map((value) => Math.abs(value) - 0.5 * Math.min(value, 0));
model.compile({ optimizer: adam({ learningRate: 0.02 }), loss: 'meanSquaredError' });
const { history } = await model.fit(x, y, { epochs: 60 });
console.log(`loss ${history.loss[0].toFixed(3)} → ${history.loss[59].toFixed(5)}`);
console.log(`slope below zero: ${prelu.getWeights()[0].data[0].toFixed(2)}`);
