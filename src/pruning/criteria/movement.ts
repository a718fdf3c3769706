import { criterion } from './criterion.ts';

/**
 * Σ w·Δw over training: what moves towards 0 goes, however large it is. Under plain SGD this is the paper's −η·Σ w·∂L/∂w; taking the
 * steps themselves, it serves every optimizer. With the `pruning` callback it accumulates; by itself, `prune` takes −w·∂L/∂w over
 * the data. (Sanh, Wolf, Rush 2020)
 */
export const movement = criterion({ needs: ['movement'], score: ({ movement }) => movement });
