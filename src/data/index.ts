// Data sets: MNIST, and digits made here.

export { type Dataset, digitNames, type Split, takeDataset, takeSplit } from './dataset.ts';
export { type DigitsOptions, generateDigits, generatedDigits } from './digits.ts';
