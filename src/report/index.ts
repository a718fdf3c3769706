// The HTML report of the main job: a pure function of what was measured. And the page on where a network's zeros are.

export type * from './demo-report.ts';
export type { Figure } from './document.ts';
export { count, duration, kilobytes, milliseconds, percent, times } from './numbers.ts';
export { renderReport } from './page.ts';
export type { Bitmap } from './pictures.ts';
export { renderSparsity, type SparsityView, sparsitySections } from './sparsity.ts';
export { type MaskPicture, maskPicture, maskPictures } from './sparsity-masks.ts';
export { type Block, renderStudy, type Study, type StudySection } from './study.ts';
