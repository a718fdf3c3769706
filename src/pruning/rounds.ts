// A pruning, round by round: collect what the criterion asks for, make masks, set them; all or nothing.

import { type Network, snapshotOf } from '../model/index.ts';
import { checkWhole, type Parameter, showValue } from '../tensor/index.ts';
import { Random } from '../tensor/random.ts';
import { amountsTo } from './amounts.ts';
import { type Collection, collect } from './collect/collect.ts';
import { lifted } from './collect/lifted.ts';
import { type Criterion, magnitude } from './criteria/index.ts';
import { type Kept, keep } from './keep.ts';
import { checkPruning, type PruneOptions, pruningOptions } from './options.ts';
import { type PruneReport, reportOf, type Skipped } from './report.ts';
import { type Amount, amountRule } from './rules/index.ts';
import { layerwise, perLayer } from './scopes/index.ts';
import { type Parts, sharesOf } from './shares.ts';
import { pruneSilent } from './silent-units.ts';
import { unstructured } from './structures/index.ts';
import { leftOf, sharing, type Target, targetsFor, targetsOf, unsupported } from './targets.ts';

/** What a schedule's pruning knows beside the options. */
export interface Moment {
  /** The training step; default 0. */
  readonly step?: number;
  /** What accumulated since training began, for the criterion `movement`; Keras order. */
  readonly movement?: ReadonlyMap<Parameter, Float32Array>;
}

/** Prunes at a moment of training. @throws what `prune` throws. */
export function pruneNow(network: Network, options: PruneOptions, moment: Moment = {}): PruneReport {
  checkPruning('prune', options, [...pruningOptions, 'amount', 'rule', 'schedule']);
  const { criterion = magnitude, structure = unstructured, allowEmpty = false, biases = false } = options;
  const { isShared = false, layerType } = structure;
  const chosen = targetsOf(network, options);
  const targets = targetsFor(structure, chosen);
  const skipped = [...unsupported(network, options), ...otherLayers(chosen, layerType)];
  if (targets.length === 0) {
    const got = [...new Set(chosen.map(({ layerName, layer }) => `${layerName} (${layer.type})`))].join(', ');
    throw new Error(`Pruning: the structure is for layers of type '${layerType}', got ${got}.`);
  }
  const parts = partsOf(options);
  const saved = snapshotOf(network.parameters);
  let kept: Kept[] = [];
  let missing: Skipped[] = [];
  try {
    for (const amount of roundsOf(parts.amount, targets, options)) {
      const gather = () => collect(network, targets, criterion.needs ?? [], options.data, moment);
      const collection = options.regrow ? lifted(parametersOf(targets), gather) : gather();
      missing = without(targets, collection);
      if (options.strict) refuse([...skipped, ...missing]);
      const able = targets.filter(({ parameter }) => !collection.reasons.has(parameter));
      if (able.length === 0) throw new Error(`Pruning ${missing[0].layer}: ${missing[0].reason}.`);
      kept = masksOf(isShared ? sharing(able) : able, collection, { ...options, ...parts, amount }, moment);
      for (const one of kept) {
        if (!allowEmpty) checkLeft(one);
        apply(one, criterion);
      }
    }
    if (isShared) for (const { target } of kept) pruneSilent(network, target.layer, options.skip);
    if (biases) for (const { target } of kept) pruneBias(target);
  } catch (error) {
    saved.restore();
    throw error;
  }
  return reportOf(kept.map(asSet), [...skipped, ...missing]);
}

/** A mask as it stands in the end. */
const asSet = ({ target, mask }: Kept) => {
  const { parameter } = target;
  return { target, mask: parameter.mask ? parameter.toKeras(parameter.mask.view) : mask };
};

/** Targets that a structure is not for. */
function otherLayers(targets: readonly Target[], layerType: string | undefined): Skipped[] {
  if (layerType === undefined) return [];
  const others = targets.filter(({ layer }) => layer.type !== layerType);
  return [...new Set(others.map(({ layerName }) => layerName))].map((layer) => ({
    layer,
    reason: `the structure is for layers of type '${layerType}'`,
  }));
}

const parametersOf = (targets: readonly Target[]): Parameter[] => targets.map(({ parameter }) => parameter);

/** How much, where. A map of amounts is a scope. */
function partsOf({ amount, rule, scope }: PruneOptions): Parts {
  if (amount !== undefined && rule !== undefined) {
    throw new Error('prune: expected either an amount (the fraction to prune) or a rule, got both.');
  }
  if (amount && typeof amount === 'object' && !isCount(amount)) {
    if (scope) throw new Error('prune: expected a scope or amounts by layer, got both.');
    for (const one of Object.values(amount)) amountRule(one);
    return { amount: undefined, rule, scope: perLayer(amount) };
  }
  if (amount !== undefined) amountRule(amount);
  return { amount, rule, scope: scope ?? layerwise };
}

