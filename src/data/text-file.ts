// One text in one file, for models of characters.

import { readFile } from '../format/files.ts';
import { checkKnown } from '../tensor/index.ts';
import { gunzip } from './idx.ts';
import { type Decoding, decodingOptions, textDecoder } from './texts.ts';

/**
 * The text of a file, gzip or not. Node only.
 *
 * @throws Error when it cannot be read, is damaged or cut short, or is not text (see `fatal`)
 */
export async function loadText(path: string, decoding: Decoding = {}): Promise<string> {
  checkKnown('loadText', decoding, decodingOptions);
  const decode = textDecoder(decoding);
  return decode(await gunzip(await readFile(path), path), path);
}
