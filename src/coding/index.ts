// Sparse coding: signals as few atoms of a dictionary, x ≈ a·D with a sparse.

export { type DctOptions, dctDictionary } from './dct.ts';
export { Dictionary } from './dictionary.ts';
export { fista, ista, type ShrinkageOptions } from './fista.ts';
export { type KsvdOptions, type KsvdResult, type KsvdStep, ksvd } from './ksvd.ts';
export { type OmpOptions, omp } from './omp.ts';
export { type Blend, extractPatches2d, type PatchGrid, reconstructFromPatches2d } from './patches.ts';
export { reconstruct } from './reconstruct.ts';
