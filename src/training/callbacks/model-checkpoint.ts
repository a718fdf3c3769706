// Saves the model as training goes.

import { readyFolder } from '../../format/index.ts';
import { checkKnown, checkNumber, misfit, showValue } from '../../tensor/index.ts';
import type { Callback } from '../callback.ts';
import { gain, type Logs, type Mode, monitored } from '../logs.ts';
import type { Model } from '../model.ts';
import { filePattern } from './file-pattern.ts';

/** What {@link ModelCheckpoint} takes: `filepath`, or `save`, or both. */
export interface ModelCheckpointOptions {
  /**
   * Where to save: `{epoch}` and, with a number as `saveFreq`, `{batch}`, both from 1, and names of logs are replaced, with Python's
   * widths and formats d, f and e: `model-{epoch:02d}-{valLoss:.3f}.espalier`. Written beside and renamed, so that a file is whole or
   * absent. The folder is made when training begins.
   */
  filepath?: string;
  /** Saves instead of `model.save(path)`; `path` is `filepath` filled in, or '' without one. */
  save?: (model: Model, path: string, logs: Logs) => void | Promise<void>;
  /** Default 'valLoss'; only asked for with `saveBestOnly`. */
  monitor?: string;
  /** Whether to save only when `monitor` is better than ever before; default false. */
  saveBestOnly?: boolean;
  /** Default 'auto': accuracies shall grow, other figures shrink. */
  mode?: Mode;
  /** 'epoch' (default), or a number of batches between two saves. */
  saveFreq?: 'epoch' | number;
  /** What `monitor` must be better than at first; default anything. */
  initialValueThreshold?: number;
}

const known = ['filepath', 'save', 'monitor', 'saveBestOnly', 'mode', 'saveFreq', 'initialValueThreshold'];

/** Saves the model after each epoch, or every so many batches. Keras: `ModelCheckpoint`. */
export class ModelCheckpoint implements Callback {
  readonly #options: ModelCheckpointOptions;
  readonly #gain: (a: number, b: number) => number;
  readonly #pathOf: (figures: Logs) => string;
  #model: Model | undefined;
  #best: number | undefined;
  #epoch = 0;
  #batches = 0;

  /** @throws when there is neither filepath nor save, on an unknown option, one out of range, or a format that is not known. */
  constructor(options: ModelCheckpointOptions) {
    checkKnown('ModelCheckpoint', options, known);
    const { filepath, save, saveFreq = 'epoch', monitor = 'valLoss', mode = 'auto', initialValueThreshold } = options;
    if (!filepath && !save) throw new Error('ModelCheckpoint: expected a filepath or a save function, got neither.');
    if (filepath !== undefined && typeof filepath !== 'string') {
      throw new TypeError(`ModelCheckpoint: expected filepath to be a string, got ${showValue(filepath)}.`);
    }
    if (save !== undefined && typeof save !== 'function') {
      throw new TypeError(`ModelCheckpoint: expected save to be a function, got ${showValue(save)}.`);
    }
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq > 0)) {
      throw misfit('ModelCheckpoint', 'saveFreq', "'epoch' or a whole number from 1", saveFreq);
    }
    if (initialValueThreshold !== undefined) checkNumber('ModelCheckpoint', { initialValueThreshold }, 'a number');
    this.#options = { ...options, saveFreq, monitor };
    this.#gain = gain('ModelCheckpoint', mode, monitor);
    this.#pathOf = filePattern('ModelCheckpoint', filepath ?? '');
    this.#best = initialValueThreshold;
  }

  setModel(model: Model): void {
    this.#model = model;
  }

  /** @throws when the folder cannot be made or written to. */
  async onTrainBegin(): Promise<void> {
    const { filepath, save } = this.#options;
    if (filepath && !save) await readyFolder(filepath.replace(/\{.*/s, '-'));
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    const { saveFreq } = this.#options;
    if (saveFreq !== 'epoch' && ++this.#batches % (saveFreq as number) === 0)
      await this.#save(logs, { batch: batch + 1 });
  }

  async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    if (this.#options.saveFreq === 'epoch') await this.#save(logs);
  }

  async #save(logs: Logs, place: { batch?: number } = {}): Promise<void> {
    const { filepath, save, monitor = 'valLoss', saveBestOnly = false } = this.#options;
    if (!this.#model) return;
    if (saveBestOnly) {
      const value = monitored(logs, monitor, 'ModelCheckpoint');
      if (this.#best !== undefined && !(this.#gain(value, this.#best) > 0)) return;
      this.#best = value;
    }
    const path = this.#pathOf({ epoch: this.#epoch + 1, ...place, ...logs });
    if (save) return save(this.#model, path, logs);
    if (/\{.*[/\\]/s.test(filepath as string)) await readyFolder(path);
    await this.#model.save(path);
  }
}
