// Two rewrites, both where one operation is a product's only reader, or that of products set into one another:
//
//   product, then normalize  →  product with W' = s·W, b' = s·(b − mean) + β,  s = γ/√(variance + ε)
//   product, then relu       →  product with lower = 0

import type { Normalize, Operation, Product, Program, Value } from './operation.ts';

export function simplify({ shapes, operations, inputs, outputs }: Program): Program {
  const readers = new Map<Value, number>();
  const count = (value: Value) => readers.set(value, (readers.get(value) ?? 0) + 1);
  for (const operation of operations) operation.inputs.forEach(count);
  for (const { value } of outputs) count(value);

  const places = new Map<Value, number>();
  const kept: Operation[] = [];
  const placeOf = (value: Value) => (readers.get(value) === 1 ? places.get(value) : undefined);
  const productsOf = (place: number): number[] | undefined => {
    const maker = kept[place];
    if (maker.kind === 'product') return [place];
    const parts = maker.inputs.flatMap((value) => placeOf(value) ?? []);
    return parts.length === maker.inputs.length ? parts : undefined;
  };
  for (const operation of operations) {
    const place = placeOf(operation.inputs[0]);
    const products = place === undefined ? undefined : productsOf(place);
    const merged = products?.map((at) => merge(kept[at] as Product, operation));
    if (place === undefined || !products || !merged?.every((product) => product !== undefined)) {
      if (operation.kind === 'product' || operation.kind === 'interleave') places.set(operation.output, kept.length);
      kept.push(operation);
      continue;
    }
    for (const [i, at] of products.entries()) kept[at] = merged[i];
    kept[place] = { ...kept[place], output: operation.output };
    places.set(operation.output, place);
  }
  return { shapes, operations: kept, inputs, outputs };
}

function merge(product: Product, next: Operation): Product | undefined {
  if (product.lower !== -Infinity) return undefined;
  if (next.kind === 'activate' && next.activation === 'relu') return { ...product, lower: 0 };
  if (next.kind === 'normalize') return { ...product, weights: folded(product, next) };
  return undefined;
}

function folded({ weights }: Product, { mean, variance, gamma, beta, epsilon }: Normalize) {
  const scale = Float64Array.from(variance, (v, i) => (gamma?.[i] ?? 1) / Math.sqrt(v + epsilon));
  return weights.scaled(scale, (bias, i) => scale[i] * (bias - mean[i]) + (beta?.[i] ?? 0));
}
