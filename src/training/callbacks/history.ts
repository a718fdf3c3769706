// What `fit` resolves with.

import type { Callback } from '../callback.ts';
import type { Logs } from '../logs.ts';

/** The figures of each epoch that was finished. */
export class History implements Callback {
  /** The epochs' numbers, from 0. */
  readonly epoch: number[] = [];
  /** Figures by name (`loss`, `accuracy`, `valLoss`, …), one for each of {@link epoch}; NaN where an epoch had none. */
  readonly history: Record<string, number[]> = {};

  onEpochEnd(epoch: number, logs: Logs): void {
    const before = this.epoch.length;
    this.epoch.push(epoch);
    for (const name of Object.keys(logs)) this.history[name] ??= new Array(before).fill(NaN);
    for (const [name, values] of Object.entries(this.history)) values.push(logs[name] ?? NaN);
  }
}
