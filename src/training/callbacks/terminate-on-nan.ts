// Stops, without an error, when the loss is no number any more.

import type { Callback } from '../callback.ts';
import type { Logs } from '../logs.ts';
import type { Model } from '../model.ts';

/** Ends training when the loss is NaN or infinite; the weights stay as they were before that batch. Keras: `TerminateOnNaN`. */
export class TerminateOnNaN implements Callback {
  readonly takesNonFiniteLoss = true;
  #model: Model | undefined;

  setModel(model: Model): void {
    this.#model = model;
  }

  onTrainBatchEnd(_batch: number, { loss }: Logs): void {
    if (this.#model && !Number.isFinite(loss)) this.#model.stopTraining = true;
  }

  onTestEnd({ loss }: Logs): void {
    if (this.#model && !Number.isFinite(loss)) this.#model.stopTraining = true;
  }
}
