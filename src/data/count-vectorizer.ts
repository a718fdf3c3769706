// Bags of words, of bigrams, of characters: how often each n-gram comes in each text, as scikit-learn's CountVectorizer and
// TfidfVectorizer count it (1.2), in a CSR matrix with a row for each text and a column for each n-gram, n-grams in the order of
// their UTF-16 code units. One pass over the texts to fit, one to transform; memory for every distinct n-gram while fitting.

import { type CsrMatrix, checkKnown } from '../tensor/index.ts';
import { log } from '../tensor/math.ts';
import { CountedRows } from './counts.ts';
import { NgramTree } from './ngram-tree.ts';
import { checkTexts, type TextInput } from './text-input.ts';
import { checkedVectorizer, type VectorizerOptions, vectorizerOptions } from './vectorizer-options.ts';

/** How {@link TfidfVectorizer} weights, named and defaulted as scikit-learn's. */
export interface TfidfOptions extends VectorizerOptions {
  /** Each row is divided by this norm; default 'l2', null for none. */
  norm?: 'l1' | 'l2' | null;
  /** Weight by rarity; default true. */
  useIdf?: boolean;
  /** idf = ln((1 + texts) / (1 + texts with it)) + 1 instead of ln(texts / texts with it) + 1; default true. */
  smoothIdf?: boolean;
  /** 1 + ln(count) in the place of the count; default false. */
  sublinearTf?: boolean;
}

/** The n-grams that count, and their columns. */
interface Vocabulary {
  readonly columns: ReadonlyMap<string, number>;
  readonly tree: NgramTree;
  /** The column of each node of the tree, −1 for none. */
  readonly columnOf: Int32Array;
}

/** Texts to counts of n-grams: a bag of words, of words and bigrams (`ngramRange: [1, 2]`), and so on. */
export class CountVectorizer {
  protected readonly options: ReturnType<typeof checkedVectorizer>;
  #vocabulary: Vocabulary | undefined;

  /** @throws on an unknown option, or one out of range. */
  constructor(options: VectorizerOptions = {}) {
    this.options = checkedVectorizer(options);
    const { vocabulary, analyzer } = this.options;
    if (vocabulary !== undefined) {
      this.#vocabulary = this.#numbered(
        vocabulary.map((ngram) => (analyzer === 'char' ? [...ngram] : ngram.split(' '))),
      );
    }
  }

  /** The column of each n-gram. @throws before {@link fit}, when no vocabulary was given. */
  get vocabulary(): ReadonlyMap<string, number> {
    return this.#fitted().columns;
  }

  /** The n-gram of each column. scikit-learn: `get_feature_names_out`. */
  get featureNames(): string[] {
    return [...this.vocabulary.keys()];
  }

  /** Chooses the n-grams of these texts. @throws when they are no texts, or no n-gram is left. */
  fit(texts: readonly TextInput[]): this {
    checkTexts('fit', texts);
    if (this.options.vocabulary === undefined) this.#vocabulary = this.#numbered(this.#chosen(texts));
    return this;
  }

  /** A row of counts for each text; n-grams that were not fitted are passed over. @throws before {@link fit}; when they are no texts. */
  transform(texts: readonly TextInput[]): CsrMatrix {
    checkTexts('transform', texts);
    const { columns, tree, columnOf } = this.#fitted();
    const { binary, partsOf, shortest, longest } = this.options;
    const weightOf = (count: number) => (binary ? 1 : count);
    const rows = new CountedRows(columns.size);
    const visit = (node: number) => {
      if (columnOf[node] >= 0) rows.add(columnOf[node]);
    };
    for (const text of texts) {
      tree.walk(partsOf(text), shortest, longest, visit);
      rows.endRow(weightOf);
    }
    return rows.toCsr();
  }

  /** {@link fit}, then {@link transform}. */
  fitTransform(texts: readonly TextInput[]): CsrMatrix {
    return this.fit(texts).transform(texts);
  }

  #fitted(): Vocabulary {
    if (this.#vocabulary) return this.#vocabulary;
    throw new Error(`${this.constructor.name}: it knows no n-grams yet; call fit() or fitTransform() first.`);
  }

  /** The parts of the n-grams that are frequent enough and not too frequent, in order. */
  #chosen(texts: readonly TextInput[]): string[][] {
    const { minDf, maxDf, maxFeatures, partsOf, shortest, longest, joined } = this.options;
    const tree = new NgramTree();
    // Of each node: how often it came, in how many texts, and which text was the last of them.
    const [counts, documents, last]: number[][] = [[], [], []];
    for (const [i, text] of texts.entries()) {
      tree.grow(partsOf(text), shortest, longest, (node) => {
        while (counts.length <= node) {
          counts.push(0);
          documents.push(0);
          last.push(-1);
        }
        counts[node]++;
        if (last[node] !== i) documents[node]++;
        last[node] = i;
      });
    }
    // As scikit-learn has it: a whole number is a number of texts, any other a share of them.
    const least = minDf % 1 === 0 ? minDf : minDf * texts.length;
    const most = maxDf <= 1 ? maxDf * texts.length : maxDf;
    if (most < least) {
      throw new RangeError(`${this.constructor.name}: maxDf means ${most} texts, fewer than minDf, ${least}.`);
    }
    const kept: { parts: string[]; ngram: string; count: number }[] = [];
    for (let node = 0; node < counts.length; node++) {
      if (counts[node] === 0 || documents[node] < least || documents[node] > most) continue;
      const parts = tree.partsOf(node);
      kept.push({ parts, ngram: joined(parts), count: counts[node] });
    }
    if (kept.length === 0) {
      const why = counts.some((count) => count > 0) ? 'minDf and maxDf leave none' : 'the texts have no words';
      throw new Error(`${this.constructor.name}: no n-grams to count: ${why}.`);
    }
    const byName = (a: { ngram: string }, b: { ngram: string }) => (a.ngram < b.ngram ? -1 : 1);
    kept.sort(byName);
    const limited = kept.sort((a, b) => (maxFeatures === undefined ? 0 : b.count - a.count)).slice(0, maxFeatures); // stable
    return limited.sort(byName).map(({ parts }) => parts);
  }

  #numbered(ngrams: readonly string[][]): Vocabulary {
    const tree = new NgramTree();
    const nodes = ngrams.map((parts) => tree.insert(parts));
    const columnOf = new Int32Array(tree.size).fill(-1);
    for (const [column, node] of nodes.entries()) columnOf[node] = column;
    const columns = new Map(ngrams.map((parts, column) => [this.options.joined(parts), column]));
    return { columns, tree, columnOf };
  }
}

