// From trained networks to the plain data of the report.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { compress, type InferenceModel, type LayerExplanation, load, type Split } from '../index.ts';
import type {
  Alternative,
  KernelPicture,
  LayerChoice,
  LayerCounts,
  Mistake,
  Timing,
  VariantReport,
} from '../report/index.ts';
import { accuracy, classify } from './measure.ts';
import type { Trained } from './train.ts';

const shownMistakes = 24;

/** A network as it is saved, and as it comes back from the file. */
export interface Saved extends Trained {
  file: string;
  bytes: Uint8Array;
  running: InferenceModel;
}

/** The compressed model file of a network, loaded again: what is measured is what was saved. */
export function save(trained: Trained): Saved {
  const compressed = compress(trained.model);
  const bytes = compressed.toBytes();
  compressed.dispose();
  return { ...trained, file: `${trained.name}.espalier`, bytes, running: load(bytes) };
}

/** Everything about one network but its times. The test images are looked at here, and only here. */
export async function judge(
  saved: Saved,
  test: Split,
  signal: AbortSignal,
): Promise<{ variant: Omit<VariantReport, 'msBatch1' | 'msBatch64'>; mistakes: Mistake[]; kernels: KernelPicture[] }> {
  const { name, title, bytes, running } = saved;
  const answers = await classify(running, test, signal);
  const layers = layerCounts(saved);
  const total = (field: 'weights' | 'weightsKept') => layers.reduce((sum, layer) => sum + layer[field], 0);
  const variant = {
    name,
    title,
    testAccuracy: accuracy(answers, test),
    weights: total('weights'),
    weightsKept: total('weightsKept'),
    bytes: bytes.length,
    bytesGzip: (await promisify(gzip)(bytes, { level: 9 })).length,
    layers,
    choices: choices(running),
  };
  return { variant, mistakes: mistakesOf(name, answers, test), kernels: kernelsOf(saved) };
}

/** Completes what `judge` gave. */
export const withTimes = <T>(variant: T, msBatch1: Timing, msBatch64: Timing) => ({ ...variant, msBatch1, msBatch64 });

function layerCounts({ model }: Saved): LayerCounts[] {
  return model.layers.flatMap(({ name, type, parameters }) =>
    parameters
      .filter(({ prunable }) => prunable)
      .map(({ shape, length, values }) => ({
        name,
        kind: type,
        shape: [...shape],
        weights: length,
        weightsKept: values.view.reduce((kept, value) => kept + (value === 0 ? 0 : 1), 0),
      })),
  );
}

/** What the model chose for single images and for batches, layer by layer. */
function choices(model: InferenceModel): LayerChoice[] {
  const [single, batched] = [1, 64].map((batch) => model.explain({ batch }));
  return single.flatMap((one, i) => [one, batched[i]].map(choice));
}

function choice({ layer, form, why, batch, microseconds }: LayerExplanation): LayerChoice {
  const alternatives = Object.entries(microseconds).map(([name, micros]): Alternative => ({ form: name, micros }));
  return { layer, batch, form, why, alternatives };
}

function mistakesOf(variant: string, answers: Uint8Array, { images, labels, count, shape }: Split): Mistake[] {
  const [height, width] = shape;
  const size = height * width;
  const wrong = Array.from({ length: count }, (_, i) => i).filter((i) => answers[i] !== labels[i]);
  return wrong.slice(0, shownMistakes).map((i) => ({
    variant,
    image: {
      width,
      height,
      values: Array.from(images.subarray(i * size, (i + 1) * size), (ink) => Math.round(255 * ink)),
    },
    truth: labels[i],
    predicted: answers[i],
  }));
}

/** The first convolution's kernels, [row, column, 1, filter] taken apart. */
function kernelsOf({ name, model }: Saved): KernelPicture[] {
  const [{ data, shape }] = model.layers[0].getWeights();
  const [height, width, , filters] = shape;
  return Array.from({ length: filters }, (_, filter) => ({
    variant: name,
    width,
    height,
    values: Array.from({ length: height * width }, (_, i) => data[i * filters + filter]),
  }));
}
