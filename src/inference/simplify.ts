// Two rewrites, both where one operation is a product's only reader:
//
//   product, then normalize  →  product with W' = s·W, b' = s·(b − mean) + β,  s = γ/√(variance + ε)
//   product, then relu       →  product with lower = 0

import type { Normalize, Operation, Product, Program, Value } from './operation.ts';

export function simplify({ shapes, operations, inputs, outputs }: Program): Program {
  const readers = new Map<Value, number>();
  const count = (value: Value) => readers.set(value, (readers.get(value) ?? 0) + 1);
  for (const operation of operations) operation.inputs.forEach(count);
  for (const { value } of outputs) count(value);

  const products = new Map<Value, number>();
  const kept: Operation[] = [];
  for (const operation of operations) {
    const [x] = operation.inputs;
    const place = readers.get(x) === 1 ? products.get(x) : undefined;
    const product = place === undefined ? undefined : (kept[place] as Product);
    const merged = product && merge(product, operation);
    if (merged && place !== undefined) {
      kept[place] = merged;
      products.set(merged.output, place);
      continue;
    }
    if (operation.kind === 'product') products.set(operation.output, kept.length);
    kept.push(operation);
  }
  return { shapes, operations: kept, inputs, outputs };
}

function merge(product: Product, next: Operation): Product | undefined {
  if (product.lower !== -Infinity) return undefined;
  const { output } = next;
  if (next.kind === 'activate' && next.activation === 'relu') return { ...product, lower: 0, output };
  if (next.kind === 'normalize') return { ...product, weights: folded(product, next), output };
  return undefined;
}

function folded({ weights }: Product, { mean, variance, gamma, beta, epsilon }: Normalize) {
  const scale = Float64Array.from(variance, (v, i) => (gamma?.[i] ?? 1) / Math.sqrt(v + epsilon));
  return weights.scaled(scale, (bias, i) => scale[i] * (bias - mean[i]) + (beta?.[i] ?? 0));
}
