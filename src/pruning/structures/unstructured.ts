import { sizeOf } from '../../tensor/index.ts';
import { counting, type Structure } from './structure.ts';

/** Each weight by itself. */
export const unstructured: Structure = ({ shape }) => {
  const count = sizeOf(shape);
  return { count, of: counting(count) };
};