const isCount = (amount: object): amount is { readonly count: number } =>
  Object.keys(amount).length === 1 && 'count' in amount;

/** The amounts on the way to the one asked for: density falls by the same factor each round. */
function roundsOf(
  amount: Amount | undefined,
  targets: readonly Target[],
  { amount: asked, criterion, iterations: own, regrow }: PruneOptions,
): (Amount | undefined)[] {
  const iterations = own === undefined ? (criterion?.iterations ?? 1) : own;
  checkWhole('prune', { iterations }, 1);
  if (iterations === 1 || (asked === undefined && own === undefined)) return [amount];
  if (typeof amount !== 'number') {
    throw new Error(
      `prune: expected the amount as one fraction where it is reached in ${iterations} iterations, got ${showValue(asked)}; with \`iterations: 1\` it is reached at once.`,
    );
  }
  return [...new Set(amountsTo(amount, iterations, targets, { regrow }))];
}

function masksOf(
  targets: readonly Target[],
  collection: Collection,
  options: PruneOptions & Parts,
  { step = 0 }: Moment,
): Kept[] {
  const { criterion = magnitude, structure = unstructured, regrow = false, seed = 0 } = options;
  const random = new Random(seed, 'pruning');
  const tell = ({ layer, layerName, parameter }: Target, random: Random) => ({
    layer,
    layerName,
    parameter,
    shape: parameter.shape,
    values: parameter.read().data,
    mask: parameter.mask && !regrow ? parameter.toKeras(parameter.mask.view) : undefined,
    random,
    step,
    ...collection.found.get(parameter),
  });
  const counted = targets.map((target) =>
    regrow || target.others ? target : { ...target, left: leftOf(target.parameter) },
  );
  return sharesOf(counted, options, structure).flatMap(({ share, rule }, i) =>
    keep(share, { criterion, structure, rule, tell }, random.split(i)),
  );
}

/** Sets a mask, and the criterion's new values for what it keeps. */
function apply({ target: { layerName, parameter }, told, mask }: Kept, criterion: Criterion): void {
  const values = criterion.update?.(told, mask);
  if (values) checkValues(values, `${layerName}/${parameter.name}`, parameter.length);
  parameter.setMask(parameter.toStorage(mask));
  if (values) parameter.write({ data: values });
}

function checkValues(values: ArrayLike<number>, name: string, length: number): void {
  if (values.length !== length) {
    throw new Error(
      `Pruning ${name}: the criterion's update() should return ${length} numbers, it returned ${values.length}.`,
    );
  }
  if (Array.prototype.some.call(values, (value: number) => !Number.isFinite(value))) {
    throw new Error(`Pruning ${name}: the criterion's update() returned a number that is NaN or infinite.`);
  }
}

function without(targets: readonly Target[], { reasons }: Collection): Skipped[] {
  return targets.flatMap(({ layerName, parameter }) => {
    const reason = reasons.get(parameter);
    return reason ? [{ layer: layerName, reason }] : [];
  });
}

function refuse(skipped: readonly Skipped[]): void {
  if (skipped.length === 0) return;
  throw new Error(
    `Pruning, strict: ${skipped.map(({ layer, reason }) => `${layer}: ${reason}`).join('; ')}. Leave such layers out with \`skip\`.`,
  );
}

function checkLeft({ target: { layerName, parameter }, told, mask }: Kept): void {
  if (mask.includes(1) || (told.mask && !told.mask.includes(1))) return;
  throw new Error(
    `Pruning ${layerName}/${parameter.name}: nothing of ${mask.length} weights would be left; prune less, bound the layer's sparsity, or allowEmpty.`,
  );
}

/** Prunes the bias of each output whose weights are all gone, those of an LSTM's recurrent kernel too. */
function pruneBias({ layer, parameter }: Target): void {
  const outputs = parameter.shape[parameter.axes[0]];
  const bias = layer.parameters.find(({ name, length }) => name === 'bias' && length === outputs);
  if (!bias || bias === parameter) return;
  const kernels = layer.parameters.filter(({ prunable, shape, axes }) => prunable && shape[axes[0]] === outputs);
  const isLeft = (output: number) =>
    kernels.some(({ mask, length }) => {
      const width = length / outputs;
      return !mask || mask.view.subarray(output * width, (output + 1) * width).includes(1);
    });
  const before = bias.mask?.view.slice();
  if (kernels.some(({ mask }) => mask)) {
    bias.setMask(Float32Array.from({ length: outputs }, (_, o) => (isLeft(o) && before?.[o] !== 0 ? 1 : 0)));
  }
}
