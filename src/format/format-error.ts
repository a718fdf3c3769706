/** A file that is not a model file, is damaged, or holds what no model can be; a description that cannot be written. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
