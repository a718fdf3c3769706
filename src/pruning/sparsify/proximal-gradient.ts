// Gradient-based sparsification. With plain SGD as the optimizer, whose step takes y to z = y − η·∇L(y):
//
//   ISTA    x ← prox(z)                                         prox of η·R, e.g. w ← sign(w)·max(|w| − η·l1, 0)
//   FISTA   x' ← prox(z),   y ← x' + (t−1)/t'·(x' − x),   t' = (1 + √(1 + 4t²))/2
//
// A batch's gradients are those at y; between batches, and however training ends, the weights are x, which is sparse. (Daubechies, Defrise, De Mol 2004; Beck and Teboulle 2009; restart
// when the step turns back: O'Donoghue and Candès 2015)

import type { Network } from '../../model/index.ts';
import { type RegularizerChoice, regularizerOf } from '../../regularizers/index.ts';
import { checkKnown, type Parameter } from '../../tensor/index.ts';
import { type ClockOptions, clock } from '../clock.ts';
import { type Selection, selectionOptions, targetsOf } from '../targets.ts';

/** Options of {@link proximalGradient}. */
export interface ProximalGradientOptions extends Selection, Pick<ClockOptions, 'resume' | 'name'> {
  /** A regularizer with a proximal step: `proximalL1(λ)`, `elasticNet({ l1, l2 })`, `groupLasso(λ)`. */
  regularizer: RegularizerChoice;
  /** Whether to accelerate (FISTA); default false. */
  accelerated?: boolean;
  /** Whether to start the acceleration afresh when it points uphill; default true. */
  restart?: boolean;
}

const known = [...selectionOptions, 'regularizer', 'accelerated', 'restart', 'resume', 'name'];

/** A callback for `fit`. */
export interface ProximalGradientCallback {
  readonly name: string;
  setModel(model: Network): void;
  onTrainBegin(): void;
  onTrainBatchBegin(): void;
  onTrainBatchEnd(): void;
  onTrainError(): void;
}

interface Iterate {
  readonly path: string;
  readonly parameter: Parameter;
  /** The sparse point, which the weights are between steps, and the one that the next step starts from. */
  x: Float32Array;
  y: Float32Array;
  t: number;
}

/**
 * Proximal gradient descent as a callback of `fit`: after each step the regularizer's proximal step, at the optimizer's learning rate;
 * accelerated if asked. Use with `sgd` without momentum, for which it is ISTA or FISTA; the layers should have no other regularizer.
 * The next `fit` goes on where the last one ended, as long as nobody else changed the weights (pruning them aside); y and t are in the
 * model's checkpoints, and `resume: true` goes on from there.
 * @throws on an unknown option; when the regularizer has no proximal step, or the name a slash; in training, on unknown layers.
 */
export function proximalGradient(options: ProximalGradientOptions): ProximalGradientCallback {
  checkKnown('proximalGradient', options, known);
  const { regularizer, accelerated = false, restart = true, resume, name, ...selection } = options;
  const { name: penalty, proximal } = regularizerOf(regularizer) ?? {};
  if (!proximal) throw new Error(`proximalGradient: expected a regularizer with a proximal step, got ${penalty}.`);
  const time = clock('proximalGradient', { resume, name });
  let iterates: Iterate[] = [];
  /** The optimizer's updates when the batch began whose weights are y; undefined between batches. */
  let begun: number | undefined;
  const returnToX = () => {
    begun = undefined;
    for (const { parameter, x } of iterates) parameter.values.view.set(masked(parameter, x));
  };
  const remember = () => ({
    numbers: Object.fromEntries(iterates.map(({ path, t }) => [path, t])),
    weights: Object.fromEntries(accelerated ? iterates.map(({ path, y }) => [path, y.slice()]) : []),
  });
  return {
    name: 'proximalGradient',
    setModel: time.setModel,
    onTrainBegin() {
      const { numbers = {}, weights = {} } = time.begin(remember) ?? {};
      const known = new Map(iterates.map((iterate) => [iterate.parameter, iterate]));
      iterates = targetsOf(time.model, selection).map(({ layerName, parameter }) => {
        const path = `${layerName}/${parameter.name}`;
        const last = known.get(parameter);
        const x = parameter.values.view.slice();
        if (last && same(x, masked(parameter, last.x))) return last;
        const y = accelerated ? weights[path] : undefined;
        return { path, parameter, x, y: y?.slice() ?? x, t: (y && numbers[path]) ?? 1 };
      });
    },
    onTrainBatchBegin() {
      begun = time.updates;
      for (const { parameter, y } of iterates) parameter.values.view.set(masked(parameter, y));
    },
    onTrainBatchEnd() {
      if (begun === time.updates) return returnToX();
      const { learningRate } = (time.model as unknown as { optimizer: { learningRate: number } }).optimizer;
      for (const iterate of iterates) {
        const { parameter, t } = iterate;
        const [x, y] = [iterate.x, iterate.y].map((point) => masked(parameter, point));
        proximal(parameter, learningRate);
        const next = parameter.values.view.slice();
        const turns = restart && next.reduce((sum, w, i) => sum + (y[i] - w) * (w - x[i]), 0) > 0;
        iterate.t = turns ? 1 : (1 + Math.sqrt(1 + 4 * t * t)) / 2;
        const ahead = accelerated && !turns ? (t - 1) / iterate.t : 0;
        iterate.y = ahead ? next.map((w, i) => w + ahead * (w - x[i])) : next;
        iterate.x = next;
      }
      begun = undefined;
      time.tick();
    },
    onTrainError() {
      if (begun !== undefined) returnToX();
    },
  };
}

function masked({ mask }: Parameter, values: Float32Array): Float32Array {
  const bits = mask?.view;
  return bits ? values.map((value, i) => (bits[i] ? value : 0)) : values;
}

const same = (a: Float32Array, b: Float32Array) => a.every((value, i) => value === b[i]);
