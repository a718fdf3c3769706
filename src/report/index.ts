// The HTML report of the main job: a pure function of what was measured.

export type * from './demo-report.ts';
export { count, duration, kilobytes, milliseconds, percent, times } from './numbers.ts';
export { renderReport } from './page.ts';
