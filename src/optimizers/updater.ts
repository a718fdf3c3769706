// One step of training, after the gradients: for each parameter
//
//   g ← g + ∂penalty,  g ← g·mask,  clip g,  w ← w − η·decay·w,  the optimizer's rule,  w and slots ← ·mask,  proximal step,
//   with useEma:  average ← (μ·average + (1 − μ)·w)·mask
//
// The masks make pruned weights stay zero under every rule, and moments of pruned weights zero; those of weights that were pruned and came
// back since the last update are zeroed before anything reads them: a weight that comes back starts afresh. A pass over the weights each;
// those not asked for cost nothing. Of a table with a sparse gradient (an embedding without a regularizer) only the rows that the step
// touched are passed over, and only these change; their moments, too, are those of steps that touched them (parts.ts). useEma averages
// all rows.

import { kernels } from '../engine/index.ts';
import { checkNumber, type Parameter, Store } from '../tensor/index.ts';
import { averageSlot, type Optimizer } from './optimizer.ts';
import { partOf } from './parts.ts';

/** All that training remembers about a model besides its parameters, to go on from. */
export interface UpdaterState {
  /** Updates made. */
  readonly step: number;
  /** Epochs that `fit` has trained. */
  readonly epochs: number;
  readonly learningRate: number;
  /** By index of the parameter among the trainable ones, then by slot; storage order. */
  readonly slots: readonly Readonly<Record<string, Float32Array>>[];
}

/** What an optimizer does to the trainable parameters of one model, and what it remembers of them. */
export class Updater {
  readonly optimizer: Optimizer;
  /** The trainable ones. */
  readonly parameters: readonly Parameter[];
  /** The state that it began with: nothing remembered. */
  readonly initial: UpdaterState;
  /** Epochs that `fit` has trained: the next one has another order. */
  epochs = 0;
  #step = 0;
  #slots: Record<string, Store>[] | undefined;

  constructor(optimizer: Optimizer, parameters: readonly Parameter[]) {
    this.optimizer = optimizer;
    this.parameters = parameters.filter(({ trainable }) => trainable);
    this.initial = this.state();
  }

  /** Updates made. */
  get step(): number {
    return this.#step;
  }

  /** Names of the vectors kept for each parameter: the optimizer's and, where it asks for one, the moving average. */
  get slotNames(): readonly string[] {
    const { slots, useEma } = this.optimizer;
    return useEma ? [...slots, averageSlot] : slots;
  }

  /** Sets all gradients to zero. */
  zeroGradients(): void {
    for (const parameter of this.parameters) parameter.clearGradient();
  }

  /** The penalties of all regularizers. */
  penalty(): number {
    let sum = 0;
    for (const parameter of this.parameters) sum += parameter.regularizer?.value(parameter) ?? 0;
    return sum;
  }

