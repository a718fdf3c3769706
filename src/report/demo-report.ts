// What the main job measured, as plain JSON. The report is a pure function of it, `demo --json` a part of it.
// Accuracies, sparsities and densities are fractions in [0, 1]; times are milliseconds unless the name says otherwise.

import type { SparsityView } from './sparsity.ts';

/** Everything one run of the demo measured. */
export interface DemoReport {
  dataset: DatasetCounts;
  seed: number;
  /** Wall-clock seconds of the whole run, from reading the data to the last measurement. */
  seconds: number;
  /** The command line that repeats the run. */
  command: string;
  /** The fraction of the counted weights that pruning was asked to remove. */
  sparsity: number;
  environment: Environment;
  /** Which weights are counted, in one sentence. */
  counted: string;
  /** How the times were taken, in one sentence. */
  timed: string;
  /** The first is the one the others are compared with, the last the one the headline is about. */
  variants: VariantReport[];
  /** Accuracy on the validation split against sparsity. */
  curve: CurvePoint[];
  history: HistoryPoint[];
  /** The kernels of the first convolution, in order, variant by variant. */
  kernels: KernelPicture[];
  /** Some of the test images that a variant gets wrong. */
  mistakes: Mistake[];
  /** Where the zeros of the last variant are. */
  zeros?: SparsityView;
}

/** The name of the data and how many images each split holds. */
export interface DatasetCounts {
  name: string;
  train: number;
  validation: number;
  test: number;
}

/** Where the run took place. */
export interface Environment {
  processor: string;
  node: string;
  v8: string;
  /** Given by whoever starts the run; ISO 8601 reads best. */
  date: string;
}

/** One network: how it was made, how good, how big and how fast it is. */
export interface VariantReport {
  /** Short and stable: `dense`, `l1`, `pruned`, `sparsified+pruned`. */
  name: string;
  /** How it was made, for people. */
  title: string;
  testAccuracy: number;
  weights: number;
  weightsKept: number;
  /** Size of the saved file. */
  bytes: number;
  bytesGzip: number;
  /** Milliseconds to classify 1 image. */
  msBatch1: Timing;
  /** Milliseconds to classify 64 images. */
  msBatch64: Timing;
  layers: LayerCounts[];
  choices: LayerChoice[];
}

/** The fastest and the middle of many samples. */
export interface Timing {
  min: number;
  median: number;
}

/** The counted weights of one layer. */
export interface LayerCounts {
  name: string;
  kind: string;
  shape: number[];
  weights: number;
  weightsKept: number;
}

/** The form a layer is run in, and why it was chosen. */
export interface LayerChoice {
  layer: string;
  /** How many images at a time this is about. */
  batch: number;
  form: string;
  why: string;
  /** Microseconds for the batch, as predicted when the choice was made. */
  alternatives: Alternative[];
}

/** A form that was considered. */
export interface Alternative {
  form: string;
  micros: number;
}

/** One point of the accuracy curve. */
export interface CurvePoint {
  series: string;
  sparsity: number;
  accuracy: number;
}

/** The end of one epoch. */
export interface HistoryPoint {
  variant: string;
  epoch: number;
  loss: number;
  validationAccuracy: number;
}

/** One kernel of the first convolution, row by row. */
export interface KernelPicture {
  variant: string;
  width: number;
  height: number;
  values: number[];
}

/** A test image, its label and what the variant took it for. */
export interface Mistake {
  variant: string;
  image: GreyImage;
  truth: number;
  predicted: number;
}

/** Row by row, 0 (paper) to 255 (ink). */
export interface GreyImage {
  width: number;
  height: number;
  values: number[];
}
