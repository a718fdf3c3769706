// Trains the residual network on generated scenes. A round draws new scenes and cuts patches out of them; each of its passes adds
// noise anew. Mean squared error of the noise in units of sigma; Adam.

import {
  adam,
  type Callback,
  cubicSparsity,
  global,
  LearningRateScheduler,
  type Model,
  prune,
  Random,
} from '../../src/index.ts';
import { cut, noisy } from '../pictures.ts';
import { centred, unshuffled } from './residual-network.ts';
import { scene, textures } from './scenes.ts';

/** Pixels along a patch's and a scene's side. */
export const patchSide = 36;
const sceneSide = 144;

/** How long to train, and how. */
export interface TrainingPlan {
  /** Standard deviation of the noise, where white is 1. */
  readonly sigma: number;
  readonly seed: number;
  /** Rounds of new scenes. */
  readonly rounds: number;
  /** Adam's rate at the start. */
  readonly learningRate: number;
  /** Patches in a round; default 288. */
  readonly patches?: number;
  /** What of all kernels' weights shall be zero, the smallest wherever they are; reached along a cubic after a third of the rounds. */
  readonly sparsity?: number;
  readonly signal?: { readonly aborted: boolean };
  /** Called after each pass with what is left of the noise, as PSNR in dB of the patches. */
  readonly onPass?: (pass: number, passes: number, psnr: number) => void;
}

/** Times that the patches of a round are seen, under other noise. */
const passesEach = 4;
const batchSize = 16;

/** Passes over the patches of all rounds. */
export const passesOf = ({ rounds }: Pick<TrainingPlan, 'rounds'>): number => rounds * passesEach;

/**
 * Adam's rate in parts of the first: along the half cosine's likeness 1 − 3t² + 2t³, to a hundredth at 4/3 of the way, and over the last
 * seventh straight down to nothing.
 */
export function rateAt(pass: number, passes: number): number {
  const t = (3 * pass) / (4 * passes);
  return (0.01 + 0.99 * (1 - t * t * (3 - 2 * t))) * Math.min(1, (7 * (passes - pass)) / passes);
}

/** Trains `model`, whose input is a patch; goes on from the weights it has. */
export async function trainNetwork(model: Model, plan: TrainingPlan): Promise<void> {
  const { sigma, seed, rounds, learningRate, patches = 288, sparsity, signal } = plan;
  const random = new Random(seed, 'scenes');
  const materials = textures(random.split('textures'));
  const total = passesOf(plan);
  const steps = total * Math.ceil(patches / batchSize);
  const callbacks: Callback[] = [new LearningRateScheduler((pass) => learningRate * rateAt(pass, total))];
  if (sparsity) {
    const endStep = Math.ceil(steps / 3);
    const schedule = cubicSparsity({
      initialSparsity: 0,
      finalSparsity: sparsity,
      beginStep: 0,
      endStep,
      frequency: 10,
    });
    callbacks.push(prune(model, { schedule, scope: global }));
  }
  model.compile({ optimizer: adam({ learningRate }), loss: 'meanSquaredError' });
  for (let round = 0; round < rounds; round++) {
    const drawn = random.split(round);
    const clean = cleanPatches(drawn, patches, (one) => scene(one, materials, sceneSide));
    for (let each = 0; each < passesEach && !signal?.aborted; each++) {
      const pass = round * passesEach + each;
      const { x, y } = samples(clean, sigma, drawn.split(`noise ${each}`));
      const window = { initialEpoch: pass, epochs: pass + 1 };
      const { history } = await model.fit(x, y, { ...window, batchSize, callbacks, seed, signal });
      if (history.loss) plan.onPass?.(pass + 1, total, -10 * Math.log10(sigma * sigma * history.loss[0]));
    }
  }
}

/** The squares of a grid on each scene. */
function cleanPatches(random: Random, count: number, draw: (random: Random) => Float32Array): Float32Array[] {
  const along = sceneSide / patchSide;
  const patches: Float32Array[] = [];
  for (let number = 0; patches.length < count; number++) {
    const picture = { rows: sceneSide, columns: sceneSide, pixels: draw(random.split(number)) };
    for (let i = 0; i < along * along && patches.length < count; i++) {
      patches.push(cut(picture, patchSide * Math.floor(i / along), patchSide * (i % along), patchSide));
    }
  }
  return patches;
}

/** Noisy patches as the network takes them, and the noise it shall find. */
export function samples(clean: readonly Float32Array[], sigma: number, random: Random) {
  const size = patchSide * patchSide;
  const x = new Float32Array(clean.length * size);
  const y = new Float32Array(clean.length * size);
  clean.forEach((pixels, i) => {
    const square = { rows: patchSide, columns: patchSide };
    const seen = noisy({ ...square, pixels }, sigma, random);
    const noise = seen.pixels.map((value, at) => (value - pixels[at]) / sigma);
    x.set(unshuffled({ ...square, pixels: seen.pixels.map(centred) }), i * size);
    y.set(unshuffled({ ...square, pixels: noise }), i * size);
  });
  return { x, y };
}
