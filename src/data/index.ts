// Data sets: MNIST, and digits made here.

export { type Dataset, digitNames, type Split, takeDataset, takeSplit } from './dataset.ts';
export { type DigitsOptions, generateDigits, generatedDigits } from './digits.ts';
export type { DownloadProgress, RemoteFile } from './download.ts';
export { loadMnist, type MnistFiles, type MnistOptions, mnistFiles, parseMnist } from './mnist.ts';
