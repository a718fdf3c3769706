// espalier inspect FILE: what is in a model file, and how it would run here.

import { decodeModel, fromSource } from '../format/index.ts';
import { type LayerExplanation, load, shrinkReport, shrinkTable } from '../index.ts';
import { readMemos } from '../model/index.ts';
import { count, percent } from '../report/index.ts';
import { textTable } from './tables.ts';

/** The options of `espalier inspect`. */
export interface InspectOptions {
  json?: boolean;
}

/** Prints layers, weights, chosen forms, and what shrinking removed. */
export async function inspect(file: string, { json }: InspectOptions): Promise<void> {
  const { bytes, name, graph, shrunk, model } = await fromSource(file, read);
  const [one, many] = [1, 64].map((batch) => model.explain({ batch }));
  const layers = graph.layers.map((layer) => {
    const forms = [one, many].map((list) => list.find((each) => each.layer === layer.name));
    return { name: layer.name, type: layer.type, ...figures(forms) };
  });
  const total = (field: 'weights' | 'kept') => one.reduce((sum, layer) => sum + layer[field], 0);
  const weights = total('weights');
  const weightsKept = total('kept');
  const ports = ({ inputs, outputs }: typeof model) => ({ inputs, outputs });
  if (json) {
    const document = {
      file,
      name,
      bytes: bytes.length,
      ...ports(model),
      weights,
      weightsKept,
      layers,
      ...(shrunk && { shrunk }),
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const shapes = (list: typeof model.inputs) => list.map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
  const share = (kept: number, weights: number) => (weights ? percent(kept / weights) : '');
  const rows = layers.map(({ name, type, weights, kept, forms: [single, batched] }) =>
    weights
      ? [name, type, count(weights), count(kept), share(kept, weights), single.form, batched.form]
      : [name, type, '', '', '', '', ''],
  );
  const whole = ['all', '', count(weights), count(weightsKept), share(weightsKept, weights), '', ''];
  const reasons = layers.flatMap(({ name, forms }) => forms.map(({ batch, why }) => `${name}, batch ${batch}: ${why}`));
  process.stdout.write(`${name}: ${shapes(model.inputs)} → ${shapes(model.outputs)}, ${count(bytes.length)} bytes

${textTable(['layer', 'type', 'weights', 'kept', 'density', 'batch 1', 'batch 64'], [...rows, whole])}
Weights are those of kernels; biases are not counted. Times below are predicted, not measured.

${reasons.join('\n')}
${shrunk ? `\nRemoved by shrinking:\n\n${shrinkTable(shrunk)}\n` : ''}`);
}

function read(bytes: Uint8Array) {
  const description = decodeModel(bytes);
  const { name, graph } = description;
  const memos = readMemos(description);
  const shrunk = memos.has('shrink') ? shrinkReport({ name, memos }) : undefined;
  return { bytes, name, graph, shrunk, model: load(bytes) };
}

function figures([one, many]: (LayerExplanation | undefined)[]) {
  if (!one || !many) return { weights: 0, kept: 0, forms: [] };
  const form = ({ batch, form, why, microseconds }: LayerExplanation) => ({ batch, form, why, microseconds });
  return { weights: one.weights, kept: one.kept, forms: [one, many].map(form) };
}
