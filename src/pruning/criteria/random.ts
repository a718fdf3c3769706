import type { Criterion } from './criterion.ts';

/** A random number in [0, 1) for each weight: the baseline that every criterion has to beat. */
export const random: Criterion = ({ values, random }) => values.map(() => random.uniform());
