export { block } from './block.ts';
export type { Structure, Units } from './structure.ts';
export { unstructured } from './unstructured.ts';
