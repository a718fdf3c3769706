// A scope of one's own: how much goes where. Here the output layer, which is small and hurts most, keeps several times the density of the
// others. A scope parts the targets into shares, each ranked by itself, with an amount of its own if it likes.
//
//   npx tsx examples/prune-custom-scope.ts

import { fileURLToPath } from 'node:url';
import { layerwise, prune, type Scope } from '../src/index.ts';
import { noOptions } from './command.ts';
import { percent, trained } from './prune-task.ts';

/** Density at the output layer `factor` times that of the others. */
export const gentleOutput =
  (factor: number): Scope =>
  (targets, amount) =>
    targets.map((target) => ({
      targets: [target],
      amount: target.isOutput && typeof amount === 'number' ? Math.max(0, 1 - factor * (1 - amount)) : amount,
    }));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  noOptions(import.meta.url);
  for (const [name, scope] of Object.entries({ layerwise, 'gentleOutput(4)': gentleOutput(4) })) {
    const { model, accuracy } = await trained(1);
    const { density, layers } = prune(model, { scope, amount: 0.85 });
    const kept = layers.map((layer) => `${layer.layer} ${percent(layer.density)}`).join(', ');
    console.log(`${name}: ${percent(density)} kept (${kept}), accuracy ${percent(accuracy())}`);
  }
}
