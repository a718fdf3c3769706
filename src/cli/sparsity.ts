// espalier sparsity FILE: where a saved model's zeros are, and what each layer bears.

import {
  loadModel,
  type Model,
  sensitivity,
  sensitivityTable,
  sparsityReport,
  sparsityTable,
  takeSplit,
} from '../index.ts';
import { maskPictures, renderSparsity, type SparsityView } from '../report/index.ts';
import { loadDigits } from './digits.ts';
import { UsageError } from './failure.ts';
import { interruptible, pause } from './interrupt.ts';
import { openOutputFile } from './output.ts';
import { progressOn } from './progress.ts';

/** The options of `espalier sparsity`. */
export interface SparsityOptions {
  out?: string;
  sensitivity?: boolean;
  data?: string;
  json?: boolean;
}

/** Images that the sensitivity analysis judges by. */
const judged = 1000;

/** Prints the figures of each kernel, and of each layer's sensitivity; writes the page. @throws when it cannot be written there. */
export async function showSparsity(file: string, options: SparsityOptions): Promise<void> {
  const { out, data } = options;
  if (data !== undefined && !options.sensitivity) {
    throw new UsageError('--data is what --sensitivity measures on: give both, or neither.');
  }
  await interruptible(async (signal) => {
    const output = out === undefined ? undefined : openOutputFile(out);
    try {
      const model = await loadModel(file);
      const report = sparsityReport(model);
      const found = options.sensitivity ? await analyse(model, data, signal) : undefined;
      const view: SparsityView = { report, ...(found && { sensitivity: found }) };
      await pause(signal);
      if (options.json) process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
      else process.stdout.write(`${sparsityTable(report)}\n${found ? `\n${sensitivityTable(found)}\n` : ''}`);
      if (!output) return;
      output.write(renderSparsity({ ...view, masks: maskPictures(model) }));
      process.stderr.write(`Wrote ${out}\n`);
    } finally {
      output?.release();
    }
  });
}

/** On images that were not trained on. */
async function analyse(model: Model, folder: string | undefined, signal: AbortSignal) {
  if (!model.isCompiled) model.compile({ loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const progress = progressOn(process.stderr);
  try {
    const { validation } = await loadDigits(folder, signal);
    const { images, labels } = takeSplit(validation, 0, Math.min(judged, validation.count));
    progress.phase('Sensitivity', 1);
    const found = await sensitivity(model, {
      data: { x: images, y: labels, batchSize: 64 },
      signal,
      onProgress: ({ done, total, layer }) => progress.update(done / total, layer),
    });
    progress.done('each layer pruned alone');
    return found;
  } finally {
    progress.stop();
  }
}
