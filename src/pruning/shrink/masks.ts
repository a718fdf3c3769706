// Which mask a wire carries. A mask has a number, and its name says how it came about, so that equal numbers are equal masks; 0 is none.
//
//   embedding (maskZero)     where its tokens are not 0
//   lstm                     its input's, turned when it goes backwards; none when it gives the last state only
//   sum, join                where any operand's is (none when one has none), where all operands' are
//   others                   their first input's, or none; of opaque ones nothing is known
//
// An operand that adds no numbers may still add a mask, or take one away.

import { kindOf } from './kinds.ts';
import type { Site, Unfolded, Wire } from './unfold.ts';

const none = 0;

/** The masks of all wires. */
export class Masks {
  readonly #names = new Map<string, number>();
  /** By the first channel of a wire. */
  readonly #of: number[] = [];

  constructor({ sites }: Unfolded) {
    for (const [i, site] of sites.entries()) {
      site.outputs.forEach(({ first }, output) => {
        this.#of[first] = this.#made(site, output, i);
      });
    }
  }

  /**
   * Which operands of a sum or a concatenation must stay, by place: those that are not idle at all its uses, those without which its mask
   * would be another, and one at least.
   */
  needed(sites: readonly Site[], isIdle: (wire: Wire) => boolean): number[] {
    let kept = [...sites[0].inputs.keys()];
    for (const place of kept.toReversed()) {
      const others = kept.filter((each) => each !== place);
      const goes = sites.every((site) => {
        const rest = others.map((each) => site.inputs[each]);
        return isIdle(site.inputs[place]) && this.#together(site, rest) === this.#together(site, site.inputs);
      });
      if (goes && others.length > 0) kept = others;
    }
    return kept;
  }

  #mask = ({ first }: Wire): number => this.#of[first] ?? none;

  #named(name: string): number {
    const number = this.#names.get(name) ?? this.#names.size + 1;
    this.#names.set(name, number);
    return number;
  }

  #made(site: Site, output: number, place: number): number {
    const { layer, inputs } = site;
    const [x] = inputs;
    const { type } = layer;
    const kind = kindOf(layer);
    if (kind === 'sum' || kind === 'join') return this.#together(site, inputs);
    if (type === 'embedding') return layer.config().maskZero ? this.#named(`tokens ${x.first}`) : none;
    if (type === 'lstm') {
      const { returnSequences, goBackwards } = layer.config();
      const mask = returnSequences && output === 0 ? this.#mask(x) : none;
      return goBackwards && mask !== none ? this.#named(`turned ${mask}`) : mask;
    }
    if (layer.supportsMasking) return this.#mask(x);
    return kind === 'opaque' ? this.#named(`unknown ${place} ${output}`) : none;
  }

  /** The mask of the operands' sum or concatenation. */
  #together({ layer }: Site, operands: readonly Wire[]): number {
    const isSum = kindOf(layer) === 'sum';
    const masks = [...new Set(operands.map(this.#mask))].sort((a, b) => a - b);
    if (isSum && masks[0] === none) return none;
    const real = masks.filter((mask) => mask !== none);
    return real.length < 2 ? (real[0] ?? none) : this.#named(`${isSum ? 'any' : 'all'} ${real.join(' ')}`);
  }
}

/** Steps of one kind, with their uses. */
export function usesOf({ sites }: Unfolded, kind: 'sum' | 'join'): Map<Site['step'], Site[]> {
  const uses = new Map<Site['step'], Site[]>();
  for (const site of sites) {
    if (kindOf(site.layer) === kind) uses.set(site.step, [...(uses.get(site.step) ?? []), site]);
  }
  return uses;
}
