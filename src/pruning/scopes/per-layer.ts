import type { Amount } from '../rules/index.ts';
import type { Scope } from './scope.ts';

/**
 * An amount of its own for each layer named, whatever `prune` was asked for; layers not named stay as they are.
 * @throws (when used) on the name of no layer.
 */
export const perLayer =
  (amounts: Readonly<Record<string, Amount>>): Scope =>
  (targets) => {
    for (const name of Object.keys(amounts)) {
      if (!targets.some(({ layerName }) => layerName === name)) {
        const known = [...new Set(targets.map(({ layerName }) => layerName))].join(', ');
        throw new Error(`Pruning: there is no layer '${name}' to prune, expected one of ${known}.`);
      }
    }
    return targets.flatMap((target) =>
      Object.hasOwn(amounts, target.layerName) ? [{ targets: [target], amount: amounts[target.layerName] }] : [],
    );
  };
