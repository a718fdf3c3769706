// What inference models are made with, and what they say of themselves.

import { type ArrayInput, checkWhole, type Shape, type SparseMatrix, showValue } from '../tensor/index.ts';
import type { Form } from './weights.ts';

/** Samples of one input. */
export type SampleInput = ArrayInput | SparseMatrix;

/** An input or output of a model. */
export interface Port {
  /** The name of its `input()`, or of the layer that makes the output. */
  readonly name: string;
  /** Of one sample, Keras order. */
  readonly shape: Shape;
}

/** How an inference model runs. */
export interface RunOptions {
  /** Whether to use relaxed SIMD where the machine has it, faster and different in the last bits; default true. */
  relaxed?: boolean;
}

/** What an inference model is made with. */
export interface InferenceOptions extends RunOptions {
  /** Samples in a typical call, for which `explain` speaks; default 1. */
  batch?: number;
  /**
   * Forms to use instead of the fastest ones, by layer, for such batches; of an LSTM by `name/kernel` and `name/recurrentKernel`.
   * Where `batch` is at most 3 they bind sessions, too: a step multiplies an LSTM's two kernels at once, in the form given for one
   * of them or for both; when two different ones are given, in the fastest predicted.
   */
  forms?: Readonly<Record<string, Form>>;
  /**
   * Whether to measure here first, for about 200 ms: the kernels, instead of trusting the built-in cost table, and where predictions
   * are near, the forms with the layer's own weights. Where no clock is fine enough, predictions decide. Default false.
   */
  calibrate?: boolean;
  /**
   * Typical samples, an array (or sparse matrix) for each input (the first 256 count): with them the share of inputs that are 0 is
   * counted for each dense layer, and where it is large enough weights are stored by column, so that those are skipped for one
   * sample. Without them half of a ReLU's outputs are taken to be 0, and nothing else.
   */
  sampleInputs?: readonly SampleInput[];
}

/** @throws when one of the options is not of its kind. */
export function checkOptions(who: string, options: InferenceOptions): void {
  const { batch = 1, forms = {}, relaxed, calibrate } = options;
  checkWhole(who, { batch }, 1);
  if (Object.prototype.toString.call(forms) !== '[object Object]') {
    throw new TypeError(`${who}: expected forms as a plain object, forms by layer, got ${showValue(forms)}.`);
  }
  checkFlags(who, { relaxed, calibrate });
}

/** @throws unless those that are given are true or false. */
export function checkFlags(who: string, flags: Readonly<Record<string, unknown>>): void {
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined || typeof value === 'boolean') continue;
    throw new TypeError(`${who}: expected ${flag} to be true or false, got ${showValue(value)}.`);
  }
}
