// What the tokenizer and the vectorizers take for texts.

/** A text, or its words when it was split already. */
export type TextInput = string | readonly string[];

const show = (value: unknown): string =>
  typeof value === 'string' ? 'one string' : `${value === null ? null : typeof value}`;

/** @throws unless it is an array of strings, or of arrays of strings. */
export function checkTexts(who: string, texts: readonly TextInput[]): void {
  if (!Array.isArray(texts)) throw new TypeError(`${who}: expected an array of texts, got ${show(texts)}.`);
  for (const [i, text] of texts.entries()) {
    if (typeof text === 'string') continue;
    if (!Array.isArray(text)) throw new TypeError(`${who}: expected text ${i} to be a string, got ${show(text)}.`);
    const wrong = text.findIndex((word) => typeof word !== 'string');
    if (wrong >= 0) {
      throw new TypeError(`${who}: expected word ${wrong} of text ${i} to be a string, got ${show(text[wrong])}.`);
    }
  }
}
