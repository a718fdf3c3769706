// The residual network in three variants, from one start and through the same number of passes: the first half is shared.
//
//   start ── first half ──┬── training ───────────────────────────────────── dense
//                         ├── the smallest weights, one by one ───────────── pruned
//                         └── the smallest blocks of 4 outputs × 1 input ─── blocks
//
// Mean squared error of the noise in units of sigma; Adam, whose rate starts anew after the shared half and falls to nothing. A pass of the
// same number shows all variants the same patches.

import {
  adam,
  block4x1,
  type Callback,
  erdosRenyiKernel,
  type Model,
  type PruningOptions,
  polynomialDecay,
  pruning,
  Random,
} from '../../src/index.ts';
import { type Context, pause } from '../scaffold.ts';
import { type Pool, patchSide, poolOf, samples } from './patches.ts';
import { type NetworkSizes, residualNetwork } from './residual-network.ts';

/** What all trainings share. */
export interface Course extends NetworkSizes, Context {
  /** Standard deviation of the noise, where white is 1. */
  readonly sigma: number;
  readonly seed: number;
  readonly passes: number;
  /** Zeros among all kernels' weights in the pruned variants. */
  readonly sparsity: number;
  /** Patches in a pass; default 1024. */
  readonly patches?: number;
  /** Scenes that they are cut from; default 160. */
  readonly scenes?: number;
}

/** A trained network, and after each of its passes what was left of the noise, as PSNR in dB of the pass's patches. */
export interface Trained {
  readonly name: string;
  readonly model: Model;
  readonly curve: Curve;
}

type Curve = [pass: number, psnr: number][];

const sceneSide = 180;
const batchSize = 16;
const learningRate = 8e-3;

/** 1 − 3t² + 2t³, a half cosine's likeness. */
const fallen = (t: number): number => 1 - t * t * (3 - 2 * t);

/** Adam's rate in parts of the first after a share t of all passes: down to ½ in the first half, in the second from 1 to 0. */
export const rateAt = (t: number): number => fallen(t < 0.5 ? t : 2 * t - 1);

/** Trains all three, or takes them where they are trained. @throws the signal's reason when it is aborted. */
export async function trainNetworks(course: Course): Promise<Trained[]> {
  const { sigma, seed, passes, sparsity, depth, filters, patches = 1024, scenes = 160, networks } = course;
  const half = passes >> 1;
  const plan = { sigma, seed, passes, depth, filters, patches, scenes };
  let pool: Pool | undefined;
  const learn = (model: Model, name: string, from: number, to: number, callbacks: readonly Callback[] = []) => {
    pool ??= poolOf(new Random(seed, 'scenes'), scenes, sceneSide);
    return learnFrom(pool, { ...course, patches }, model, name, [from, to], callbacks);
  };
  const trunk = await networks.take('denoiser first half', plan, async () => {
    const model = network(course);
    return { model, found: await learn(model, 'first half', 0, half) };
  });
  const branches: [name: string, options?: PruningOptions][] = [
    ['dense'],
    ['pruned', {}],
    ['blocks', { structure: block4x1 }],
  ];
  const trained: Trained[] = [];
  for (const [name, options] of branches) {
    const all = { ...plan, sparsity: options ? sparsity : 0 };
    const { model, found } = await networks.take(`denoiser ${name}`, all, async () => {
      const model = network(course);
      model.setWeights(trunk.model.getWeights());
      const endStep = Math.max(1, Math.floor(0.8 * (passes - half) * Math.ceil(patches / batchSize)));
      const callbacks = options && [pruningOver(endStep, sparsity, options)];
      return { model, found: await learn(model, name, half, passes, callbacks) };
    });
    trained.push({ name, model, curve: [...trunk.found, ...found] });
  }
  return trained;
}

function network({ depth, filters, seed }: Course): Model {
  const model = residualNetwork({ depth, filters }, patchSide, patchSide, seed);
  model.compile({ optimizer: adam({ learningRate }), loss: 'meanSquaredError' });
  return model;
}

/** Prunes along a cubic up to a step; the rest is fine-tuning. The first and the last layer, which are small, lose least. */
function pruningOver(endStep: number, sparsity: number, options: PruningOptions): Callback {
  const frequency = Math.max(1, Math.floor(endStep / 24));
  const schedule = polynomialDecay({ initialSparsity: 0, finalSparsity: sparsity, beginStep: 0, endStep, frequency });
  return pruning({ ...options, scope: erdosRenyiKernel, schedule });
}

/** Passes `from` up to `to`. */
async function learnFrom(
  pool: Pool,
  { sigma, seed, passes, patches, progress, signal }: Course & { patches: number },
  model: Model,
  name: string,
  [from, to]: readonly [number, number],
  callbacks: readonly Callback[],
): Promise<Curve> {
  const steps = Math.ceil(patches / batchSize);
  const curve: Curve = [];
  const random = new Random(seed, 'patches');
  progress.phase(`Network, ${name}`, to - from);
  for (let pass = from; pass < to; pass++) {
    const { x, y } = samples(pool, patches, sigma, random.split(pass));
    const course: Callback = {
      onTrainBatchBegin(batch) {
        model.optimizer.learningRate = learningRate * rateAt((pass + batch / steps) / passes);
      },
    };
    const window = { initialEpoch: pass, epochs: pass + 1 };
    const { history } = await model.fit(x, y, {
      ...window,
      batchSize,
      seed,
      signal,
      callbacks: [course, ...callbacks],
    });
    await pause(signal);
    curve.push([pass + 1, -10 * Math.log10(sigma * sigma * history.loss[0])]);
    progress.update(pass + 1 - from, `pass ${pass + 1} of ${passes}, ${curve[curve.length - 1][1].toFixed(2)} dB`);
  }
  progress.done(`passes ${from + 1} to ${to}`);
  return curve;
}