  /** Moves every parameter along its gradient. @throws RangeError when the learning rate is not a finite number from 0. */
  update(): void {
    const { optimizer, parameters } = this;
    const { learningRate, weightDecay } = optimizer;
    checkNumber(optimizer.name, { learningRate }, 'a finite number from 0');
    for (const parameter of parameters) {
      if (!parameter.regularizer) continue;
      parameter.touchedRows?.addAll();
      parameter.regularizer.gradient(parameter);
    }
    const slots = this.#allSlots();
    const parts = parameters.map((parameter, i) => partOf(parameter, slots[i]));
    for (const { mask, gradient } of parts) if (mask) applyMask(mask, gradient);
    this.#clip(parts.map(({ gradient }) => gradient));
    this.#step++;
    for (const [i, part] of parts.entries()) {
      const { values, gradient, mask, slots: own } = part;
      if (weightDecay) {
        kernels().axpy_f32(0, values.length, -weightDecay * learningRate, values.buffer, values.buffer);
      }
      optimizer.update({ values, gradient, slots: own, step: this.#step, learningRate });
      if (mask) for (const store of [values, ...Object.values(own)]) applyMask(mask, store);
      part.finish();
      forgetPruned(parameters[i], slots[i]);
      parameters[i].regularizer?.proximal?.(parameters[i], learningRate);
    }
    this.#average();
  }

  /**
   * Puts the moving average in the weights' place, masks applied; nothing without `useEma` or before the first update. `fit` does so when it
   * ends; after `trainOnBatch` it is for the caller. Keras: `finalize_variable_values`.
   */
  finalize(): void {
    if (!this.optimizer.useEma || this.#step === 0) return;
    for (const [i, { values, mask }] of this.parameters.entries()) {
      values.view.set(this.#allSlots()[i][averageSlot].view);
      if (mask) applyMask(mask, values);
    }
  }

  /** Copies of all that is remembered. */
  state(): UpdaterState {
    const { step, epochs, optimizer } = this;
    const slots = (this.#slots ? this.#allSlots() : []).map((stores) =>
      Object.fromEntries(Object.entries(stores).map(([name, store]) => [name, store.view.slice()])),
    );
    return { step, epochs, learningRate: optimizer.learningRate, slots };
  }

  /** Goes on from a state. @throws when it is of another optimizer or other parameters. */
  restore({ step, epochs, learningRate, slots }: UpdaterState): void {
    const stores = slots.length ? this.#allSlots() : [];
    if (slots.length !== stores.length) {
      throw new Error(`Optimizer state: expected ${stores.length} trainable parameters, got ${slots.length}.`);
    }
    for (const [i, bySlot] of stores.entries()) {
      for (const [name, store] of Object.entries(bySlot)) {
        const saved = slots[i][name];
        if (saved?.length !== store.length) {
          throw new Error(
            `Optimizer state: expected ${store.length} numbers in slot '${name}' of ${this.parameters[i].name},` +
              ` got ${saved?.length ?? 'none'}.`,
          );
        }
      }
    }
    for (const [i, bySlot] of stores.entries()) {
      for (const [name, store] of Object.entries(bySlot)) store.view.set(slots[i][name]);
    }
    if (slots.length === 0) this.dispose();
    this.#step = step;
    this.epochs = epochs;
    this.optimizer.learningRate = learningRate;
  }

  /** Gives back the slots' memory. */
  dispose(): void {
    for (const stores of this.#slots ?? []) for (const store of Object.values(stores)) store.dispose();
    this.#slots = undefined;
  }

  #allSlots(): Record<string, Store>[] {
    this.#slots ??= this.parameters.map(({ length }) =>
      Object.fromEntries(this.slotNames.map((name) => [name, new Store(length)])),
    );
    for (const [i, parameter] of this.parameters.entries()) forgetRegrown(parameter, this.#slots[i]);
    return this.#slots;
  }

  #average(): void {
    const { useEma, emaMomentum = 0.99, emaOverwriteFrequency } = this.optimizer;
    if (!useEma) return;
    const momentum = this.#step === 1 ? 0 : emaMomentum;
    for (const [i, { values, mask, length }] of this.parameters.entries()) {
      const average = this.#allSlots()[i][averageSlot];
      kernels().scale_f32(0, length, momentum, average.buffer, average.buffer);
      kernels().axpy_f32(0, length, 1 - momentum, values.buffer, average.buffer);
      if (mask) applyMask(mask, average);
    }
    if (emaOverwriteFrequency !== undefined && this.#step % emaOverwriteFrequency === 0) this.finalize();
  }

  #clip(gradients: readonly Store[]): void {
    const { clipnorm, clipvalue, globalClipnorm } = this.optimizer;
    if (clipvalue !== undefined) for (const gradient of gradients) cut(gradient, clipvalue);
    if (clipnorm !== undefined) for (const gradient of gradients) shorten([gradient], clipnorm);
    if (globalClipnorm !== undefined) shorten(gradients, globalClipnorm);
  }
}

/** Zeroes what the mask prunes. */
const applyMask = (mask: Store, store: Store): void =>
  kernels().mask_f32(0, store.length, mask.buffer, store.buffer, store.buffer);

/** Zeroes the moments of what is pruned in rows of a table that the step did not touch. */
function forgetPruned({ mask, touchedRows }: Parameter, slots: Readonly<Record<string, Store>>): void {
  if (mask && touchedRows) for (const store of Object.values(slots)) applyMask(mask, store);
}

/** Zeroes the moments of what was pruned and came back. */
function forgetRegrown(parameter: Parameter, slots: Readonly<Record<string, Store>>): void {
  const { regrown } = parameter;
  if (!regrown) return;
  for (const { view } of Object.values(slots)) for (let i = 0; i < view.length; i++) if (regrown[i]) view[i] = 0;
  parameter.regrown = undefined;
}

/** Cuts every number to [−limit, limit]. */
function cut({ view }: Store, limit: number): void {
  for (let i = 0; i < view.length; i++) view[i] = Math.max(-limit, Math.min(limit, view[i]));
}

/** Scales vectors so that their common norm is at most `limit`. */
function shorten(vectors: readonly Store[], limit: number): void {
  let square = 0;
  for (const { length, buffer } of vectors) square += kernels().sumsq_f32(0, length, buffer);
  const norm = Math.sqrt(square);
  if (!(norm > limit)) return;
  for (const { length, buffer } of vectors) kernels().scale_f32(0, length, limit / norm, buffer, buffer);
}
