// The same function in a smaller network.

export { type ShrinkReport, type ShrunkLayer, type Side, shrinkTable } from './report.ts';
export { type ShrinkOptions, shrink, shrinkReport } from './shrink.ts';
export type { Widths } from './widths.ts';
