// A program becomes a plan for batches of n samples: every value gets a layout and a buffer, every operation its steps.
// Views share the buffer of what they view; element-wise operations write over an input that nobody reads afterwards; what is joined or
// made larger for one convolution alone goes straight into its border (absorb.ts).

import type { Kernels } from '../engine/index.ts';
import type { Shape } from '../tensor/index.ts';
import { type Absorbed, absorbedIn } from './absorb.ts';
import { Blueprint, type BufferId } from './blueprint.ts';
import { drawCopy, type Enlarged, wholeOf } from './draw-copy.ts';
import { drawActivation, drawNormalization } from './draw-element-wise.ts';
import { drawFrame, drawInterleave, drawLargest, drawPool, drawUpsample } from './draw-image.ts';
import { drawLstm } from './draw-lstm.ts';
import { drawLstmStep } from './draw-lstm-step.ts';
import { drawProduct } from './draw-product.ts';
import { drawEmbedding, drawFold, drawJoinedMasks, drawMaskedMean, drawTurnedMask } from './draw-sequence.ts';
import { channelPitch, compact, isCompact, type Layout, places } from './layout.ts';
import type { Combine, Operation, Program, Value } from './operation.ts';
import type { Supply } from './supply.ts';

/** A value's place. */
export interface Spot {
  readonly buffer: BufferId;
  readonly layout: Layout;
  /** Samples, times the steps that are folded into them. */
  readonly n: number;
}

/** A part of a value. */
export interface Piece {
  readonly from: Spot;
  readonly enlarged?: Enlarged;
}

/** What the outside fills or reads: batch-major numbers of `n` samples. */
export interface Port {
  readonly buffer: BufferId;
  /** Numbers of one sample. */
  readonly features: number;
}

export interface Drawing {
  readonly blueprint: Blueprint;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** The steps of each layer with weights, from one to before another, by the layer's name; its first use counts. */
  readonly products: ReadonlyMap<string, readonly [from: number, to: number]>;
  /** What an LSTM keeps from run to run, h and c. */
  readonly states: readonly Port[];
}

export function draw(program: Program, kernels: Kernels, n: number, supply: Supply): Drawing {
  return new Draftsman(program, new Blueprint(kernels, n), supply).draw();
}

export class Draftsman {
  readonly blueprint: Blueprint;
  readonly supply: Supply;
  readonly states: Port[] = [];
  readonly #program: Program;
  readonly #spots: Spot[] = [];
  readonly #readers: number[] = [];
  /** Reads of each buffer that are still to come. */
  readonly #pending: number[] = [];
  readonly #products = new Map<string, readonly [from: number, to: number]>();
  /** Operations whose readers do them. */
  readonly #absorbed: ReadonlyMap<Value, Absorbed>;

  constructor(program: Program, blueprint: Blueprint, supply: Supply) {
    this.#program = program;
    this.blueprint = blueprint;
    this.supply = supply;
    this.#absorbed = absorbedIn(program);
  }

