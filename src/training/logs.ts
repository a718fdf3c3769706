// What training reports: figures by name, in camelCase: loss, accuracy, valLoss, valAccuracy, learningRate.

import { showValue } from '../tensor/index.ts';

/** Figures by name. */
export type Logs = Record<string, number>;

/** `valLoss` for `loss`. */
export const prefixed = (prefix: string, name: string): string => prefix + name[0].toUpperCase() + name.slice(1);

/** A figure of an epoch by name. @throws when the logs have none of that name; `who` asks. */
export function monitored(logs: Logs, monitor: string, who: string): number {
  if (Object.hasOwn(logs, monitor)) return logs[monitor];
  const hint = monitor.startsWith('val') ? '; give fit() validationData or a validationSplit' : '';
  throw new Error(`${who}: expected '${monitor}' among the logs, got ${Object.keys(logs).join(', ')}${hint}.`);
}

/** Whether a figure is a share, from 0 at worst to 1 at best, by its name: accuracies, IoU and their like, but no loss. */
export const isShare = (figure: string): boolean =>
  /acc|auc|precision|recall|f1|iou/i.test(figure) && !/loss$/i.test(figure);

/** Whether smaller or larger figures are better; 'auto' takes accuracies, IoU and their like to grow. */
export type Mode = 'auto' | 'min' | 'max';

const modes: readonly Mode[] = ['auto', 'min', 'max'];

/** How much better `a` is than `b`: positive when it is. @throws on another mode, or a figure without a name; `who` asks. */
export function gain(who: string, mode: Mode, monitor: string): (a: number, b: number) => number {
  if (!modes.includes(mode)) {
    throw new RangeError(`${who}: expected mode to be one of ${modes.join(', ')}, got ${showValue(mode)}.`);
  }
  if (typeof monitor !== 'string' || monitor === '') {
    throw new TypeError(`${who}: expected monitor to be the name of a figure, got ${showValue(monitor)}.`);
  }
  const grows = mode === 'max' || (mode === 'auto' && isShare(monitor));
  return grows ? (a, b) => a - b : (a, b) => b - a;
}
