// Concatenations and upsamplings that need no place of their own: one convolution alone reads what they give, and copies it into a border
// of zeros anyway, so it copies from what they read.
//
//   upsample ─┐
//             ├─ concatenate ── convolution with a border     →     two copies into the border, one of them upsampling
//      value ─┘

import { isBordered } from '../ops/index.ts';
import type { Combine, Operation, Program, Upsample, Value } from './operation.ts';

/** An operation that its reader does. */
export type Absorbed = Upsample | (Combine & { readonly kind: 'concatenate' });

/** Such operations, by their outputs. */
export function absorbedIn({ operations, outputs }: Program): ReadonlyMap<Value, Absorbed> {
  const readers = new Map<Value, Operation | undefined>();
  for (const operation of operations) {
    for (const value of operation.inputs) readers.set(value, readers.has(value) ? undefined : operation);
  }
  for (const { value } of outputs) readers.set(value, undefined);
  const found = new Map<Value, Absorbed>();
  for (const operation of [...operations].reverse()) {
    const reader = readers.get(operation.output);
    if (reader && canAbsorb(operation) && (isCopying(reader) || found.get(reader.output)?.kind === 'concatenate')) {
      found.set(operation.output, operation);
    }
  }
  return found;
}

const canAbsorb = (operation: Operation): operation is Absorbed =>
  operation.kind === 'concatenate' || operation.kind === 'upsample';

const isCopying = (operation: Operation): boolean =>
  operation.kind === 'product' && operation.window !== undefined && isBordered(operation.window);
