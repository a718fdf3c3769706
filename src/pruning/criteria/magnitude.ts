import type { Criterion } from './criterion.ts';

/** |w|: small weights matter least. (Han et al. 2015) */
export const magnitude: Criterion = ({ values }) => values.map(Math.abs);
