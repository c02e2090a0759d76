import { channelLayout, type NamedTensor } from '../../core/index.js';
import type { StoredTensor } from '../../pack/index.js';
import type { PlannedWeight } from '../../plan/index.js';
import { drawIn, encode, type FittedGrid, type Grid, quantizerFor } from '../../quantize/index.js';

/** The plan of each weight by its name. */
export type PlanByName = ReadonlyMap<string, PlannedWeight>;

/** Names of the weights that stay as they are. */
export const pinnedIn = (plan: PlanByName): ReadonlySet<string> =>
  new Set([...plan.values()].filter(({ pinned }) => pinned).map(({ name }) => name));

/** A model's weights; those that have a grid lie on it. */
export interface RoundedWeights {
  readonly plan: PlanByName;
  /** The grids that quantization began with, and how each was fitted. */
  readonly grids: ReadonlyMap<string, FittedGrid>;
  /** In the order of the model's weights. */
  readonly stored: readonly StoredTensor[];
}

/** Puts weights on the grids that are nearest to them. */
export function roundWeights(weights: readonly NamedTensor[], plan: PlanByName): RoundedWeights {
  const grids = fitGrids(weights, plan);
  return { plan, grids, stored: storeTensors(weights, plan, grids) };
}

/** The grid with the least squared error for each weight that the plan quantizes, drawn in where the plan says so. */
export function fitGrids(weights: readonly NamedTensor[], plan: PlanByName): ReadonlyMap<string, FittedGrid> {
  const grids = new Map<string, FittedGrid>();
  for (const { name, shape, values } of weights) {
    const planned = plan.get(name)?.grid ?? null;
    if (planned === null) continue;
    const tensor = [values as Float32Array, channelLayout(shape, planned.axes), planned.bits] as const;
    const chosen = quantizerFor(planned.quantizer, ...tensor);
    grids.set(name, { ...drawIn(chosen.fit(...tensor), planned.clip), quantizer: chosen });
  }
  return grids;
}

/**
 * Puts every weight that has a grid on it, as codes; the others stay as they are, marked where they are to stay so.
 *
 * @param grids  Grids with a quantizer are those of weights that aren't trained.
 */
export function storeTensors(
  weights: readonly NamedTensor[],
  plan: PlanByName,
  grids: ReadonlyMap<string, Grid & Partial<FittedGrid>>,
): StoredTensor[] {
  return weights.map((weight) => {
    const grid = grids.get(weight.name);
    const { name, shape } = weight;
    const { grid: planned, pinned } = plan.get(name)!;
    if (grid === undefined || planned === null)
      return { encoding: 'raw', ...weight, ...(pinned && { pinned }) };
    const { axes } = planned;
    const { quantizer, ...own } = grid;
    const toCodes = quantizer?.encode ?? encode;
    const { codes } = toCodes(weight.values as Float32Array, own, channelLayout(shape, axes));
    return { encoding: 'codes', name, shape, axes, codes, grid: own };
  });
}
