// The amounts on the way to one: density falls by the same factor each round, from what it is now.

import { pow } from '../tensor/math.ts';
import { leftOf, type Target } from './targets.ts';

/** The amount of each of so many rounds; of all at once where the targets are sparser already. With `regrow` it begins with all weights. */
export function amountsTo(
  amount: number,
  rounds: number,
  targets: readonly Target[],
  { regrow = false }: { regrow?: boolean },
): number[] {
  let weights = 0;
  let left = 0;
  for (const { parameter } of targets) {
    weights += parameter.length;
    left += regrow ? parameter.length : leftOf(parameter);
  }
  const density = left / weights;
  const factor = Math.min(1, (1 - amount) / density);
  return Array.from({ length: rounds }, (_, i) =>
    i === rounds - 1 || factor === 1 ? amount : 1 - density * pow(factor, (i + 1) / rounds),
  );
}
