import { type QuantizedWeight, quantizedOf, roundWeights } from '../compression/index.js';
import { atWidth, type GridOptions, planGrid } from '../plan/index.js';
import { type Bits, MAX_BITS } from '../quantize/index.js';
import type { LiveModel } from '../session/index.js';
import type { Change } from './change.js';
import type { PackedWeights } from './layer-reports.js';
import type { TriedRemedies } from './remedies.js';
import { layerTargets } from './verdicts.js';

/** A change of several layers that are ranked first. */
export interface JointChange extends Change {
  /** Names of the weights. */
  readonly layers: readonly string[];
}

/** Width that a kernel gets where several are raised together. */
export const raisedWidth = (bits: Bits): Bits => (bits < 4 ? 4 : MAX_BITS);

/**
 * Lists what can be done about the kernels that are ranked first, all of them at once: the first remedy of each, or more
 * bits for each, 4 where it has fewer and 8 where it has 4.
 *
 * @param names  In the order of their ranks.
 */
export function jointChanges(
  liveModel: LiveModel,
  { weights }: Pick<PackedWeights, 'weights'>,
  names: readonly string[],
  { remedies, options }: { readonly remedies: TriedRemedies; readonly options: GridOptions },
): JointChange[] {
  const targets = layerTargets(liveModel);
  const kernels = new Map(quantizedOf(weights).map((kernel) => [kernel.weight.name, kernel]));
  const first = names.flatMap((name) => {
    const candidate = remedies.get(name)?.[0]?.candidate;
    return candidate === undefined ? [] : [{ ...candidate, layers: [name] }];
  });
  const raised = names.flatMap((name) => {
    const kernel = kernels.get(name)!;
    return kernel.bits === MAX_BITS ? [] : [atMoreBits(kernel, targets.get(name)!, options)];
  });
  return [joined(first), joined(raised)].filter(({ layers }) => layers.length > 1);
}

function atMoreBits(
  { weight, before, bits, planned }: QuantizedWeight,
  target: string,
  options: GridOptions,
): JointChange {
  const rule = atWidth(planned.rule, raisedWidth(bits));
  const grid = planGrid(weight, rule, options);
  const plan = new Map([[weight.name, { name: weight.name, reason: '', grid }]]);
  return {
    what: `${target} at ${rule.bits} bits`,
    layers: [weight.name],
    rules: [[target, rule]],
    stored: roundWeights([before], plan).stored,
  };
}

function joined(changes: readonly JointChange[]): JointChange {
  return {
    what: changes.map(({ what }) => what).join(', '),
    layers: changes.flatMap(({ layers }) => layers),
    rules: changes.flatMap(({ rules }) => rules),
    stored: changes.flatMap(({ stored }) => stored),
  };
}
