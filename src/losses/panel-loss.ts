// A loss computed by a kernel, slab by slab. The kernel sees a panel [rows][columns] of predictions:
//
//   mean over features    rows = features,  columns = samples                      [feature][width]
//   over classes          rows = classes,   columns = pixels · samples             [class][row][column][width]
//
// In the second, columns of padding stand after each pixel's samples; they are computed with the others, then zeroed.
//
// Of a sequence with a mask the loss is the mean over the real steps of all samples, as in Keras: Σ mask·loss / Σ mask. Every step is
// then a column, [feature][time · width], whatever the loss. Weights multiply the mask, and leave the divisor alone, as in Keras:
// Σ weight·mask·loss / Σ mask. One for each step makes columns of the steps as a mask does.

import { arena, f32, i32, type Kernels, kernels, none } from '../engine/index.ts';
import { countSteps, stepWeights, weigh } from '../ops/index.ts';
import { type Slab, sameShape, showShape, Tensor } from '../tensor/index.ts';
import type { Loss, LossConfig } from './loss.ts';

/** A kernel that computes a loss; assembly/nn/losses.ts says what its arguments mean. */
export type LossKernel = Kernels['mean_squared_error_f32'];

/** How a kernel makes a loss. */
export interface PanelLoss extends Pick<Loss, 'name' | 'fromLogits' | 'targetShape' | 'checkTargets'> {
  /** Further options, for saving. */
  readonly options?: Omit<LossConfig, 'name' | 'fromLogits'>;
  readonly kernel: (kernels: Kernels) => LossKernel;
  /** Whether the panel has a row for each class and a column for each pixel, or one row for each feature. */
  readonly perClass?: boolean;
  /** Whether the targets are labels. */
  readonly labels?: boolean;
}

/** The loss that a kernel computes. */
export function panelLoss(options: PanelLoss): Loss {
  const { name, fromLogits, targetShape, checkTargets, kernel, perClass = false, labels = false } = options;

  function run(target: Tensor, prediction: Tensor, weights?: Tensor, gradient?: Tensor): number {
    const expected = targetShape(prediction.shape);
    if (!sameShape(target.shape, expected)) {
      throw new Error(`${name}: expected targets of shape ${showShape(expected)}, got ${showShape(target.shape)}.`);
    }
    const { mask } = prediction;
    const hasColumns = perClass || mask || (weights && weights.features > 1);
    const pixels = hasColumns ? prediction.pixels : 1;
    const shares = stepWeights(pixels, mask, weights);
    const count = mask ? countSteps(mask) : prediction.batch.size * pixels;
    const scale = count > 0 ? 1 / count : 0;
    let sum = 0;
    for (const slab of prediction.batch.slabs) {
      const columns = pixels * slab.width;
      arena.scope(() => {
        const losses = arena.allocate(4 * columns);
        kernel(kernels())(
          prediction.features / pixels,
          pixels === 1 ? slab.samples : columns,
          columns,
          labels ? labelsOf(target, slab, columns) : target.slab(slab),
          prediction.slab(slab),
          scale,
          losses,
          gradient?.slab(slab) ?? none,
        );
        if (shares) kernels().multiply_f32(0, columns, losses, shares.slab(slab), losses);
        const view = f32(losses, columns);
        for (let pixel = 0; pixel < columns; pixel += slab.width) {
          for (let j = pixel; j < pixel + slab.samples; j++) sum += view[j];
        }
      });
    }
    if (gradient && pixels > 1) gradient.clearPadding();
    if (gradient && shares) weigh(gradient, shares, gradient);
    return sum * scale;
  }

  return {
    name,
    fromLogits,
    targetShape,
    checkTargets,
    weightShape: (prediction) => [...prediction.slice(0, -1), 1],
    value: (target, prediction, weights) => run(target, prediction, weights),
    evaluate(target, prediction, weights) {
      const gradient = Tensor.allocate(prediction.shape, prediction.batch);
      const value = run(target, prediction, weights, gradient);
      return { value, gradient };
    },
    config: () => ({ name, ...(fromLogits && { fromLogits }), ...options.options }),
  };
}

/** A slab's labels as the integers the kernel wants; padding is label 0. */
function labelsOf(target: Tensor, slab: Slab, columns: number) {
  const buffer = arena.allocate(4 * columns);
  i32(buffer, columns).set(f32(target.slab(slab), columns));
  return buffer;
}
