// Text from a model of characters, one character at a time: the session keeps the state, so that a character costs one step however long
// the text is. The next one is drawn from p^(1/temperature), the k most likely characters only.

import { type InferenceModel, Random, type Tokenizer } from '../../src/index.ts';
import { exp, log } from '../../src/tensor/math.ts';
import { UsageError } from '../scaffold.ts';

/** How text is drawn. */
export interface GenerateOptions {
  /** What it begins with: the model reads it first. */
  readonly start: string;
  /** How many characters to draw. */
  readonly characters: number;
  /** Below 1 the likely becomes likelier; 0 takes the likeliest always. */
  readonly temperature: number;
  /** How many characters may be drawn from; 0 for all. */
  readonly topK: number;
  readonly seed: number;
}

/** The index of a character drawn from probabilities; 0, which is no character, never. */
export function drawNext(
  probabilities: Float32Array,
  { temperature, topK }: Pick<GenerateOptions, 'temperature' | 'topK'>,
  random: Random,
): number {
  const candidates = Array.from(probabilities.keys()).slice(1);
  candidates.sort((a, b) => probabilities[b] - probabilities[a]);
  if (temperature === 0) return candidates[0];
  const chosen = topK > 0 ? candidates.slice(0, topK) : candidates;
  const likeliest = log(Math.max(probabilities[chosen[0]], 1e-30));
  const weights = chosen.map((each) => exp((log(Math.max(probabilities[each], 1e-30)) - likeliest) / temperature));
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return chosen[Math.max(0, drawn)];
}

/** The ids of the start's characters that the text has. @throws {UsageError} when it has none of them. */
export function readStart(tokenizer: Tokenizer, start: string): number[] {
  const [read] = tokenizer.textsToSequences([start]);
  if (read.length > 0) return read;
  throw new UsageError(`--start: expected some characters of the text, got ${JSON.stringify(start)}.`);
}

/** What the model has read of the start, and what it goes on with. */
export function generate(model: InferenceModel, tokenizer: Tokenizer, options: GenerateOptions): string {
  const random = new Random(options.seed, 'generate');
  const read = readStart(tokenizer, options.start);
  const session = model.session();
  try {
    let next = session.step(read[0]).data;
    for (const id of read.slice(1)) next = session.step(id).data;
    const written: number[] = [];
    for (let i = 0; i < options.characters; i++) {
      const id = drawNext(next, options, random);
      written.push(id);
      next = session.step(id).data;
    }
    return tokenizer.sequencesToTexts([[...read, ...written]], '')[0];
  } finally {
    session.dispose();
  }
}
