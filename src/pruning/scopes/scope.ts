// A scope says which parameters share an amount: it parts the targets into groups, and each group is ranked by itself.

import type { Target } from '../targets.ts';

/** Targets left out of all groups stay as they are. */
export type Scope = (targets: readonly Target[]) => readonly (readonly Target[])[];
