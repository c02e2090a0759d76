import type { NamedTensor } from '../../core/index.js';
import { encodeBalanced, uint8, uniform } from '../../quantize/index.js';
import { hasFreeSteps } from './free-steps.js';
import { fitGrids, type PlanByName, type RoundedWeights, storeTensors } from './rounding.js';

/**
 * A plan in which kernels of the uint8 quantizer, whose channels share one step, have a step for each channel.
 *
 * @param mayChange  Left out: all of them.
 */
export function withOwnSteps(
  plan: PlanByName,
  mayChange: (name: string) => boolean = () => true,
): PlanByName {
  const changed = new Map(plan);
  for (const [name, planned] of plan) {
    if (planned.grid?.quantizer === uint8.name && mayChange(name))
      changed.set(name, { ...planned, grid: { ...planned.grid, quantizer: uniform.name } });
  }
  return changed;
}

/** Gives each channel of the kernels with free steps a size of its own; errors cancel out in each. */
export function roundedByOwnSteps(rounded: RoundedWeights, weights: readonly NamedTensor[]): RoundedWeights {
  const isFree = (name: string) => hasFreeSteps(rounded, name);
  const plan = withOwnSteps(rounded.plan, isFree);
  const grids = new Map(fitGrids(weights, plan));
  for (const [name, { quantizer, ...grid }] of grids)
    if (isFree(name)) grids.set(name, { ...grid, quantizer: { ...quantizer, encode: encodeBalanced } });
  return { ...rounded, plan, grids, stored: storeTensors(weights, plan, grids) };
}
