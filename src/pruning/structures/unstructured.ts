import { sizeOf } from '../../tensor/index.ts';
import type { Structure } from './structure.ts';

/** Each weight by itself. */
export const unstructured: Structure = ({ shape }) => {
  const count = sizeOf(shape);
  return { count, of: Uint32Array.from({ length: count }, (_, position) => position) };
};
