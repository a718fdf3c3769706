// A model that only runs: a program, the form of each layer's weights, and a plan for each batch width that came up.
// Batches run in slabs, the rest in a narrower one, or one by one (width.ts).

import { fastKernels, type Kernels, plainKernels } from '../engine/index.ts';
import { copied, encodeModel, type ModelDescription, saveFile } from '../format/index.ts';
import { checkFinite, checkKnown, checkWhole, type NdArray, sizeOf } from '../tensor/index.ts';
import { calibrate } from './calibrate.ts';
import { type Choice, choose } from './choice.ts';
import type { FormPair, Forms, Job } from './choose.ts';
import { builtInCosts, type CostTable } from './cost-table.ts';
import { draw } from './draw.ts';
import { type Calls, explain, type LayerExplanation } from './explain.ts';
import { measureLayers } from './measure-layers.ts';
import type { Factor, Program } from './operation.ts';
import type { InferenceOptions, Port, SampleInput } from './options.ts';
import { Plan } from './plan.ts';
import { Prepared } from './prepared.ts';
import { type Parts, programOf } from './program.ts';
import { type Remembered, remember } from './remembered.ts';
import { checkRoom, checkRooms, samplesOf } from './samples.ts';
import { Session } from './session.ts';
import { Stock } from './stock.ts';
import { type Stream, streamOf } from './stream.ts';
import type { Form } from './weights.ts';
import { fewest } from './width.ts';
import { assumedZeros, countZeros, mostSamples, type ZeroShares } from './zeros.ts';

/** Plans for odd batch widths that are kept, besides those for 1 and a whole slab. */
const oddPlans = 3;

/** A model that only runs, made by {@link compress} from a trained one, or by {@link load} from a file. */
export class InferenceModel {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Samples in a typical call, for which {@link explain} speaks. */
  readonly batch: number;
  readonly #description: ModelDescription;
  readonly #program: Program;
  readonly #kernels: Kernels;
  readonly #costs: CostTable;
  readonly #choice: Choice;
  /** Numbers of a sample of the first input. */
  readonly #inputSize: number;
  readonly #parts: Parts = new Map();
  readonly #stock = new Stock((weights) => new Prepared(weights, this.#kernels));
  readonly #plans = new Map<number, Plan>();
  /** Where counted. */
  readonly #zeros: ZeroShares | undefined;
  /** Nanoseconds of the layers in their forms, where calibrated. */
  readonly #times: ReadonlyMap<string, number> | undefined;
  /** Forms asked for, for one sample. */
  readonly #wanted: ReadonlyMap<string, Form>;
  /** Once a session was asked for. */
  #stream: Stream | undefined;
  #result: NdArray<ArrayBufferLike> | undefined;
  #disposed = false;

