// Data sets: MNIST and digits made here, IMDB and reviews made here, any labelled texts; and what makes numbers of texts.

export { CountVectorizer, type TfidfOptions, TfidfVectorizer } from './count-vectorizer.ts';
export { type Dataset, digitNames, type Split, takeDataset, takeSplit } from './dataset.ts';
export { type DigitsOptions, generateDigits, generatedDigits } from './digits.ts';
export type { DownloadProgress, RemoteFile } from './download.ts';
export { type ImdbOptions, type ImdbParseOptions, imdbFile, loadImdb, parseImdb } from './imdb.ts';
export { loadMnist, type MnistFiles, type MnistOptions, mnistFiles, parseMnist } from './mnist.ts';
export { generatedReviews, generateReviews, type ReviewsOptions } from './reviews.ts';
export { oneHot, type PadOptions, padSequences } from './sequences.ts';
export { loadText } from './text-file.ts';
export { loadTextFolder, type TextFolderOptions } from './text-folder.ts';
export type { TextInput } from './text-input.ts';
export { type Decoding, type TextDataset, type TextSplit, takeTexts } from './texts.ts';
export { defaultFilters, type MatrixMode, Tokenizer, type TokenizerOptions } from './tokenizer.ts';
export type { VectorizerOptions } from './vectorizer-options.ts';
