// A schedule of one's own: when, and how much. A function of the training step that gives the sparsity to reach, or undefined when there
// is nothing to do. Here the density halves at each stair, so that the network has time to recover in between.
//
//   npx tsx examples/prune-custom-schedule.ts

import { fileURLToPath } from 'node:url';
import { oneShot, prune, type Schedule } from '../src/index.ts';
import { noOptions } from './command.ts';
import { percent, trained } from './prune-task.ts';

/** Halves the density every `width` steps until `sparsity`. */
export const stairs =
  (sparsity: number, width: number): Schedule =>
  (step) => {
    if (step % width !== 0) return undefined;
    return Math.min(sparsity, 1 - 0.5 ** (step / width + 1));
  };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  noOptions(import.meta.url);
  for (const [name, schedule] of Object.entries({
    'one shot': oneShot({ sparsity: 0.95 }),
    stairs: stairs(0.95, 50),
  })) {
    const { model, train, accuracy } = await trained(1);
    await model.fit(train.images, train.labels, { epochs: 6, callbacks: [prune(model, { schedule })] });
    console.log(`${name}: 95% pruned, fine-tuned ${percent(accuracy())}`);
  }
}