  /** @internal */
  constructor(description: ModelDescription, options: InferenceOptions, remembered?: Remembered) {
    const { batch = remembered?.batch ?? 1, forms: asked = {}, relaxed = true, sampleInputs } = options;
    const isCalibrated = options.calibrate === true;
    this.#kernels = relaxed ? fastKernels() : plainKernels();
    this.#program = programOf(description, this.#parts);
    this.name = description.name;
    this.batch = batch;
    const port = ({ name, value }: { name: string; value: number }) =>
      Object.freeze({ name, shape: Object.freeze([...this.#program.shapes[value]]) });
    this.inputs = this.#program.inputs.map(port);
    this.outputs = this.#program.outputs.map(port);
    this.#inputSize = sizeOf(this.inputs[0].shape);
    this.#costs = isCalibrated ? calibrate(this.#kernels) : builtInCosts;
    this.#zeros = sampleInputs === undefined ? remembered?.zeros : this.#countZeros(sampleInputs);
    this.#choice = choose({
      program: this.#program,
      kernels: this.#kernels,
      costs: this.#costs,
      zeros: this.#zeros ?? assumedZeros(this.#program),
      batch,
      calibrate: isCalibrated,
      asked,
      known: remembered?.forms,
    });
    const isFew = batch < fewest;
    this.#wanted = remembered?.wanted ?? new Map(isFew ? Object.entries(asked) : []);
    this.#description = { name: description.name, graph: description.graph, extra: description.extra };
    this.#times = isCalibrated ? this.#measure(isFew ? 1 : this.#choice.wide) : undefined;
  }

  /**
   * The model's answer for a batch.
   * @param x samples, batch-major and channels last: numbers alone, numbers with a shape, or nested arrays; for an input of shape
   * `[features]` also a sparse matrix with a row for each sample, of which at most 64 are made dense at a time.
   * @param out where to write once all is computed; with it (and a Float32Array for one sample) nothing is allocated.
   * @throws when shapes do not fit, a number is NaN or infinite, `out` is no Float32Array of the answer's length, or the model has
   * several inputs or outputs.
   */
  predict<B extends ArrayBufferLike = ArrayBuffer>(x: SampleInput, out?: Float32Array<B>): NdArray<B> {
    if (this.inputs.length !== 1 || this.outputs.length !== 1) {
      throw new Error(
        `${this.name}: predict() is for one input and one output, this model has ${this.inputs.length} and ${this.outputs.length}: use predictAll().`,
      );
    }
    if (out !== undefined && x instanceof Float32Array && x.length === this.#inputSize) return this.#one(x, out);
    return this.predictAll([x], out === undefined ? undefined : [out])[0];
  }

  /**
   * As {@link predict}, for models with several inputs or outputs: one array for each, in the model's order.
   * @throws as {@link predict}; when two of `outs` share memory.
   */
  predictAll<B extends ArrayBufferLike = ArrayBuffer>(
    xs: readonly SampleInput[],
    outs?: readonly Float32Array<B>[],
  ): NdArray<B>[] {
    const { writers, count } = samplesOf(this.name, this.inputs, xs);
    const lengths = this.outputs.map(({ shape }) => count * sizeOf(shape));
    if (outs !== undefined) checkRooms(this.name, this.outputs, lengths, outs);
    // A single run has read all its samples when it writes. Of several, one may meet a NaN, or samples that an answer was put over.
    const isSingle = count === 1 || (count >= fewest && count <= this.#choice.slab);
    const results = lengths.map(
      (length, i) => (isSingle && outs?.[i]) || (new Float32Array(length) as Float32Array<B>),
    );
    for (let first = 0, n = 0; first < count; first += n) {
      const left = Math.min(this.#choice.slab, count - first);
      n = left < fewest ? 1 : left;
      const width = this.#choice.widths.of(n);
      const plan = this.#plan(width);
      for (const [i, write] of writers.entries()) {
        const { view } = plan.inputs[i];
        const used = (view.length / width) * n;
        write(view.subarray(0, used), first);
        view.fill(0, used);
        this.#checkInput(plan, i, first);
      }
      plan.run();
      for (const [i, { view }] of plan.outputs.entries()) {
        const size = view.length / width;
        results[i].set(view.subarray(0, size * n), first * size);
      }
    }
    return this.outputs.map(({ shape }, i) => {
      const data = outs?.[i] ?? results[i];
      if (data !== results[i]) data.set(results[i]);
      return { data, shape: [count, ...shape] };
    });
  }

  /**
   * A session: the model one time step at a time, for a dialogue or a sensor. Its LSTMs begin at zero and keep their state from step to
   * step, and `step` gives what {@link predict} gives for the sequence so far. Sessions of a model share their weights.
   * @throws when the model has several inputs or outputs, or a layer that needs the whole sequence: it is named.
   */
  session(): Session {
    this.#checkAlive();
    if (this.inputs.length !== 1 || this.outputs.length !== 1) {
      throw new Error(
        `${this.name}: a session is for one input and one output, this model has ${this.inputs.length} and ${this.outputs.length}.`,
      );
    }
    this.#stream ??= streamOf({
      description: this.#description,
      parts: this.#parts,
      kernels: this.#kernels,
      costs: this.#costs,
      zeros: this.#zeros,
      jobs: this.#choice.jobs[0],
      forms: this.#choice.forms,
      wanted: this.#wanted,
    });
    const { program, forms, jobs } = this.#stream;
    const plan = this.#build(program, 1, forms);
    return new Session(this.name, program, plan, {
      check: () => this.#checkAlive(),
      explain: () => this.#explain(jobs, forms, { side: 0, batch: 1, calls: 1 }),
    });
  }

  /**
   * For each layer with weights: its form for batches of `batch`, default the model's, why, and what the others would cost.
   * @throws when `batch` is no positive whole number; on an unknown option.
   */
  explain(options: { batch?: number } = {}): LayerExplanation[] {
    checkKnown('explain', options, ['batch']);
    const { batch = this.batch } = options;
    checkWhole('explain', { batch }, 1);
    const { jobs, forms, widths, wide, jobsAt } = this.#choice;
    const times = batch === this.batch ? this.#times : undefined;
    if (batch < fewest) return this.#explain(jobs[0], forms, { side: 0, batch, calls: batch, times });
    const width = widths.of(Math.min(batch, this.#choice.slab));
    const calls = Math.max(1, batch / width);
    return this.#explain(width === wide ? jobs[1] : jobsAt(width), forms, { side: 1, batch, calls, times });
  }

  /** The model as plain data, forms included; a copy. */
  describe(): ModelDescription {
    return copied(this.#describe());
  }

  /** The model file. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeModel(this.#describe());
  }

  /** Writes the model file (in Node). @throws when the folder cannot be written to; nothing is left half-written. */
  save(path: string): Promise<void> {
    return saveFile(path, this.toBytes());
  }

  /**
   * Gives the engine's memory back at once; neither the model nor its sessions can be used any more. A session keeps what is its own, its
   * state and working memory, until it is disposed of itself, or collected.
   */
  dispose(): void {
    for (const plan of this.#plans.values()) plan.dispose();
    this.#stock.dispose();
    this.#plans.clear();
    this.#disposed = true;
  }

  #describe(): ModelDescription {
    const { forms } = this.#choice;
    const inference = remember({ batch: this.batch, forms, wanted: this.#wanted, zeros: this.#zeros });
    return { ...this.#description, extra: { ...this.#description.extra, inference } };
  }

  #one<B extends ArrayBufferLike>(x: Float32Array, out: Float32Array<B>): NdArray<B> {
    const plan = this.#plan(1);
    const to = plan.outputs[0];
    checkRoom(this.name, out, to.length);
    plan.inputs[0].view.set(x);
    this.#checkInput(plan, 0, 0);
    plan.run();
    out.set(to.view);
    if (this.#result?.data !== out) this.#result = { data: out, shape: [1, ...this.outputs[0].shape] };
    return this.#result as NdArray<B>;
  }

  #measure(width: number): ReadonlyMap<string, number> {
    try {
      return measureLayers(this.#plan(width), this.#program);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #countZeros(xs: readonly SampleInput[]): ZeroShares {
    const { writers, count } = samplesOf(this.name, this.inputs, xs);
    return countZeros(this.#program, this.#kernels, Math.min(count, mostSamples), (plan, sample) => {
      for (const [i, write] of writers.entries()) {
        write(plan.inputs[i].view, sample);
        this.#checkInput(plan, i, sample);
      }
    });
  }

  /** @throws when a number is NaN or infinite; `first` is the sample with which the plan's input begins. */
  #checkInput(plan: Plan, input: number, first: number): void {
    const { buffer, length, view } = plan.inputs[input];
    if (plan.kernels.count_nonfinite_f32(0, length, buffer) === 0) return;
    const { name, shape } = this.inputs[input];
    checkFinite(view, `${this.name}: input '${name}'`, first * sizeOf(shape));
  }

  #plan(n: number): Plan {
    return this.#plans.get(n) ?? this.#draw(n);
  }

  /** Apart from `#plan`, since a function with closures allocates on entry. */
  #draw(n: number): Plan {
    this.#checkAlive();
    const odd = [...this.#plans.keys()].filter((width) => width !== 1 && width !== this.#choice.slab);
    if (odd.length >= oddPlans) {
      this.#plans.get(odd[0])?.dispose();
      this.#plans.delete(odd[0]);
    }
    const plan = this.#build(this.#program, n, this.#choice.forms);
    this.#plans.set(n, plan);
    return plan;
  }

  #explain(jobs: ReadonlyMap<string, Job>, forms: Forms, calls: Calls): LayerExplanation[] {
    const hasSamples = this.#zeros !== undefined;
    return explain(jobs, forms, { costs: this.#costs, races: this.#choice.races, hasSamples, ...calls });
  }

  #build(program: Program, n: number, forms: Forms): Plan {
    const own = new Stock((weights) => this.#stock.of(weights).forPlan());
    const pick = ({ name }: Factor) => ({ form: (forms.get(name) as FormPair)[n === 1 ? 0 : 1] });
    return new Plan(draw(program, this.#kernels, n, { pick, prepare: (weights) => own.of(weights) }), own);
  }

  #checkAlive(): void {
    if (this.#disposed) throw new Error(`${this.name}: this model was disposed of; compress or load it again.`);
  }
}
