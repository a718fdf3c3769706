// Gradient-based sparsification. With plain SGD as the optimizer, whose step takes y to z = y − η·∇L(y):
//
//   ISTA    x ← prox(z)                                         prox of η·R, e.g. w ← sign(w)·max(|w| − η·l1, 0)
//   FISTA   x' ← prox(z),   y ← x' + (t−1)/t'·(x' − x),   t' = (1 + √(1 + 4t²))/2
//
// Training sees y, validation and the result are x, which is sparse. (Daubechies, Defrise, De Mol 2004; Beck and Teboulle 2009; restart
// when the step turns back: O'Donoghue and Candès 2015)

import type { Network } from '../../model/index.ts';
import { type RegularizerChoice, regularizerOf } from '../../regularizers/index.ts';
import type { Parameter, Regularizer } from '../../tensor/index.ts';
import { clock } from '../clock.ts';
import { type Selection, targetsOf } from '../targets.ts';

/** Options of {@link proximalGradient}. */
export interface ProximalGradientOptions extends Selection {
  /** A regularizer with a proximal step: `proximalL1(λ)`, `elasticNet({ l1, l2 })`, `groupLasso(λ)`. */
  regularizer: RegularizerChoice;
  /** Whether to accelerate (FISTA); default false. */
  accelerated?: boolean;
  /** Whether to start the acceleration afresh when it points uphill; default true. */
  restart?: boolean;
}

/** A callback for `fit`. */
export interface ProximalGradientCallback {
  readonly name: string;
  setModel(model: Network): void;
  onTrainBegin(): void;
  onTrainBatchEnd(): void;
  onTestBegin(): void;
  onEpochEnd(): void;
  onTrainBatchBegin(): void;
  onTrainEnd(): void;
}

interface Iterate {
  readonly parameter: Parameter;
  /** The sparse point, and the point that training goes on from. */
  x: Float32Array;
  y: Float32Array;
  t: number;
}

/**
 * Proximal gradient descent as a callback of `fit`: after each step the regularizer's proximal step, at the optimizer's learning rate;
 * accelerated if asked. Use with `sgd` without momentum, for which it is ISTA or FISTA; the layers should have no other regularizer.
 * @throws when the regularizer has no proximal step; in training, on unknown layers.
 */
export function proximalGradient({
  regularizer,
  accelerated = false,
  restart = true,
  ...selection
}: ProximalGradientOptions): ProximalGradientCallback {
  const { name, proximal } = regularizerOf(regularizer) as Regularizer;
  if (!proximal) throw new Error(`proximalGradient: expected a regularizer with a proximal step, got ${name}.`);
  const time = clock('proximalGradient', {});
  let iterates: Iterate[] = [];
  const show = (point: 'x' | 'y') => {
    for (const iterate of iterates) iterate.parameter.values.view.set(masked(iterate.parameter, iterate[point]));
  };
  return {
    name: 'proximalGradient',
    setModel: time.setModel,
    onTrainBegin() {
      iterates = targetsOf(time.model, selection).map(({ parameter }) => {
        const x = parameter.values.view.slice();
        return { parameter, x, y: x, t: 1 };
      });
    },
    onTrainBatchBegin: () => show('y'),
    onTrainBatchEnd() {
      const { learningRate } = (time.model as unknown as { optimizer: { learningRate: number } }).optimizer;
      for (const iterate of iterates) {
        const { parameter, x, y, t } = iterate;
        proximal(parameter, learningRate);
        const next = parameter.values.view.slice();
        const turns = restart && next.reduce((sum, w, i) => sum + (y[i] - w) * (w - x[i]), 0) > 0;
        iterate.t = turns ? 1 : (1 + Math.sqrt(1 + 4 * t * t)) / 2;
        const ahead = accelerated && !turns ? (t - 1) / iterate.t : 0;
        iterate.y = ahead ? next.map((w, i) => w + ahead * (w - x[i])) : next;
        iterate.x = next;
      }
    },
    onTestBegin: () => show('x'),
    onEpochEnd: () => show('x'),
    onTrainEnd: () => show('x'),
  };
}

function masked({ mask }: Parameter, values: Float32Array): Float32Array {
  const bits = mask?.view;
  return bits ? values.map((value, i) => (bits[i] ? value : 0)) : values;
}