/** Counts weighted by how rare an n-gram is (term frequency · inverse document frequency), rows brought to length 1. */
export class TfidfVectorizer extends CountVectorizer {
  readonly #weighting: Required<Pick<TfidfOptions, 'norm' | 'useIdf' | 'smoothIdf' | 'sublinearTf'>>;
  #idf: Float64Array | undefined;

  /** @throws on an unknown option, or one out of range. */
  constructor(options: TfidfOptions = {}) {
    checkKnown('TfidfVectorizer', options, [...vectorizerOptions, 'norm', 'useIdf', 'smoothIdf', 'sublinearTf']);
    const { norm = 'l2', useIdf = true, smoothIdf = true, sublinearTf = false, ...counting } = options;
    super(counting);
    if (!['l1', 'l2', null].includes(norm)) {
      throw new RangeError(`TfidfVectorizer: expected norm to be 'l1', 'l2' or null, got '${norm}'.`);
    }
    this.#weighting = { norm, useIdf, smoothIdf, sublinearTf };
  }

  /** The weight of each column's rarity. @throws before {@link fit}. */
  get idf(): Float64Array {
    if (this.#idf) return this.#idf;
    throw new Error('TfidfVectorizer: it was fitted on no texts yet; call fit() or fitTransform() first.');
  }

  override fit(texts: readonly TextInput[]): this {
    super.fit(texts);
    this.#learn(super.transform(texts));
    return this;
  }

  override transform(texts: readonly TextInput[]): CsrMatrix {
    return this.#weighted(super.transform(texts));
  }

  override fitTransform(texts: readonly TextInput[]): CsrMatrix {
    super.fit(texts);
    const counts = super.transform(texts);
    this.#learn(counts);
    return this.#weighted(counts);
  }

  #learn({ rows, columns, colidx }: CsrMatrix): void {
    const documents = new Float64Array(columns);
    for (const column of colidx) documents[column]++;
    const more = this.#weighting.smoothIdf ? 1 : 0;
    this.#idf = documents.map((within) => log((rows + more) / (within + more)) + 1);
  }

  #weighted(counts: CsrMatrix): CsrMatrix {
    const { norm, useIdf, sublinearTf } = this.#weighting;
    const { idf } = this;
    const { rowptr, colidx } = counts;
    const weights = Float64Array.from(counts.values, (count, p) => {
      const frequency = sublinearTf ? 1 + log(count) : count;
      return useIdf ? frequency * idf[colidx[p]] : frequency;
    });
    for (let i = 0; norm !== null && i < counts.rows; i++) {
      const row = weights.subarray(rowptr[i], rowptr[i + 1]);
      const sum = row.reduce((total, weight) => total + (norm === 'l1' ? Math.abs(weight) : weight * weight), 0);
      const length = norm === 'l1' ? sum : Math.sqrt(sum);
      for (let p = 0; p < row.length; p++) row[p] /= length;
    }
    return counts.withValues(weights);
  }
}
