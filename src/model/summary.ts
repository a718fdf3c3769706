// The table that Keras users know, with a column for density.

import type { Parameter, Shape } from '../tensor/index.ts';
import type { Network } from './network.ts';

/** Kept and all weights of the prunable parameters: kernels, not biases or statistics. */
export function keptWeights(parameters: readonly Parameter[]): { weights: number; kept: number } {
  let weights = 0;
  let kept = 0;
  for (const { prunable, length, values } of parameters) {
    if (!prunable) continue;
    weights += length;
    kept += values.view.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  }
  return { weights, kept };
}

const count = (parameters: readonly Parameter[]): number => parameters.reduce((sum, { length }) => sum + length, 0);
const shown = (value: number): string => value.toLocaleString('en-US');
const shownShape = (shape: Shape): string => `(None, ${shape.join(', ')})`;

/** Density is the share of kernel weights that are not zero; layers without a kernel have none. */
function density(parameters: readonly Parameter[]): string {
  const { weights, kept } = keptWeights(parameters);
  return weights ? `${((100 * kept) / weights).toFixed(1)}%` : '';
}

/** A network's layers as a table: name and type, output shape, parameters, density, and what each is connected to. */
export function summary(network: Network): string {
  const names = new Map<number, string>();
  const rows: string[][] = [];
  for (const [i, slot] of network.ends.inputs.entries()) {
    const name = network.inputs[i].node.name ?? (i ? `input_${i}` : 'input');
    names.set(slot, name);
    rows.push([`${name} (input)`, shownShape(network.inputs[i].shape), '0', '', '']);
  }
  const seen = new Set<unknown>();
  for (const { layer, reads, fills, shapes } of network.steps) {
    for (const slot of fills) names.set(slot, layer.name);
    rows.push([
      `${layer.name} (${layer.type})`,
      shapes.map(shownShape).join(', '),
      seen.has(layer) ? 'shared' : shown(count(layer.parameters)),
      density(layer.parameters),
      reads.map((slot) => names.get(slot)).join(', '),
    ]);
    seen.add(layer);
  }
  const trainable = network.parameters.filter((parameter) => parameter.trainable);
  const { weights, kept } = keptWeights(network.parameters);
  return [
    `Model: "${network.name}"`,
    ...table(['Layer (type)', 'Output shape', 'Params', 'Density', 'Connected to'], rows),
    `Total params: ${shown(count(network.parameters))}`,
    `Trainable params: ${shown(count(trainable))}`,
    `Non-trainable params: ${shown(count(network.parameters) - count(trainable))}`,
    `Kernel weights kept: ${shown(kept)} of ${shown(weights)} (${density(network.parameters) || '100.0%'}; biases not counted)`,
  ].join('\n');
}

function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const right = (column: number) => column === 2 || column === 3;
  const line = (row: string[]) =>
    row
      .map((cell, i) => (right(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  const rule = (character: string) => character.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [rule('━'), line(head), rule('─'), ...rows.map(line), rule('━')];
}