  draw(): Drawing {
    const { operations, inputs, outputs } = this.#program;
    const count = (value: Value) => {
      this.#readers[value] = (this.#readers[value] ?? 0) + 1;
    };
    for (const operation of operations) operation.inputs.forEach(count);
    for (const { value } of outputs) count(value);
    const inputPorts = inputs.map(({ value }) => this.#input(value));
    for (const operation of operations) if (!this.#absorbed.has(operation.output)) this.#operation(operation);
    const outputPorts = outputs.map(({ value }) => this.#output(value));
    const { blueprint, states } = this;
    return { blueprint, inputs: inputPorts, outputs: outputPorts, products: this.#products, states };
  }

  /** Floats of a layout for n samples. */
  floats(layout: Layout, n: number): number {
    return places(layout) * n;
  }

  /** A new buffer for a layout and n samples. */
  spot(layout: Layout, n: number): Spot {
    return { buffer: this.blueprint.buffer(this.floats(layout, n)), layout, n };
  }

  /** The sample's shape of a value. */
  shapeOf(value: Value): Shape {
    return this.#program.shapes[value];
  }

  /** A value as it stands; each read of an operation takes it once. */
  take(value: Value): Spot {
    const spot = this.#spots[value];
    this.#pending[spot.buffer]--;
    return spot;
  }

  /** A value without junk between its rows. */
  takeCompact(value: Value): Spot {
    return this.#compacted(this.take(value));
  }

  /** A value as the images that lie in it side by side, channel after channel, each as it stands or to be made larger. */
  takePieces(value: Value): Piece[] {
    const operation = this.#absorbed.get(value);
    if (operation === undefined) return [{ from: this.take(value) }];
    if (operation.kind === 'concatenate') return operation.inputs.flatMap((input) => this.takePieces(input));
    return [{ from: this.take(operation.inputs[0]), enlarged: operation }];
  }

  /** Says where a value stands. */
  give(value: Value, spot: Spot): void {
    this.#spots[value] = spot;
    this.#pending[spot.buffer] = (this.#pending[spot.buffer] ?? 0) + (this.#readers[value] ?? 0);
  }

  /** As {@link give}, where the value stays from run to run: none of its readers may write over it. */
  giveKept(value: Value, spot: Spot): void {
    this.give(value, spot);
    this.#pending[spot.buffer] = Infinity;
  }

  #compacted(spot: Spot): Spot {
    if (isCompact(spot.layout)) return spot;
    const { channels, rows, columns, rowPitch } = spot.layout;
    const { n } = spot;
    const to = this.spot({ channels, rows, columns, rowPitch: columns }, n);
    const { crop2d_f32 } = this.blueprint.kernels;
    this.blueprint.step([spot.buffer, to.buffer], (address) => {
      const [x, y] = [address(spot.buffer), address(to.buffer)];
      return () => crop2d_f32(channels, rows, columns, n, 0, 0, rows, rowPitch, x, y);
    });
    return to;
  }

  #input(value: Value): Port {
    const layout = compact(this.#program.shapes[value]);
    const features = places(layout);
    const { n } = this.blueprint;
    const spot = this.spot(layout, n);
    this.give(value, spot);
    this.blueprint.fromStart(spot.buffer);
    if (!this.#turns(layout)) return { buffer: spot.buffer, features };
    const staging = this.blueprint.buffer(this.floats(layout, n));
    this.blueprint.fromStart(staging);
    const { turn_f32 } = this.blueprint.kernels;
    this.blueprint.step([staging, spot.buffer], (address) => {
      const [x, y] = [address(staging), address(spot.buffer)];
      return () => turn_f32(n, channelPitch(layout), layout.channels, n, x, y);
    });
    return { buffer: staging, features };
  }

  #output(value: Value): Port {
    const spot = this.takeCompact(value);
    const features = places(spot.layout);
    this.blueprint.toEnd(spot.buffer);
    if (!this.#turns(spot.layout)) return { buffer: spot.buffer, features };
    const { n } = spot;
    const staging = this.blueprint.buffer(this.floats(spot.layout, n));
    const { unturn_f32 } = this.blueprint.kernels;
    this.blueprint.step([spot.buffer, staging], (address) => {
      const [x, y] = [address(spot.buffer), address(staging)];
      return () => unturn_f32(n, channelPitch(spot.layout), spot.layout.channels, n, x, y);
    });
    this.blueprint.toEnd(staging);
    return { buffer: staging, features };
  }

  /** Whether batch-major samples stand otherwise than a value of that layout. */
  #turns(layout: Layout): boolean {
    return !(this.blueprint.n === 1 && (layout.channels === 1 || channelPitch(layout) === 1));
  }

  #operation(operation: Operation): void {
    switch (operation.kind) {
      case 'product': {
        const from = this.blueprint.length;
        this.give(operation.output, drawProduct(this, operation));
        if (!this.#products.has(operation.name)) this.#products.set(operation.name, [from, this.blueprint.length]);
        break;
      }
      case 'activate':
        this.give(operation.output, drawActivation(this, operation));
        break;
      case 'normalize':
        this.give(operation.output, drawNormalization(this, operation));
        break;
      case 'pool':
        this.give(operation.output, drawPool(this, operation, compact(this.#program.shapes[operation.output])));
        break;
      case 'view': {
        const spot = this.takeCompact(operation.inputs[0]);
        this.give(operation.output, { ...spot, layout: compact(this.#program.shapes[operation.output]) });
        break;
      }
      case 'fold':
      case 'unfold':
        this.give(operation.output, drawFold(this, operation));
        break;
      case 'embed':
        drawEmbedding(this, operation);
        break;
      case 'maskedMean':
        this.give(operation.output, drawMaskedMean(this, operation));
        break;
      case 'joinMasks':
        this.give(operation.output, drawJoinedMasks(this, operation));
        break;
      case 'turnMask':
        this.give(operation.output, drawTurnedMask(this, operation));
        break;
      case 'lstm':
        drawLstm(this, operation);
        break;
      case 'lstmStep':
        drawLstmStep(this, operation);
        break;
      case 'add':
      case 'multiply':
        this.#eachWith(operation);
        break;
      case 'concatenate':
        this.#concatenate(operation);
        break;
      case 'pad':
      case 'crop':
        this.give(operation.output, drawFrame(this, operation));
        break;
      case 'keepLargest':
        this.give(operation.output, drawLargest(this, operation));
        break;
      case 'upsample':
        this.give(operation.output, drawUpsample(this, operation));
        break;
      case 'interleave':
        this.give(operation.output, drawInterleave(this, operation, compact(this.#program.shapes[operation.output])));
    }
  }

  /** Where an element-wise operation may write: over `x` when nobody reads it any more. */
  over(x: Spot): Spot {
    return this.#pending[x.buffer] === 0 ? x : this.spot(x.layout, x.n);
  }

  #eachWith({ kind, inputs, output }: Combine): void {
    const parts = inputs.map((value) => this.takeCompact(value));
    const to = this.spot(parts[0].layout, parts[0].n);
    const length = this.floats(to.layout, to.n);
    const { add_f32, multiply_f32 } = this.blueprint.kernels;
    const kernel = kind === 'add' ? add_f32 : multiply_f32;
    parts.slice(1).forEach((part, i) => {
      const other = i === 0 ? parts[0].buffer : to.buffer;
      this.blueprint.step([part.buffer, other, to.buffer], (address) => {
        const [a, b, y] = [address(other), address(part.buffer), address(to.buffer)];
        return () => kernel(0, length, a, b, y);
      });
    });
    this.give(output, to);
  }

  #concatenate({ inputs, output }: Combine): void {
    const parts = inputs.map((value) => this.take(value));
    const to = this.spot(compact(this.#program.shapes[output]), parts[0].n);
    const whole = wholeOf(to);
    let first = 0;
    for (const part of parts) {
      drawCopy(this, part, { ...whole, first });
      first += part.layout.channels * whole.channel;
    }
    this.give(output, to);
  }
}
