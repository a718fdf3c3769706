import type { Amount } from '../rules/index.ts';
import { checkLayers, type Scope } from './scope.ts';

/**
 * An amount of its own for each layer named, whatever `prune` was asked for; layers not named stay as they are.
 * @throws (when used) on the name of no layer.
 */
export const perLayer =
  (amounts: Readonly<Record<string, Amount>>): Scope =>
  (targets) => {
    checkLayers(Object.keys(amounts), targets);
    return targets.flatMap((target) =>
      Object.hasOwn(amounts, target.layerName) ? [{ targets: [target], amount: amounts[target.layerName] }] : [],
    );
  };
