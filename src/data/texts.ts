// Labelled texts, in two parts.

import { checkWhole } from '../tensor/index.ts';

/** Texts and the class of each. */
export interface TextSplit {
  /** As they were read. */
  readonly texts: readonly string[];
  /** One class per text, counted from 0. */
  readonly labels: Uint8Array;
  /** How many texts. */
  readonly count: number;
}

/** Texts to learn from and texts to be judged by. */
export interface TextDataset {
  /** What it is called in messages. */
  readonly name: string;
  /** To learn from. */
  readonly train: TextSplit;
  /** To be judged by. */
  readonly test: TextSplit;
  /** The classes' names by label. */
  readonly classNames: readonly string[];
}

/** What a text comes from when it is read. */
export interface Decoding {
  /** As `TextDecoder` names encodings; default 'utf-8'. A byte order mark is dropped. */
  encoding?: string;
  /**
   * What becomes of bytes that are no text in this encoding: false (default) puts U+FFFD, the replacement character, in their place, as
   * the WHATWG Encoding Standard has it, and keeps all that is around them; true makes them an error that names the file.
   */
  fatal?: boolean;
}

/** The names of {@link Decoding}. */
export const decodingOptions = ['encoding', 'fatal'];

/**
 * The texts from `begin` up to `end` (default: all to the last).
 *
 * @throws RangeError unless 0 ≤ begin ≤ end ≤ count
 */
export function takeTexts({ texts, labels, count }: TextSplit, begin: number, end = count): TextSplit {
  checkWhole('takeTexts', { begin }, 0, count);
  checkWhole('takeTexts', { end }, begin, count);
  return { texts: texts.slice(begin, end), labels: labels.subarray(begin, end), count: end - begin };
}

/**
 * A function from bytes to text.
 *
 * @throws RangeError when there is no such encoding
 */
export function textDecoder({
  encoding = 'utf-8',
  fatal = false,
}: Decoding): (bytes: Uint8Array, name: string) => string {
  const decoder = decoderOf(encoding, fatal);
  return (bytes, name) => {
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new Error(
        `${name} is not ${decoder.encoding} text; give its encoding, or fatal: false to read it with replacement characters.`,
        { cause },
      );
    }
  };
}

function decoderOf(encoding: string, fatal: boolean): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal });
  } catch (cause) {
    throw new RangeError(
      `There is no text encoding '${encoding}': expected a label such as 'utf-8' or 'windows-1252'.`,
      {
        cause,
      },
    );
  }
}

/** A text and the name that it is sorted by. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * One split of all classes' texts. Within a class they stand by name, leading numbers as numbers; the classes are dealt out evenly,
 * so that every stretch of the split has about the shares of the whole, and a validation part cut off the end has them too.
 */
export function dealt(classes: readonly (readonly NamedText[])[]): TextSplit {
  const places = classes.flatMap((texts, label) =>
    [...texts].sort(byName).map(({ text }, i) => ({ text, label, at: (i + 0.5) / texts.length })),
  );
  places.sort((a, b) => a.at - b.at || a.label - b.label);
  const labels = Uint8Array.from(places, ({ label }) => label);
  return { texts: places.map(({ text }) => text), labels, count: places.length };
}

function byName(a: NamedText, b: NamedText): number {
  const [numberA, numberB] = [Number.parseInt(a.name, 10), Number.parseInt(b.name, 10)];
  if (numberA !== numberB && !Number.isNaN(numberA) && !Number.isNaN(numberB)) return numberA - numberB;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
