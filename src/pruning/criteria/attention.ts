import { byOutput } from './by-output.ts';
import { criterion } from './criterion.ts';

/**
 * Mean gate, over the data, of the learned `squeezeExcitation` layer that follows: filters that attention turns down go. (Gates: Hu,
 * Shen, Sun 2018; as a measure of worth: Yamamoto and Maeno 2018)
 */
export const attention = criterion({ needs: ['gates'], score: ({ gates, parameter }) => byOutput(gates, parameter) });
