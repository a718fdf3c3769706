export { isPruned, PruningContainer, type PruningMethod, pruningMethods, remove } from './container.ts';
export type { TorchAmount } from './least-rule.ts';
export {
  customFromMask,
  type GlobalMethod,
  type GlobalOptions,
  globalUnstructured,
  type ImportanceOptions,
  identity,
  l1Unstructured,
  lnStructured,
  type RandomOptions,
  randomStructured,
  randomUnstructured,
} from './methods.ts';
