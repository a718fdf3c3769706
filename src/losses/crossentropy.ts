// Cross-entropies. Of classes: −Σ t·log p over the last axis, the mean over all other axes. Of independent yes-no outputs:
// −mean(t·log p + (1 − t)·log(1 − p)). From logits, p = softmax(x) or sigmoid(x) by the stable formulas.
//
// From probabilities the categorical ones clamp p at the smallest normal float and do not divide by Σp, where Keras clamps at
// 1e-7 and divides: after a softmax layer the gradient of its input is p − t as long as the true class's p is a normal
// float. Where logits lie more than about 87 apart, the lower one's p is none, and its class pulls less or not at all.

import { checkKnown, type Shape } from '../tensor/index.ts';
import type { Loss } from './loss.ts';
import { panelLoss } from './panel-loss.ts';

/** What the cross-entropies take. */
export interface CrossentropyOptions {
  /**
   * Whether predictions are scores before softmax or sigmoid. Default false: probabilities, which after a softmax layer give no gradient
   * where the true class's p is too small for a float (logits more than about 87 apart); from scores there is always the full one, p − t.
   */
  fromLogits?: boolean;
}

const same = (prediction: Shape): Shape => prediction;

function isFromLogits(name: string, options: CrossentropyOptions): boolean {
  checkKnown(name, options, ['fromLogits']);
  return options.fromLogits ?? false;
}

/** −Σ t·log p for one-hot (or any) distributions t over the last axis. Keras: `CategoricalCrossentropy`. */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const fromLogits = isFromLogits('categoricalCrossentropy', options);
  return panelLoss({
    name: 'categoricalCrossentropy',
    fromLogits,
    kernel: (kernels) =>
      fromLogits ? kernels.categorical_crossentropy_logits_f32 : kernels.categorical_crossentropy_f32,
    perClass: true,
    targetShape: same,
    checkTargets: checkProbabilities,
  });
}

/**
 * −log p[label], for labels 0 to classes − 1: one number a sample, or one for each pixel or step of predictions
 * [.., classes]. Keras: `SparseCategoricalCrossentropy`.
 */
export function sparseCategoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const fromLogits = isFromLogits('sparseCategoricalCrossentropy', options);
  return panelLoss({
    name: 'sparseCategoricalCrossentropy',
    fromLogits,
    kernel: (kernels) =>
      fromLogits ? kernels.sparse_categorical_crossentropy_logits_f32 : kernels.sparse_categorical_crossentropy_f32,
    perClass: true,
    labels: true,
    targetShape: (prediction) => [...prediction.slice(0, -1), 1],
    checkTargets: checkLabels,
  });
}

/**
 * −mean(t·log p + (1 − t)·log(1 − p)) over a sample's outputs, targets from 0 to 1; p is clipped to [1e-7, 1 − 1e-7] as in
 * Keras. Keras: `BinaryCrossentropy`.
 */
export function binaryCrossentropy(options: CrossentropyOptions = {}): Loss {
  const fromLogits = isFromLogits('binaryCrossentropy', options);
  return panelLoss({
    name: 'binaryCrossentropy',
    fromLogits,
    kernel: (kernels) => (fromLogits ? kernels.binary_crossentropy_logits_f32 : kernels.binary_crossentropy_f32),
    targetShape: same,
    checkTargets: checkProbabilities,
  });
}

function checkLabels(targets: ArrayLike<number>, prediction: Shape, argument: string): void {
  const classes = prediction[prediction.length - 1];
  for (let i = 0; i < targets.length; i++) {
    const label = targets[i];
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new RangeError(
      `${argument}: expected whole-number labels from 0 to ${classes - 1}, got ${label} at position ${i}.`,
    );
  }
}

function checkProbabilities(targets: ArrayLike<number>, _prediction: Shape, argument: string): void {
  for (let i = 0; i < targets.length; i++) {
    if (targets[i] >= 0 && targets[i] <= 1) continue;
    throw new RangeError(`${argument}: expected targets from 0 to 1, got ${targets[i]} at position ${i}.`);
  }
}
